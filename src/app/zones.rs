//! Which zone is in force: what was wished for, what the service has for this user, what it knows.
//!
//! A code may only be resolvable once the service has listed its zones, so every piece of news
//! settles the question anew.

use crate::chat::{Moment, ServiceZone};
use crate::text::Zone;

/// The zone in force and how times are shown in it.
#[derive(Clone, Debug)]
pub struct Zones {
    /// Asked for by the configuration or by key; code, number, IANA name or `local`.
    wish: Option<String>,
    /// The machine's own zone.
    local: Option<String>,
    /// The code of the service's zone for this user.
    home: Option<String>,
    listed: Option<Vec<ServiceZone>>,
    zone: Zone,
    utc: Zone,
    times: Times,
}

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// In the zone in force.
    #[default]
    InZone,
    /// In UTC.
    Utc,
    /// As time passed since then.
    Relative,
}

impl Zones {
    /// Starts with what can be told before the service is asked.
    pub fn new(wish: Option<String>, local: Option<String>, now: Moment) -> Self {
        let mut zones = Self {
            wish,
            local,
            home: None,
            listed: None,
            zone: Zone::utc(),
            utc: Zone::utc(),
            times: Times::default(),
        };
        // A wish that needs the service's list is settled when that has come.
        let _unknown_yet = zones.settle(now);
        zones
    }

    /// The zone that times and days are shown in.
    pub fn shown(&self) -> &Zone {
        if self.times == Times::Utc {
            &self.utc
        } else {
            &self.zone
        }
    }

    /// The zone in force, which the service is asked in.
    pub fn in_force(&self) -> &Zone {
        &self.zone
    }

    /// How times are shown.
    pub fn times(&self) -> Times {
        self.times
    }

    /// Goes to the next way of showing times.
    pub fn cycle_times(&mut self) {
        self.times = match self.times {
            Times::InZone => Times::Utc,
            Times::Utc => Times::Relative,
            Times::Relative => Times::InZone,
        };
    }

    /// What the service knows.
    pub fn listed(&self) -> &[ServiceZone] {
        self.listed.as_deref().unwrap_or_default()
    }

    /// Takes a wish; an unknown name changes nothing and is the error, a sentence.
    pub fn choose(&mut self, wish: &str, now: Moment) -> Result<bool, String> {
        let before = self.wish.replace(wish.to_owned());
        let settled = self.settle(now);
        match &settled {
            Ok(_) => self.times = Times::InZone,
            Err(_) => self.wish = before,
        }
        settled
    }

    /// Takes the service's zone for this user.
    pub fn home_found(&mut self, zone: ServiceZone, now: Moment) -> Result<bool, String> {
        self.home = Some(zone.code);
        self.settle(now)
    }

    /// Takes the zones the service knows.
    pub fn listed_now(&mut self, listed: Vec<ServiceZone>, now: Moment) -> Result<bool, String> {
        self.listed = Some(listed);
        self.settle(now)
    }

    /// Finds the zone in force; tells whether it is another than before.
    fn settle(&mut self, now: Moment) -> Result<bool, String> {
        let Some(name) = self
            .wish
            .as_ref()
            .or(self.home.as_ref())
            .or(self.local.as_ref())
        else {
            return Ok(false);
        };
        match Zone::resolve(name, self.listed(), self.local.as_deref(), now) {
            Ok(zone) => Ok(std::mem::replace(&mut self.zone, zone) != self.zone),
            // Not known yet is no error before the service has listed what it knows.
            Err(_) if self.listed.is_none() => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }
}

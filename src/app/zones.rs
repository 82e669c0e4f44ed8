//! Which zone is in force: what was wished for, what the service has for this user, what it knows.
//!
//! A code may only be resolvable once the service has listed its zones, so every piece of news
//! settles the question anew.

use crate::chat::{Timestamp, ServiceZone};
use crate::text::TimeZone;

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
    zone: TimeZone,
    utc: TimeZone,
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
    pub fn new(wish: Option<String>, local: Option<String>, now: Timestamp) -> Self {
        let mut zones = Self {
            wish,
            local,
            home: None,
            listed: None,
            zone: TimeZone::utc(),
            utc: TimeZone::utc(),
            times: Times::default(),
        };
        // A wish that needs the service's list is settled when that has come.
        let _unknown_yet = zones.settle(now);
        zones
    }

    /// The zone that times and days are shown in.
    pub fn shown(&self) -> &TimeZone {
        if self.times == Times::Utc {
            &self.utc
        } else {
            &self.zone
        }
    }

    /// The zone in force, which the service is asked in.
    pub fn in_force(&self) -> &TimeZone {
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
    pub fn choose(&mut self, wish: &str, now: Timestamp) -> Result<bool, String> {
        let before = self.wish.replace(wish.to_owned());
        let settled = self.settle(now);
        match &settled {
            Ok(_) => self.times = Times::InZone,
            Err(_) => self.wish = before,
        }
        settled
    }

    /// Takes the service's zone for this user.
    pub fn home_found(&mut self, zone: ServiceZone, now: Timestamp) -> Result<bool, String> {
        self.home = Some(zone.code);
        self.settle(now)
    }

    /// Takes the zones the service knows.
    pub fn listed_now(&mut self, listed: Vec<ServiceZone>, now: Timestamp) -> Result<bool, String> {
        self.listed = Some(listed);
        self.settle(now)
    }

    /// Finds the zone in force; tells whether it is another than before.
    fn settle(&mut self, now: Timestamp) -> Result<bool, String> {
        let Some(name) = self
            .wish
            .as_ref()
            .or(self.home.as_ref())
            .or(self.local.as_ref())
        else {
            return Ok(false);
        };
        match TimeZone::resolve(name, self.listed(), self.local.as_deref(), now) {
            Ok(zone) => Ok(std::mem::replace(&mut self.zone, zone) != self.zone),
            // Not known yet is no error before the service has listed what it knows.
            Err(_) if self.listed.is_none() => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }
}

//! Which zone is in force: what was wished for, what the service has for this user, what it knows.
//!
//! A code may only be resolvable once the service has listed its zones, so every piece of news
//! settles the question anew.

use crate::chat::{ServiceZone, Timestamp};
use crate::text::TimeZone;

/// The zone in force and how times are shown in it.
#[derive(Clone, Debug)]
pub struct TimeZoneState {
    /// Asked for by the configuration or by key; code, number, IANA name or `local`.
    requested: Option<String>,
    /// The machine's own zone.
    local_zone: Option<String>,
    /// The code of the service's zone for this user.
    user_zone: Option<String>,
    service_zones: Option<Vec<ServiceZone>>,
    active: TimeZone,
    utc: TimeZone,
    time_format: TimeFormat,
}

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// In the zone in force.
    #[default]
    Zone,
    /// In UTC.
    Utc,
    /// As time passed since then.
    Relative,
}

impl TimeZoneState {
    /// Starts with what can be told before the service is asked.
    pub fn new(requested: Option<String>, local_zone: Option<String>, now: Timestamp) -> Self {
        let mut state = Self {
            requested,
            local_zone,
            user_zone: None,
            service_zones: None,
            active: TimeZone::utc(),
            utc: TimeZone::utc(),
            time_format: TimeFormat::default(),
        };
        // A wish that needs the service's list is settled when that has come.
        let _unknown_yet = state.resolve(now);
        state
    }

    /// The zone that times and days are shown in.
    pub fn displayed(&self) -> &TimeZone {
        if self.time_format == TimeFormat::Utc {
            &self.utc
        } else {
            &self.active
        }
    }

    /// The zone in force, which the service is asked in.
    pub fn active(&self) -> &TimeZone {
        &self.active
    }

    /// How times are shown.
    pub fn time_format(&self) -> TimeFormat {
        self.time_format
    }

    /// Goes to the next way of showing times.
    pub fn cycle_time_format(&mut self) {
        self.time_format = match self.time_format {
            TimeFormat::Zone => TimeFormat::Utc,
            TimeFormat::Utc => TimeFormat::Relative,
            TimeFormat::Relative => TimeFormat::Zone,
        };
    }

    /// What the service knows.
    pub fn service_zones(&self) -> &[ServiceZone] {
        self.service_zones.as_deref().unwrap_or_default()
    }

    /// Takes a wish; an unknown name changes nothing and is the error, a sentence.
    pub fn choose(&mut self, name: &str, now: Timestamp) -> Result<bool, String> {
        let before = self.requested.replace(name.to_owned());
        let resolved = self.resolve(now);
        match &resolved {
            Ok(_) => self.time_format = TimeFormat::Zone,
            Err(_) => self.requested = before,
        }
        resolved
    }

    /// Takes the service's zone for this user.
    pub fn set_user_zone(&mut self, zone: ServiceZone, now: Timestamp) -> Result<bool, String> {
        self.user_zone = Some(zone.code);
        self.resolve(now)
    }

    /// Takes the zones the service knows.
    pub fn set_service_zones(
        &mut self,
        zones: Vec<ServiceZone>,
        now: Timestamp,
    ) -> Result<bool, String> {
        self.service_zones = Some(zones);
        self.resolve(now)
    }

    /// Finds the zone in force; tells whether it is another than before.
    fn resolve(&mut self, now: Timestamp) -> Result<bool, String> {
        let Some(name) = self
            .requested
            .as_ref()
            .or(self.user_zone.as_ref())
            .or(self.local_zone.as_ref())
        else {
            return Ok(false);
        };
        match TimeZone::resolve(name, self.service_zones(), self.local_zone.as_deref(), now) {
            Ok(zone) => Ok(std::mem::replace(&mut self.active, zone) != self.active),
            // Not known yet is no error before the service has listed what it knows.
            Err(_) if self.service_zones.is_none() => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }
}

//! The active time zone: the requested one, else the user's zone in the service, else the machine's.
//!
//! Some codes can only be resolved once the service has listed its zones, so the zone is resolved
//! again whenever one of these inputs arrives.

use crate::chat::{ServiceZone, Timestamp};
use crate::text::{TimeZone, ZoneChoice};

/// The active zone and how times are shown in it.
#[derive(Clone, Debug)]
pub struct TimeZoneState {
    /// From the configuration or the zone picker: a code, number, IANA name or `local`.
    requested: Option<String>,
    /// The zone of the machine.
    local_zone: Option<String>,
    user_zone: UserZone,
    service_zones: Option<Vec<ServiceZone>>,
    active: TimeZone,
    /// Whether the active zone is a substitute until the service sends the right one.
    is_provisional: bool,
    utc: TimeZone,
    time_format: TimeFormat,
    /// Whether every message shows its time, to the second.
    shows_message_times: bool,
    /// Why the requested zone is not the active one.
    problem: Option<String>,
}

/// The user's zone in the service.
#[derive(Clone, Debug)]
enum UserZone {
    /// The response is awaited.
    Awaited,
    /// The service does not provide it.
    Refused,
    Known(ServiceZone),
}

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    /// In the active zone.
    #[default]
    Zone,
    Utc,
    /// As the time since then.
    Relative,
}

impl TimeZoneState {
    /// Resolves what can be resolved without the service.
    pub fn new(requested: Option<String>, local_zone: Option<String>, now: Timestamp) -> Self {
        let mut state = Self {
            requested,
            local_zone,
            user_zone: UserZone::Awaited,
            service_zones: None,
            active: TimeZone::utc(),
            is_provisional: true,
            utc: TimeZone::utc(),
            time_format: TimeFormat::default(),
            shows_message_times: false,
            problem: None,
        };
        // A zone that needs the service's list is resolved when that has arrived.
        let _unresolved = state.resolve(now);
        state
    }

    /// The zone that times and days are shown in.
    pub(crate) fn displayed(&self) -> &TimeZone {
        if self.time_format == TimeFormat::Utc {
            &self.utc
        } else {
            &self.active
        }
    }

    /// The active zone, which times are requested in.
    pub(crate) fn active(&self) -> &TimeZone {
        &self.active
    }

    /// Returns `true` while the active zone is a substitute until the service sends the right one.
    pub(crate) fn is_provisional(&self) -> bool {
        self.is_provisional
    }

    /// Retains the substitute, because the service does not provide the zone of the user. Returns why, if it was
    /// awaited.
    pub(super) fn on_user_zone_refused(&mut self) -> Option<&'static str> {
        if let UserZone::Awaited = self.user_zone {
            self.user_zone = UserZone::Refused;
        }
        let is_awaited = self.requested.is_none() && std::mem::take(&mut self.is_provisional);
        is_awaited.then_some("The service does not provide your time zone")
    }

    /// As [`Self::on_user_zone_refused`], where a code was requested that only the list of zones would resolve.
    pub(super) fn on_zones_refused(&mut self) -> Option<&'static str> {
        let is_awaited = self.requested.is_some() && std::mem::take(&mut self.is_provisional);
        is_awaited.then_some("The service does not list its time zones")
    }

    /// The words after the name of an active zone whose rules are not certain.
    pub(super) fn inference_note(&self) -> &'static str {
        if self.active.is_inferred() {
            ", guessed from its code"
        } else {
            ""
        }
    }

    pub(crate) fn time_format(&self) -> TimeFormat {
        self.time_format
    }

    pub(crate) fn cycle_time_format(&mut self) {
        self.time_format = match self.time_format {
            TimeFormat::Zone => TimeFormat::Utc,
            TimeFormat::Utc => TimeFormat::Relative,
            TimeFormat::Relative => TimeFormat::Zone,
        };
    }

    /// Returns `true` if every message shows its time, to the second; otherwise a run has that of its first.
    pub(crate) fn shows_message_times(&self) -> bool {
        self.shows_message_times
    }

    /// Shows or hides the times of messages; returns whether they are shown now.
    pub(crate) fn toggle_message_times(&mut self) -> bool {
        self.shows_message_times = !self.shows_message_times;
        self.shows_message_times
    }

    /// The zones to choose from.
    pub(super) fn choices(&self, now: Timestamp) -> Vec<ZoneChoice> {
        TimeZone::choices(self.service_zones(), self.local_zone.as_deref(), now)
    }

    /// Why the requested zone is not the active one, as a sentence for the user.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The zones that the service has listed.
    pub(crate) fn service_zones(&self) -> &[ServiceZone] {
        self.service_zones.as_deref().unwrap_or_default()
    }

    /// Requests a zone. Returns `true` if the active zone changed. An unknown name changes nothing; the
    /// error is a sentence for the user.
    pub fn choose(&mut self, name: &str, now: Timestamp) -> Result<bool, String> {
        let before = (
            self.requested.replace(name.to_owned()),
            self.problem.take(),
            self.is_provisional,
        );
        let resolved = self.resolve(now);
        if resolved.is_ok() {
            self.time_format = TimeFormat::Zone;
        } else {
            (self.requested, self.problem, self.is_provisional) = before;
        }
        resolved
    }

    /// Sets the user's zone in the service. Returns as [`Self::choose`] does.
    pub(crate) fn set_user_zone(
        &mut self,
        zone: ServiceZone,
        now: Timestamp,
    ) -> Result<bool, String> {
        self.user_zone = UserZone::Known(zone);
        self.resolve(now)
    }

    /// Sets the zones that the service has listed. Returns as [`Self::choose`] does.
    pub(crate) fn set_service_zones(
        &mut self,
        zones: Vec<ServiceZone>,
        now: Timestamp,
    ) -> Result<bool, String> {
        self.service_zones = Some(zones);
        self.resolve(now)
    }

    /// Resolves the active zone. Returns `true` if it changed.
    fn resolve(&mut self, now: Timestamp) -> Result<bool, String> {
        let resolved = self.try_resolve(now);
        self.problem = resolved.as_ref().err().cloned();
        resolved
    }

    fn try_resolve(&mut self, now: Timestamp) -> Result<bool, String> {
        let (listed, local) = (self.service_zones(), self.local_zone.as_deref());
        let by_name = |name: &str| TimeZone::resolve(name, listed, local, now);
        let resolved = match (&self.requested, &self.user_zone, local) {
            (Some(requested), ..) => by_name(requested),
            // Its row in the list has the offsets too.
            (None, UserZone::Known(user), _) => by_name(&user.code)
                .ok()
                .filter(|_| !listed.is_empty())
                .map_or_else(|| Ok(TimeZone::from_listed(user, now)), Ok),
            (None, _, Some(local)) => by_name(local),
            (None, _, None) => return Ok(false),
        };
        let is_awaited = matches!(self.user_zone, UserZone::Awaited);
        let is_chosen = self.requested.is_some() || !is_awaited;
        let is_listed = self.service_zones.is_some();
        match resolved {
            // Until the service has listed its zones, the meaning of the code is unknown.
            Ok(zone) if zone.is_unconfirmed() => Ok(false),
            Ok(zone) => {
                self.is_provisional = !is_chosen;
                Ok(std::mem::replace(&mut self.active, zone) != self.active)
            }
            // Before the service has listed its zones, an unknown name may still be one of them.
            Err(_) if !is_listed => Ok(false),
            Err(error) => {
                self.is_provisional = !is_chosen;
                Err(error.to_string())
            }
        }
    }
}

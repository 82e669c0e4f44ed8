//! The only place that asks the time and the machine's zone.

use chrono::Utc;

use crate::chat::Moment;

/// What time it is.
pub fn now() -> Moment {
    Utc::now().fixed_offset()
}

/// The IANA name of the machine's zone, where it tells one.
pub fn local_zone() -> Option<String> {
    iana_time_zone::get_timezone().ok()
}

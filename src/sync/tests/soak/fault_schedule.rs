//! Fault schedule: single replies fail all day, and during outages all of them do.

use std::ops::Range;
use std::time::Duration;

use crate::sync::ErrorKind;
use fastrand::Rng;

use crate::sync::tests::fake_api::ReplyMode;
use crate::sync::tests::soak::timeline::{DayMillis, HOUR, MINUTE, quiet_since};

/// The hours in which the service is down, refuses the sign-in, and forbids everything.
const OUTAGE: Range<DayMillis> = 4 * HOUR + 20 * MINUTE..5 * HOUR + 20 * MINUTE;
const SIGNED_OUT: [Range<DayMillis>; 2] =
    [HOUR..HOUR + 10 * MINUTE, 12 * HOUR..12 * HOUR + 10 * MINUTE];
const FORBIDDEN: Range<DayMillis> = 8 * HOUR..8 * HOUR + 3 * MINUTE;
const FAULT_STORMS: [Range<DayMillis>; 2] = [
    HOUR + 15 * MINUTE..HOUR + 45 * MINUTE,
    7 * HOUR..7 * HOUR + 40 * MINUTE,
];

pub(super) fn choose_mode(at: DayMillis, random: &mut Rng) -> ReplyMode {
    if quiet_since(at).is_some() {
        return ReplyMode::Fine;
    }
    let is_in = |spans: &[Range<DayMillis>]| spans.iter().any(|span| span.contains(&at));
    if OUTAGE.contains(&at) {
        return match random.u8(0..3) {
            0 => ReplyMode::Hangs(Duration::from_secs(random.u64(1..30))),
            _ => ReplyMode::Fails(ErrorKind::Network),
        };
    }
    if is_in(&SIGNED_OUT) {
        return ReplyMode::Fails(ErrorKind::SignIn);
    }
    if FORBIDDEN.contains(&at) {
        return ReplyMode::Fails(ErrorKind::Forbidden);
    }
    let often = if is_in(&FAULT_STORMS) { 300 } else { 40 };
    if random.u16(0..1000) < often {
        random_fault(random)
    } else {
        ReplyMode::Fine
    }
}

fn random_fault(random: &mut Rng) -> ReplyMode {
    match random.u8(0..40) {
        0..4 => ReplyMode::Fails(ErrorKind::Network),
        4..6 => ReplyMode::Hangs(Duration::from_secs(random.u64(1..30))),
        6..10 => ReplyMode::Slow(Duration::from_millis(random.u64(100..8000))),
        10..13 => ReplyMode::Fails(ErrorKind::InvalidResponse),
        13..15 => ReplyMode::Fails(ErrorKind::Busy { retry_after: None }),
        15..19 => {
            let pause = Duration::from_millis(random.u64(1..60_000));
            let retry_after = Some(pause);
            ReplyMode::Fails(ErrorKind::Busy { retry_after })
        }
        19..22 => ReplyMode::Fails(ErrorKind::Moved),
        22 => ReplyMode::Fails(ErrorKind::SignIn),
        23 => ReplyMode::Fails(ErrorKind::Forbidden),
        24 => match random.u8(0..3) {
            0 => ReplyMode::Fails(ErrorKind::NotFound),
            1 => ReplyMode::Fails(ErrorKind::TooLarge),
            _ => ReplyMode::Fails(ErrorKind::Config),
        },
        25..31 => ReplyMode::Cut(random.usize(0..20)),
        31..33 => ReplyMode::Twice,
        33..35 => ReplyMode::Backwards,
        35..38 => ReplyMode::All,
        _ => ReplyMode::Nothing,
    }
}

//! What goes wrong at the service, and when: single answers all day, and for some time everything.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use sochat::sync::FaultKind;

use crate::day::{At, HOUR, MINUTE, still_since};

/// How an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Fine,
    Fails(FaultKind),
    /// Nothing comes for a while, and then the connection breaks.
    Hangs(Duration),
    Slow(Duration),
    /// The answer breaks off after so many messages.
    Cut(usize),
    Twice,
    Backwards,
    /// Whatever was asked after.
    All,
    /// Not even a list.
    Nothing,
}

/// When the service is gone, nobody is signed in, and nothing is allowed.
const GONE: Range<At> = 4 * HOUR + 20 * MINUTE..5 * HOUR + 20 * MINUTE;
const SIGNED_OUT: [Range<At>; 2] = [HOUR..HOUR + 10 * MINUTE, 12 * HOUR..12 * HOUR + 10 * MINUTE];
const FORBIDDEN: Range<At> = 8 * HOUR..8 * HOUR + 3 * MINUTE;
const STORM: [Range<At>; 2] = [
    HOUR + 15 * MINUTE..HOUR + 45 * MINUTE,
    7 * HOUR..7 * HOUR + 40 * MINUTE,
];

pub fn mood(at: At, random: &mut Rng) -> Mood {
    if still_since(at).is_some() {
        return Mood::Fine;
    }
    let is_in = |spans: &[Range<At>]| spans.iter().any(|span| span.contains(&at));
    if GONE.contains(&at) {
        return match random.u8(0..3) {
            0 => Mood::Hangs(Duration::from_secs(random.u64(1..30))),
            _ => Mood::Fails(FaultKind::Network),
        };
    }
    if is_in(&SIGNED_OUT) {
        return Mood::Fails(FaultKind::SignIn);
    }
    if FORBIDDEN.contains(&at) {
        return Mood::Fails(FaultKind::Forbidden);
    }
    let often = if is_in(&STORM) { 300 } else { 40 };
    if random.u16(0..1000) < often {
        single(random)
    } else {
        Mood::Fine
    }
}

fn single(random: &mut Rng) -> Mood {
    match random.u8(0..40) {
        0..4 => Mood::Fails(FaultKind::Network),
        4..6 => Mood::Hangs(Duration::from_secs(random.u64(1..30))),
        6..10 => Mood::Slow(Duration::from_millis(random.u64(100..8000))),
        10..13 => Mood::Fails(FaultKind::Garbled),
        13..15 => Mood::Fails(FaultKind::Busy { retry_after: None }),
        15..19 => {
            let pause = Duration::from_millis(random.u64(1..60_000));
            let retry_after = Some(pause);
            Mood::Fails(FaultKind::Busy { retry_after })
        }
        19..22 => Mood::Fails(FaultKind::Moved),
        22 => Mood::Fails(FaultKind::SignIn),
        23 => Mood::Fails(FaultKind::Forbidden),
        24 => match random.u8(0..3) {
            0 => Mood::Fails(FaultKind::NotFound),
            1 => Mood::Fails(FaultKind::TooLarge),
            _ => Mood::Fails(FaultKind::Setup),
        },
        25..31 => Mood::Cut(random.usize(0..20)),
        31..33 => Mood::Twice,
        33..35 => Mood::Backwards,
        35..38 => Mood::All,
        _ => Mood::Nothing,
    }
}

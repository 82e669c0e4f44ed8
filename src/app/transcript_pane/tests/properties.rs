//! Random messages, arrivals, sizes and keys.
//!
//! The time of a message is derived from its id, as with the service: two versions of one message differ
//! in their text, never in their time. Ids are not in the order of the times.

use crate::chat::{Direction, Message, SpecialKind, Timestamp};
use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::test_support::builders::{
    agent_message, bot_message, customer_message, message, now, options_message, set_raw_json,
    special_message,
};

/// What happens without a key.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Arrive(Vec<Message>),
    Resize(u16, u16),
    Wait(i64),
}

/// Keys that move the view and nothing else.
const MOTION_KEYS: &str =
    "j k <c-d> <c-u> <pgdn> <pgup> g G ] [ } { f n N & /ok<enter> /and<esc> <space>";

const TEXT_CHUNKS: [&str; 12] = [
    "ok",
    "and a few more words than fit on one row of a narrow window",
    "プリンターのエラー番号",
    "👩‍🔧👍🏽",
    "مرحبا بالعالم",
    "https://cdn.fjord.example/uploads/2026/07/25/9f86d081884c7d659a2feaa0c55ad015/printer.jpg",
    "<br>",
    "<ul><li>one</li><li>another that goes on for a while, so that it hangs</li></ul>",
    "<b>bold</b>",
    "e\u{301}\u{302}\u{303}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "&lt;tag&gt; &amp; more",
];

/// From some days ago to some minutes ahead; three messages at a time share a minute.
pub(crate) fn posted_time(id: i64) -> Timestamp {
    let scattered = (id / 3 * 37).rem_euclid(101) * 47;
    now() + TimeDelta::minutes(150 - scattered) + TimeDelta::seconds(id % 3)
}

pub(crate) fn any_message(ids: std::ops::Range<i64>) -> impl Strategy<Value = Message> {
    let text = vec(proptest::sample::select(&TEXT_CHUNKS[..]), 0..8);
    (ids, 0..14_u8, text, any::<bool>()).prop_map(|(id, kind, text, read)| {
        let at = posted_time(id);
        let html = text.join(" ");
        let mut made = match kind {
            0..4 => customer_message(id, at, &html),
            4..7 => agent_message(id, at, &html),
            7 => bot_message(id, at, &html),
            8 => {
                let options = [("ok", ""), ("Something else", "other"), (&html, "")];
                options_message(id, at, &html, &options)
            }
            9 => {
                let choice = "ok".to_owned();
                special_message(id, at, SpecialKind::ClickedOption { choice })
            }
            10 => {
                let address = format!("https://help.fjord.example/{}", text.len());
                special_message(id, at, SpecialKind::Url { address })
            }
            11 => special_message(id, at, SpecialKind::NewSession),
            12 => Message {
                unreadable: Some("not JSON".to_owned()),
                ..message(id, Some(at), Direction::Special, "", "")
            },
            _ => {
                let (name, param) = ("Later".to_owned(), html.clone());
                let direction = Direction::Other("Aside".to_owned());
                Message {
                    special: Some(SpecialKind::Unknown { name, param }.into()),
                    ..message(id, Some(at), direction, "", &html)
                }
            }
        };
        made.read_by_customer = read;
        set_raw_json(&mut made, &format!("{kind} {html}"));
        made
    })
}

pub(crate) fn any_transcript() -> impl Strategy<Value = Vec<Message>> {
    vec(any_message(1..90), 1..30)
}

pub(crate) fn any_size() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![(20..150_u16, 5..40_u16), (20..45_u16, 5..9_u16)]
}

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => vec(any_message(1..90), 0..6).prop_map(Step::Arrive),
        2 => any_size().prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (0..9000_i64).prop_map(Step::Wait),
    ]
}

pub(crate) fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    vec(any_step(), 0..12)
}

pub(crate) fn any_motions() -> impl Strategy<Value = Vec<&'static str>> {
    let keys: Vec<_> = MOTION_KEYS.split(' ').collect();
    vec(proptest::sample::select(keys), 0..25)
}

//! Differential soak: a service that commits late, leaves gaps between ids, is restored from backups and
//! fails in every way, read by viewers and by `--follow` at the same time. Once it is quiet, each viewer holds
//! exactly what the service holds, and each message was printed once, with no key pressed to help.

mod readers;
mod restored_service;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::sync::tests::fake_api::{ApiCall, Reply};
use crate::sync::tests::s;
use crate::text::TranscriptFormat;

use super::*;
use readers::{SimpleViewer, follow};
use restored_service::{RestoredService, SESSIONS};

/// From then on the service neither changes nor fails.
const QUIET_FROM: Duration = s(25 * 60);
/// A re-read comes every five minutes, or a minute after one that failed; a pause lasts half a minute.
const END: Duration = s(25 * 60 + 7 * 60);
/// How often the user of one viewer opens another session.
const SWITCH_INTERVAL: Duration = s(40);

#[test]
fn viewers_and_followers_end_with_what_a_restored_failing_service_holds() {
    for (seed, is_calm) in [(1, false), (2, true)] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run(seed, is_calm));
    }
}

async fn run(seed: u64, is_calm: bool) {
    let service = Arc::new(Mutex::new(RestoredService::new(seed, is_calm)));
    let script = |seed_of_faults: u64| {
        let service = Arc::clone(&service);
        let mut random = fastrand::Rng::with_seed(seed * 10 + seed_of_faults);
        let random = Mutex::new(random.fork());
        move |call: &ApiCall, _: usize| -> Reply {
            let service = service.lock().unwrap();
            service.respond(call, &mut random.lock().unwrap())
        }
    };
    let mut staying = SimpleViewer::start(script(1));
    let mut switching = SimpleViewer::start(script(2));
    let viewing = staying.advance_until(END);
    let moving = async {
        let mut until = SWITCH_INTERVAL;
        for session in SESSIONS.into_iter().cycle() {
            if until > QUIET_FROM {
                break;
            }
            switching.open(session);
            switching.advance_until(until).await;
            until += SWITCH_INTERVAL;
        }
        switching.open(SESSIONS[0]);
        switching.advance_until(END).await;
    };
    let [lines, text] = [(3, TranscriptFormat::Jsonl), (4, TranscriptFormat::Text)]
        .map(|(faults, format)| follow(script(faults), SESSIONS[0], format, END));
    let ((), (), lines, text) = tokio::join!(viewing, moving, lines, text);

    let service = service.lock().unwrap();
    let held = service.held(SESSIONS[0], END);
    assert!(held.len() > 100, "{}", held.len());
    for (name, viewer) in [("staying", &staying), ("switching", &switching)] {
        let shown = viewer.shown(SESSIONS[0]);
        assert_eq!(shown, held, "{name}, seed {seed}");
    }
    for (format, output) in [("jsonl", lines), ("text", text)] {
        let mut counts = HashMap::new();
        for name in output.lines().filter_map(restored_service::name_in) {
            *counts.entry(name).or_insert(0) += 1;
        }
        let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{format}, seed {seed}: twice {twice:?}");
        let names = held.iter().map(|message| message.body.text.as_str());
        let missing: Vec<_> = names.filter(|name| !counts.contains_key(name)).collect();
        assert!(missing.is_empty(), "{format}, seed {seed}: {missing:?}");
    }
    println!(
        "seed {seed}: {} messages, {}",
        held.len(),
        service.summary()
    );
}

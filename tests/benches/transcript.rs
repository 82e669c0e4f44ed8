//! Costs of a conversation by its length: decoding, merging, wrapping, drawing and searching.
//!
//! `cargo bench --bench transcript`; `--profile quick` builds faster. Compare ratios: a frame must
//! cost the same with 100,000 messages as with 1,000.
#![allow(clippy::unwrap_used, unreachable_pub, reason = "a bench may panic")]

#[path = "program/messages.rs"]
mod messages;

use std::hint::black_box;

use chrono::{DateTime, TimeDelta};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use messages::Generator;
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use sochat::testing::{
    AnsiBackend, App, AppConfig, Appearance, ChatApi, Client, DemoOptions, DemoServer, Event,
    LoadedKey, Message, MessageDecoder, NaiveZone, PrivacyKey, Scope, Search, SessionId, Settings,
    SyncEvent, ThemeId, Timestamp, Transcript, app_config, draw, parse_sequence, view, wrap,
};

const LENGTHS: [usize; 3] = [1_000, 100_000, 1_000_000];
const SIZE: Size = Size {
    width: 120,
    height: 40,
};

/// A response with `count` messages.
fn response_json(count: usize) -> String {
    let mut generator = Generator::new();
    let messages = (1..=count).map(|number| {
        let id = i64::try_from(number).unwrap();
        generator.next().json(id, 301, posted_time(number))
    });
    format!("[{}]", messages.collect::<Vec<_>>().join(","))
}

fn posted_time(number: usize) -> Timestamp {
    let start: Timestamp = DateTime::parse_from_rfc3339("2026-03-01T08:00:00+01:00").unwrap();
    start + TimeDelta::seconds(23) * i32::try_from(number).unwrap()
}

/// Decodes a response chunk by chunk, as it arrives from the network.
fn decode(body: &str, mut batch: impl FnMut(Vec<Message>)) {
    let mut decoder = MessageDecoder::new(NaiveZone::default());
    for chunk in body.as_bytes().chunks(256 << 10) {
        batch(decoder.decode(chunk));
    }
}

fn batches(count: usize) -> Vec<Vec<Message>> {
    let mut batches = Vec::new();
    decode(&response_json(count), |batch| batches.push(batch));
    batches
}

fn decoding(criterion: &mut Criterion) {
    let body = response_json(10_000);
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("a response of 10k", |bench| {
        bench.iter(|| decode(black_box(&body), |batch| drop(black_box(batch))));
    });
    group.bench_function("a response of 10k into a transcript", |bench| {
        bench.iter(|| {
            let mut transcript = Transcript::default();
            decode(black_box(&body), |batch| {
                transcript.merge(batch, 1);
            });
            transcript
        });
    });
}

fn merging(criterion: &mut Criterion) {
    let all = batches(100_000);
    let mut known = Transcript::default();
    for batch in &all {
        known.merge(batch.clone(), 1);
    }
    let mut group = criterion.benchmark_group("merge");
    group.bench_function("100k new", |bench| {
        bench.iter_batched(
            || all.clone(),
            |batches| {
                let mut transcript = Transcript::default();
                for batch in batches {
                    transcript.merge(batch, 1);
                }
                transcript
            },
            BatchSize::LargeInput,
        );
    });
    let overlap = all.last().unwrap();
    let name = format!("{} known into 100k", overlap.len());
    group.bench_function(name, |bench| {
        let mut as_of = 1;
        bench.iter_batched(
            || overlap.clone(),
            |batch| {
                as_of += 1;
                known.merge(batch, as_of)
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("iterate 100k", |bench| {
        bench.iter(|| {
            known
                .iter()
                .map(|message| message.body.text.len())
                .sum::<usize>()
        });
    });
}

fn wrapping(criterion: &mut Criterion) {
    let messages = batches(1_000).concat();
    criterion.bench_function("wrap 1k messages", |bench| {
        bench.iter(|| {
            let rows = messages
                .iter()
                .map(|message| wrap(&message.body.text, 100).count());
            rows.sum::<usize>()
        });
    });
}

/// The app with one session open that has `count` messages.
fn app_with_messages(count: usize) -> App {
    let session = SessionId(301);
    let (mut app, _) = App::new(AppConfig {
        service_name: "bench".to_owned(),
        initial_session: Some(session),
        ..app_config(SIZE, posted_time(count))
    });
    decode(&response_json(count), |messages| {
        app.update(Event::Sync(SyncEvent::MessagesArrived {
            session,
            request_id: 1,
            messages,
        }));
    });
    app
}

fn press(app: &mut App, keys: &str) {
    for key in parse_sequence(keys).unwrap() {
        app.update(Event::KeyPressed(key));
    }
}

fn bench_open_apps(criterion: &mut Criterion) {
    for count in LENGTHS {
        let mut app = app_with_messages(count);
        drawing(criterion, &mut app, count);
        searching(criterion, &mut app, count);
    }
}

fn drawing(criterion: &mut Criterion, app: &mut App, count: usize) {
    let appearance = Appearance::new(ThemeId::default(), false);
    let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, SIZE)));
    criterion.bench_function(&format!("frame at {count}"), |bench| {
        bench.iter(|| {
            buffer.reset();
            view(black_box(app), &appearance, &mut buffer)
        });
    });
    let mut terminal = Terminal::new(AnsiBackend::new(std::io::sink())).unwrap();
    let mut up = true;
    criterion.bench_function(&format!("line key at {count}"), |bench| {
        bench.iter(|| {
            // Up through the newer half of the messages, and down again.
            up |= app.transcript_pane().unwrap().is_following();
            press(app, if up { "k" } else { "j" });
            up &= app.transcript_pane().unwrap().selected_index().unwrap() > count / 2;
            black_box(app.next_redraw());
            draw(&mut terminal, SIZE, |buf| view(app, &appearance, buf)).unwrap();
        });
    });
}

/// A search from its first key to the last scanned message.
fn searching(criterion: &mut Criterion, app: &mut App, count: usize) {
    for (name, words) in [("a miss", "Zyzzyva"), ("a common word", "invoice")] {
        criterion.bench_function(&format!("search, {name} at {count}"), |bench| {
            bench.iter(|| {
                press(app, &format!("/{words}<enter>"));
                let search = app.transcript_pane().unwrap().search();
                black_box(search.map(Search::match_count))
            });
        });
    }
}

/// Privacy switched on and off with the sessions of a busy service.
fn bench_privacy(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let listing = runtime.block_on(async {
        let options = DemoOptions {
            sessions: 6_000,
            rate: 0.0,
            ..DemoOptions::default()
        };
        let service = DemoServer::start(options).await.unwrap();
        let base = service.base_url().parse().unwrap();
        let client = Client::new(Settings::demo(base, 1000.0)).unwrap();
        client.sessions(Scope::Channels, None).await.unwrap()
    });
    let name = format!("privacy on and off, {} sessions", listing.sessions.len());
    let mut app = app_with_messages(1_000);
    app.update(Event::Sync(SyncEvent::SessionsListed {
        scope: Scope::Channels,
        below: None,
        listing: listing.map_sessions(Into::into),
    }));
    app.update(Event::PrivacyKeyLoaded(LoadedKey {
        key: PrivacyKey::new([7; PrivacyKey::LENGTH]),
        problem: None,
    }));
    criterion.bench_function(&name, |bench| bench.iter(|| press(&mut app, "pp")));
}

criterion_group!(
    benches,
    decoding,
    merging,
    wrapping,
    bench_open_apps,
    bench_privacy
);
criterion_main!(benches);

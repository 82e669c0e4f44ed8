//! The simulation: its sessions at the start, and the events that follow.

use super::*;
use crate::demo::{
    encoding::Encoding,
    scenario::{CAST, LATER_SCENARIOS, OPENING_SCENARIOS},
    simulation::Simulation,
    state::Clock,
    store::Database,
};

fn simulate(seed: u64, sessions: usize, hours: i64, step: TimeDelta) -> Database {
    let start = DemoOptions::default().start;
    let mut simulation = Simulation::new(seed, sessions, start);
    let mut database = Database::default();
    let mut now = start;
    while now <= start + TimeDelta::hours(hours) {
        simulation.advance(&mut database, now);
        now += step;
    }
    database
}

fn to_json(database: &Database) -> String {
    let quirks = Quirks::default();
    let now = DemoOptions::default().start + TimeDelta::hours(2);
    let encoding = Encoding::utc(&quirks, now);
    let sessions = database.sessions.values();
    let encoded = sessions.map(|it| {
        json!([
            entities::encode_session(&encoding, it),
            entities::encode_messages(&encoding, it, 0)
        ])
    });
    encoded.map(|it| it.to_string()).collect()
}

#[test]
fn the_same_seed_gives_the_same_database_in_steps_of_any_size() {
    let once = to_json(&simulate(7, 24, 2, TimeDelta::hours(2)));
    assert_eq!(once, to_json(&simulate(7, 24, 2, TimeDelta::seconds(15))));
    assert_ne!(once, to_json(&simulate(8, 24, 2, TimeDelta::hours(2))));
}

#[test]
fn it_never_ends_and_its_level_stays_with_ascending_ids() {
    let start = DemoOptions::default().start;
    for (seed, hours) in [(1, 26), (2, 4), (3, 4)] {
        let mut simulation = Simulation::new(seed, 24, start);
        let mut database = Database::default();
        let mut newest = 0;
        for minute in 0..60 * hours {
            simulation.advance(&mut database, start + TimeDelta::minutes(minute));
            let open = database.open_sessions().count();
            assert!((5..=16).contains(&open), "{open} open after {minute} min");
            let last = *database.sessions.last_key_value().unwrap().0;
            assert!(last >= newest);
            newest = last;
        }
        assert!(database.sessions.len() < 4500, "old sessions are removed");
        let mut sessions = database.sessions.values();
        assert!(sessions.all(|it| it.messages.windows(2).all(|two| two[0].id < two[1].id)));
    }
}

#[test]
fn every_status_and_every_special_type_occurs_at_the_start() {
    let database = simulate(1, 24, 0, TimeDelta::hours(1));
    assert_eq!(database.sessions.len(), 24);
    let sessions = || database.sessions.values();
    let statuses: BTreeSet<u8> = sessions().map(|it| it.status as u8).collect();
    assert_eq!(statuses, (0..=11).collect());
    let contents = || sessions().flat_map(|it| &it.messages).map(|it| &it.content);
    let specials: BTreeSet<u8> = contents().map(|it| it.special as u8).collect();
    let expected = [
        0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 42,
    ];
    assert_eq!(specials, expected.into());
    assert!(sessions().any(|it| it.transfer_to.is_some()));
    assert!(sessions().any(|it| it.bot_active));
    assert!(sessions().any(|it| it.ticket.is_some()));
    assert!(sessions().any(|it| it.sale.is_some()));
    assert!(sessions().any(|it| it.project.is_some()));
    assert!(sessions().any(|it| it.rating > 0));
    let is_cut = |it: &&NewMessage| it.special == SpecialType::Options && !it.param.ends_with(']');
    assert_eq!(contents().filter(is_cut).count(), 1);
}

#[tokio::test]
async fn hostile_text_is_sent_unchanged_in_the_oldest_session_only() {
    let service = start_frozen().await;
    let list = get(&service, "ChatSession/ForCurrentUser").await.json();
    let list = list.as_array().unwrap();
    let requested = |it: &&Value| it["WhenRequested"].as_str().unwrap().to_owned();
    let oldest = list.iter().min_by_key(requested).unwrap();
    assert_eq!(oldest["Status"], "Closed");
    let text: String = service
        .messages(oldest["ChatSessionId"].as_i64().unwrap())
        .iter()
        .filter_map(|message| message["Message"].as_str())
        .collect();
    for hostile in [
        "\u{1b}]52;",
        "\u{9b}31m",
        "\0",
        "\u{202e}",
        "\u{200b}",
        "\u{e0068}",
        "<script>",
        "<made-up",
        "javascript:",
    ] {
        assert!(text.contains(hostile), "{hostile:?}");
    }
    let is_harmless = |it: &&Value| it["CustomerName"] != oldest["CustomerName"];
    for session in list.iter().filter(is_harmless) {
        let id = session["ChatSessionId"].as_i64().unwrap();
        let sent = Value::from(service.messages(id)).to_string();
        assert!(
            !sent.contains("\\u00") && !sent.contains('\u{202e}'),
            "{sent}"
        );
    }
}

#[test]
fn the_embedded_scenarios_are_well_formed() {
    assert!(CAST.agents.iter().any(|agent| agent.present));
    for scenario in OPENING_SCENARIOS.iter().chain(LATER_SCENARIOS.iter()) {
        scenario.channel();
        match &scenario.customer {
            Some(alias) => assert!(scenario.customer().is_some(), "{alias}"),
            None => assert!(
                CAST.customers
                    .iter()
                    .any(|it| it.language == scenario.language)
            ),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_runs_at_its_rate_and_not_at_zero() {
    let start = DateTime::UNIX_EPOCH;
    let passed = async |rate| {
        let mut clock = Clock::start(start, rate);
        tokio::time::advance(Duration::from_secs(2)).await;
        clock.advance(TimeDelta::hours(1));
        clock.now() - start - TimeDelta::hours(1)
    };
    assert_eq!(passed(0.0).await, TimeDelta::zero());
    assert_eq!(passed(1.0).await, TimeDelta::seconds(2));
    assert_eq!(passed(1e9).await, TimeDelta::hours(2));
    assert_eq!(passed(f64::NAN).await, TimeDelta::zero());
}

#[test]
fn few_or_many_sessions_can_be_requested() {
    for sessions in [0, 1, 5, 24, 500] {
        let database = simulate(1, sessions, 0, TimeDelta::hours(1));
        assert_eq!(database.sessions.len(), sessions);
    }
}

#[tokio::test]
async fn a_message_comes_within_seconds_and_a_session_within_twenty() {
    let service = start_frozen().await;
    let needs_reply = |it: &&Value| it["Status"] == "CustomerLast";
    let idle_since = |it: &&Value| it["WhenIdle"].as_str().unwrap().to_owned();
    let sessions = service.sessions();
    let longest = sessions
        .iter()
        .filter(needs_reply)
        .min_by_key(idle_since)
        .unwrap();
    let id = longest["ChatSessionId"].as_i64().unwrap();
    let message_count = service.messages(id).len();
    service.advance(TimeDelta::seconds(3));
    assert_eq!(service.messages(id).len(), message_count + 1);
    service.advance(TimeDelta::seconds(17));
    assert!(service.sessions().len() > sessions.len());
}

#[tokio::test]
async fn tests_can_change_sessions_and_messages() {
    let service = start_frozen().await;
    let id = service.open_session();
    let first = service.post(id, NewMessage::from_customer("Hello"));
    let late = service.post(
        id,
        NewMessage {
            id: Some(7),
            due_in: TimeDelta::seconds(-9),
            ..NewMessage::from_agent("Late")
        },
    );
    let ahead = service.post(
        id,
        NewMessage {
            due_in: TimeDelta::minutes(5),
            ..NewMessage::from_agent("Soon")
        },
    );
    assert_eq!((late, ahead), (7, first + 1));
    service.set_read(id, first, false);
    service.inject_message(id, json!("no message"));
    let messages = service.messages(id);
    assert_eq!(messages[0]["ChatMessageId"], 7);
    assert_eq!(messages[0]["WhenPosted"], "2026-03-28T20:29:51+0000");
    assert_eq!(
        messages[2],
        json!({"ChatMessageId": first, "ChatSessionId": id, "Type": "ToUser", "Message": "Hello",
            "Author": "Kari Nordmann", "ReadByCustomer": 0, "SpecialType": "None", "SpecialParam": "",
            "WhenPosted": "2026-03-28T20:30:00+0000"})
    );
    assert_eq!(messages[3]["WhenPosted"], "2026-03-28T20:35:00+0000");
    assert_eq!(messages[4], "no message");
    service.set_status(id, SessionStatus::InQueue);
    let last = || service.sessions().pop().unwrap();
    assert_eq!(last()["Status"], "InQueue");
    service.post(id, NewMessage::special(SpecialType::ClosedByUser, "", ""));
    assert_eq!(last()["Status"], "Finished");
    service.post(id, NewMessage::from_customer("One more thing"));
    assert_eq!(last()["Status"], "CustomerLast");
    assert_eq!(last()["WhenEnded"], "0001-01-01T00:00:00");
    service.remove_session(id);
    let path = format!("ChatSession/{id}");
    assert_eq!(status(&service, &path, &[]).await, 404);
    assert_eq!(service.post(id, NewMessage::from_customer("Anyone?")), 0);
}

//! The queue overview: what it counts, its order, and the filter that a line sets.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::app::overlay::{Overlay, RowPresence};
use crate::chat::{
    Agent, AgentPresence, AssociateId, Channel, ChannelId, Session, Status, Wait, WaitLevel,
};
use crate::sync::{ApiError, ErrorKind, SyncCommand, SyncEvent};
use crate::test_support::builders::{minutes_ago, now, session};
use crate::test_support::{TestApp, seconds_after};

fn in_channel(session: Session, channel: (i64, &str), agent: Option<(i64, &str)>) -> Session {
    Session {
        channel: Channel {
            id: ChannelId(channel.0),
            name: channel.1.to_owned(),
            ..session.channel
        },
        agent: agent.map(|(id, name)| Agent {
            id: AssociateId(id),
            name: name.to_owned(),
        }),
        ..session
    }
}

const BILLING: (i64, &str) = (7, "Billing (EN)");
const SALES: (i64, &str) = (8, "Sales");
const QUOTED: (i64, &str) = (9, "5\" screens");
const OLA: (i64, &str) = (31, "Ola Hansen");
const KARI: (i64, &str) = (32, "Kari Dahl");

fn sessions() -> Vec<Session> {
    let mut bot = session(6, "F", Status::UserLast, 5);
    bot.bot_active = true;
    vec![
        in_channel(session(1, "A", Status::InQueue, 1), BILLING, None),
        in_channel(session(2, "B", Status::CustomerLast, 2), BILLING, Some(OLA)),
        in_channel(session(3, "C", Status::InQueue, 4), SALES, None),
        in_channel(session(4, "D", Status::UserLast, 9), SALES, Some(OLA)),
        in_channel(session(5, "E", Status::CustomerLast, 12), SALES, Some(KARI)),
        in_channel(bot, QUOTED, None),
        in_channel(
            session(7, "G", Status::Closed, 3000),
            (10, "Old"),
            Some((33, "Gone")),
        ),
        in_channel(session(8, "H", Status::Closed, 30), BILLING, Some(KARI)),
    ]
}

fn presence(agent: (i64, &str), is_present: bool, chats: i64, channels: &[i64]) -> AgentPresence {
    AgentPresence {
        agent: Agent {
            id: AssociateId(agent.0),
            name: agent.1.to_owned(),
        },
        is_present,
        ongoing_chats: chats,
        channels: channels.iter().map(|id| ChannelId(*id)).collect(),
    }
}

fn poll_presence(is_polled: bool) -> [Effect; 1] {
    [Effect::Sync(SyncCommand::PollPresence(is_polled))]
}

fn test_app() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(sessions());
    test_app
}

#[test]
fn sessions_are_counted_per_channel_and_per_agent_the_most_urgent_first() {
    let test_app = test_app();
    let rows = test_app.app.overview_rows();
    let counted: Vec<_> = rows
        .iter()
        .map(|row| {
            let counts = [
                row.queued,
                row.needs_reply,
                row.answered,
                row.bot,
                row.today,
            ];
            (
                row.name(),
                counts,
                row.waits.longest(),
                row.waits.level(now()),
            )
        })
        .collect();
    let wait = |minutes, is_exact| {
        let since = minutes_ago(minutes);
        Some(Wait { since, is_exact })
    };
    let row = |name: &str, counts, longest, level| (name.to_owned(), counts, longest, level);
    assert_eq!(
        counted,
        [
            row("Sales", [1, 1, 1, 0, 3], wait(12, false), WaitLevel::Alarm),
            row(
                "Billing (EN)",
                [1, 1, 0, 0, 3],
                wait(2, false),
                WaitLevel::None
            ),
            row("5\" screens", [0, 0, 0, 1, 1], None, WaitLevel::None),
            row(
                "Kari Dahl",
                [0, 1, 0, 0, 2],
                wait(12, false),
                WaitLevel::Alarm
            ),
            row(
                "Ola Hansen",
                [0, 1, 1, 0, 2],
                wait(2, false),
                WaitLevel::None
            ),
        ]
    );
}

/// Thresholds differ by state: a shorter wait may have passed one that the longest has not.
#[test]
fn mark_and_order_are_those_of_the_worst_level_beside_the_longest_wait() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(vec![
        in_channel(session(1, "A", Status::InQueue, 6), SALES, None),
        in_channel(session(2, "B", Status::CustomerLast, 9), SALES, None),
        in_channel(session(3, "C", Status::CustomerLast, 9), BILLING, None),
    ]);
    let rows = test_app.app.overview_rows();
    let shown = rows.iter().map(|row| {
        let since = row.waits.longest().map(|wait| wait.since);
        (row.name(), since, row.waits.level(now()))
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("Sales", WaitLevel::Alarm),
            ("Billing (EN)", WaitLevel::Warning)
        ]
        .map(|(name, level)| {
            let since = Some(minutes_ago(9));
            (name.to_owned(), since, level)
        })
    );
}

#[test]
fn enter_shows_the_sessions_of_a_line() {
    for (keys, filter, listed) in [
        ("W<enter>", "channel:Sales", &[5, 3, 4][..]),
        ("Wj<enter>", "channel:\"Billing (EN)\"", &[2, 1, 8]),
        // A name that cannot be quoted, by its number.
        ("Wjj<enter>", "channel:9", &[6]),
        ("WG<enter>", "agent:\"Ola Hansen\"", &[2, 4]),
        ("WGk<enter>", "agent:\"Kari Dahl\"", &[5, 8]),
    ] {
        let mut test_app = test_app();
        test_app.press("<enter>");
        test_app.press(keys);
        assert!(test_app.app.overlay().is_none(), "{keys}");
        assert_eq!(test_app.app.focus(), Focus::List);
        assert_eq!(test_app.app.session_list().filter(), filter);
        assert_eq!(test_app.listed_ids(), listed, "{keys}");
    }
}

#[test]
fn the_selected_line_stays_while_the_list_changes() {
    let mut test_app = test_app();
    test_app.press("Wj");
    let mut rows = sessions();
    // Billing becomes the most urgent.
    rows[0] = in_channel(session(1, "A", Status::InQueue, 50), BILLING, None);
    test_app.send_list(rows);
    assert_eq!(test_app.app.overview_rows()[0].name(), "Billing (EN)");
    test_app.press("<enter>");
    let filter = test_app.app.session_list().filter();
    assert_eq!(filter, "channel:\"Billing (EN)\"");
}

#[test]
fn its_keys_open_move_and_close_it() {
    let mut test_app = test_app();
    for keys in ["WW", "W<esc>", "Wq"] {
        test_app.press(keys);
        assert!(test_app.app.overlay().is_none(), "{keys}");
    }
    test_app.press("Wk");
    assert_eq!(test_app.notice(), Some("This is the first line"));
    test_app.press("GG");
    assert_eq!(test_app.notice(), Some("This is the last line"));
    // Without sessions there is nothing to show.
    let mut empty = TestApp::new(100, 30);
    empty.send_list(Vec::new());
    empty.press("W<enter>");
    assert!(matches!(empty.app.overlay(), Some(Overlay::Overview(_))));
    assert_eq!(empty.notice(), Some("No sessions to show here"));
}

#[test]
fn presence_is_polled_while_it_is_open() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("W"), poll_presence(true));
    assert_eq!(test_app.press("jkG"), []);
    assert_eq!(test_app.press("<esc>"), poll_presence(false));
    assert_eq!(test_app.press("W"), poll_presence(true));
    // However it closes.
    assert!(test_app.press("<enter>").contains(&poll_presence(false)[0]));
}

#[test]
fn lines_show_who_is_present_and_agents_without_a_session_too() {
    let mut test_app = test_app();
    let agents = vec![
        // Numbered otherwise than in sessions: the name decides.
        presence((5, "ola hansen"), true, 2, &[7, 8]),
        presence((32, "K. Dahl"), false, 1, &[7]),
        presence((40, "Per Vik"), true, 0, &[7]),
        presence((41, "Away"), false, 0, &[7]),
    ];
    // An answer to an overview that was closed meanwhile.
    test_app.send(SyncEvent::PresenceFetched(Ok(agents.clone())));
    test_app.press("W");
    let shown = |test_app: &TestApp| {
        let rows = test_app.app.overview_rows().into_iter();
        rows.map(|row| (row.name(), row.presence))
            .collect::<Vec<_>>()
    };
    assert!(
        shown(&test_app)
            .iter()
            .all(|(_, presence)| presence.is_none())
    );
    test_app.send(SyncEvent::PresenceFetched(Ok(agents)));
    let of_agent = |is_present, chats| Some(RowPresence::Agent { is_present, chats });
    let of_channel = |count| Some(RowPresence::Channel(count));
    let expected = [
        ("Sales", of_channel(1)),
        ("Billing (EN)", of_channel(2)),
        ("5\" screens", of_channel(0)),
        ("Kari Dahl", of_agent(false, 1)),
        ("Ola Hansen", of_agent(true, 2)),
        ("Per Vik", of_agent(true, 0)),
    ];
    let expected = expected.map(|(name, presence)| (name.to_owned(), presence));
    assert_eq!(shown(&test_app), expected);
    test_app.press("G<enter>");
    assert_eq!(test_app.app.session_list().filter(), "agent:\"Per Vik\"");
}

#[test]
fn a_refusal_leaves_the_column_blank_and_is_reported_once() {
    let mut test_app = test_app();
    test_app.press("W");
    let agents = vec![presence(OLA, true, 2, &[7])];
    test_app.send(SyncEvent::PresenceFetched(Ok(agents)));
    let error = ApiError::new(ErrorKind::Forbidden, "Not allowed (403)");
    test_app.send(SyncEvent::PresenceFetched(Err(error)));
    let rows = test_app.app.overview_rows();
    assert!(rows.iter().all(|row| row.presence.is_none()));
    let screen = test_app.screen_lines().join("\n");
    assert_eq!(
        screen.matches("presence not available").count(),
        1,
        "{screen}"
    );
    assert_eq!(test_app.notice(), None);
}

/// While it is open, every wait in it is brought up to date, listed or not.
#[test]
fn it_wakes_for_waits_that_only_it_shows() {
    let mut test_app = TestApp::new(100, 30);
    let mut rows = sessions();
    // In the queue, not the longest there, and its next minute begins before those of the others.
    let requested = seconds_after(minutes_ago(1), -50);
    rows[0].requested = Some(requested);
    rows[0].last_activity = Some(requested);
    test_app.send_list(rows);
    test_app.send_live();
    test_app.press("/agent:nobody<enter>");
    let closed = test_app.app.next_redraw();
    test_app.press("W");
    let open = test_app.app.next_redraw();
    assert!(
        open.is_some() && closed.is_some() && open < closed,
        "{open:?} {closed:?}"
    );
}

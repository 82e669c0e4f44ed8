//! The queue overview in windows of every size, without colours and in ASCII.

use crate::chat::{Agent, AgentPresence, AssociateId, ChannelId};
use crate::sync::{ApiError, ErrorKind, SyncEvent};
use crate::test_support::builders::agent;
use crate::view::tests::{assert_screen, assert_screen_with, assert_screens, test_app_after};
use crate::view::{Appearance, ThemeId};

#[test]
fn in_windows_of_every_size() {
    assert_screens(&[
        ("overview-120x36", 120, 36, "Wj"),
        ("overview-80x24", 80, 24, "W"),
        ("overview-40x12", 40, 12, "W"),
        ("overview-20x5", 20, 5, "WG"),
    ]);
}

#[test]
fn without_colours_and_in_ascii() {
    for (name, ascii) in [("mono", false), ("ascii", true)] {
        let appearance = Appearance::new(ThemeId::Mono, ascii);
        let test_app = test_app_after(80, 24, "W");
        assert_screen_with(&format!("overview-{name}-80x24"), &test_app, &appearance);
    }
}

#[test]
fn with_the_agents_present() {
    let presence = |agent: Agent, is_present, ongoing_chats| AgentPresence {
        agent,
        is_present,
        ongoing_chats,
        channels: vec![ChannelId(7)],
    };
    let yuki = Agent {
        id: AssociateId(14),
        name: "Yuki Tanaka".to_owned(),
    };
    let tom = Agent {
        id: AssociateId(17),
        name: "Tom Byrne".to_owned(),
    };
    let agents = vec![
        presence(agent("Ola Hansen"), false, 3),
        presence(yuki, true, 12),
        presence(tom, true, 0),
    ];
    for (width, height) in [(120, 36), (80, 24), (60, 20)] {
        let mut test_app = test_app_after(width, height, "W");
        test_app.send(SyncEvent::PresenceFetched(Ok(agents.clone())));
        assert_screen(&format!("overview-present-{width}x{height}"), &test_app);
    }
    let mut test_app = test_app_after(80, 24, "W");
    let error = ApiError::new(ErrorKind::NotFound, "not there");
    test_app.send(SyncEvent::PresenceFetched(Err(error)));
    assert_screen("overview-no-presence-80x24", &test_app);
}

//! The user: opens sessions, reads, searches, watches and leaves the window, all from a seed.

use crate::app::event::Event;
use fastrand::Rng;
use ratatui::layout::Size;

use crate::sync::tests::soak::timeline::{DayMillis, HOUR, MINUTE, SECOND};
use crate::sync::tests::soak::viewer::SoakViewer;

/// Key sequences with their weights.
const KEYS: [(u8, &str); 24] = [
    (10, "<esc><esc>a"),
    (8, "hj<enter>"),
    (4, "hjjjjj<enter>"),
    (3, "hkk<enter>"),
    (2, "hg<enter>"),
    (8, "lkkk"),
    (3, "l<pgup><pgup>"),
    (2, "lg"),
    (6, "lG"),
    (2, "lf"),
    (3, "l]]["),
    (4, "l/invoice<enter>nnN"),
    (2, "l/nowhere<enter><esc>"),
    (2, "h/customer<enter>j<enter>"),
    (3, "h<esc><esc>"),
    (2, "s"),
    (2, "z"),
    (2, "i<esc>"),
    (2, "r<esc>"),
    (2, "t<esc>T"),
    (2, "lM"),
    (2, "lm"),
    (2, "y"),
    (3, "R"),
];
/// Limit on listed sessions that are watched.
const MAX_WATCHED: usize = 12;

pub(super) struct User {
    random: Rng,
    /// When the user returns.
    away_until: Option<DayMillis>,
}

impl User {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Rng::with_seed(seed),
            away_until: None,
        }
    }

    pub(super) fn next_action_at(&mut self, at: DayMillis) -> DayMillis {
        let pause = match at / HOUR {
            0..2 => self.random.i64(5..40),
            2..12 => self.random.i64(20..240),
            12..15 => self.random.i64(60..600),
            21.. => self.random.i64(20..240),
            _ => self.random.i64(1800..7200),
        };
        self.away_until.unwrap_or(at + pause * SECOND)
    }

    pub(super) fn act_once(&mut self, viewer: &mut SoakViewer) {
        if self.away_until.take().is_some() {
            viewer.send([Event::FocusChanged(true)]);
        }
        let at = viewer.clock.at();
        viewer.send([]);
        match self.random.u8(0..100) {
            0..4 => self.leave_screen(viewer, at),
            4..8 => viewer.press("<esc><esc><esc>v"),
            8..10 => viewer.press("<esc><esc>hG"),
            10..13 => {
                let [width, height] = [30..120, 8..26].map(|range| self.random.u16(range));
                viewer.send([Event::Resized(Size { width, height })]);
            }
            13..20 => toggle_watch(viewer),
            _ => self.type_something(viewer),
        }
    }

    fn type_something(&mut self, viewer: &mut SoakViewer) {
        let all = KEYS.iter().map(|(weight, _)| *weight).sum();
        let mut chosen = self.random.u8(0..all);
        for (weight, keys) in KEYS {
            if chosen < weight {
                return viewer.press(keys);
            }
            chosen -= weight;
        }
    }

    fn leave_screen(&mut self, viewer: &mut SoakViewer, at: DayMillis) {
        viewer.send([Event::FocusChanged(false)]);
        self.away_until = Some(at + self.random.i64(MINUTE..20 * MINUTE));
    }
}

/// Watches sessions that need a reply, before a quiet time.
pub(super) fn watch_some(viewer: &mut SoakViewer) {
    for _ in 0..3 {
        viewer.press("<esc><esc><esc>a");
        let app = &viewer.test_app.app;
        if app
            .open_session_id()
            .is_some_and(|open| !app.is_watched(open))
        {
            toggle_watch(viewer);
        }
    }
}

fn toggle_watch(viewer: &mut SoakViewer) {
    let app = &viewer.test_app.app;
    let is_watched = app
        .open_session_id()
        .is_some_and(|open| app.is_watched(open));
    let watched = viewer.read_state.watched_sessions().into_iter();
    let listed = watched.filter(|id| app.session_list().get(*id).is_some());
    if is_watched || listed.count() < MAX_WATCHED {
        viewer.press("<esc><esc><esc>lw");
    }
}

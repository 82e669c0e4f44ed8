//! Which page of the archive to look at again: only its first page is polled, and what was loaded
//! below it, or pushed below it by new sessions, would stay as it was.
//!
//! A round goes from the end of the first page down to where sessions are held, page by page.

use crate::chat::SessionId;

/// Where a sweep is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sweep {
    /// Where the first page ends.
    top: Option<SessionId>,
    /// Down to where sessions are held below the first page, if any are.
    bottom: Option<SessionId>,
    /// Where the page read last ends.
    at: Option<SessionId>,
}

impl Sweep {
    /// Notes where a page began and where the next one does.
    pub(super) fn listed(&mut self, below: Option<SessionId>, next: Option<SessionId>) {
        if below.is_some() {
            self.holds_down_to(next.unwrap_or(SessionId(0)));
            self.at = next;
            return;
        }
        let before = std::mem::replace(&mut self.top, next);
        if let Some(before) = before.filter(|before| next > Some(*before)) {
            // New sessions have pushed others off the page.
            self.holds_down_to(before);
        }
    }

    fn holds_down_to(&mut self, end: SessionId) {
        self.bottom = Some(self.bottom.map_or(end, |bottom| bottom.min(end)));
    }

    /// The session below which to look again; `None` while one page is all there is.
    pub(super) fn next(&self) -> Option<SessionId> {
        let bottom = self.bottom?;
        let is_loaded = |at: &SessionId| *at > bottom;
        self.at.filter(is_loaded).or(self.top.filter(is_loaded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round_over_what_was_loaded_and_no_further() {
        let id = |id: i64| Some(SessionId(id));
        let mut sweep = Sweep::default();
        sweep.listed(None, id(900));
        assert_eq!(sweep.next(), None, "nothing was loaded");
        sweep.listed(id(900), id(800));
        sweep.listed(id(800), id(700));
        assert_eq!(sweep.next(), id(900));
        sweep.listed(id(900), id(800));
        assert_eq!(sweep.next(), id(800));
        sweep.listed(id(800), id(700));
        // New sessions push the pages down, and leave no gap.
        sweep.listed(None, id(930));
        assert_eq!(sweep.next(), id(930));
        sweep.listed(id(930), id(830));
        sweep.listed(id(830), id(730));
        assert_eq!(sweep.next(), id(730));
        sweep.listed(id(730), id(630));
        assert_eq!(sweep.next(), id(930));
    }

    #[test]
    fn what_new_sessions_push_below_the_first_page_is_looked_at_although_nobody_loaded_it() {
        let id = |id: i64| Some(SessionId(id));
        let mut sweep = Sweep::default();
        sweep.listed(None, id(900));
        sweep.listed(None, id(890));
        assert_eq!(sweep.next(), None, "the first page reaches further down");
        // More have come than fit on it: between it and the one before is a gap.
        sweep.listed(None, id(1100));
        assert_eq!(sweep.next(), id(1100));
        sweep.listed(id(1100), id(1000));
        assert_eq!(sweep.next(), id(1000));
        sweep.listed(id(1000), id(890));
        assert_eq!(sweep.next(), id(1100));
    }

    #[test]
    fn the_end_of_the_archive_ends_a_round() {
        let mut sweep = Sweep::default();
        sweep.listed(None, Some(SessionId(900)));
        sweep.listed(Some(SessionId(900)), None);
        assert_eq!(sweep.next(), Some(SessionId(900)));
        sweep.listed(None, None);
        assert_eq!(sweep.next(), None);
    }
}

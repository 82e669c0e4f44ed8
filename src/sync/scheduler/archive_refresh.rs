//! Which page of the archive to look at again: only its first page is polled, and what was loaded
//! below it, or pushed below it by new sessions, would stay as it was.
//!
//! A round goes from the end of the first page down to where sessions are held, page by page.

use crate::chat::SessionId;

/// Where a sweep is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ArchiveRefresh {
    /// Where the first page ends.
    first_page_below: Option<SessionId>,
    /// Down to where sessions are held below the first page, if any are.
    loaded_down_to: Option<SessionId>,
    /// Where the page read last ends.
    last_page_below: Option<SessionId>,
}

impl ArchiveRefresh {
    /// Notes where a page began and where the next one does.
    pub(super) fn on_page(&mut self, below: Option<SessionId>, next: Option<SessionId>) {
        if below.is_some() {
            self.extend_to(next.unwrap_or(SessionId(0)));
            self.last_page_below = next;
            return;
        }
        let before = std::mem::replace(&mut self.first_page_below, next);
        if let Some(before) = before.filter(|before| next > Some(*before)) {
            // New sessions have pushed others off the page.
            self.extend_to(before);
        }
    }

    fn extend_to(&mut self, end: SessionId) {
        self.loaded_down_to = Some(self.loaded_down_to.map_or(end, |bottom| bottom.min(end)));
    }

    /// The session below which to look again; `None` while one page is all there is.
    pub(super) fn next_page(&self) -> Option<SessionId> {
        let bottom = self.loaded_down_to?;
        let is_loaded = |at: &SessionId| *at > bottom;
        self.last_page_below
            .filter(is_loaded)
            .or(self.first_page_below.filter(is_loaded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round_over_what_was_loaded_and_no_further() {
        let id = |id: i64| Some(SessionId(id));
        let mut sweep = ArchiveRefresh::default();
        sweep.on_page(None, id(900));
        assert_eq!(sweep.next_page(), None, "nothing was loaded");
        sweep.on_page(id(900), id(800));
        sweep.on_page(id(800), id(700));
        assert_eq!(sweep.next_page(), id(900));
        sweep.on_page(id(900), id(800));
        assert_eq!(sweep.next_page(), id(800));
        sweep.on_page(id(800), id(700));
        // New sessions push the pages down, and leave no gap.
        sweep.on_page(None, id(930));
        assert_eq!(sweep.next_page(), id(930));
        sweep.on_page(id(930), id(830));
        sweep.on_page(id(830), id(730));
        assert_eq!(sweep.next_page(), id(730));
        sweep.on_page(id(730), id(630));
        assert_eq!(sweep.next_page(), id(930));
    }

    #[test]
    fn what_new_sessions_push_below_the_first_page_is_looked_at_although_nobody_loaded_it() {
        let id = |id: i64| Some(SessionId(id));
        let mut sweep = ArchiveRefresh::default();
        sweep.on_page(None, id(900));
        sweep.on_page(None, id(890));
        assert_eq!(
            sweep.next_page(),
            None,
            "the first page reaches further down"
        );
        // More have come than fit on it: between it and the one before is a gap.
        sweep.on_page(None, id(1100));
        assert_eq!(sweep.next_page(), id(1100));
        sweep.on_page(id(1100), id(1000));
        assert_eq!(sweep.next_page(), id(1000));
        sweep.on_page(id(1000), id(890));
        assert_eq!(sweep.next_page(), id(1100));
    }

    #[test]
    fn the_end_of_the_archive_ends_a_round() {
        let mut sweep = ArchiveRefresh::default();
        sweep.on_page(None, Some(SessionId(900)));
        sweep.on_page(Some(SessionId(900)), None);
        assert_eq!(sweep.next_page(), Some(SessionId(900)));
        sweep.on_page(None, None);
        assert_eq!(sweep.next_page(), None);
    }
}

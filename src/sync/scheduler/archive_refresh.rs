//! Archive refresh: which page of the archive to request again.
//!
//! Only the first page is polled. Pages loaded below it, and sessions that new ones push below it,
//! would never change. They are requested again one by one, from the end of the first page down to the
//! last page loaded.

use crate::chat::SessionId;

/// Progress over the loaded pages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ArchiveRefresh {
    /// The last session of the first page.
    first_page_below: Option<SessionId>,
    /// The last session loaded below the first page, if any.
    loaded_down_to: Option<SessionId>,
    /// The last session of the page requested last.
    last_page_below: Option<SessionId>,
}

impl ArchiveRefresh {
    /// Records the bounds of a page: where it began and where the next one does.
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

    /// The session below which the next page begins; `None` while only the first page is loaded.
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
    fn cycles_over_the_loaded_pages_and_no_further() {
        let id = |id: i64| Some(SessionId(id));
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, id(900));
        assert_eq!(refresh.next_page(), None, "nothing was loaded");
        refresh.on_page(id(900), id(800));
        refresh.on_page(id(800), id(700));
        assert_eq!(refresh.next_page(), id(900));
        refresh.on_page(id(900), id(800));
        assert_eq!(refresh.next_page(), id(800));
        refresh.on_page(id(800), id(700));
        // New sessions push the pages down, and leave no gap.
        refresh.on_page(None, id(930));
        assert_eq!(refresh.next_page(), id(930));
        refresh.on_page(id(930), id(830));
        refresh.on_page(id(830), id(730));
        assert_eq!(refresh.next_page(), id(730));
        refresh.on_page(id(730), id(630));
        assert_eq!(refresh.next_page(), id(930));
    }

    #[test]
    fn sessions_pushed_below_the_first_page_are_refreshed_too() {
        let id = |id: i64| Some(SessionId(id));
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, id(900));
        refresh.on_page(None, id(890));
        assert_eq!(
            refresh.next_page(),
            None,
            "the first page reaches further down"
        );
        // More have come than fit on it: between it and the one before is a gap.
        refresh.on_page(None, id(1100));
        assert_eq!(refresh.next_page(), id(1100));
        refresh.on_page(id(1100), id(1000));
        assert_eq!(refresh.next_page(), id(1000));
        refresh.on_page(id(1000), id(890));
        assert_eq!(refresh.next_page(), id(1100));
    }

    #[test]
    fn the_end_of_the_archive_ends_a_round() {
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, Some(SessionId(900)));
        refresh.on_page(Some(SessionId(900)), None);
        assert_eq!(refresh.next_page(), Some(SessionId(900)));
        refresh.on_page(None, None);
        assert_eq!(refresh.next_page(), None);
    }
}

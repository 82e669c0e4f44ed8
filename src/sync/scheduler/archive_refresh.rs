//! Archive refresh: which page of the archive to request again.
//!
//! Only the first page is polled. Pages loaded below it, and sessions that new ones push below it,
//! would never change. They are requested again one by one, from the end of the first page down to the
//! last page loaded. Where more sessions are new than the first page holds, those between it and the one
//! before are requested at once.

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
    /// The newest session of the first page.
    newest: Option<SessionId>,
    /// Sessions never listed: those below the first and above the second.
    gap: Option<(SessionId, SessionId)>,
}

impl ArchiveRefresh {
    /// Records the bounds of a page: where it began, where the next one does, and its newest session.
    pub(super) fn on_page(
        &mut self,
        below: Option<SessionId>,
        next: Option<SessionId>,
        newest: Option<SessionId>,
    ) {
        if let Some(below) = below {
            self.extend_to(next.unwrap_or(SessionId(0)));
            self.last_page_below = next;
            self.gap = self.gap.and_then(|(top, bottom)| match next {
                _ if top != below => Some((top, bottom)),
                Some(next) if next > bottom => Some((next, bottom)),
                _ => None,
            });
            return;
        }
        if let (Some(next), Some(known)) = (next, self.newest.filter(|known| next > Some(*known))) {
            let bottom = self.gap.map_or(known, |(_, bottom)| bottom.min(known));
            self.gap = Some((next, bottom));
        }
        self.newest = newest.or(self.newest);
        let before = std::mem::replace(&mut self.first_page_below, next);
        if let Some(before) = before.filter(|before| next > Some(*before)) {
            // New sessions have pushed others off the page.
            self.extend_to(before);
        }
    }

    fn extend_to(&mut self, end: SessionId) {
        self.loaded_down_to = Some(self.loaded_down_to.map_or(end, |bottom| bottom.min(end)));
    }

    /// The session below which a page begins whose sessions were never listed.
    pub(super) fn missing_page(&self) -> Option<SessionId> {
        self.gap.map(|(top, _)| top)
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
        refresh.on_page(None, id(900), None);
        assert_eq!(refresh.next_page(), None, "nothing was loaded");
        refresh.on_page(id(900), id(800), None);
        refresh.on_page(id(800), id(700), None);
        assert_eq!(refresh.next_page(), id(900));
        refresh.on_page(id(900), id(800), None);
        assert_eq!(refresh.next_page(), id(800));
        refresh.on_page(id(800), id(700), None);
        // New sessions push the pages down, and leave no gap.
        refresh.on_page(None, id(930), None);
        assert_eq!(refresh.next_page(), id(930));
        refresh.on_page(id(930), id(830), None);
        refresh.on_page(id(830), id(730), None);
        assert_eq!(refresh.next_page(), id(730));
        refresh.on_page(id(730), id(630), None);
        assert_eq!(refresh.next_page(), id(930));
    }

    #[test]
    fn sessions_pushed_below_the_first_page_are_refreshed_too() {
        let id = |id: i64| Some(SessionId(id));
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, id(900), None);
        refresh.on_page(None, id(890), None);
        assert_eq!(
            refresh.next_page(),
            None,
            "the first page reaches further down"
        );
        // More have come than fit on it: between it and the one before is a gap.
        refresh.on_page(None, id(1100), None);
        assert_eq!(refresh.next_page(), id(1100));
        refresh.on_page(id(1100), id(1000), None);
        assert_eq!(refresh.next_page(), id(1000));
        refresh.on_page(id(1000), id(890), None);
        assert_eq!(refresh.next_page(), id(1100));
    }

    #[test]
    fn sessions_between_two_first_pages_are_missing_until_they_are_listed() {
        let id = |id: i64| Some(SessionId(id));
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, id(900), id(999));
        refresh.on_page(None, id(999), id(1098));
        assert_eq!(refresh.missing_page(), None, "they meet");
        refresh.on_page(None, id(1250), id(1349));
        assert_eq!(refresh.missing_page(), id(1250));
        refresh.on_page(id(700), id(600), id(699));
        assert_eq!(refresh.missing_page(), id(1250), "another page");
        refresh.on_page(id(1250), id(1150), id(1249));
        assert_eq!(refresh.missing_page(), id(1150));
        // Once more before it is filled.
        refresh.on_page(None, id(1500), id(1599));
        refresh.on_page(id(1500), id(1098), id(1499));
        assert_eq!(refresh.missing_page(), None);
    }

    #[test]
    fn the_end_of_the_archive_ends_a_round() {
        let mut refresh = ArchiveRefresh::default();
        refresh.on_page(None, Some(SessionId(900)), None);
        refresh.on_page(Some(SessionId(900)), None, None);
        assert_eq!(refresh.next_page(), Some(SessionId(900)));
        refresh.on_page(None, None, None);
        assert_eq!(refresh.next_page(), None);
    }
}

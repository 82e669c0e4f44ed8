//! The sessions that the service lists, page by page, with the retries of an export.

use super::super::super::Error;
use super::super::super::live_rows::LiveRows;
use super::super::super::pages::SessionPages;
use super::{Exporter, Selection};
use crate::chat::{Scope, Session};
use crate::sync::ChatApi;

impl<S: ChatApi> Exporter<'_, '_, S> {
    pub(super) async fn begin_pages(
        &self,
        selection: &Selection<'_>,
    ) -> Result<SessionPages, Error> {
        let list = async |_| {
            let listed = self.api.sessions(Scope::Channels, None).await;
            Ok(LiveRows::new(listed)?)
        };
        let live = self.request(list).await?;
        Ok(SessionPages::new(live, selection.since()))
    }

    /// The next sessions; `None` after the last.
    pub(super) async fn next_page(
        &self,
        pages: &mut SessionPages,
    ) -> Result<Option<Vec<Session>>, Error> {
        if pages.is_at_end() {
            return Ok(None);
        }
        let below = pages.below();
        let list = async |_| Ok(self.api.sessions(Scope::All, below).await?);
        let page = match self.request(list).await {
            Ok(page) => Ok(page),
            Err(Error::Service(error)) => Err(error),
            Err(error) => return Err(error),
        };
        Ok(Some(pages.accept(page)?))
    }
}

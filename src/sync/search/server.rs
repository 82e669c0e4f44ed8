//! By the service's own search: a match scans the texts, so windows of ids bound what each request costs. The
//! newest messages are first.

use std::time::Duration;

use super::{REFUSALS, Search, SearchHit, Stop};
use crate::chat::{
    Customer, FoundMessage, MessageEdge, MessageId, MessageMark, MessageSearch, SearchProbe,
    SearchSupport, Session, SessionId,
};
use crate::sync::ChatApi;
use crate::sync::search::scope::SearchScope;

/// The ids of the first window, and of the smallest and the largest.
const FIRST_WINDOW: i64 = 20_000;
const WINDOWS: (i64, i64) = (200, 5_000_000);
/// A window is enlarged after a response that came sooner than this, and made smaller after one that came later
/// than the other.
const FAST: Duration = Duration::from_millis(700);
const SLOW: Duration = Duration::from_secs(4);

impl<S: ChatApi> Search<'_, S> {
    /// Searches from `newest` on back, which may be a message of earlier; `None` if it is not known.
    pub(super) async fn search_messages(
        &mut self,
        scope: &SearchScope,
        newest: Option<MessageId>,
    ) -> Result<(), Stop> {
        let newest = match newest {
            None => self.find_newest().await?,
            known => known,
        };
        let Some(mut top) = newest else {
            self.coverage.is_whole = true;
            return Ok(());
        };
        let mut below = None;
        let mut window = FIRST_WINDOW;
        loop {
            let bottom = self
                .search_window(scope, top, &mut below, &mut window)
                .await?;
            let mark = match bottom {
                MessageId::START => None,
                bottom => {
                    let edge = MessageEdge::NewestBelow(MessageId(bottom.0 + 1));
                    let mark = self.message_at(edge).await?;
                    // A service that ignores the filter would cause an endless loop.
                    mark.filter(|mark| mark.id <= bottom)
                }
            };
            let Some(mark) = mark else {
                let oldest = self.message_at(MessageEdge::Oldest).await?;
                self.coverage.is_whole = true;
                self.coverage.back_to = oldest.and_then(|oldest| oldest.posted);
                return Ok(());
            };
            self.coverage.back_to = mark.posted.or(self.coverage.back_to);
            if self.is_too_old(mark.posted) {
                return Ok(());
            }
            self.report_progress().await?;
            top = mark.id;
            below = Some(MessageId(mark.id.0 + 1));
        }
    }

    /// Asks whether the service searches; `None` if there is no message.
    async fn find_newest(&mut self) -> Result<Option<MessageId>, Stop> {
        let newest = self.message_at(MessageEdge::Newest).await?;
        let newest = newest.map(|newest| newest.id);
        self.probe = newest.map(|newest| SearchProbe {
            at: self.request.now,
            support: SearchSupport::Available { newest },
        });
        Ok(newest)
    }

    /// Searches the ids below `below`, any above `top` among them, down to a window below `top`; returns where it
    /// ended. A window that is too large for the service is made smaller.
    async fn search_window(
        &mut self,
        scope: &SearchScope,
        top: MessageId,
        below: &mut Option<MessageId>,
        window: &mut i64,
    ) -> Result<MessageId, Stop> {
        let mut refusals = 0;
        let mut above = MessageId(top.0 - *window).max(MessageId::START);
        loop {
            let search = MessageSearch {
                texts: self.texts.clone(),
                above,
                below: *below,
                channels: scope.channel_ids(),
            };
            let page = match self.api.search_messages(&search).await {
                Ok(page) => page,
                Err(error) if error.kind.is_refusal() => {
                    refusals += 1;
                    if refusals == REFUSALS {
                        return Err(Stop::Refused(error));
                    }
                    continue;
                }
                Err(error) => {
                    *window = (*window / 4).max(WINDOWS.0);
                    let highest = below.map_or(top, |below| MessageId(below.0 - 1).min(top));
                    above = above.max(MessageId(highest.0 - *window));
                    self.recover(error).await?;
                    continue;
                }
            };
            self.failures = 0;
            self.coverage.left_out.not_allowed += page.forbidden;
            self.coverage.left_out.unreadable += page.unreadable;
            let (lowest, duration) = (page.lowest, page.duration);
            self.report_found(scope, page.found).await?;
            let is_above =
                |lowest: &MessageId| *lowest > above && below.is_none_or(|below| *lowest < below);
            if let Some(lowest) = lowest.filter(is_above) {
                *below = Some(lowest);
                continue;
            }
            match duration {
                fast if fast < FAST => *window = (*window * 4).min(WINDOWS.1),
                slow if slow > SLOW => *window = (*window / 2).max(WINDOWS.0),
                _ => {}
            }
            return Ok(above);
        }
    }

    async fn message_at(&mut self, edge: MessageEdge) -> Result<Option<MessageMark>, Stop> {
        let mut refusals = 0;
        loop {
            match self.api.message_at(edge).await {
                Ok(mark) => {
                    self.failures = 0;
                    return Ok(mark);
                }
                Err(error) if error.kind.is_refusal() => {
                    refusals += 1;
                    if refusals == REFUSALS {
                        return Err(Stop::Refused(error));
                    }
                }
                Err(error) => self.recover(error).await?,
            }
        }
    }

    /// Reports those that match and whose session may be shown.
    async fn report_found(
        &mut self,
        scope: &SearchScope,
        found: Vec<FoundMessage>,
    ) -> Result<(), Stop> {
        let mut hits = Vec::new();
        for FoundMessage { session, message } in found {
            let matching = self.select(vec![message]).into_iter();
            hits.extend(matching.map(|message| SearchHit {
                session: session.clone(),
                message,
            }));
        }
        let is_unknown =
            |session: &Session| scope.needs_row || session.channel.id == crate::chat::ChannelId(0);
        let mut missing: Vec<_> = hits.iter().map(|hit| &hit.session).collect();
        missing.retain(|session| is_unknown(session) && !self.archived.contains_key(&session.id));
        let missing: Vec<_> = missing.into_iter().map(|session| session.id).collect();
        self.look_up(missing).await?;
        let mut shown = Vec::new();
        for mut hit in hits {
            if is_unknown(&hit.session) {
                let Some(Some(row)) = self.archived.get(&hit.session.id) else {
                    self.coverage.left_out.not_allowed += 1;
                    continue;
                };
                hit.session = with_customer(row.clone(), hit.session.customer);
            }
            if scope.selects(&hit.session) {
                scope.name_channel(&mut hit.session);
                shown.push(hit);
            }
        }
        self.report(shown).await
    }

    /// Looks up sessions in the archive, which lists those that the user may see.
    async fn look_up(&mut self, mut ids: Vec<SessionId>) -> Result<(), Stop> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        let rows = loop {
            match self.api.archived_sessions(&ids).await {
                Ok(rows) => break rows,
                // Without an archive nothing says that they may be shown.
                Err(error) if error.kind.is_refusal() => break Vec::new(),
                Err(error) => self.recover(error).await?,
            }
        };
        self.archived.extend(ids.into_iter().map(|id| (id, None)));
        let rows = rows.into_iter().map(|row| (row.id, Some(row)));
        self.archived.extend(rows);
        Ok(())
    }
}

/// A row of the archive, which lacks what the customer wrote in the form.
fn with_customer(row: Session, found: Customer) -> Session {
    let either = |one: String, other: String| if one.is_empty() { other } else { one };
    Session {
        customer: Customer {
            name: either(row.customer.name, found.name),
            alias: either(row.customer.alias, found.alias),
            company: either(row.customer.company, found.company),
            ..row.customer
        },
        ..row
    }
}

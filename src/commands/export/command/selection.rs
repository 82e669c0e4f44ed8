//! Selection of an export: which of the listed sessions it takes.

use std::collections::HashSet;

use super::super::super::filter::{ObservedNames, SessionFilter};
use super::super::super::retry::request;
use super::super::super::{CommandError, Context};
use super::Exporter;
use crate::chat::{AssociateId, ChannelId, Scope, Session, Timestamp};
use crate::sync::{ApiError, ChatApi};
use crate::text::{TimePoint, TimeZone};

pub(super) struct Selection<'a> {
    scope: ScopeFilter,
    filter: SessionFilter<'a>,
    /// The time of the whole export.
    now: Timestamp,
    zone: TimeZone,
}

enum ScopeFilter {
    Channels(HashSet<ChannelId>),
    AssignedTo(AssociateId),
    All,
}

impl<'a> Selection<'a> {
    pub(super) async fn new<S: ChatApi>(
        exporter: &Exporter<'a, '_, S>,
    ) -> Result<Self, CommandError> {
        let (api, args) = (exporter.api, exporter.args);
        let scope = match args.scope {
            Scope::Channels => {
                let channels = request(&exporter.shared, async || api.channels().await).await?;
                ScopeFilter::Channels(channels.into_iter().map(|channel| channel.id).collect())
            }
            Scope::Mine => {
                let me = request(&exporter.shared, async || api.me().await).await?;
                ScopeFilter::AssignedTo(me.id)
            }
            Scope::All => ScopeFilter::All,
        };
        let requested = |session: &Session| session.requested;
        Ok(Self {
            scope,
            filter: SessionFilter::new(&args.filter, args.since, args.until, requested),
            now: (exporter.now)() + api.clock_offset(),
            zone: exporter.zone.clone(),
        })
    }

    /// Returns `true` if it compares names, so that all sessions must be observed first.
    pub(super) fn has_names(&self) -> bool {
        self.filter.has_names()
    }

    /// Returns `true` if a session is selected, as far as the names observed so far show.
    pub(super) fn observes(&mut self, session: &Session) -> bool {
        self.is_in_scope(session) && self.filter.observe(session, self.now, &self.zone)
    }

    /// The names of a session, see [`Self::selects`].
    pub(super) fn observed_names(&self, session: &Session) -> ObservedNames {
        self.filter.observed_names(session)
    }

    /// Returns `true` if a session with these names is selected, all names being known.
    pub(super) fn selects(&self, names: ObservedNames) -> bool {
        self.filter.matches_observed(names)
    }

    pub(super) fn check_names(&self, context: &mut Context<'_>) -> Result<(), ApiError> {
        self.filter.check_names(context)
    }

    pub(super) fn since(&self) -> Option<TimePoint> {
        self.filter.since(self.now, &self.zone)
    }

    fn is_in_scope(&self, session: &Session) -> bool {
        match &self.scope {
            ScopeFilter::Channels(channels) => channels.contains(&session.channel.id),
            ScopeFilter::AssignedTo(me) => {
                let agent = session.agent.as_ref();
                agent.is_some_and(|agent| agent.id == *me)
            }
            ScopeFilter::All => true,
        }
    }
}

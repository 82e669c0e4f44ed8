//! Scope of a search: the sessions whose hits may be shown.

use std::collections::HashMap;

use super::{SearchRequest, SearchStop, send_with_retries};
use crate::chat::{AssociateId, Channel, ChannelId, Scope, Session};
use crate::sync::ChatApi;

#[derive(Debug)]
pub(super) struct SearchScope {
    /// `None` for any.
    channels: Option<HashMap<ChannelId, Channel>>,
    assigned_to: Option<AssociateId>,
    /// Whether only a row of the archive shows the right to read it: the service's search applies no rights.
    pub(super) needs_row: bool,
}

impl SearchScope {
    pub(super) async fn new<S: ChatApi>(
        api: &S,
        request: &SearchRequest,
    ) -> Result<Self, SearchStop> {
        let requested = &request.channels;
        let is_requested = |id| requested.is_empty() || requested.contains(&id);
        let channels = match request.scope {
            Scope::Channels => {
                let listed = send_with_retries(request.seed, || api.channels()).await;
                let listed = listed.map_err(SearchStop::Failed)?.into_iter();
                let selected = listed.filter(|channel| is_requested(channel.id));
                Some(selected.map(|channel| (channel.id, channel)).collect())
            }
            Scope::Mine | Scope::All if requested.is_empty() => None,
            Scope::Mine | Scope::All => {
                let channel = |id: &ChannelId| (*id, Channel::default());
                Some(requested.iter().map(channel).collect())
            }
        };
        let assigned_to = match request.scope {
            Scope::Mine => {
                let me = send_with_retries(request.seed, || api.me()).await;
                Some(me.map_err(SearchStop::Failed)?.id)
            }
            Scope::Channels | Scope::All => None,
        };
        Ok(Self {
            channels,
            assigned_to,
            needs_row: request.scope != Scope::Channels,
        })
    }

    /// Returns `true` if no session can be in it.
    pub(super) fn is_empty(&self) -> bool {
        self.channels.as_ref().is_some_and(HashMap::is_empty)
    }

    /// The only channels, in ascending order; `None` for any.
    pub(super) fn channel_ids(&self) -> Option<Vec<ChannelId>> {
        let channels = self.channels.as_ref()?;
        let mut ids: Vec<_> = channels.keys().copied().collect();
        ids.sort_unstable();
        Some(ids)
    }

    pub(super) fn selects(&self, session: &Session) -> bool {
        let agent = session.agent.as_ref().map(|agent| agent.id);
        let channels = self.channels.as_ref();
        channels.is_none_or(|channels| channels.contains_key(&session.channel.id))
            && (self.assigned_to.is_none() || self.assigned_to == agent)
    }

    /// Names the channel of a session, if that is known.
    pub(super) fn name_channel(&self, session: &mut Session) {
        let known = self.channels.as_ref();
        let known = known.and_then(|channels| channels.get(&session.channel.id));
        if let Some(known) = known
            && session.channel.name.is_empty()
        {
            session.channel.name.clone_from(&known.name);
        }
    }
}

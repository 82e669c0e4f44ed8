//! Presence of agents: polled while the queue overview shows it.

use std::collections::HashMap;
use std::sync::Arc;

use super::App;
use super::effect::Effect;
use super::overlay::Overlay;
use crate::chat::{Agent, AgentPresence, AssociateId, ChannelId, Message, Session, SpecialKind};
use crate::sync::{ApiError, SyncCommand};

/// The last response of the service, while the overview is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Presence {
    is_polled: bool,
    /// `None` while it is awaited.
    agents: Option<Result<Vec<AgentPresence>, ApiError>>,
}

impl App {
    /// Messages with the names of agents in place of their numbers, as far as known.
    pub(super) fn with_agent_names(&self, mut messages: Vec<Message>) -> Vec<Message> {
        for message in &mut messages {
            if let Some(to) = self.transferred_to(message) {
                message.special = Some(Box::new(SpecialKind::Transferred { to }));
            }
        }
        messages
    }

    /// Names the agents in the open transcript that were not known when its messages arrived.
    pub(super) fn name_agents_in_transcript(&mut self) {
        let (Some(id), Some(pane)) = (self.open_session_id(), self.transcript_pane()) else {
            return;
        };
        let messages = pane.transcript().iter();
        let named =
            messages.filter_map(|message| Some((message.id, self.transferred_to(message)?)));
        let named: HashMap<_, _> = named.collect();
        if let Some(pane) = self.transcript_panes.get_mut(&id)
            && !named.is_empty()
        {
            pane.replace_messages(|message| {
                let mut message = Arc::clone(message);
                if let Some(to) = named.get(&message.id).cloned() {
                    let special = SpecialKind::Transferred { to };
                    Arc::make_mut(&mut message).special = Some(Box::new(special));
                }
                message
            });
            self.dirty = true;
        }
    }

    /// The name of the agent of whom a message has only the number.
    fn transferred_to(&self, message: &Message) -> Option<String> {
        let Some(SpecialKind::Transferred { to }) = message.special.as_deref() else {
            return None;
        };
        let name = self.agent_name(AssociateId(to.parse().ok()?))?;
        Some(name.to_owned())
    }

    fn agent_name(&self, id: AssociateId) -> Option<&str> {
        // Under privacy a row is masked when it is looked at: only one with the agent is.
        let rows = self.session_list.rows();
        let rows = rows.filter(|row| agents_of(row.unmasked()).any(|it| it.id == id));
        let sessions = rows.map(|row| &**row).chain(self.open_session());
        let agents = sessions.flat_map(agents_of);
        let present = self.agents_with_presence().iter().map(|it| &it.agent);
        let mut agents = agents.chain(present);
        let agent = agents.find(|it| it.id == id && !it.name.is_empty())?;
        Some(&agent.name)
    }

    /// After every event: presence is polled while the overview is open, and only then.
    pub(super) fn poll_presence(&mut self) -> Option<Effect> {
        let is_shown = matches!(self.overlay, Some(Overlay::Overview(_)));
        if is_shown == self.presence.is_polled {
            return None;
        }
        // The presence from when it was last open is out of date.
        self.presence = Presence {
            is_polled: is_shown,
            agents: None,
        };
        Some(Effect::Sync(SyncCommand::PollPresence(is_shown)))
    }

    pub(super) fn on_presence(&mut self, agents: Result<Vec<AgentPresence>, ApiError>) {
        if self.presence.is_polled {
            let agents = Some(agents);
            self.dirty |= self.presence.agents != agents;
            self.presence.agents = agents;
            self.name_agents_in_transcript();
        }
    }

    /// Awaits the next response, as when the overview was just opened.
    pub(super) fn forget_presence(&mut self) {
        self.presence.agents = None;
    }

    /// The agents that the service lists; none where it does not provide presence.
    pub(super) fn agents_with_presence(&self) -> &[AgentPresence] {
        match &self.presence.agents {
            Some(Ok(agents)) => agents,
            _ => &[],
        }
    }

    /// Returns `true` if the service does not provide presence.
    pub(crate) fn is_presence_unavailable(&self) -> bool {
        matches!(self.presence.agents, Some(Err(_)))
    }

    /// The number of agents present in a channel; `None` if that is not known.
    pub(super) fn count_present(&self, channel: ChannelId) -> Option<usize> {
        let agents = self.presence.agents.as_ref()?.as_ref().ok()?.iter();
        let present = agents.filter(|agent| agent.is_present && agent.channels.contains(&channel));
        Some(present.count())
    }

    /// Whether an agent is present. The service may number agents otherwise than in sessions, so the name
    /// counts first.
    pub(super) fn presence_of(&self, agent: &Agent) -> Option<&AgentPresence> {
        let agents = self.agents_with_presence();
        let has_name = |it: &&AgentPresence| {
            !agent.name.is_empty() && it.agent.name.to_lowercase() == agent.name.to_lowercase()
        };
        let has_id = |it: &&AgentPresence| agent.id.0 > 0 && it.agent.id == agent.id;
        let by_name = agents.iter().find(has_name);
        by_name.or_else(|| agents.iter().find(has_id))
    }
}

/// The agent of a session, and the one it is being transferred to.
fn agents_of(session: &Session) -> impl Iterator<Item = &Agent> {
    [&session.agent, &session.transfer_to].into_iter().flatten()
}

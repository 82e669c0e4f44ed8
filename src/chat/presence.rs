//! Presence of agents, as the service reports it.

use super::{Agent, ChannelId};

/// Whether an agent takes chats now, in which channels, and how many the agent has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentPresence {
    pub agent: Agent,
    pub(crate) is_present: bool,
    pub(crate) ongoing_chats: i64,
    pub channels: Vec<ChannelId>,
}

//! Presence of agents, as the service reports it.

use super::{Agent, ChannelId};

/// Whether an agent takes chats now, in which channels, and how many the agent has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentPresence {
    pub agent: Agent,
    pub is_present: bool,
    pub ongoing_chats: i64,
    pub channels: Vec<ChannelId>,
}

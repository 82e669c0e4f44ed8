//! Scenarios: the company, its people and their conversations, read from the files in `assets/demo`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::enums::{SessionStatus, SpecialType};

pub(super) static CAST: LazyLock<Cast> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/cast.json"))
        .expect("the embedded cast is well formed, a test reads it")
});

/// The conversations that began before the service starts.
pub(super) static OPENING_SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/opening.json"))
        .expect("the embedded opening is well formed, a test reads it")
});

/// The conversations that begin later, repeated with changing people.
pub(super) static LATER_SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/talk.json"))
        .expect("the embedded talk is well formed, a test reads it")
});

/// A small company that sells tents, and its customers.
#[derive(Debug, Deserialize)]
pub(super) struct Cast {
    pub(super) agents: Vec<Agent>,
    pub(super) channels: Vec<Channel>,
    pub(super) customers: Vec<Customer>,
}

/// The first agent is the signed-in user.
#[derive(Debug, Deserialize)]
pub(super) struct Agent {
    pub(super) id: i64,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) nickname: String,
    pub(super) present: bool,
}

/// The service calls it a topic.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) welcome: String,
    pub(super) language: String,
    /// The name of the bot that answers first, if there is one.
    pub(super) bot: Option<String>,
    /// Whether the signed-in user belongs to it.
    pub(super) mine: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) language: String,
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) company: String,
    pub(super) city: String,
    pub(super) country: String,
    pub(super) host: String,
    /// Whether contact and person are linked.
    pub(super) known: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scenario {
    pub(super) language: String,
    pub(super) channel: i64,
    /// The alias of the customer; any customer of this language when absent.
    pub(super) customer: Option<String>,
    /// Seconds from the start of the service, negative; opening only.
    #[serde(default)]
    pub(super) begins: i64,
    pub(super) lines: Vec<TimedStep>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TimedStep {
    /// Seconds after the previous step.
    #[serde(default)]
    pub(super) after: u32,
    /// Seconds from the start of the service instead; opening only.
    pub(super) at: Option<i64>,
    #[serde(flatten)]
    pub(super) step: Step,
}

/// One event of a conversation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Step {
    Status(SessionStatus),
    Customer(String),
    /// Written by the agent, or by a bot as an ordinary author before an agent picks up.
    Agent(String),
    /// Written by the bot and marked as such.
    Bot(String),
    /// Written by the bot and dated ahead by this many seconds.
    Delayed {
        text: String,
        seconds: i64,
    },
    /// A question of the bot with buttons.
    Options {
        text: String,
        choices: Vec<String>,
    },
    /// The customer clicks a button.
    Clicked(String),
    Special {
        kind: SpecialType,
        #[serde(default)]
        text: String,
        #[serde(default)]
        param: String,
    },
    /// The bot stops, and the customer waits for an agent.
    Handover(SessionStatus),
    /// An agent, given by login or `anyone`, picks up.
    Pickup(String),
    /// The agent offers the session to another agent.
    Transfer(String),
    /// The other agent accepts or rejects the transfer.
    Accepted(bool),
    /// The customer's browser stops polling, or polls again.
    Leaves(bool),
    Rating(i64),
    /// A ticket of this title is linked.
    Ticket(String),
    /// A sale of this title is linked.
    Sale(String),
    /// A project of this name is linked.
    Project(String),
}

impl Cast {
    pub(super) fn agent_index(&self, login: &str) -> Option<usize> {
        self.agents.iter().position(|agent| agent.login == login)
    }

    pub(super) fn channel_index(&self, id: i64) -> Option<usize> {
        self.channels.iter().position(|channel| channel.id == id)
    }

    pub(super) fn customer_index(&self, alias: &str) -> Option<usize> {
        self.customers
            .iter()
            .position(|customer| customer.alias == alias)
    }
}

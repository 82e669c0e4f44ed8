//! The company, its people and what they say, read from the files in `assets/demo`.
//!
//! Nothing here changes while the service runs; the files are checked by the tests of this room.

use std::sync::LazyLock;

use serde::Deserialize;

use super::enums::{SessionStatus, SpecialType};

/// Everyone who may appear.
pub(super) static CAST: LazyLock<Cast> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/cast.json"))
        .expect("the embedded cast is well formed, a test reads it")
});

/// The conversations that are there when the service starts.
pub(super) static OPENING_SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/opening.json"))
        .expect("the embedded opening is well formed, a test reads it")
});

/// The conversations that come later, again and again, with changing people.
pub(super) static LATER_SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/demo/talk.json"))
        .expect("the embedded talk is well formed, a test reads it")
});

/// A small company that sells tents, and those who write to it.
#[derive(Debug, Deserialize)]
pub(super) struct Cast {
    pub(super) agents: Vec<Agent>,
    pub(super) channels: Vec<Channel>,
    pub(super) customers: Vec<Customer>,
}

/// Someone who answers; the first of them is signed in.
#[derive(Debug, Deserialize)]
pub(super) struct Agent {
    pub(super) id: i64,
    pub(super) login: String,
    pub(super) name: String,
    pub(super) nickname: String,
    pub(super) present: bool,
}

/// A chat channel, which the service calls a topic.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) welcome: String,
    pub(super) language: String,
    /// Who answers first, when that is a bot.
    pub(super) bot: Option<String>,
    /// Whether the one who is signed in belongs to it.
    pub(super) mine: bool,
}

/// Someone who writes in.
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
    /// Whether the company is known, so that contact and person are linked.
    pub(super) known: bool,
}

/// One conversation from beginning to end.
#[derive(Debug, Deserialize)]
pub(super) struct Scenario {
    pub(super) language: String,
    pub(super) channel: i64,
    /// The alias of the one who writes; anyone who speaks the language when absent.
    pub(super) customer: Option<String>,
    /// Seconds between the start of the service and this conversation; opening only.
    #[serde(default)]
    pub(super) begins: i64,
    pub(super) lines: Vec<TimedStep>,
}

/// One step of a conversation.
#[derive(Debug, Deserialize)]
pub(super) struct TimedStep {
    /// Seconds after the step before.
    #[serde(default)]
    pub(super) after: u32,
    /// Seconds from the start of the service instead; opening only.
    pub(super) at: Option<i64>,
    #[serde(flatten)]
    pub(super) step: Step,
}

/// What happens in one step.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Step {
    /// The session changes its status.
    Status(SessionStatus),
    /// The customer writes.
    Customer(String),
    /// The agent writes, or the bot as an ordinary author while no agent is there.
    Agent(String),
    /// The bot writes, marked as such.
    Bot(String),
    /// The bot writes something that is due later.
    Delayed {
        /// What it writes.
        text: String,
        /// How long after being written it is due.
        seconds: i64,
    },
    /// The bot asks with buttons.
    Options {
        /// The question.
        text: String,
        /// What the buttons say.
        choices: Vec<String>,
    },
    /// The customer clicks a button.
    Clicked(String),
    /// Something other than talk.
    Special {
        /// Its kind.
        kind: SpecialType,
        /// Its text.
        #[serde(default)]
        text: String,
        /// Its parameter.
        #[serde(default)]
        param: String,
    },
    /// The bot stops, and a person is asked for.
    Handover(SessionStatus),
    /// An agent, named by login or `anyone`, accepts the conversation.
    Pickup(String),
    /// The agent offers the conversation to another one.
    Transfer(String),
    /// The other one takes it, or declines.
    Accepted(bool),
    /// The customer's window stops asking for news.
    Leaves(bool),
    /// The customer gives stars.
    Rating(i64),
    /// The conversation is linked to a request of this title.
    Ticket(String),
    /// The conversation is linked to a sale of this title.
    Sale(String),
    /// The conversation is linked to a project of this name.
    Project(String),
}

impl Cast {
    /// The place of the agent with this login.
    pub(super) fn agent_index(&self, login: &str) -> Option<usize> {
        self.agents.iter().position(|agent| agent.login == login)
    }

    /// The place of the channel with this id.
    pub(super) fn channel_index(&self, id: i64) -> Option<usize> {
        self.channels.iter().position(|channel| channel.id == id)
    }

    /// The place of the customer with this alias.
    pub(super) fn customer_index(&self, alias: &str) -> Option<usize> {
        self.customers
            .iter()
            .position(|customer| customer.alias == alias)
    }
}

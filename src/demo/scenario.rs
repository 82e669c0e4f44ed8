//! Scenarios: the company, its agents and customers and their conversations, read from `assets/demo`.

use std::sync::LazyLock;

use serde::{Deserialize, de::DeserializeOwned};

use super::enums::{SessionStatus, SpecialType};

pub(super) static CAST: LazyLock<Cast> =
    LazyLock::new(|| parse(include_str!("../../assets/demo/cast.json")));

/// The conversations that began before the service starts.
pub(super) static OPENING_SCENARIOS: LazyLock<Vec<Scenario>> =
    LazyLock::new(|| parse(include_str!("../../assets/demo/opening.json")));

/// The conversations that begin later, repeated with changing customers and agents.
pub(super) static LATER_SCENARIOS: LazyLock<Vec<Scenario>> =
    LazyLock::new(|| parse(include_str!("../../assets/demo/talk.json")));

/// Parses an embedded file.
pub(super) fn parse<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the embedded files are well formed, tests read them all")
}

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

/// A channel: a topic, in the words of the service.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) welcome: String,
    pub(super) language: String,
    /// The name of the bot that writes first, if there is one.
    pub(super) bot: Option<String>,
    /// Whether the signed-in user belongs to it.
    pub(super) mine: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) id: i64,
    pub(super) language: String,
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) company: String,
    pub(super) city: String,
    pub(super) country: String,
    pub(super) host: String,
    /// Whether a person and a contact of the database are linked.
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

impl Scenario {
    pub(super) fn channel(&self) -> &'static Channel {
        let mut channels = CAST.channels.iter();
        channels
            .find(|it| it.id == self.channel)
            .expect("the channel is in the cast, a test checks it")
    }

    pub(super) fn customer(&self) -> Option<&'static Customer> {
        let alias = self.customer.as_ref()?;
        CAST.customers.iter().find(|it| it.alias == *alias)
    }
}

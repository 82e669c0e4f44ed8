//! Properties of the service's JSON: which are names, addresses or text, and which may be shown. Any other is
//! masked.

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Customer,
    /// The agent of the session.
    User,
    /// The agent that it is being transferred to.
    TransferTo,
    /// Any other agent.
    Agent,
    Company,
    Mail,
    Phone,
    Place,
    Host,
    /// A web address.
    Link,
    /// Text that may name somebody.
    Text,
    /// Text that is decoded elsewhere: its markup could hide a name.
    FirstMessage,
    LastMessage,
    Message,
    Author,
    SpecialParam,
    /// The number of an entity, also as text.
    Id,
    Time,
    /// A state, kind or category.
    Word,
    Unknown,
}

/// Levels of the archive's rows between a column and its value.
const WRAPPERS: [&str; 6] = [
    "column",
    "columns",
    "columndata",
    "value",
    "rawvalue",
    "displayvalue",
];

/// What a property holds, by the path to it.
pub(super) fn classify(path: &Path) -> Class {
    let mut names = path.names().filter(|name| !WRAPPERS.contains(name));
    let name = names.next().unwrap_or_default();
    let parent = names.next().unwrap_or_default();
    by_parent(parent, name).unwrap_or_else(|| by_name(name))
}

/// The names of properties from the outermost one on, in lower case, split where the service joins them
/// (`person/fullName`).
#[derive(Debug, Default)]
pub(super) struct Path {
    text: String,
    /// Where each name begins.
    starts: Vec<usize>,
}

impl Path {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn truncate(&mut self, length: usize) {
        if let Some(start) = self.starts.get(length) {
            self.text.truncate(*start);
            self.starts.truncate(length);
        }
    }

    pub(super) fn push(&mut self, name: &str) {
        let before = self.text.len();
        for part in name
            .split(['/', '.', '_', ':'])
            .filter(|part| !part.is_empty())
        {
            self.starts.push(self.text.len());
            self.text.push_str(part);
        }
        // The service's names are ASCII.
        if let Some(added) = self.text.get_mut(before..) {
            added.make_ascii_lowercase();
        }
    }

    /// From the innermost one.
    fn names(&self) -> impl Iterator<Item = &str> {
        let mut end = self.text.len();
        self.starts.iter().rev().map(move |start| {
            let name = self.text.get(*start..end).unwrap_or_default();
            end = *start;
            name
        })
    }
}

fn by_parent(parent: &str, name: &str) -> Option<Class> {
    let class = match (parent, name) {
        (
            "user" | "associate",
            "name" | "fullname" | "formalname" | "username" | "ejdisplayname",
        ) => Class::User,
        ("transferto", "name" | "fullname" | "formalname" | "username") => Class::TransferTo,
        (
            "person",
            "fullname" | "formalname" | "firstname" | "middlename" | "lastname" | "name",
        )
        | ("" | "session" | "customer", "name" | "fullname") => Class::Customer,
        ("contact", "name" | "fullname" | "namedepartment") | ("company", "name") => Class::Company,
        ("ticket" | "sale", "title") | ("project" | "chattopic", "name" | "description") => {
            Class::Text
        }
        ("links", _) => Class::Link,
        ("fieldright" | "tableright", "mask") => Class::Word,
        _ => return None,
    };
    Some(class)
}

fn by_name(name: &str) -> Class {
    match name {
        "customername" | "customeralias" | "alias" => Class::Customer,
        "agent" => Class::User,
        "associatefullname" | "ownedbyname" => Class::Agent,
        "customercompanyname" | "companyname" | "contactname" => Class::Company,
        "customerhost" | "host" | "ip" | "ipaddress" => Class::Host,
        "firstmessage" => Class::FirstMessage,
        "lastmessage" => Class::LastMessage,
        "message" => Class::Message,
        "author" => Class::Author,
        "specialparam" => Class::SpecialParam,
        "status"
        | "type"
        | "specialtype"
        | "flags"
        | "entityname"
        | "fieldtype"
        | "basestatus"
        | "ticketstatusdisplayvalue"
        | "priorityname"
        | "categoryname"
        | "categoryfullname"
        | "businessname"
        | "countryname"
        | "currency"
        | "origin" => Class::Word,
        "primarykey" | "groupidx" => Class::Id,
        "lastchanged" | "deadline" => Class::Time,
        _ if name.starts_with("when") => Class::Time,
        _ if name.ends_with("id") => Class::Id,
        _ if name.contains("mail") => Class::Mail,
        _ if ["phone", "mobile", "fax"]
            .iter()
            .any(|it| name.contains(it)) =>
        {
            Class::Phone
        }
        _ if ["address", "street", "city", "zip", "postal"]
            .iter()
            .any(|it| name.contains(it)) =>
        {
            Class::Place
        }
        _ => Class::Unknown,
    }
}

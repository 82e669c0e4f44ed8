//! A conversation full of personal data: in every field of the session and of what is linked to it, and in
//! messages of every kind.

use serde_json::json;

use super::builders::{minutes_ago, session};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Message, PrivacyKey, Session,
    SessionId, Status,
};
use crate::superoffice::{MessageDecoder, NaiveZone};

pub(crate) const KEY: PrivacyKey = PrivacyKey::new([7; PrivacyKey::LENGTH]);

/// What must not be seen anywhere, in lower case without accents.
pub(crate) const SECRETS: &[&str] = &[
    "karine",
    "nordmann",
    "ovrebo",
    "kaia77",
    "@privat",
    "privat.test",
    "912 34 567",
    "91234567",
    "98765432",
    "87654321",
    "555666",
    "fjordvik",
    "turlag",
    "84.210.13.77",
    "steinkjer",
    "storgata",
    "ingrid",
    "solheim",
    "ingso",
    "bjarne",
    "myhre",
    "sigrun",
    "aune",
    "bmy",
    "8765 4321",
    "hemmelig",
    "kunde@",
    "%40",
];

/// The personal session as JSON of `ForCurrentUser`, without what the decoder removes.
fn session_json() -> String {
    json!({
        "ChatSessionId": 341, "TopicId": 7,
        "User": {
            "AssociateId": 5, "Name": "INGSO", "PersonId": 12, "Type": "InternalAssociate",
            "FullName": "Ingrid Solheim", "FormalName": "Solheim, Ingrid", "EjUserId": 4,
            "UserName": "ingrid@privat.test", "Tooltip": "Hemmelig",
        },
        "Person": {
            "PersonId": 987_654, "FullName": "Karine Nordmann-Øvrebø", "FormalName": "Nordmann-Øvrebø, Karine",
            "Email": "kunde@privat.test", "DirectPhone": "+47 912 34 567", "MobilePhone": "98765432",
            "Title": "Hemmelig", "Position": "Hemmelig", "ContactName": "Fjordvik Turlag AS",
            "CategoryName": "Customer", "CountryId": 578, "Retired": 0,
        },
        "CustomerAlias": "kaia77", "CustomerHost": "84.210.13.77", "CustomerName": "Karine Nordmann-Øvrebø",
        "CustomerEmail": "Kunde@privat.test", "CustomerPhone": "91234567", "CustomerConsented": true,
        "CustomerCompanyName": "Fjordvik Turlag AS", "Status": "CustomerLast",
        "FirstMessage": "Hei, K&#97;rine her p&aring; <b>Fjord</b>vik", "LastMessage": "Ring 912 34 567",
        "WhenRequested": "2026-07-25T13:40:00+02:00", "WhenEnded": "0001-01-01T00:00:00",
        "InitialQueuePos": 2, "AlertLevel": 1, "Flags": "CustomerIsTyping",
        "Contact": {
            "ContactId": 9, "Name": "Fjordvik Turlag AS", "Department": "Hemmelig", "CountryName": "Norge",
            "City": "Steinkjer", "EmailAddress": "post@privat.test", "DirectPhone": "555666",
            "URL": "https://fjordvik.test", "AssociateFullName": "Bjarne Aune", "StreetAddress": "Storgata 12",
        },
        "Ticket": {
            "TicketId": 77, "Title": "Invoice of Karine Nordmann-Øvrebø", "BaseStatus": "Active",
            "OwnedByName": "Sigrun Aune",
        },
        "Sale": {"SaleId": 78, "Title": "Fjordvik Turlag: 20 tents", "Amount": 48_900.0, "Currency": "NOK"},
        "Project": {"ProjectId": 79, "Name": "Turlag 87654321"},
        "TransferTo": {"AssociateId": 6, "Name": "BMY", "FullName": "Bjarne Myhre"},
        "ShoeSize": "Hemmelig", "Account": 87_654_321, "karine@privat.test": {"Karine": ["Hemmelig", 3]},
        "_Links": {"Self": "https://service.example/Cust12345/api/v1/ChatSession/341/"},
    })
    .to_string()
}

/// Named for the agent who answers there.
fn personal_channel() -> Channel {
    Channel {
        id: ChannelId(7),
        name: "Salg, Ingrid Solheim".to_owned(),
        ..Channel::default()
    }
}

pub(crate) fn personal_session() -> Session {
    let entity = |id, name: &str| {
        Some(EntityRef {
            id,
            name: name.to_owned(),
        })
    };
    let agent = |id, name: &str| {
        Some(Agent {
            id: AssociateId(id),
            name: name.to_owned(),
        })
    };
    let text = str::to_owned;
    Session {
        channel: personal_channel(),
        customer: Customer {
            name: text("Karine Nordmann-Øvrebø"),
            alias: text("kaia77"),
            email: text("Kunde@privat.test"),
            phone: text("91234567"),
            company: text("Fjordvik Turlag AS"),
            host: text("84.210.13.77"),
            consented: true,
        },
        agent: agent(5, "Ingrid Solheim"),
        transfer_to: agent(6, "Bjarne Myhre"),
        first_message: text("Hei, Karine her på Fjordvik"),
        last_message: text("Ring 912 34 567"),
        contact: entity(9, "Fjordvik Turlag AS"),
        person: entity(987_654, "Karine Nordmann-Øvrebø"),
        ticket: entity(77, "Invoice of Karine Nordmann-Øvrebø (Active)"),
        sale: entity(78, "Fjordvik Turlag: 20 tents"),
        project: entity(79, "Turlag 87654321"),
        raw: session_json().into(),
        ..session(341, "", Status::CustomerLast, 9)
    }
}

/// A row of the archive: the same session, with fewer properties.
pub(crate) fn personal_archive_row() -> Session {
    let raw = json!({
        "PrimaryKey": "341", "EntityName": "chat", "chatSessionId": "341", "agent": "INGSO",
        "person/fullName": "Karine Nordmann-Øvrebø", "person/email/emailAddress": "kunde@privat.test",
        "contact/name": "Fjordvik Turlag AS", "associate/fullName": "Ingrid Solheim",
        "firstMessage": "Hei, K&#97;rine", "chatTopic/name": "Salg, Ingrid Solheim",
        "Column": {"person/fullName": {"RawValue": "Karine Nordmann-Øvrebø", "TooltipHint": "Hemmelig"}},
    });
    let whole = personal_session();
    Session {
        channel: whole.channel,
        agent: whole.agent,
        contact: whole.contact,
        person: whole.person,
        first_message: whole.first_message,
        raw: raw.to_string().into(),
        ..session(341, "", Status::Closed, 9)
    }
}

/// Type, author, markup, special type and parameter of each message.
const MESSAGES: &[[&str; 5]] = &[
    ["Special", "", "", "NewSession", ""],
    [
        "ToUser",
        "Karine Nordmann-Øvrebø",
        "Hei, jeg heter <i>Karine</i> Nordmann-&Oslash;vreb&oslash;",
        "None",
        "",
    ],
    [
        "ToUser",
        "kaia77",
        "KARINES nummer: +47 91 23 45 67, eller 98765432. kunde@privat.test",
        "None",
        "",
    ],
    [
        "ToCustomer",
        "Bot",
        "Hei Karine! Hva gjelder det?",
        "BotMessage",
        "",
    ],
    [
        "ToCustomer",
        "Bot",
        "Velg",
        "Options",
        r#"[{"Label":"Karine","Value":"Nordmann"},{"Label":"Ring 98765432","Value":"Ring 98765432"}]"#,
    ],
    ["Special", "", "", "ClickedOption", "Ring 98765432"],
    ["Special", "", "", "Transferred", "Bjarne Myhre"],
    [
        "Special",
        "Ingrid Solheim",
        "",
        "TransferedSession",
        "Sigrun Aune",
    ],
    [
        "ToCustomer",
        "Ingrid Solheim",
        "Velkommen, Nordmann",
        "Welcome",
        "",
    ],
    [
        "ToCustomer",
        "Ingrid Solheim",
        "Se <a href=\"https://karine.sted.example/fjordvik?mail=kunde%40privat.test&amp;id=3\">din side</a>, \
         <a href=\"mailto:kunde@privat.test\">skriv</a>, https://x.example/Karine%20Nordmann#91234567",
        "None",
        "",
    ],
    [
        "ToCustomer",
        "Ingrid Solheim",
        "",
        "Url",
        "https://nordlys.example/login?next=%2Fu%2Fkunde%2540privat.test&name=Karine",
    ],
    ["Special", "", "Ingrid er borte", "None", ""],
    ["Special", "", "", "Block", "84.210.13.77 Karine"],
    ["Special", "", "", "Error", "No mailbox kunde@privat.test"],
    [
        "ToUser",
        "Karine Nordmann-Øvrebø",
        "",
        "IllegalFileType",
        "karine_nordmann_cv.exe",
    ],
    ["Special", "", "", "FaqSuccessQuestion", "Turlag"],
    [
        "Special",
        "Karine Nordmann-Øvrebø",
        "Turlag",
        "Whiteboard",
        "guest=Karine",
    ],
    ["Special", "", "Karine", "ClosedByCustomer", ""],
    ["Special", "", "Karine", "ClosedByIdle", ""],
    ["Special", "", "Karine", "TransferRejected", ""],
    ["Special", "", "Karine", "ReopenedByCustomer", ""],
    ["Special", "", "Karine", "SessionDeleted", ""],
    ["Special", "", "Karine", "ClosedByUser", ""],
    [
        "Karine",
        "Karine Nordmann-Øvrebø",
        "Kort 8765 4321 8765 4321, sak AB555666",
        "None",
        "",
    ],
];

pub(crate) fn personal_messages() -> Vec<Message> {
    let elements = (1_i64..).zip(MESSAGES).map(|(id, [kind, author, text, special, param])| {
        json!({
            "ChatMessageId": id, "ChatSessionId": 341, "Type": kind, "Message": text, "Author": author,
            "ReadByCustomer": 1, "SpecialType": special, "SpecialParam": param,
            "WhenPosted": minutes_ago(60 - id).to_rfc3339(), "Mood": "Hemmelig",
        })
    });
    let json = serde_json::Value::from(elements.collect::<Vec<_>>()).to_string();
    let mut messages = MessageDecoder::new(NaiveZone(None)).decode(json.as_bytes());
    assert_eq!(messages.len(), MESSAGES.len());
    let mut broken = messages.first().cloned().unwrap();
    broken.id.0 = 99;
    broken.unreadable = Some("the service sent a message that is not valid JSON".to_owned());
    broken.raw = "{\"Author\": \"Karine".into();
    messages.push(broken);
    messages
}

pub(crate) const ID: SessionId = SessionId(341);

/// Fails if anything personal is in a text.
#[track_caller]
pub(crate) fn assert_masked(sink: &str, text: &str) {
    let folded = text.to_lowercase().replace('ø', "o").replace('\u{a0}', " ");
    for secret in SECRETS {
        assert!(!folded.contains(secret), "{secret} is in {sink}:\n{text}");
    }
}

//! A session list and a transcript with every kind of session and message, the same in every snapshot.

use crate::app::AppConfig;
use crate::chat::{
    CurrentUser, Customer, Direction, EntityRef, Message, Session, SessionId, SpecialKind, Status,
    Typing,
};
use crate::sync::SyncEvent;
use chrono::TimeDelta;

use super::builders::{
    agent, agent_message, bot_message, customer_message, message, minutes_ago, now,
    options_message, parse_timestamp, session, special_message, today_at,
};
use super::{TestApp, app_config};

/// Sessions in every stage, with everything that a row can show.
pub(crate) fn sessions() -> Vec<Session> {
    let channel = |mut session: Session, name: &str| {
        session.channel.name = name.to_owned();
        session
    };
    let kari = session(101, "Kari Nordmann", Status::CustomerLast, 4);
    let kari = Session {
        customer: Customer {
            alias: "kari".to_owned(),
            email: "kari@nordmann.example".to_owned(),
            phone: "+47 900 00 000".to_owned(),
            host: "84.210.0.17".to_owned(),
            consented: true,
            ..kari.customer
        },
        agent: Some(agent("Ola Hansen")),
        requested: Some(parse_timestamp("2026-07-24T16:40:02+02:00")),
        started: Some(today_at("13:31:10")),
        customer_last_poll: Some(now() - TimeDelta::seconds(3)),
        last_message: "Is there any news on this?".to_owned(),
        alert_level: 2,
        contact: Some(entity_ref(12, "Nordmann Bakeri AS")),
        ticket: Some(entity_ref(4711, "Label printer jams (Open)")),
        sale: Some(entity_ref(88, "Printers for all shops (Sold)")),
        ..kari
    };
    let yamada = session(102, "山田太郎", Status::CustomerLast, 26);
    let typing = Typing {
        customer: true,
        ..Typing::default()
    };
    let yamada = Session {
        typing,
        customer_last_poll: Some(now()),
        contact: Some(entity_ref(13, "東京商事")),
        last_message: "ありがとうございます。もう少し待ちます。".to_owned(),
        ..channel(yamada, "Support EN")
    };
    let name = "Anne-Grethe Kristoffersen-Hagen Lillestrøm";
    let company = "Northern Lights Renewable Energy Holding ASA";
    let long = Session {
        contact: Some(entity_ref(14, company)),
        first_message: "Hello?".to_owned(),
        last_message: "Hello? Is anybody there? I have been waiting".to_owned(),
        ..session(103, name, Status::InQueue, 12)
    };
    let mut alias = channel(session(104, "", Status::InQueue, 2), "Sales");
    alias.customer.alias = "bob77".to_owned();
    alias.last_message = "hi".to_owned();
    let transferred = Session {
        transfer_to: Some(agent("Per Olsen")),
        last_message: "I hand you over to a colleague.".to_owned(),
        contact: Some(entity_ref(15, "Bergen Bryggeri")),
        ..session(105, "Lars Vik", Status::UserLast, 1)
    };
    let with_bot = Session {
        bot_active: true,
        last_message: "Did this answer your question?".to_owned(),
        ..channel(session(106, "Ingrid 🎿 Moen", Status::UserLast, 0), "Sales")
    };
    let rated = Session {
        rating: Some(4),
        last_message: "Thank you, bye!".to_owned(),
        contact: Some(entity_ref(16, "Ås Hagesenter")),
        ..session(108, "Bjørn Ås", Status::Closed, 185)
    };
    let request = Session {
        ticket: Some(entity_ref(4712, "Call me back")),
        ..channel(session(112, "", Status::RequestPosted, 420), "Sales")
    };
    vec![
        kari,
        yamada,
        long,
        alias,
        transferred,
        with_bot,
        session(107, "Mona Lie", Status::PreChatForm, 1),
        rated,
        session(109, "Nils Berg", Status::ClosedFromQueue, 1500),
        session(110, "Eva Dahl", Status::Deleted, 31000),
        session(111, "Odd Bakke", Status::Other("Paused".to_owned()), 64),
        request,
    ]
}

fn entity_ref(id: i64, name: &str) -> EntityRef {
    let name = name.to_owned();
    EntityRef { id, name }
}

/// The messages before the agent joined: the bot, yesterday.
fn messages_before_agent() -> Vec<Message> {
    let yesterday = |time: &str| parse_timestamp(&format!("2026-07-24T{time}+02:00"));
    let [choice, faq] = ["Delivery", "91"].map(str::to_owned);
    let long =
        "Something else that takes a few more words to say than fit on one row of a narrow window";
    let choices = [("Delivery", "delivery"), ("Invoices", ""), (long, "other")];
    let hello = "Hi Kari! I am a bot and answer simple questions.";
    let welcome = "Welcome to <b>Fjord AS</b>. How can we help?";
    let posted = Some(yesterday("16:40:03"));
    let mut welcome = message(2, posted, Direction::ToCustomer, "Fjord AS", welcome);
    welcome.special = Some(SpecialKind::Welcome.into());
    let clicked = SpecialKind::ClickedOption { choice };
    let asked = SpecialKind::FaqSuccessQuestion { faq };
    vec![
        special_message(1, yesterday("16:40:02"), SpecialKind::NewSession),
        welcome,
        bot_message(3, yesterday("16:40:04"), hello),
        options_message(4, yesterday("16:40:05"), "What is it about?", &choices),
        special_message(5, yesterday("16:41:20"), clicked),
        special_message(6, yesterday("16:41:22"), asked),
        special_message(7, yesterday("16:56:22"), SpecialKind::ClosedByIdle),
        special_message(8, today_at("13:29:40"), SpecialKind::ReopenedByCustomer),
    ]
}

/// The conversation of today.
fn messages_with_agent() -> Vec<Message> {
    let customer = |id, time, html| customer_message(id, today_at(time), html);
    let special = |id, time, special| special_message(id, today_at(time), special);
    let [to, address, file, detail] = [
        "Ola Hansen",
        "https://help.fjord.example/printers/label/cleaning/step-by-step/with-pictures?lang=no&from=chat",
        "printer.exe",
        "the upload was refused",
    ]
    .map(str::to_owned);
    let request = "It is the third time this month, and we have a <i>whole</i> van of bread waiting for labels. Can somebody look at it before the shops open?";
    let steps = "Hello Kari,<br>please try <b>this first</b>:<ul><li>switch it <u>off</u></li><li>open the lid, take the roll out, and clean the sensor with a dry cloth; it sits at the left, beside the spring</li><li>switch it on</li></ul>The whole manual is <a href=\"https://help.fjord.example/printers/label/cleaning?lang=no\">here</a>.";
    let scripts = "プリンターのエラー番号は「E-17」です。よろしくお願いします。👩‍🔧👍🏽 مرحبا بالعالم";
    let upload = "see https://cdn.fjord.example/uploads/2026/07/25/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/printer.jpg and mail me at kari@nordmann.example";
    vec![
        customer(11, "13:29:41", "Good morning"),
        customer(12, "13:29:50", "my label printer stopped again"),
        customer(13, "13:30:15", request),
        special(14, "13:31:05", SpecialKind::Transferred { to }),
        agent_message(15, today_at("13:31:30"), steps),
        special(16, "13:31:40", SpecialKind::Url { address }),
        customer(17, "13:40:02", scripts),
        special(18, "13:41:00", SpecialKind::IllegalFileType { file }),
        special(19, "13:41:02", SpecialKind::Error { detail }),
        customer(20, "13:41:30", upload),
    ]
}

/// The end, with messages of unknown form and one dated in the future.
fn last_messages() -> Vec<Message> {
    let service = |id, time, html: &str, special: Option<SpecialKind>| Message {
        special: special.map(Into::into),
        ..message(id, Some(today_at(time)), Direction::Special, "", html)
    };
    let special = |id, time, special| special_message(id, today_at(time), special);
    let thanks = "Thank you, I see it. The sensor is broken; a new one goes out today.";
    let mut unread = agent_message(22, today_at("13:45:30"), thanks);
    unread.read_by_customer = false;
    let mut garbled = service(30, "13:52:00", "", None);
    garbled.unreadable = Some("the service sent a message that is not valid JSON".to_owned());
    let [name, param, detail] = ["CoBrowsing", "room=7", "84.210.0.17"].map(str::to_owned);
    let away = "Ola Hansen is away for a moment";
    let shared = "Kari shares her screen";
    let unknown = SpecialKind::Unknown { name, param };
    vec![
        service(21, "13:42:00", away, Some(SpecialKind::Notice)),
        unread,
        special(23, "13:46:00", SpecialKind::TransferRejected),
        special(24, "13:46:30", SpecialKind::Block { detail }),
        special(25, "13:47:00", SpecialKind::ClosedByUser),
        special(26, "13:47:10", SpecialKind::ClosedByCustomer),
        special(27, "13:47:20", SpecialKind::SessionDeleted),
        service(29, "13:51:00", shared, Some(unknown)),
        garbled,
        customer_message(31, today_at("13:58:20"), "Is there any news on this?"),
        agent_message(32, today_at("14:30:00"), "Reminder: call the carrier."),
    ]
}

/// The screens of this app by name, and the keys that lead to each.
pub(crate) const SCREENS: [(&str, &str); 19] = [
    ("window", ""),
    ("list", "h"),
    ("paused", "<pgup>"),
    ("help", "?"),
    ("command palette", ":"),
    ("details", "i"),
    ("connection", "L"),
    ("raw JSON", "r"),
    ("links", "gggg/pictures<enter>o"),
    ("all links", "O"),
    ("queue overview", "W"),
    ("time zones", "t"),
    ("message alone", "B"),
    ("filter", "h/nor"),
    ("nothing matches", "h/zzzz<enter>"),
    ("search", "/sens"),
    ("search messages", "Sref"),
    ("time", "d"),
    ("export", "e"),
];

/// An app that has the list and shows Kari's session, in which messages arrived while another was open.
pub(crate) fn test_app(width: u16, height: u16) -> TestApp {
    test_app_with(app_config(width, height))
}

/// As [`test_app`], with another configuration.
pub(crate) fn test_app_with(config: AppConfig) -> TestApp {
    let mut test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(101)),
        ..config
    });
    let mut silent = sessions();
    for session in &mut silent {
        session.typing = Typing::default();
    }
    test_app.send(SyncEvent::SignedIn(CurrentUser {
        id: agent("").id,
        name: "Ola Hansen".to_owned(),
    }));
    test_app.send_list(silent);
    test_app.send_list(sessions());
    test_app.send_messages(
        101,
        [messages_before_agent(), messages_with_agent()].concat(),
    );
    test_app.press("hj<enter>");
    test_app.send_messages(
        102,
        vec![customer_message(1, minutes_ago(26), "こんにちは")],
    );
    test_app.send_messages(101, last_messages());
    test_app.press("hk<enter>");
    test_app.send_messages(101, Vec::new());
    test_app.send_live();
    test_app
}

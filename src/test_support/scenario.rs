//! One list and one transcript with something of everything, the same in every picture.

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

/// Sessions in every stage, with everything a row can tell.
pub(crate) fn sessions() -> Vec<Session> {
    let channel = |session: Session, name: &str| Session {
        channel: crate::chat::Channel {
            name: name.to_owned(),
            ..session.channel
        },
        ..session
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
    let yamada = Session {
        typing: Typing {
            customer: true,
            agent: false,
        },
        contact: Some(entity_ref(13, "東京商事")),
        last_message: "ありがとうございます。もう少し待ちます。".to_owned(),
        ..channel(yamada, "Support EN")
    };
    let long = session(
        103,
        "Anne-Grethe Kristoffersen-Hagen Lillestrøm",
        Status::InQueue,
        12,
    );
    let long = Session {
        contact: Some(entity_ref(
            14,
            "Northern Lights Renewable Energy Holding ASA",
        )),
        first_message: "Hello?".to_owned(),
        last_message: "Hello? Is anybody there? I have been waiting".to_owned(),
        ..long
    };
    let alias = Session {
        customer: Customer {
            alias: "bob77".to_owned(),
            ..Customer::default()
        },
        last_message: "hi".to_owned(),
        ..channel(session(104, "", Status::InQueue, 2), "Sales")
    };
    let handed = Session {
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
        handed,
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
    EntityRef {
        id,
        name: name.to_owned(),
    }
}

/// What happened before the agent came.
pub(crate) fn messages_before_agent() -> Vec<Message> {
    let yesterday = |time: &str| parse_timestamp(&format!("2026-07-24T{time}+02:00"));
    vec![
        special_message(1, yesterday("16:40:02"), SpecialKind::NewSession),
        Message {
            special: Some(SpecialKind::Welcome.into()),
            ..message(
                2,
                Some(yesterday("16:40:03")),
                Direction::ToCustomer,
                "Fjord AS",
                "Welcome to <b>Fjord AS</b>. How can we help?",
            )
        },
        bot_message(
            3,
            yesterday("16:40:04"),
            "Hi Kari! I am a bot and answer simple questions.",
        ),
        options_message(
            4,
            yesterday("16:40:05"),
            "What is it about?",
            &[
                ("Delivery", "delivery"),
                ("Invoices", ""),
                (
                    "Something else that takes a few more words to say than fit on one row of a narrow window",
                    "other",
                ),
            ],
        ),
        special_message(
            5,
            yesterday("16:41:20"),
            SpecialKind::ClickedOption {
                choice: "Delivery".to_owned(),
            },
        ),
        special_message(
            6,
            yesterday("16:41:22"),
            SpecialKind::FaqSuccessQuestion {
                faq: "91".to_owned(),
            },
        ),
        special_message(7, yesterday("16:56:22"), SpecialKind::ClosedByIdle),
        special_message(8, today_at("13:29:40"), SpecialKind::ReopenedByCustomer),
    ]
}

/// The talk of today.
pub(crate) fn messages_with_agent() -> Vec<Message> {
    vec![
        customer_message(11, today_at("13:29:41"), "Good morning"),
        customer_message(12, today_at("13:29:50"), "my label printer stopped again"),
        customer_message(
            13,
            today_at("13:30:15"),
            "It is the third time this month, and we have a <i>whole</i> van of bread waiting for labels. Can somebody look at it before the shops open?",
        ),
        special_message(
            14,
            today_at("13:31:05"),
            SpecialKind::Transferred {
                to: "Ola Hansen".to_owned(),
            },
        ),
        agent_message(
            15,
            today_at("13:31:30"),
            "Hello Kari,<br>please try <b>this first</b>:<ul><li>switch it <u>off</u></li><li>open the lid, take the roll out, and clean the sensor with a dry cloth; it sits at the left, beside the spring</li><li>switch it on</li></ul>The whole manual is <a href=\"https://help.fjord.example/printers/label/cleaning?lang=no\">here</a>.",
        ),
        special_message(
            16,
            today_at("13:31:40"),
            SpecialKind::Url {
                address: "https://help.fjord.example/printers/label/cleaning/step-by-step/with-pictures?lang=no&from=chat".to_owned(),
            },
        ),
        customer_message(
            17,
            today_at("13:40:02"),
            "プリンターのエラー番号は「E-17」です。よろしくお願いします。👩‍🔧👍🏽 مرحبا بالعالم",
        ),
        special_message(
            18,
            today_at("13:41:00"),
            SpecialKind::IllegalFileType {
                file: "printer.exe".to_owned(),
            },
        ),
        special_message(
            19,
            today_at("13:41:02"),
            SpecialKind::Error {
                detail: "the upload was refused".to_owned(),
            },
        ),
        customer_message(20, today_at("13:41:30"), "see https://cdn.fjord.example/uploads/2026/07/25/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/printer.jpg and mail me at kari@nordmann.example"),
    ]
}

/// The end, with what nobody knows how to read, and a message dated ahead.
pub(crate) fn last_messages() -> Vec<Message> {
    let unread = Message {
        read_by_customer: false,
        ..agent_message(
            22,
            today_at("13:45:30"),
            "Thank you, I see it. The sensor is broken; a new one goes out today.",
        )
    };
    let garbled = Message {
        unreadable: Some("the service sent a message that is not valid JSON".to_owned()),
        special: None,
        ..message(30, Some(today_at("13:52:00")), Direction::Special, "", "")
    };
    let unknown = Message {
        special: Some(
            SpecialKind::Unknown {
                name: "CoBrowsing".to_owned(),
                param: "room=7".to_owned(),
            }
            .into(),
        ),
        ..message(
            29,
            Some(today_at("13:51:00")),
            Direction::Special,
            "",
            "Kari shares her screen",
        )
    };
    let notice = Message {
        special: Some(SpecialKind::Notice.into()),
        ..message(
            21,
            Some(today_at("13:42:00")),
            Direction::Special,
            "",
            "Ola Hansen is away for a moment",
        )
    };
    vec![
        notice,
        unread,
        special_message(23, today_at("13:46:00"), SpecialKind::TransferRejected),
        special_message(
            24,
            today_at("13:46:30"),
            SpecialKind::Block {
                detail: "84.210.0.17".to_owned(),
            },
        ),
        special_message(25, today_at("13:47:00"), SpecialKind::ClosedByUser),
        special_message(26, today_at("13:47:10"), SpecialKind::ClosedByCustomer),
        special_message(27, today_at("13:47:20"), SpecialKind::SessionDeleted),
        unknown,
        garbled,
        customer_message(31, today_at("13:58:20"), "Is there any news on this?"),
        agent_message(32, today_at("14:30:00"), "Reminder: call the carrier."),
    ]
}

/// A desk where the list has come and Kari's session is open, an answer having come while away.
pub(crate) fn test_app(width: u16, height: u16) -> TestApp {
    test_app_with(app_config(width, height))
}

/// The same on a desk set up otherwise.
pub(crate) fn test_app_with(setup: AppConfig) -> TestApp {
    let mut test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(101)),
        ..setup
    });
    let silent = |session: Session| Session {
        typing: Typing::default(),
        ..session
    };
    test_app.send(SyncEvent::SignedIn(CurrentUser {
        id: agent("").id,
        name: "Ola Hansen".to_owned(),
    }));
    test_app.send_list(sessions().into_iter().map(silent).collect());
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

//! Tests of masking: texts, addresses and values, and that it neither fails nor is done twice.

use proptest::prelude::*;

use super::*;
use crate::chat::{Format, Message, Session};
use crate::test_support::builders::{agent_message, customer_message, now, session};
use crate::test_support::personal::{
    KEY, assert_masked, personal_archive_row, personal_messages, personal_session,
};
use crate::text::table;

fn masker() -> Masker {
    Masker::new(&KEY)
}

/// The known data of the personal session.
fn known() -> KnownData {
    let mut known = KnownData::default();
    masker().add_session(&mut known, &personal_session());
    known
}

fn pseudonym(kind: Kind, value: &str) -> String {
    masker().pseudonyms.make(kind, value).to_string()
}

/// A text with `{c}`, `{a}`, `{o}`, `{p}`, `{m}`, `{h}` and `{l}` for the pseudonyms of customer, agent, company,
/// phone, email address, host and place.
fn filled(text: &str) -> String {
    let stands_for = [
        ("{c}", pseudonym(Kind::Customer, "Karine Nordmann-Øvrebø")),
        ("{a}", pseudonym(Kind::Agent, "Ingrid Solheim")),
        ("{o}", pseudonym(Kind::Company, "Fjordvik Turlag AS")),
        ("{p}", pseudonym(Kind::Phone, "91234567")),
        ("{m}", pseudonym(Kind::Mail, "kunde@privat.test")),
        ("{h}", pseudonym(Kind::Host, "84.210.13.77")),
        ("{l}", pseudonym(Kind::Place, "Steinkjer")),
    ];
    let slug = masker()
        .pseudonyms
        .make(Kind::Customer, "Karine Nordmann-Øvrebø");
    let text = text.replace("{slug}", &slug.slug());
    let fill = |text: String, (mark, by): &(&str, String)| text.replace(mark, by);
    stands_for.iter().fold(text, fill)
}

#[test]
fn the_customer_has_one_pseudonym_under_whatever_name_a_message_gives() {
    let customer = pseudonym(Kind::Customer, "Karine Nordmann-Øvrebø");
    let message = Message {
        author: "Kaja".to_owned(),
        ..customer_message(1, now(), "Kaja here")
    };
    let mut known = known();
    // Learnt first or not.
    assert_eq!(masker().mask_message(&message, &known).author, customer);
    masker().add_message(&mut known, &message);
    let masked = masker().mask_message(&message, &known);
    assert_eq!(masked.author, customer);
    assert_eq!(masked.body.text, format!("{customer} here"));
    // For an agent it is another name.
    let of_agent = Message {
        author: "Kai".to_owned(),
        ..agent_message(2, now(), "Hello")
    };
    let masked = masker().mask_message(&of_agent, &known).author;
    assert_eq!(masked, pseudonym(Kind::Agent, "Kai"));
}

#[test]
fn names_numbers_and_addresses_of_fields_are_found_in_texts() {
    let known = known();
    for [text, masked] in table(
        "
        Hi Karine                        | Hi {c}
        KARINE NORDMANN ØVREBØ!          | {c}!
        Nordmann, Karine                 | {c}, {c}
        karine.nordmann-ovrebo           | {c}
        kari\u{301}ne Ovrebø             | {c}
        ka\u{ad}rine                     | {c}
        Karine's and Nordmanns car       | {c}'s and {c} car
        Karinette                        | Karinette
        I am kaia77, ask Ingrid          | I am {c}, ask {a}
        INGSO: Solheim, not Ingrid Lie   | {a}: {a}, not {a} Lie
        We are Fjordvik Turlag AS        | We are {o}
        as well as turlag                | as well as {o}
        at kunde@privat.test.            | at {m}.
        KUNDE%40privat.test              | {m}
        call 91234567 or +47 912-34-567  | call {p} or +{p}
        (0047) 91 23 45 67               | ({p}
        from 84.210.13.77                | from {h}
        in Steinkjer                     | in {l}
        order 12345 of 2026-07-25 14:02  | order 12345 of 2026-07-25 14:02
        20 000 kr                        | 20 000 kr
        {c} and {m} stay                 | {c} and {m} stay
        ",
    ) {
        let masked = filled(masked);
        let found = masker().mask_text(&filled(text), &known);
        assert_eq!(found, masked, "{text}");
    }
}

#[test]
fn mail_addresses_and_long_numbers_are_masked_whatever_is_known() {
    let nothing = KnownData::default();
    let number = |digits| pseudonym(Kind::Number, digits);
    for (text, masked) in [
        (
            "<ola.nordmann+x@a-b.no>",
            format!("<{}>", pseudonym(Kind::Mail, "ola.nordmann+x@a-b.no")),
        ),
        ("ørn@blåbær.no", pseudonym(Kind::Mail, "ørn@blåbær.no")),
        ("a＠b.no", pseudonym(Kind::Mail, "a@b.no")),
        ("123456", number("123456")),
        (
            "no 1234567, AB123456x",
            format!("no {}, AB{}x", number("1234567"), number("123456")),
        ),
        ("4111 1111 1111 1111", number("4111111111111111")),
        ("٠١٢٣٤٥", number("٠١٢٣٤٥")),
        ("12345", "12345".to_owned()),
        ("@ 5, a@, @b", "@ 5, a@, @b".to_owned()),
    ] {
        assert_eq!(masker().mask_text(text, &nothing), masked, "{text}");
    }
}

/// In scripts without spaces a name is part of a longer word.
#[test]
fn names_are_found_inside_of_words_of_other_scripts() {
    for (name, text) in [
        ("山田 太郎", "山田太郎です。"),
        ("김민수", "김민수님 안녕하세요"),
        ("Алёна Иванова", "это Алена ИВАНОВА"),
        ("Παπαδοπούλου", "η κ. ΠΑΠΑΔΟΠΟΎΛΟΥ"),
    ] {
        let mut known = KnownData::default();
        masker().add_session(
            &mut known,
            &session(1, name, crate::chat::Status::InQueue, 1),
        );
        let masked = masker().mask_text(text, &known);
        assert!(
            masked.contains(&pseudonym(Kind::Customer, name)),
            "{text}: {masked}"
        );
        for part in name.split(' ') {
            assert!(!masked.contains(part), "{text}: {masked}");
        }
    }
}

#[test]
fn an_address_shows_where_it_leads_and_nothing_personal() {
    let known = known();
    for [address, masked] in table(
        "
        https://nordlys.example/compare?a=3      | https://nordlys.example/compare?a=3
        https://x.example/u/Karine%20Nordmann/   | https://x.example/u/{slug}/
        https://x.example?mail=kunde%40privat.test&n=12 | https://x.example?mail=masked&n=12
        https://x.example/?Karine&k=1234567#top  | https://x.example/?masked&k=masked#masked
        https://karine@x.example:8080/a          | https://masked@x.example:8080/a
        http://nordmann.example/kunde@privat.test | http://{slug}.example/masked
        www.x.example/%254baRine                 | www.x.example/{slug}
        https://x.example/?next=https://y.example/?q=Karine | https://x.example/?next=masked
        mailto:kunde@privat.test?subject=Karine  | mailto:{m}
        tel:+4791234567                          | tel:masked
        ",
    ) {
        let address = address.trim();
        let found = masker().mask_address(address, &known);
        let wanted = filled(masked);
        assert_eq!(found, wanted);
        assert_eq!(masker().mask_address(&found, &known), found);
        assert_masked("an address", &found);
    }
}

/// An email address that begins within a web address ends with it.
#[test]
fn an_address_with_a_mail_address_in_its_end_is_masked_once() {
    let text = "https://x.example/?a=1&b=2#`kunde@privat.test#.";
    let masked = masker().mask_text(text, &known());
    assert_eq!(masked, "https://x.example/?a=1&b=2#masked.");
    assert_eq!(masker().mask_text(&masked, &known()), masked);
}

/// Formats and links stay on the words that they belong to.
#[test]
fn annotations_follow_the_text() {
    let html =
        "Dear <b>Karine</b>, see <a href=\"https://x.example/?q=Karine\">Turlag <i>now</i></a>";
    let message = customer_message(1, now(), html);
    let masked = masker().mask_message(&message, &known());
    let parts = masked.body.annotations.iter().map(|it| {
        let text = masked.body.text.get(it.range.clone()).unwrap().to_owned();
        (text, it.format.clone())
    });
    let parts = parts.collect::<Vec<_>>();
    assert_eq!(
        parts,
        [
            (filled("{c}"), Format::Bold),
            (
                filled("{o} now"),
                Format::Link("https://x.example/?q=masked".to_owned())
            ),
            ("now".to_owned(), Format::Italic),
            (
                "https://x.example/?q=masked".to_owned(),
                Format::Link("https://x.example/?q=masked".to_owned())
            ),
        ]
    );
}

#[test]
fn one_person_has_one_pseudonym_under_any_name_and_with_any_key_another() {
    let masked = masker().mask_session(&personal_session());
    assert_eq!(masked.customer.name, masked.customer.alias);
    assert_eq!(
        masked.person.as_ref().map(|it| &it.name),
        Some(&masked.customer.name)
    );
    let archived = masker().mask_session(&personal_archive_row());
    assert_eq!(archived.customer_name(), Some(&*masked.customer.name));
    let message = customer_message(1, now(), "");
    let author = |key: u8| {
        let other = Masker::new(&PrivacyKey::new([key; PrivacyKey::LENGTH]));
        other.mask_message(&message, &KnownData::default()).author
    };
    assert_eq!(author(1), author(1));
    assert_ne!(author(1), author(2));
}

#[test]
fn ids_times_and_states_stay() {
    let session = personal_session();
    let masked = masker().mask_session(&session);
    let facts = |it: &Session| {
        let of = |entity: &Option<crate::chat::EntityRef>| entity.as_ref().map(|it| it.id);
        let entities = [&it.contact, &it.person, &it.ticket, &it.sale, &it.project].map(of);
        (
            it.id,
            it.channel.id,
            it.status.clone(),
            it.requested,
            it.last_activity,
            entities,
        )
    };
    assert_eq!(facts(&masked), facts(&session));
    let json: serde_json::Value = serde_json::from_str(&masked.raw).unwrap();
    for (pointer, value) in [
        ("/ChatSessionId", serde_json::json!(341)),
        ("/Person/PersonId", serde_json::json!(987_654)),
        ("/Status", serde_json::json!("CustomerLast")),
        (
            "/WhenRequested",
            serde_json::json!("2026-07-25T13:40:00+02:00"),
        ),
        ("/Contact/CountryName", serde_json::json!("Norge")),
        (
            "/_Links/Self",
            serde_json::json!("https://service.example/Cust12345/api/v1/ChatSession/341/"),
        ),
        ("/ShoeSize", serde_json::json!("masked")),
        ("/Account", serde_json::json!(0)),
        ("/CustomerName", serde_json::json!(masked.customer.name)),
        (
            "/User/Name",
            serde_json::json!(masked.agent.as_ref().unwrap().name),
        ),
        ("/FirstMessage", serde_json::json!(masked.first_message)),
    ] {
        assert_eq!(json.pointer(pointer), Some(&value), "{pointer}");
    }
}

/// In an error the numbers are those of sessions and the addresses those of the service.
#[test]
fn names_and_mails_are_masked_in_sentences_of_our_own() {
    let why = "Session 12345678 not found (https://service.example/Cust12345: Ingrid may not, ask kunde@privat.test)";
    let masked =
        "Session 12345678 not found (https://service.example/Cust12345: {a} may not, ask {m})";
    assert_eq!(masker().mask_sentence(why, &known()), filled(masked));
}

#[test]
fn nothing_personal_is_left_in_any_value() {
    let mut known = known();
    for row in [personal_session(), personal_archive_row()] {
        assert_masked("a session", &format!("{:?}", masker().mask_session(&row)));
    }
    let messages = personal_messages();
    for message in &messages {
        masker().add_message(&mut known, message);
    }
    for message in &messages {
        let masked = masker().mask_message(message, &known);
        assert_masked("a message", &format!("{masked:?}"));
        assert_eq!((masked.id, masked.posted), (message.id, message.posted));
    }
}

/// Text with names, addresses and numbers in it, and anything else.
fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("Karine".to_owned()),
        Just("Nordmann-Øvrebø".to_owned()),
        Just("fjordvik AS".to_owned()),
        // Directly behind something else, it may be part of another address once that is masked.
        Just(" kunde@privat.test".to_owned()),
        Just("+47 912 34 567".to_owned()),
        Just("https://x.example/Karine?a=91234567&b=%40#".to_owned()),
        "[ .,@%:/?&=#'-]",
        // Directly behind a name, it would be one with the digits of the pseudonym.
        " [0-9]{1,9}",
        "\\PC{0,6}",
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once(text in any_text()) {
        let known = known();
        let once = masker().mask_text(&text, &known);
        prop_assert_eq!(masker().mask_text(&once, &known), once);
    }

    #[test]
    fn values_of_any_text_are_masked_and_keep_their_ids(name in ".*", text in any_text(), raw in ".*") {
        let session = Session {
            customer: crate::chat::Customer { company: text.clone(), host: name.clone(), ..Default::default() },
            last_message: text.clone(),
            raw: raw.as_str().into(),
            ..session(5, &name, crate::chat::Status::InQueue, 1)
        };
        let masked = masker().mask_session(&session);
        prop_assert_eq!(masked.id, session.id);
        prop_assert_eq!(masker().mask_session(&masked).customer, masked.customer);
        let mut message = customer_message(3, now(), &text);
        message.author = name;
        let mut known = KnownData::default();
        masker().add_session(&mut known, &session);
        let masked: Message = masker().mask_message(&message, &known);
        prop_assert_eq!(masked.id, message.id);
        let text = &masked.body.text;
        for annotation in &masked.body.annotations {
            prop_assert!(text.get(annotation.range.clone()).is_some());
        }
    }

    #[test]
    fn json_stays_json_of_the_same_form(key in "\\PC{0,5}", text in any_text(), number in any::<i64>()) {
        let json = serde_json::json!({ &key: text, "List": [text, number, null, { "Message": text }] });
        let masked = masker().mask_json(&json.to_string(), &known(), |_| None);
        let masked: serde_json::Value = serde_json::from_str(&masked).unwrap();
        prop_assert_eq!(masked["List"].as_array().map(Vec::len), Some(4));
        prop_assert!(masked["List"][1].is_number());
    }
}

//! Documents in every format, with names and messages meant to break them.

use std::sync::Arc;

use html5gum::{Token, Tokenizer};

use super::{Document, document::WriteSummary};
use crate::chat::{Agent, EntityRef, Message, Session, SpecialKind, Status};
use crate::test_support::builders::{
    agent_message, customer_message, message, now, options_message, session, special_message,
    today_at,
};
use crate::test_support::oslo_zone;
use crate::text::TranscriptFormat;

const HOSTILE: &str =
    "</title><script>alert(1)</script> \"' onload=x *a* _b_ `c` [d](javascript:x) |# &amp;lt;";

fn hostile_session() -> Session {
    Session {
        agent: Some(Agent {
            name: "Ola <b>Hansen</b>".to_owned(),
            ..Agent::default()
        }),
        ticket: Some(EntityRef {
            id: 17,
            name: "Wrong invoice".to_owned(),
        }),
        rating: Some(4),
        raw: "{\"ChatSessionId\":341}".into(),
        ..session(341, HOSTILE, Status::Closed, 90)
    }
}

fn render(format: TranscriptFormat, row: Option<&Session>, messages: Vec<Message>) -> String {
    let zone = oslo_zone();
    let document = Document {
        format,
        id: crate::chat::SessionId(341),
        session: row,
        zone: &zone,
        exported: now(),
        incomplete: Some("the transcript was still loading"),
        has_bom: true,
        format_json: &|raw| raw.to_owned(),
    };
    let mut out = Vec::new();
    let messages = messages.into_iter().map(Arc::new).collect();
    document.write(messages, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A conversation with what each format must not take for its own syntax.
fn hostile_messages() -> Vec<Message> {
    let mut by_hostile = customer_message(3, today_at("13:58"), "=cmd()\n- item\n1. one\n# title");
    by_hostile.author = "=1+1\"<i>".to_owned();
    vec![
        by_hostile,
        // A smaller time after a larger one.
        special_message(2, today_at("13:57"), SpecialKind::NewSession),
        customer_message(
            4,
            today_at("13:59"),
            "&lt;img src=x onerror=alert(1)&gt; <b>bold <a href=\"https://a.example/?x=1&amp;y='2'\">li<i>nk</i></b></a>",
        ),
        customer_message(
            5,
            today_at("14:00"),
            "<a href=\"javascript:alert(1)\">click</a> <a href=\"mailto:a@b.example\">mail</a>",
        ),
        customer_message(6, today_at("14:01"), "    code ``` here\n    more"),
        special_message(
            7,
            today_at("14:02"),
            SpecialKind::Url {
                address: "javascript:alert(2)".to_owned(),
            },
        ),
        options_message(8, today_at("14:03"), "Which?", &[("<a>", ""), ("b", "")]),
    ]
}

fn render_all(format: TranscriptFormat) -> String {
    render(format, Some(&hostile_session()), hostile_messages())
}

#[test]
fn text_has_the_session_at_its_head_and_dates_that_stay_true() {
    let sent = vec![customer_message(1, today_at("13:58"), "Hei\nhallo")];
    let row = Session {
        raw: "".into(),
        ..session(341, "Kari Nordmann", Status::Closed, 90)
    };
    assert_eq!(
        render(TranscriptFormat::Text, Some(&row), sent.clone()),
        "\
Chat 341 with Kari Nordmann
Customer:     Kari Nordmann
Channel:      Support NO
State:        ended
Requested:    2026-07-25 12:32:31 CEST
Ended:        2026-07-25 12:32:31 CEST
Messages:     1, 2026-07-25 13:58:00 CEST
Not complete: the transcript was still loading
Time zone:    Europe/Oslo
Exported:     2026-07-25 14:02:31 CEST

Saturday 25 July 2026
13:58:00  Kari Nordmann: Hei
          hallo
"
    );
    let without_row = render(TranscriptFormat::Text, None, sent);
    assert!(without_row.starts_with("Chat 341\nMessages:     1, "));
}

#[test]
fn the_head_has_ticket_rating_and_agent() {
    let text = render_all(TranscriptFormat::Text);
    for line in [
        "Agent:        Ola <b>Hansen</b>",
        "Ticket:       17 Wrong invoice",
        "Rating:       4 of 5",
        "Messages:     7, 2026-07-25 13:57:00 CEST to 2026-07-25 14:03:00 CEST",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
}

#[test]
fn csv_is_read_back_as_it_was_and_no_cell_is_a_formula() {
    let text = render_all(TranscriptFormat::Csv);
    let without_mark = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(without_mark.as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        vec![
            "session_id",
            "message_id",
            "time",
            "from",
            "author",
            "special",
            "text",
            "read_by_customer"
        ]
    );
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ids: Vec<_> = records.iter().map(|record| record[1].to_owned()).collect();
    assert_eq!(ids, ["2", "3", "4", "5", "6", "7", "8"], "by time");
    assert_eq!(
        records[1],
        vec![
            "341",
            "3",
            "2026-07-25T13:58:00+02:00",
            "customer",
            "'=1+1\"<i>",
            "",
            "'=cmd()\n- item\n1. one\n# title",
            "false"
        ]
    );
    assert_eq!(&records[5][5], "Redirected customer to");
    assert_eq!(&records[6][6], "Which?\n- <a>\n- b");
    for cell in records.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?}"
        );
    }
}

/// A name, and the names and values of attributes.
type StartTag = (String, Vec<(String, String)>);

/// The start tags of a page with their attributes, and its text.
fn parse_page(page: &str) -> (Vec<StartTag>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    for token in Tokenizer::new(page) {
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        match token.unwrap() {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|(name, value)| (string(name), string(value)));
                tags.push((string(&tag.name), attributes.collect()));
            }
            Token::String(part) => text += &string(&part),
            Token::Error(error) => unreachable!("{error:?}"),
            _ => {}
        }
    }
    (tags, text)
}

#[test]
fn a_page_has_only_the_elements_and_links_that_the_writer_means() {
    let page = render_all(TranscriptFormat::Html);
    let (tags, text) = parse_page(&page);
    let allowed = [
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "dl", "dt", "dd",
        "article", "p", "time", "b", "i", "u", "a",
    ];
    for (name, attributes) in &tags {
        assert!(allowed.contains(&name.as_str()), "{name}");
        let known = [
            "lang",
            "charset",
            "http-equiv",
            "name",
            "content",
            "class",
            "datetime",
            "href",
            "rel",
        ];
        for (attribute, _) in attributes {
            assert!(known.contains(&attribute.as_str()), "{name} {attribute}");
        }
    }
    let links: Vec<_> = tags
        .iter()
        .filter(|(name, _)| name == "a")
        .map(|(_, attributes)| {
            attributes
                .iter()
                .find(|it| it.0 == "href")
                .unwrap()
                .1
                .clone()
        })
        .collect();
    let web = "https://a.example/?x=1&y='2'";
    let mail = "mailto:a@b.example";
    assert_eq!(links, [web, web, web, mail, mail]);
    let policy = tags.iter().find(|(_, attributes)| {
        attributes
            .iter()
            .any(|it| it.1 == "Content-Security-Policy")
    });
    assert!(format!("{policy:?}").contains("default-src 'none'"));
    for shown in [
        HOSTILE,
        "<img src=x onerror=alert(1)> bold link",
        "Ola <b>Hansen</b>",
        "=1+1\"<i>",
        "    code ``` here\n    more",
        "javascript:alert(2)",
        "<a>",
    ] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
    let day = text
        .lines()
        .any(|line| line.contains("Saturday 25 July 2026"));
    assert!(day && !text.contains("Today"));
}

#[test]
fn a_long_page_of_overlapping_formats_is_well_formed() {
    let html = "<b>a<i>b<u>c</b>d <a href='https://a.example'>e</i>f</a></u>".repeat(50);
    let page = render(
        TranscriptFormat::Html,
        None,
        vec![customer_message(1, today_at("13:58"), &html)],
    );
    let mut open = Vec::new();
    for token in Tokenizer::new(&page) {
        match token.unwrap() {
            Token::StartTag(tag) if &**tag.name != b"meta" => open.push(tag.name.clone()),
            Token::EndTag(tag) => assert_eq!(open.pop(), Some(tag.name.clone())),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn markdown_escapes_what_could_be_markup() {
    let markdown = render_all(TranscriptFormat::Markdown);
    let (_, messages) = markdown.split_once("## Saturday").unwrap();
    assert_eq!(
        messages,
        " 25 July 2026

**Chat started** · 13:57:00

**\\=1+1\"&lt;i&gt;** · 13:58:00

\\=cmd()\\
\\- item\\
1\\. one\\
\\# title

**Kari Nordmann** · 13:59:00

&lt;img src=x onerror=alert(1)&gt; bold [link](<https://a.example/?x=1&amp;y='2'>) ([https://a.example/?x=1&amp;y='2'](<https://a.example/?x=1&amp;y='2'>))

**Kari Nordmann** · 14:00:00

click (javascript:alert(1)) [mail](<mailto:a@b.example>) ([mailto:a@b.example](<mailto:a@b.example>))

**Kari Nordmann** · 14:01:00

````
    code ``` here
    more
````

**Redirected customer to** · 14:02:00

javascript:alert(2)

**Fjordbot** · Options · due 14:03:00

Which?

- &lt;a&gt;
- b

"
    );
    let title = "# Chat 341 with &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; \"' onload=x \\*a\\* \\_b\\_ \\`c\\` \\[d\\](javascript:x) \\|\\# &amp;amp;lt;\n";
    assert!(markdown.starts_with(title), "{markdown}");
}

#[test]
fn json_preserves_what_was_sent_in_the_order_received() {
    let raw = |id, raw: &str| Message {
        raw: raw.into(),
        unreadable: (id < 0).then(|| "it is no message".to_owned()),
        ..message(id, None, crate::chat::Direction::ToUser, "Kari", "")
    };
    let sent = vec![
        raw(2, "{\"ChatMessageId\": 2,\r\n \"Message\": \"a\u{9b}b\"}"),
        raw(1, "{\"ChatMessageId\": 1}"),
        raw(-7, "7"),
        raw(-8, "\u{1b}[2J"),
    ];
    let row = hostile_session();
    let json = render(TranscriptFormat::Json, Some(&row), sent.clone());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        value,
        serde_json::json!({
            "session": {"ChatSessionId": 341},
            "messages": [{"ChatMessageId": 2, "Message": "a\u{9b}b"}, {"ChatMessageId": 1}, 7],
        })
    );
    assert!(!json.contains('\u{9b}'));
    assert_eq!(
        render(TranscriptFormat::Jsonl, None, sent.clone()),
        "{\"ChatMessageId\": 2, \"Message\": \"a\\u009bb\"}\n{\"ChatMessageId\": 1}\n7\n"
    );
    assert_eq!(
        render(TranscriptFormat::Bulk, None, sent.clone()),
        "{\"index\":{\"_id\":\"2\"}}\n{\"ChatMessageId\": 2, \"Message\": \"a\\u009bb\"}\n\
         {\"index\":{\"_id\":\"1\"}}\n{\"ChatMessageId\": 1}\n"
    );
    assert!(render(TranscriptFormat::Json, None, sent).starts_with("{\"session\": null,\n"));
}

#[test]
fn the_writer_counts_what_it_left_out() {
    let zone = oslo_zone();
    let document = Document {
        format: TranscriptFormat::Jsonl,
        id: crate::chat::SessionId(341),
        session: None,
        zone: &zone,
        exported: now(),
        incomplete: None,
        has_bom: false,
        format_json: &|raw| raw.to_owned(),
    };
    let mut broken = agent_message(2, today_at("13:58"), "");
    broken.raw = "{".into();
    broken.unreadable = Some("it is not JSON".to_owned());
    let sent = [agent_message(1, today_at("13:58"), "a"), broken];
    let written = document.write(sent.map(Arc::new).into(), &mut Vec::new());
    assert_eq!(
        written.unwrap(),
        WriteSummary {
            messages: 1,
            left_out: 1
        }
    );
}

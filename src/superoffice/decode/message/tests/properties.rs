//! Whatever the service sends: bytes, values, and messages that are much alike.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn any_bytes_make_a_message(element in prop::collection::vec(any::<u8>(), 0..80)) {
        let read = Decoder::default().decode_message(&element);
        prop_assert!(read.id.0 != 0);
        prop_assert_eq!(&*read.raw, String::from_utf8_lossy(&element));
    }

    #[test]
    fn any_values_make_a_message_that_is_printed_again_as_it_came(
        values in prop::collection::vec(prop_oneof![
            Just("null".to_owned()), Just("[{}]".to_owned()), Just("-1".to_owned()), Just("1e999".to_owned()),
            "[1-9][0-9]{0,19}", ".{0,20}".prop_map(|text| serde_json::Value::from(text).to_string()),
        ], 9),
    ) {
        let names = ["ChatMessageId", "ChatSessionId", "Type", "Message", "Author", "ReadByCustomer",
            "SpecialType", "SpecialParam", "WhenPosted"];
        let properties: Vec<String> =
            names.iter().zip(&values).map(|(name, value)| format!("\"{name}\" : {value}")).collect();
        let json = format!("{{ {} }}", properties.join(" ,"));
        let mut reader = Decoder::default();
        let read = reader.decode_message(json.as_bytes());
        prop_assert_eq!(&read.unreadable, &None);
        prop_assert_eq!(&*read.raw, json.as_str());
        let again = rewrite_times(&json, reader.naive_zone, |_| "then".to_owned());
        if read.posted.is_none() {
            prop_assert_eq!(again, json);
        } else {
            prop_assert_eq!(again, json.replace(&format!("\"WhenPosted\" : {}", values[8]), "\"WhenPosted\" : \"then\""));
        }
    }

    #[test]
    fn what_was_read_before_makes_no_difference(elements in prop::collection::vec(prop_oneof![4 => alike(), 1 => element()], 1..60)) {
        let mut reader = Decoder::default();
        let mut misread = 0;
        for element in elements {
            let mut fresh = Decoder { previous_time: reader.previous_time, ..Decoder::default() };
            let wanted = fresh.decode_message(element.as_bytes());
            prop_assert_eq!(reader.decode_message(element.as_bytes()), wanted, "{}", element);
            misread += fresh.invalid_properties;
            prop_assert_eq!(reader.invalid_properties, misread);
        }
    }

    #[test]
    fn any_objects_come_out_of_a_transcript_as_they_went_in(elements in prop::collection::vec(element(), 1..12)) {
        let mut reader = Decoder::default();
        let mut transcript = Transcript::default();
        for element in elements {
            let read = reader.decode_message(element.as_bytes());
            transcript.merge(vec![read.clone()], 1);
            // Of two with one id, the greater stays.
            if let Some(kept) = transcript.by_id(read.id).filter(|kept| kept.raw() == element) {
                prop_assert_eq!(kept.posted.map(|at| *at.offset()), read.posted.map(|at| *at.offset()));
                if kept.placed == read.inferred_time {
                    prop_assert_eq!(kept, read.said());
                }
            } else {
                prop_assert!(*transcript.by_id(read.id).unwrap().raw() > *element);
            }
        }
    }
}

/// Elements that are much alike, their values sound or not.
fn alike() -> impl Strategy<Value = String> {
    let one_of = |all: &'static [&'static str]| prop::sample::select(all);
    let ids = one_of(&[
        "7",
        "8",
        "9002",
        "07",
        "-4",
        "\"7\"",
        "\"8\"",
        "0",
        "",
        "7x",
        "99999999999999999999",
    ]);
    let bodies = one_of(&[
        r#""a""#,
        r#""<b>a</b> &amp; https://a.example""#,
        r#""""#,
        r#""\"q\" \\""#,
        r#""caf\u00e9 \ud800""#,
        "null",
        "12",
        "\"a\tb\"",
        "\"a\u{1b}b\"",
        r#""\x""#,
        r#""a"#,
        r#""a","Message":"b""#,
        r#""a","Author":"b""#,
        "\"åß今\"",
    ]);
    let times = one_of(&[
        r#""2026-03-28T22:58:40Z""#,
        r#""2026-03-28T22:58:40.1234567+02:00""#,
        r#""2026-03-28\t22:58:40""#,
        "\"2026-03-28\t22:58:40\"",
        r#""2026\u002d03-28""#,
        r#""0001-01-01T00:00:00""#,
        r#""soon""#,
        r#""""#,
        "null",
        "7",
    ]);
    let around = (
        one_of(&["ToUser", "Special"]),
        one_of(&["Kari", "Ola\\n"]),
        one_of(&["None", "Url", "BotMessage"]),
    );
    let ends = one_of(&["}", "} ", ",\"X\":1}", ",}", ""]);
    (ids, bodies, times, around, ends).prop_map(|(id, body, time, (kind, author, special), end)| {
        format!(
            r#"{{"ChatMessageId":{id},"Type":"{kind}","Message":{body},"Author":"{author}","SpecialType":"{special}","WhenPosted":{time}{end}"#
        )
    })
}

/// JSON objects with the properties of messages, mostly sound, in any order and spelling.
fn element() -> impl Strategy<Value = String> {
    let json = |text: String| serde_json::Value::from(text).to_string();
    let ids = prop_oneof![
        4 => (1..30_u8).prop_map(|id| id.to_string()),
        1 => prop::sample::select(vec!["\"7\"", "7.0", "07", "123456789012345678901234567890", "null", "-4", "1e2"])
            .prop_map(str::to_owned),
    ];
    let bodies = prop_oneof![
        4 => "[a-c]{0,3}".prop_map(json),
        2 => ".{0,12}".prop_map(json),
        1 => prop::sample::select(vec![
            r#""a\nb""#, r#""\"q\" \\""#, r#""caf\u00e9""#, r#""a\/b""#, r#""<b>x</b> &amp;""#, r#"" padded ""#,
            r#""see https://example.com/x""#, r#""\r\n\tx""#, r#""\ud800""#, "null", "12.50", "true", "[1]", "{}",
        ]).prop_map(str::to_owned),
    ];
    let times = prop_oneof![
        4 => (0..60_u8, 0..10_usize, prop::sample::select(vec!["", "Z", "+02:00", "-0500", "+05:45"])).prop_map(
            |(second, digits, offset)| {
                let point = if digits == 0 { "" } else { "." };
                let fraction = "0123456789".get(..digits).unwrap_or_default();
                format!("\"2026-03-28T22:58:{second:02}{point}{fraction}{offset}\"")
            }
        ),
        1 => prop::sample::select(vec![
            "\"2026-03-28 22:58:40Z\"", "\"2026-03-28T22:58:40.Z\"", "\"[DT:03/28/2026 22:58:40]\"", "\"2026-03-28\"",
            "\"0001-01-01T00:00:00\"", "\"2026-03-28T22:58:40.12345678901Z\"", "\"2026-03-28T22:58:60Z\"", "\"soon\"", "null", "7",
            r#""2026\u002d03-28T22:58:40Z""#,
        ]).prop_map(str::to_owned),
    ];
    let others = prop::sample::select(vec![
        r#""Type":"ToUser""#,
        r#""Type":"ToCustomer""#,
        r#""Type":3"#,
        r#""Author":"Kari""#,
        r#""Author":"Ola""#,
        r#""ReadByCustomer":1"#,
        r#""ReadByCustomer":0"#,
        r#""SpecialType":"Url""#,
        r#""SpecialParam":"x""#,
        r#""Novelty":[{"a":"}"}]"#,
        r#""Big":123456789012345678901234567890.5e400"#,
        r#""message":"other case""#,
        r#""ChatMessageId":3"#,
        r#""WhenPosted":"2026-03-28T22:58:40Z""#,
        r#""\u004dessage":"escaped name""#,
    ]);
    let spaces = prop::sample::select(vec!["", " ", "\n\t", "  "]);
    (
        ids,
        bodies,
        times,
        prop::collection::vec(others, 0..4),
        spaces,
        any::<bool>(),
    )
        .prop_map(|(id, body, time, others, space, turned)| {
            let mut properties = vec![
                format!("\"ChatMessageId\"{space}:{id}"),
                format!("\"Message\":{space}{body}"),
                format!("\"WhenPosted\":{time}{space}"),
            ];
            properties.extend(others.into_iter().map(str::to_owned));
            if turned {
                properties.reverse();
            }
            format!("{{{space}{}}}", properties.join(","))
        })
}

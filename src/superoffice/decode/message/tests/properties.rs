//! Properties of decoding for arbitrary bytes, values and JSON objects.

use proptest::prelude::*;

use super::*;
use crate::chat::Transcript;

proptest! {
    #[test]
    fn any_bytes_make_a_message(element in prop::collection::vec(any::<u8>(), 0..80)) {
        let read = Decoder::default().decode_message(&element);
        prop_assert!(read.id.0 != 0);
        prop_assert_eq!(&*read.raw, String::from_utf8_lossy(&element));
    }

    #[test]
    fn any_values_make_a_message_with_its_raw_text(
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
        let mut decoder = Decoder::default();
        let read = decoder.decode_message(json.as_bytes());
        prop_assert_eq!(&read.unreadable, &None);
        prop_assert_eq!(&*read.raw, json.as_str());
        let again = rewrite_times(&json, decoder.naive_zone, |_| "then".to_owned());
        if read.posted.is_none() {
            prop_assert_eq!(again, json);
        } else {
            prop_assert_eq!(again, json.replace(&format!("\"WhenPosted\" : {}", values[8]), "\"WhenPosted\" : \"then\""));
        }
    }

    #[test]
    fn only_the_inferred_time_depends_on_earlier_messages(elements in prop::collection::vec(element(), 1..60)) {
        let mut decoder = Decoder::default();
        let mut invalid_properties = 0;
        let mut previous_time = None;
        for element in elements {
            let mut fresh = Decoder::default();
            let mut wanted = fresh.decode_message(element.as_bytes());
            if wanted.posted.is_none() {
                wanted.inferred_time = previous_time;
            }
            previous_time = wanted.sort_time();
            invalid_properties += fresh.invalid_properties;
            prop_assert_eq!(&*wanted.raw, element.as_str());
            prop_assert_eq!(decoder.decode_message(element.as_bytes()), wanted);
            prop_assert_eq!(decoder.invalid_properties, invalid_properties);
        }
    }

    #[test]
    fn a_transcript_stores_messages_as_decoded(elements in prop::collection::vec(element(), 1..12)) {
        let mut decoder = Decoder::default();
        let mut transcript = Transcript::default();
        for element in elements {
            let message = decoder.decode_message(element.as_bytes());
            transcript.merge([message.clone()], 1);
            let stored = transcript.by_id(message.id).unwrap();
            if *stored.raw == *element {
                prop_assert_eq!(stored.posted.map(|at| *at.offset()), message.posted.map(|at| *at.offset()));
                if stored.inferred_time == message.inferred_time {
                    prop_assert_eq!(stored, &message);
                }
            } else {
                // If one request returns two versions, the one with the greater raw text wins.
                prop_assert!(*stored.raw > *element);
            }
        }
    }
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

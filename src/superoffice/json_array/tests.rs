//! Tests of splitting a JSON array into its elements.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

/// Splits a body that arrives in chunks cut at these positions, taken modulo its length.
fn split(body: &[u8], cuts: &[usize]) -> Result<Vec<Vec<u8>>, SplitError> {
    split_with(ArraySplitter::default(), body, cuts)
}

fn split_with(
    mut splitter: ArraySplitter,
    body: &[u8],
    cuts: &[usize],
) -> Result<Vec<Vec<u8>>, SplitError> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (body.len() + 1)).collect();
    cuts.extend([0, body.len()]);
    cuts.sort_unstable();
    let mut elements = Vec::new();
    for pair in cuts.windows(2) {
        splitter.push(&body[pair[0]..pair[1]]);
        while let Some(element) = splitter.next_element()? {
            elements.push(match element {
                Element::Whole(element) => element.to_vec(),
                Element::Skipped { start, why } => format!("{why:?} {}", start.len()).into_bytes(),
            });
        }
    }
    splitter.finish().map(|()| elements)
}

/// The elements according to a full parser, without surrounding white space.
fn parsed(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let elements: Option<Vec<&RawValue>> = serde_json::from_slice(body).ok()?;
    let bytes = |raw: &&RawValue| raw.get().as_bytes().to_vec();
    Some(elements.unwrap_or_default().iter().map(bytes).collect())
}

#[test]
fn the_rows_of_an_archive_are_in_an_object() {
    let huge = format!(r#"{{"a":"{}","value":[1]}}"#, "x".repeat(100_000));
    let rows = Ok(vec![b"1".to_vec(), b"{\"value\":2}".to_vec()]);
    for (body, wanted) in [
        (r#"{"value":[1,{"value":2}]}"#, rows.clone()),
        (
            r#" { "Value" : [ 1 , {"value":2} ] , "next":"}" } "#,
            rows.clone(),
        ),
        (
            "\u{feff}{\"a\":{\"value\":[3]},\"b\":\"\\\"]\",\"c\":-1.5,\"d\":[\"[\"],\"value\":[1,{\"value\":2}]",
            rows,
        ),
        (r#"{"value":[]}"#, Ok(vec![])),
        (r#"{"value":null}"#, Ok(vec![])),
        (r#"{"value":{}}"#, Err(SplitError::NotArray)),
        (r#"{"Message":"boom"}"#, Err(SplitError::NotArray)),
        ("{}", Err(SplitError::NotArray)),
        ("[1]", Err(SplitError::NotArray)),
        ("<html>", Err(SplitError::NotArray)),
        ("", Err(SplitError::Truncated)),
        (r#"{"val"#, Err(SplitError::Truncated)),
        (r#"{"value":[1,"#, Err(SplitError::Truncated)),
        (huge.as_str(), Err(SplitError::NotArray)),
    ] {
        for cut in 0..=body.len().min(100) {
            let found = split_with(ArraySplitter::of_envelope(), body.as_bytes(), &[cut]);
            assert_eq!(found, wanted, "{body} cut at {cut}");
        }
    }
}

#[test]
fn accepts_arrays_and_null_only() {
    let table: &[(&str, Result<&[&str], SplitError>)] = &[
        ("[]", Ok(&[])),
        (" [ ] \n", Ok(&[])),
        ("null", Ok(&[])),
        ("\u{feff}[1]", Ok(&["1"])),
        ("[1,\"a\",{\"b\":[2]}]", Ok(&["1", "\"a\"", "{\"b\":[2]}"])),
        (r#"["]\"]", "\\"]"#, Ok(&[r#""]\"]""#, r#""\\""#])),
        ("", Err(SplitError::Truncated)),
        ("[", Err(SplitError::Truncated)),
        ("[1", Err(SplitError::Truncated)),
        ("[1,", Err(SplitError::Truncated)),
        ("nul", Err(SplitError::Truncated)),
        ("{\"Error\":true}", Err(SplitError::NotArray)),
        ("<html>", Err(SplitError::NotArray)),
        ("nil", Err(SplitError::NotArray)),
        ("[1,,2]", Err(SplitError::Malformed)),
        ("[,1]", Err(SplitError::Malformed)),
        ("[1,]", Err(SplitError::Malformed)),
        // Left to the decoder, as no full parser accepts them.
        ("[1 2]", Ok(&["1 2"])),
        (
            "[1, \r\u{1b}[2J owned by us\t, 2]",
            Ok(&["1", "\u{1b}[2J owned by us", "2"]),
        ),
        ("[{]}]", Err(SplitError::Malformed)),
        ("[1]]", Err(SplitError::Malformed)),
        ("[1] x", Err(SplitError::Malformed)),
    ];
    for (body, wanted) in table {
        let wanted = wanted.map(|elements| {
            let bytes = |text: &&str| text.as_bytes().to_vec();
            elements.iter().map(bytes).collect::<Vec<_>>()
        });
        assert_eq!(split(body.as_bytes(), &[]), wanted, "{body}");
        let every: Vec<usize> = (0..body.len()).collect();
        assert_eq!(
            split(body.as_bytes(), &every),
            wanted,
            "{body}, byte by byte"
        );
    }
}

#[test]
fn an_element_beyond_the_limits_is_skipped_alone() {
    let nested = |depth| format!("{}\"]\"{}", "[".repeat(depth), "]".repeat(depth));
    for (element, wanted) in [
        (nested(119), nested(119)),
        (nested(120), "Depth 120".to_owned()),
        (nested(200), "Depth 120".to_owned()),
        (
            format!(r#"{{"a":{}, "b":["}}"], "c":1}}"#, nested(200)),
            "Depth 124".to_owned(),
        ),
    ] {
        let body = format!("[1,{element} , {element},2]");
        let wanted = [b"1", wanted.as_bytes(), wanted.as_bytes(), b"2"].map(<[u8]>::to_vec);
        let every: Vec<usize> = (0..body.len()).collect();
        for cuts in [&[][..], &every] {
            assert_eq!(
                split(body.as_bytes(), cuts),
                Ok(wanted.to_vec()),
                "{element}"
            );
        }
    }
}

#[test]
fn a_large_element_is_skipped_without_being_stored() {
    for (begin, end, start) in [
        ("[\"", "\", 2]", "a"),
        (
            "[{\"ChatMessageId\":7,\"Message\":\"",
            "\",\"x\":[{}]}, 2]",
            "7",
        ),
        ("[no JSON at all", ", 2]", "n"),
    ] {
        let mut splitter = ArraySplitter::default();
        splitter.push(begin.as_bytes());
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..64 {
            splitter.push(&piece);
            assert_eq!(splitter.next_element(), Ok(None));
        }
        assert!(splitter.buffer.capacity() < 4 << 20);
        splitter.push(end.as_bytes());
        match splitter.next_element() {
            Ok(Some(Element::Skipped { start: kept, why })) => {
                assert_eq!((kept.len(), why), (4096, Limit::Size));
                assert!(String::from_utf8_lossy(kept).contains(start));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(splitter.next_element(), Ok(Some(Element::Whole(b"2"))));
        assert_eq!(splitter.next_element(), Ok(None));
        assert_eq!(splitter.finish(), Ok(()));
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".*".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((".*", inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_a_full_parser(
        elements in prop::collection::vec(json(), 0..8),
        pretty in any::<bool>(),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let body = if pretty {
            serde_json::to_vec_pretty(&elements).unwrap()
        } else {
            serde_json::to_vec(&elements).unwrap()
        };
        prop_assert_eq!(split(&body, &cuts).ok(), parsed(&body));
    }

    #[test]
    fn accepts_nothing_that_a_full_parser_rejects(
        body in r#"[\[\]{},:"\\ 1ntrue\n]{0,40}"#,
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let body = body.as_bytes();
        let whole = split(body, &cuts).ok().filter(|elements| {
            elements.iter().all(|element| serde_json::from_slice::<&RawValue>(element).is_ok())
        });
        prop_assert_eq!(whole, parsed(body));
    }
}

//! Tests of splitting a JSON array into its elements.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

/// Splits a body that arrives in chunks cut at these positions, taken modulo its length.
fn split(body: &[u8], cuts: &[usize]) -> Result<Vec<Vec<u8>>, SplitError> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (body.len() + 1)).collect();
    cuts.extend([0, body.len()]);
    cuts.sort_unstable();
    let mut splitter = ArraySplitter::default();
    let mut elements = Vec::new();
    for pair in cuts.windows(2) {
        splitter.push(&body[pair[0]..pair[1]]);
        while let Some(element) = splitter.next_element()? {
            elements.push(element.to_vec());
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
        ("[1 2]", Err(SplitError::Malformed)),
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
fn has_limits() {
    let deep = format!("[{}{}]", "[".repeat(200), "]".repeat(200));
    assert_eq!(split(deep.as_bytes(), &[]), Err(SplitError::TooDeep));
    let fits = format!("[{}{}]", "[".repeat(100), "]".repeat(100));
    assert_eq!(split(fits.as_bytes(), &[]).map(|found| found.len()), Ok(1));
    let mut endless = ArraySplitter::default();
    endless.push(b"[\"");
    let piece = vec![b'a'; 1 << 20];
    let stopped = (0..64).find_map(|_| {
        endless.push(&piece);
        endless.next_element().err()
    });
    assert_eq!(stopped, Some(SplitError::TooLarge));
    assert_eq!(
        endless.next_element(),
        Err(SplitError::TooLarge),
        "and stays so"
    );
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

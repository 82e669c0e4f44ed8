//! Encodings: however the service writes times, enumerations and empty texts, the result is the same.

use crate::demo::{EmptyText, EnumFormat, OffsetFormat};

use super::*;

#[tokio::test]
async fn times_are_the_same_instants_however_they_are_written() {
    let offsets = [
        OffsetFormat::None,
        OffsetFormat::Z,
        OffsetFormat::Colon,
        OffsetFormat::NoColon,
    ];
    let empties = [EmptyText::Empty, EmptyText::Null, EmptyText::Missing];
    let enums = [EnumFormat::Names, EnumFormat::Numbers, EnumFormat::Unknown];
    for round in 0..12_usize {
        let service = start_service().await;
        let session = busiest_session(&service);
        change_quirks(&service, |quirks| {
            quirks.offset_format = offsets[round % 4];
            quirks.empty_text = empties[round % 3];
            quirks.enum_format = enums[round / 4];
            quirks.fraction_digits = u8::try_from(round % 10).unwrap();
        });
        let quirks = service.quirks();
        let zone = Some("NO");
        let mut harness = ViewerHarness::open_caught_up(
            &service,
            session,
            HarnessOptions {
                zone,
                ..HarnessOptions::default()
            },
        )
        .await;
        harness.assert_complete(&service, session);
        harness
            .post_and_wait(&service, session, "What time is it?")
            .await;
        harness.assert_complete(&service, session);
        let asked_in = service.requests().pop().unwrap();
        // UTC until the service has listed its zones.
        let asked_in = asked_in.header("so-timezone");
        let either = [Some("NO, includeTZOffset"), Some("UTC, includeTZOffset")];
        assert!(either.contains(&asked_in), "{asked_in:?}");
        // 20:30 UTC is 21:30 in a Norwegian winter.
        harness.wait_until_shown("21:30").await;
        let unreadable = harness.app.session_list().unreadable();
        assert_eq!(unreadable, 0, "{quirks:?}");
    }
}

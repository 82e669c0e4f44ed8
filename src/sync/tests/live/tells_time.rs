//! Encodings: however the service writes times, enumerations and empty texts, the result is the same.

use crate::demo::{EmptyText, EnumFormat, OffsetFormat};

use super::*;
use harness::{has_message, shown_messages, stored_messages};

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
        change_quirks(&service, |switches| {
            switches.offset_format = offsets[round % 4];
            switches.empty_text = empties[round % 3];
            switches.enum_format = enums[round / 4];
            switches.fraction_digits = u8::try_from(round % 10).unwrap();
        });
        let switches = service.quirks();
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
        assert_eq!(
            shown_messages(&harness.app),
            stored_messages(&service, session),
            "{switches:?}"
        );
        let posted = service.post(session.0, NewMessage::from_customer("What time is it?"));
        harness.wait_until("it appears", has_message(posted)).await;
        assert_eq!(
            shown_messages(&harness.app),
            stored_messages(&service, session),
            "{switches:?}"
        );
        let asked_in = service.requests().pop().unwrap();
        assert_eq!(asked_in.header("so-timezone"), Some("NO, includeTZOffset"));
        // 20:30 UTC is 21:30 in a Norwegian winter.
        harness.wait_until_shown("21:30").await;
        let unreadable = harness.app.session_list().unreadable();
        assert_eq!(unreadable, 0, "{switches:?}");
    }
}

//! However the service writes times, enumerations and empty texts, the same is read.

use sochat::demo::{Empties, Enums, Offsets};

use super::*;
use stand::{held, holds, shown};

#[tokio::test]
async fn times_are_the_same_instants_however_they_are_written() {
    let offsets = [Offsets::None, Offsets::Z, Offsets::Colon, Offsets::NoColon];
    let empties = [Empties::Empty, Empties::Null, Empties::Missing];
    let enums = [Enums::Names, Enums::Numbers, Enums::Unknown];
    for round in 0..12_usize {
        let service = story().await;
        let session = busiest(&service);
        switch(&service, |switches| {
            switches.offsets = offsets[round % 4];
            switches.empties = empties[round % 3];
            switches.enums = enums[round / 4];
            switches.fraction_digits = u8::try_from(round % 10).unwrap();
        });
        let switches = service.switches();
        let zone = Some("NO");
        let mut stand = Stand::reading(
            &service,
            session,
            Wish {
                zone,
                ..Wish::default()
            },
        )
        .await;
        assert_eq!(shown(&stand.app), held(&service, session), "{switches:?}");
        let posted = service.post(session.0, Post::from_customer("What time is it?"));
        stand.until("it appears", holds(posted)).await;
        assert_eq!(shown(&stand.app), held(&service, session), "{switches:?}");
        let asked_in = service.requests().pop().unwrap();
        assert_eq!(asked_in.header("so-timezone"), Some("NO, includeTZOffset"));
        // Half past eight in the evening, UTC, is half past nine in a Norwegian winter.
        stand.until_shown("21:30").await;
        let unreadable = stand.app.session_list().unreadable();
        assert_eq!(unreadable, 0, "{switches:?}");
    }
}

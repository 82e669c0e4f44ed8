//! Cases that once broke a law, each by its name.

use chrono::TimeDelta;
use sochat::app::transcript_pane::message_layout::RowKind;

use crate::fixture::nouns::{customer, now, reply, talk, today};
use crate::{reading, stand, top};

#[test]
fn what_is_dated_ahead_hides_nothing_new_above_it() {
    let mut messages = talk(1..30);
    messages.push(reply(50, now() + TimeDelta::hours(1), "call back"));
    let mut desk = reading((60, 20), messages);
    desk.press("f");
    assert_eq!(desk.reader().new_message_count(), 0);
    desk.messages(1, vec![customer(51, today("14:02"), "new")]);
    assert_eq!(desk.reader().new_message_count(), 1);
}

#[test]
fn the_unread_begin_above_what_is_dated_ahead() {
    let mut messages = talk(1..30);
    messages.push(reply(50, now() + TimeDelta::hours(1), "call back"));
    let mut desk = reading((100, 20), messages);
    let unread = |desk: &crate::Desk| {
        let row = desk
            .rows()
            .into_iter()
            .find(|row| row.row.kind == RowKind::Unread);
        row.map(|row| desk.id_at(row.message_index))
    };
    desk.list(vec![crate::fixture::nouns::session(
        2,
        "Bjørn Ås",
        sochat::chat::Status::CustomerLast,
        1,
    )]);
    desk.press("h<enter>");
    desk.messages(1, Vec::new());
    desk.press("h");
    assert_eq!(desk.open_session(), Some(2));
    desk.messages(1, vec![customer(51, today("14:02"), "new")]);
    desk.list(vec![crate::fixture::nouns::session(
        1,
        "Kari Nordmann",
        sochat::chat::Status::CustomerLast,
        1,
    )]);
    desk.press("<enter>");
    assert_eq!(desk.open_session(), Some(1));
    assert_eq!(unread(&desk), Some(51));
}

#[test]
fn pausing_takes_the_old_unread_line_away_without_a_jump() {
    let mut desk = reading((40, 6), talk(1..6));
    desk.press("f");
    let tall = "one row of words\n".repeat(9);
    desk.messages(
        1,
        vec![customer(7, today("14:00"), &tall.replace('\n', "<br>"))],
    );
    desk.press("G");
    let before = (top(&desk), desk.rows());
    desk.press("f");
    assert_eq!((top(&desk), desk.rows()), before);
    desk.press("kj");
    assert_eq!(stand(&desk).2, before.0);
}

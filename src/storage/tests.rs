//! The file itself: merging, concurrent viewers, damaged files, retention, locking.

use std::thread;

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::chat::{
    MessageId, ReadPosition, Scope, SessionId, SessionReadState, Stage, Timed, WaitRecord,
};

fn at(second: i64) -> Timestamp {
    DateTime::from_timestamp(1_700_000_000 + second, 123_456_789)
        .unwrap()
        .fixed_offset()
}

fn read_until(session: i64, newest: i64, second: i64) -> ReadState {
    let state = SessionReadState {
        read_position: Some(Timed {
            at: at(second),
            value: ReadPosition {
                until: at(second),
                newest: Some(MessageId(newest)),
            },
        }),
        ..SessionReadState::new(at(second))
    };
    ReadState::for_session(SessionId(session), state)
}

/// A store in a folder that is removed with the first value.
fn new_store() -> (tempfile::TempDir, ReadStateFile) {
    let folder = tempfile::tempdir().unwrap();
    let store = ReadStateFile::new(&folder.path().join("deep"), "fjord.example/Cust1", None);
    (folder, store)
}

#[test]
fn merged_changes_are_loaded_again() {
    let (_folder, store) = new_store();
    let first = store.merge(&ReadState::starting_at(at(0)), at(0)).unwrap();
    assert_eq!(first.read_state, ReadState::starting_at(at(0)));
    let mut all = first.read_state;
    let (at_3, value) = (at(3), true);
    let watched = SessionReadState {
        watched: Some(Timed { at: at_3, value }),
        ..SessionReadState::new(at_3)
    };
    for change in [
        read_until(1, 5, 1),
        read_until(2, 6, 2),
        ReadState::for_session(SessionId(1), watched),
    ] {
        all.merge(&change);
        let merged = store.merge(&change, at(3)).unwrap();
        assert_eq!((&merged.read_state, merged.renamed_to), (&all, None));
    }
    // The next start loads them with the same `since`.
    let again = store.merge(&ReadState::starting_at(at(9)), at(9)).unwrap();
    assert_eq!(again.read_state, all);
    assert_eq!(again.read_state.since, Some(at(0)));
}

fn waits(session: i64, stage: Stage, second: i64) -> ReadState {
    let record = WaitRecord {
        stage,
        last_activity: at(second),
        since: at(second - 1200),
    };
    ReadState::for_waits([(SessionId(session), record)].into())
}

#[test]
fn waits_are_stored_for_a_day_and_an_older_file_has_none() {
    let (_folder, store) = new_store();
    store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let text = fs::read_to_string(&store.path).unwrap();
    assert!(!text.contains("waits"), "{text}");
    let mut all = read_until(1, 1, 1);
    for change in [
        waits(1, Stage::NeedsReply, 10),
        waits(2, Stage::Queued, 11),
        waits(3, Stage::Answered, 10),
        // Another viewer has fewer waits.
        waits(1, Stage::NeedsReply, 9),
    ] {
        all.merge(&change);
        store.merge(&change, at(12)).unwrap();
    }
    let load = |now| store.merge(&ReadState::default(), now).unwrap().read_state;
    assert_eq!(load(at(12)), all);
    assert_eq!(all.waits.len(), 3);
    // A later version may have more states.
    let text = fs::read_to_string(&store.path).unwrap();
    fs::write(&store.path, text.replace("in-queue", "on-hold")).unwrap();
    all.waits.remove(&SessionId(2));
    assert_eq!(load(at(12)), all);
    assert_eq!(load(at(11) + TimeDelta::days(1)), read_until(1, 1, 1));
}

#[test]
fn two_viewers_at_once_lose_nothing() {
    let (_folder, store) = new_store();
    thread::scope(|viewers| {
        for viewer in 0..4 {
            let store = &store;
            viewers.spawn(move || {
                for number in 0..12 {
                    // All viewers change session 7,000: the last change wins.
                    for session in [viewer * 100 + number, 7_000] {
                        let change = read_until(session, number, number);
                        // On a busy disk another viewer may hold the lock too long: the change is retained.
                        while let Err(error) = store.merge(&change, at(60)) {
                            assert!(matches!(error, StorageError::Locked(_)), "{error}");
                        }
                    }
                }
            });
        }
    });
    let mut wanted = read_until(7_000, 11, 11);
    for viewer in 0..4 {
        for number in 0..12 {
            wanted.merge(&read_until(viewer * 100 + number, number, number));
        }
    }
    let merged = store.merge(&ReadState::default(), at(60)).unwrap();
    assert_eq!(merged.read_state, wanted);
}

#[test]
fn an_unreadable_file_is_renamed() {
    let wrong_type = r#"{"since": "soon", "sessions": {}}"#;
    for broken in ["", "{", "[1]", wrong_type, "\u{0}"] {
        let (_folder, store) = new_store();
        store.merge(&read_until(1, 1, 1), at(1)).unwrap();
        fs::write(&store.path, broken).unwrap();
        let merged = store.merge(&ReadState::starting_at(at(5)), at(5)).unwrap();
        assert_eq!(
            merged.read_state,
            ReadState::starting_at(at(5)),
            "{broken:?}"
        );
        let renamed_to = merged.renamed_to.unwrap();
        assert_eq!(fs::read_to_string(renamed_to).unwrap(), broken);
        let after = store.merge(&ReadState::default(), at(5)).unwrap();
        assert_eq!(
            (after.read_state, after.renamed_to),
            (ReadState::starting_at(at(5)), None)
        );
    }
}

#[test]
fn a_temporary_file_left_by_a_crash_does_no_harm() {
    let (_folder, store) = new_store();
    store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let left_over = "x".repeat(100_000);
    fs::write(store.path.with_extension("new"), left_over).unwrap();
    store.merge(&read_until(2, 1, 1), at(1)).unwrap();
    let mut wanted = read_until(1, 1, 1);
    wanted.merge(&read_until(2, 1, 1));
    let merged = store.merge(&ReadState::default(), at(1)).unwrap();
    assert_eq!((merged.read_state, merged.renamed_to), (wanted, None));
}

#[cfg(unix)]
#[test]
fn it_is_written_only_if_something_changed() {
    use std::os::unix::fs::MetadataExt;
    let (_folder, store) = new_store();
    // Every write replaces the file by another one, which a link to the old one distinguishes.
    let kept = store.path.with_extension("kept");
    let is_same = || {
        let inode = |path| fs::metadata(path).unwrap().ino();
        inode(&store.path) == inode(&kept)
    };
    store.merge(&read_until(1, 5, 1), at(1)).unwrap();
    fs::hard_link(&store.path, &kept).unwrap();
    for unchanged in [ReadState::default(), read_until(1, 5, 1)] {
        store.merge(&unchanged, at(2)).unwrap();
        assert!(is_same());
    }
    store.merge(&read_until(1, 6, 2), at(2)).unwrap();
    assert!(!is_same());
}

#[test]
fn unknown_properties_are_ignored() {
    let (_folder, store) = new_store();
    let merged = store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let text = fs::read_to_string(&store.path).unwrap();
    let newer = text.replacen('{', "{\"colour\": \"red\", ", 1);
    fs::write(&store.path, newer).unwrap();
    let again = store.merge(&ReadState::default(), at(1)).unwrap();
    assert_eq!(
        (again.read_state, again.renamed_to),
        (merged.read_state, None)
    );
}

#[test]
fn old_sessions_are_dropped() {
    let (_folder, store) = new_store();
    store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let merged = store.merge(&read_until(2, 1, 2), at(1) + TimeDelta::days(90));
    assert_eq!(merged.unwrap().read_state.sessions.len(), 2);
    let merged = store.merge(&ReadState::default(), at(2) + TimeDelta::days(90));
    assert_eq!(merged.unwrap().read_state, read_until(2, 1, 2));
}

#[test]
fn a_held_lock_is_an_error_and_loses_nothing() {
    let (_folder, store) = new_store();
    store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let lock_file = lock(&store.path.with_extension("lock")).unwrap();
    let why = store.merge(&read_until(2, 1, 1), at(1)).unwrap_err();
    let why = why.to_string();
    assert!(why.contains(" is locked by another sochat"), "{why}");
    drop(lock_file);
    let merged = store.merge(&ReadState::default(), at(1)).unwrap();
    assert_eq!(merged.read_state, read_until(1, 1, 1));
}

#[test]
fn each_service_and_profile_has_its_own_file() {
    let path = |service: &str, profile| {
        let path = ReadStateFile::new(Path::new("/state"), service, profile).path;
        path.into_os_string().into_string().unwrap()
    };
    assert_eq!(
        path("online3.superoffice.com/Cust12345", Some("test")),
        "/state/test@online3.superoffice.com%2FCust12345.json"
    );
    assert_eq!(
        path("aZ09.-_ ~!*'()%+@:/\\\t\u{7f}åæ", None),
        "/state/aZ09.-_%20%7E%21%2A%27%28%29%25%2B%40%3A%2F%5C%09%7F%C3%A5%C3%A6.json"
    );
    let names = [
        path("a/b", None),
        path("a%2Fb", None),
        path("b", Some("a")),
        path("a@b", None),
        path("../../etc", None),
    ];
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len());
    assert!(names.iter().all(|name| name.matches('/').count() == 2));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, store) = new_store();
    store.merge(&read_until(1, 1, 1), at(1)).unwrap();
    let mode = fs::metadata(&store.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_list_state_is_restored_and_what_cannot_be_read_is_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = ReadStateFile::new(folder.path(), "fjord.example", Some("test"));
    assert_eq!(file.load_list_state(), ListState::default());
    let state = ListState {
        scope: Scope::Mine,
        order: "latest".to_owned(),
        view: Some("Billing".to_owned()),
        attention_only: true,
        width: Some(44),
    };
    file.save_list_state(&state).unwrap();
    assert_eq!(file.load_list_state(), state);
    // Beside the read state, which it leaves alone.
    assert_eq!(file.load(), ReadState::default());
    let path = folder.path().join("test@fjord.example.list.json");
    for (contents, scope) in [
        ("{\"scope\":\"all\",\"later\":1}", Scope::All),
        ("{\"scope\":\"everything\"}", Scope::Channels),
        ("{\"scope\":7}", Scope::Channels),
        ("", Scope::Channels),
        ("[]", Scope::Channels),
    ] {
        fs::write(&path, contents).unwrap();
        assert_eq!(file.load_list_state().scope, scope, "{contents}");
    }
}

//! Keeps the marks beside the loop: reads them at the start, writes changes after a while and the last
//! at the end.
//!
//! The screen never waits for the disk, and many changes in a row cost one write. What the file holds
//! after it goes back to the screen, with what other viewers have changed in it meanwhile.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::{Merged, ReadStateFile};
use crate::chat::{ReadState, Timestamp};

/// What the writer reports.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadStateEvent {
    /// The read state as the file holds it now, at the start and after every write.
    Loaded(ReadState),
    /// It could not be read or written; the sentence says why and what follows.
    Failed(String),
}

/// Changes are gathered for so long before they are written.
const DEBOUNCE: Duration = Duration::from_secs(2);

/// Runs until nobody sends changes any more, and writes what came last. Without a store, what is
/// remembered begins with `since` and ends with the program.
pub async fn run<E: From<ReadStateEvent>>(
    store: Option<ReadStateFile>,
    since: Timestamp,
    now: fn() -> Timestamp,
    mut changes: mpsc::UnboundedReceiver<ReadState>,
    events: mpsc::Sender<E>,
) {
    let mut unwritten = ReadState::starting_at(since);
    let Some(store) = store else {
        send(&events, ReadStateEvent::Loaded(unwritten)).await;
        return;
    };
    let mut is_reported = false;
    loop {
        match write(&store, &unwritten, now).await {
            Ok(kept) => {
                unwritten = ReadState::default();
                is_reported = false;
                send(&events, ReadStateEvent::Loaded(kept.read_state)).await;
                if let Some(aside) = kept.quarantined {
                    let why = format!(
                        "What was seen and watched could not be read and begins anew; the old file is {}",
                        aside.display()
                    );
                    send(&events, ReadStateEvent::Failed(why)).await;
                }
            }
            // The same trouble is told once; what was not written goes with the next.
            Err(_) if is_reported => {}
            Err(why) => {
                is_reported = true;
                send(&events, ReadStateEvent::Loaded(unwritten.clone())).await;
                send(&events, ReadStateEvent::Failed(why)).await;
            }
        }
        if !debounce(&mut changes, &mut unwritten).await {
            if unwritten != ReadState::default() {
                // Nobody is left to tell how it went.
                let _untold = write(&store, &unwritten, now).await;
            }
            return;
        }
    }
}

/// Waits for changes and for what follows them closely; `false` once nobody sends any more.
async fn debounce(
    changes: &mut mpsc::UnboundedReceiver<ReadState>,
    pending: &mut ReadState,
) -> bool {
    let Some(first) = changes.recv().await else {
        return false;
    };
    pending.merge(&first);
    let mut over = std::pin::pin!(sleep(DEBOUNCE));
    loop {
        tokio::select! {
            more = changes.recv() => match more {
                Some(more) => pending.merge(&more),
                None => return false,
            },
            () = &mut over => return true,
        }
    }
}

async fn write(
    store: &ReadStateFile,
    changes: &ReadState,
    now: fn() -> Timestamp,
) -> Result<Merged, String> {
    let (store, changes) = (store.clone(), changes.clone());
    let written = spawn_blocking(move || store.merge(&changes, now())).await;
    let why = match written {
        Ok(Ok(kept)) => return Ok(kept),
        Ok(Err(fault)) => fault.to_string(),
        Err(error) => error.to_string(),
    };
    Err(format!("What is seen and watched is not kept: {why}"))
}

async fn send<E: From<ReadStateEvent>>(events: &mpsc::Sender<E>, event: ReadStateEvent) {
    // The program is ending when nobody listens.
    let _ended = events.send(event.into()).await;
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::chat::{Lww, SessionId, SessionReadState};

    fn now() -> Timestamp {
        Timestamp::parse_from_rfc3339("2026-03-28T21:03:00+01:00").unwrap()
    }

    fn watched(session: i64) -> ReadState {
        let at = now();
        let mark = SessionReadState {
            watched: Some(Lww { at, value: true }),
            ..SessionReadState::new(at)
        };
        ReadState::for_session(SessionId(session), mark)
    }

    struct WriterTest {
        store: ReadStateFile,
        changes: mpsc::UnboundedSender<ReadState>,
        events: mpsc::Receiver<ReadStateEvent>,
        task: tokio::task::JoinHandle<()>,
        known: ReadState,
    }

    impl WriterTest {
        fn new(folder: &Path) -> Self {
            let store = ReadStateFile::new(folder, "fjord.example", None);
            let (changes, received) = mpsc::unbounded_channel();
            let (sender, events) = mpsc::channel(1);
            let task = tokio::spawn(run(Some(store.clone()), now(), now, received, sender));
            Self {
                store,
                changes,
                events,
                task,
                known: ReadState::starting_at(now()),
            }
        }

        fn change(&mut self, change: ReadState) {
            self.known.merge(&change);
            self.changes.send(change).unwrap();
        }

        async fn reads_what_is_known(&mut self) {
            let event = self.events.recv().await;
            assert_eq!(event, Some(ReadStateEvent::Loaded(self.known.clone())));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn changes_that_follow_closely_are_one_write() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = WriterTest::new(folder.path());
        keeper.reads_what_is_known().await;
        keeper.change(watched(1));
        keeper.change(watched(2));
        keeper.reads_what_is_known().await;
        // Another viewer's change is told with our next one.
        let theirs = watched(3);
        keeper.store.merge(&theirs, now()).unwrap();
        keeper.known.merge(&theirs);
        keeper.change(watched(4));
        keeper.reads_what_is_known().await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_changes_are_written_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = WriterTest::new(folder.path());
        keeper.reads_what_is_known().await;
        keeper.change(watched(1));
        drop(keeper.changes);
        keeper.task.await.unwrap();
        let kept = keeper.store.merge(&ReadState::default(), now()).unwrap();
        assert_eq!(kept.read_state, keeper.known);
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_is_told_once_and_what_was_not_written_goes_with_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("taken");
        std::fs::write(&place, "by a file").unwrap();
        let mut keeper = WriterTest::new(&place);
        keeper.reads_what_is_known().await;
        let told = keeper.events.recv().await;
        assert!(
            matches!(&told, Some(ReadStateEvent::Failed(why)) if why.starts_with("What is seen and watched is not kept: ")),
            "{told:?}"
        );
        keeper.change(watched(1));
        tokio::time::sleep(2 * DEBOUNCE).await;
        std::fs::remove_file(&place).unwrap();
        keeper.change(watched(2));
        keeper.reads_what_is_known().await;
    }

    #[tokio::test]
    async fn a_file_put_aside_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("fjord.example.json"), "no marks").unwrap();
        let mut keeper = WriterTest::new(folder.path());
        keeper.reads_what_is_known().await;
        let told = keeper.events.recv().await;
        assert!(
            matches!(&told, Some(ReadStateEvent::Failed(why)) if why.ends_with("fjord.example.unreadable.json")),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn without_a_store_it_begins_now_and_ends() {
        let (changes, received) = mpsc::unbounded_channel();
        let (sender, mut events) = mpsc::channel::<ReadStateEvent>(1);
        run(None, now(), now, received, sender).await;
        let first = Some(ReadStateEvent::Loaded(ReadState::starting_at(now())));
        assert_eq!(events.recv().await, first);
        assert!(changes.send(watched(1)).is_err());
    }
}

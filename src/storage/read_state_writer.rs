//! The read-state writer: a task that loads the file at the start and writes changes, debounced.
//!
//! The event loop never waits for the disk. After every write, and when another viewer has changed the
//! file, the merged state is sent back.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};

use super::{FileVersion, Merged, ReadStateFile, load_privacy_key};
use crate::chat::{ListState, LoadedKey, ReadState, SearchProbe, Timestamp};

/// Requests to the writer.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadStateRequest {
    /// Write these changes.
    Save(ReadState),
    /// Write how the list is shown.
    SaveListState(ListState),
    /// Write whether the service searches message texts.
    SaveSearchProbe(SearchProbe),
    /// Load the file if another viewer has changed it.
    Check,
    /// Load the key of pseudonyms, or make one.
    LoadPrivacyKey,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ReadStateEvent {
    /// The current file, at the start and after every change.
    Loaded(ReadState),
    PrivacyKeyLoaded(LoadedKey),
    /// The file could not be read or written; a sentence for the user.
    Failed(String),
}

const DEBOUNCE: Duration = Duration::from_secs(1);

/// Runs until `requests` is closed, and then writes the rest. Without a store, the read state begins at
/// `since` and is lost with the program.
pub(crate) async fn run(
    store: Option<ReadStateFile>,
    since: Timestamp,
    now: fn() -> Timestamp,
    mut requests: mpsc::UnboundedReceiver<ReadStateRequest>,
    events: mpsc::Sender<ReadStateEvent>,
) {
    let mut unwritten = ReadState::starting_at(since);
    let Some(store) = store else {
        send(&events, ReadStateEvent::Loaded(unwritten)).await;
        while let Some(request) = requests.recv().await {
            if request == ReadStateRequest::LoadPrivacyKey {
                send_privacy_key(None, &events).await;
            }
        }
        return;
    };
    let mut error_reported = false;
    loop {
        let version = match write(&store, &unwritten, now).await {
            Ok(merged) => {
                unwritten = ReadState::default();
                error_reported = false;
                send(&events, ReadStateEvent::Loaded(merged.read_state)).await;
                if let Some(path) = merged.renamed_to {
                    let why = format!(
                        "Read state could not be read and starts empty; the old file is {}",
                        path.display()
                    );
                    send(&events, ReadStateEvent::Failed(why)).await;
                }
                merged.version
            }
            // The changes stay in `unwritten` for the next write.
            Err(why) => {
                if !std::mem::replace(&mut error_reported, true) {
                    send(&events, ReadStateEvent::Loaded(unwritten.clone())).await;
                    send(&events, ReadStateEvent::Failed(why)).await;
                }
                store.version()
            }
        };
        if !debounce(&mut requests, &mut unwritten, (&store, version), &events).await {
            if unwritten != ReadState::default() {
                // The program is ending, so an error cannot be shown.
                let _result = write(&store, &unwritten, now).await;
            }
            return;
        }
    }
}

/// Waits for a change, here or of the file, and collects what follows within [`DEBOUNCE`]; `false` once the
/// channel is closed.
async fn debounce(
    requests: &mut mpsc::UnboundedReceiver<ReadStateRequest>,
    changes: &mut ReadState,
    (store, version): (&ReadStateFile, Option<FileVersion>),
    events: &mpsc::Sender<ReadStateEvent>,
) -> bool {
    let is_file_changed = || store.version().is_some_and(|now| Some(now) != version);
    // Set by the first change.
    let mut write_at = None;
    loop {
        let until = write_at.unwrap_or_else(Instant::now);
        let request = tokio::select! {
            request = requests.recv() => request,
            () = sleep_until(until), if write_at.is_some() => return true,
        };
        match request {
            Some(ReadStateRequest::Save(change)) => {
                changes.merge(&change);
                write_at.get_or_insert_with(|| Instant::now() + DEBOUNCE);
            }
            // One system call, too short for a thread. A write that is due merges the file anyway.
            Some(ReadStateRequest::Check) if write_at.is_none() && is_file_changed() => {
                return true;
            }
            Some(ReadStateRequest::Check) => {}
            Some(ReadStateRequest::SaveListState(state)) => save_list_state(store, state).await,
            Some(ReadStateRequest::SaveSearchProbe(probe)) => save_search_probe(store, probe).await,
            Some(ReadStateRequest::LoadPrivacyKey) => send_privacy_key(Some(store), events).await,
            None => return false,
        }
    }
}

/// Where this fails, the next search probes again.
async fn save_search_probe(store: &ReadStateFile, probe: SearchProbe) {
    let store = store.clone();
    let saved = spawn_blocking(move || store.save_search_probe(&probe)).await;
    if let Ok(Err(error)) = saved {
        tracing::warn!(%error, "the search probe is not saved");
    }
}

/// A failure of the folder is reported with the read state.
async fn save_list_state(store: &ReadStateFile, state: ListState) {
    let store = store.clone();
    let saved = spawn_blocking(move || store.save_list_state(&state)).await;
    if let Ok(Err(error)) = saved {
        tracing::warn!(%error, "the list state is not saved");
    }
}

async fn send_privacy_key(store: Option<&ReadStateFile>, events: &mpsc::Sender<ReadStateEvent>) {
    let store = store.cloned();
    let loaded = spawn_blocking(move || load_privacy_key(store.as_ref())).await;
    if let Ok(key) = loaded {
        send(events, ReadStateEvent::PrivacyKeyLoaded(key)).await;
    }
}

async fn write(
    store: &ReadStateFile,
    changes: &ReadState,
    now: fn() -> Timestamp,
) -> Result<Merged, String> {
    let (store, changes) = (store.clone(), changes.clone());
    let result = spawn_blocking(move || store.merge(&changes, now())).await;
    let why = match result {
        Ok(Ok(merged)) => return Ok(merged),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic.to_string(),
    };
    Err(format!("Read state is not saved: {why}"))
}

async fn send(events: &mpsc::Sender<ReadStateEvent>, event: ReadStateEvent) {
    // The channel is closed when the program is ending.
    let _closed = events.send(event).await;
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::sync::mpsc::error::TryRecvError;
    use tokio::time::sleep;

    use super::*;
    use crate::chat::{SessionId, SessionReadState, Timed};

    fn now() -> Timestamp {
        Timestamp::parse_from_rfc3339("2026-03-28T21:03:00+01:00").unwrap()
    }

    fn watched(session: i64) -> ReadState {
        let at = now();
        let state = SessionReadState {
            watched: Some(Timed { at, value: true }),
            ..SessionReadState::new(at)
        };
        ReadState::for_session(SessionId(session), state)
    }

    struct WriterTest {
        store: ReadStateFile,
        requests: mpsc::UnboundedSender<ReadStateRequest>,
        events: mpsc::Receiver<ReadStateEvent>,
        task: tokio::task::JoinHandle<()>,
        expected: ReadState,
    }

    impl WriterTest {
        fn new(folder: &Path) -> Self {
            let store = ReadStateFile::new(folder, "fjord.example", None);
            let (requests, received) = mpsc::unbounded_channel();
            let (sender, events) = mpsc::channel(1);
            let writer = run(Some(store.clone()), now(), now, received, sender);
            let task = tokio::spawn(writer);
            Self {
                store,
                requests,
                events,
                task,
                expected: ReadState::starting_at(now()),
            }
        }

        fn change(&mut self, change: ReadState) {
            self.expected.merge(&change);
            self.requests.send(ReadStateRequest::Save(change)).unwrap();
        }

        fn check(&self) {
            self.requests.send(ReadStateRequest::Check).unwrap();
        }

        async fn expect_loaded(&mut self) {
            let event = self.events.recv().await;
            assert_eq!(event, Some(ReadStateEvent::Loaded(self.expected.clone())));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn changes_in_quick_succession_are_one_write() {
        let folder = tempfile::tempdir().unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        test.change(watched(1));
        test.change(watched(2));
        test.expect_loaded().await;
        // Another viewer's change is loaded with our next one.
        let theirs = watched(3);
        test.store.merge(&theirs, now()).unwrap();
        test.expected.merge(&theirs);
        test.change(watched(4));
        test.expect_loaded().await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_of_another_viewer_is_seen_at_the_next_check() {
        let folder = tempfile::tempdir().unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        let mut other = WriterTest::new(folder.path());
        other.expect_loaded().await;
        for session in 1..4 {
            let change = watched(session);
            other.change(change.clone());
            other.expect_loaded().await;
            test.expected.merge(&change);
            test.check();
            test.expect_loaded().await;
        }
        // Nothing is written or read while nothing changes.
        let before = test.store.version();
        for _ in 0..100 {
            test.check();
            other.check();
            sleep(DEBOUNCE).await;
        }
        assert_eq!(test.store.version(), before);
        assert_eq!(test.events.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(other.events.try_recv(), Err(TryRecvError::Empty));
    }

    #[tokio::test(start_paused = true)]
    async fn the_key_of_pseudonyms_is_loaded_and_stored() {
        let folder = tempfile::tempdir().unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        test.requests
            .send(ReadStateRequest::LoadPrivacyKey)
            .unwrap();
        let loaded = test.events.recv().await;
        let stored = load_privacy_key(Some(&test.store));
        assert_eq!(loaded, Some(ReadStateEvent::PrivacyKeyLoaded(stored)));
    }

    #[tokio::test(start_paused = true)]
    async fn without_checks_it_sleeps_until_the_next_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        let theirs = watched(1);
        test.store.merge(&theirs, now()).unwrap();
        sleep(Duration::from_hours(1)).await;
        assert_eq!(test.events.try_recv(), Err(TryRecvError::Empty));
        test.expected.merge(&theirs);
        test.change(watched(2));
        test.expect_loaded().await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_changes_are_written_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        test.change(watched(1));
        let list_state = ListState {
            order: "latest".to_owned(),
            ..ListState::default()
        };
        let save = ReadStateRequest::SaveListState(list_state.clone());
        test.requests.send(save).unwrap();
        drop(test.requests);
        test.task.await.unwrap();
        assert_eq!(test.store.load_list_state(), list_state);
        let merged = test.store.merge(&ReadState::default(), now()).unwrap();
        assert_eq!(merged.read_state, test.expected);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_reported_once_and_unwritten_changes_are_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not-a-folder");
        std::fs::write(&path, "").unwrap();
        let mut test = WriterTest::new(&path);
        test.expect_loaded().await;
        let event = test.events.recv().await;
        assert!(
            matches!(&event, Some(ReadStateEvent::Failed(why)) if why.starts_with("Read state is not saved: ")),
            "{event:?}"
        );
        test.change(watched(1));
        sleep(2 * DEBOUNCE).await;
        std::fs::remove_file(&path).unwrap();
        test.change(watched(2));
        test.expect_loaded().await;
    }

    #[tokio::test]
    async fn a_renamed_file_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("fjord.example.json"), "not JSON").unwrap();
        let mut test = WriterTest::new(folder.path());
        test.expect_loaded().await;
        let event = test.events.recv().await;
        assert!(
            matches!(&event, Some(ReadStateEvent::Failed(why)) if why.ends_with("fjord.example.unreadable.json")),
            "{event:?}"
        );
    }

    #[tokio::test]
    async fn without_a_store_the_read_state_begins_now() {
        let (requests, received) = mpsc::unbounded_channel();
        let (sender, mut events) = mpsc::channel::<ReadStateEvent>(1);
        let task = tokio::spawn(run(None, now(), now, received, sender));
        let first = Some(ReadStateEvent::Loaded(ReadState::starting_at(now())));
        assert_eq!(events.recv().await, first);
        // Nothing is stored, but a key is needed.
        requests.send(ReadStateRequest::Save(watched(1))).unwrap();
        requests.send(ReadStateRequest::LoadPrivacyKey).unwrap();
        let event = events.recv().await;
        assert!(
            matches!(&event, Some(ReadStateEvent::PrivacyKeyLoaded(key)) if key.problem.is_none()),
            "{event:?}"
        );
        drop(requests);
        task.await.unwrap();
    }
}

//! The key of pseudonyms in the read-state file: made once, so that pseudonyms stay the same.

use std::fs;
use std::io;

use super::format::{FileContents, FilePrivacyKey};
use super::{ReadStateFile, StorageError, io_error, replace};
use crate::chat::{LoadedKey, PrivacyKey, ReadState};

/// Loads the key. Where it cannot be read or saved, a new one is used for this run: masking does not
/// depend on it.
pub(crate) fn load_privacy_key(file: Option<&ReadStateFile>) -> LoadedKey {
    let loaded = file.map(ReadStateFile::privacy_key);
    match loaded {
        Some(Ok(key)) => LoadedKey { key, problem: None },
        // Without a file nothing is stored at all, as for the demo.
        None => LoadedKey {
            key: new_key(),
            problem: None,
        },
        Some(Err(error)) => LoadedKey {
            key: new_key(),
            problem: Some(error.to_string()),
        },
    }
}

impl ReadStateFile {
    /// The key; the first time a new one, which is saved.
    fn privacy_key(&self) -> Result<PrivacyKey, StorageError> {
        let _lock = self.lock_folder()?;
        let unreadable = |error| StorageError::Unreadable {
            path: self.path.clone(),
            error,
        };
        let mut contents = match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice::<FileContents>(&bytes)
                .map_err(|error| unreadable(error.into()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                FileContents::from(&ReadState::default())
            }
            Err(error) => return Err(unreadable(error)),
        };
        if let Some(FilePrivacyKey(key)) = contents.privacy_key {
            return Ok(key);
        }
        let key = new_key();
        contents.privacy_key = Some(FilePrivacyKey(key));
        replace(&self.path, &contents).map_err(io_error(&self.path))?;
        Ok(key)
    }
}

fn new_key() -> PrivacyKey {
    let mut bytes = [0; PrivacyKey::LENGTH];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system has random numbers");
    PrivacyKey::new(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::chat::{SessionId, SessionReadState};
    use crate::test_support::builders::now;

    fn file(folder: &Path) -> ReadStateFile {
        ReadStateFile::new(folder, "fjord.example", None)
    }

    #[test]
    fn a_key_is_made_once_and_survives_changes_of_the_read_state() {
        let folder = tempfile::tempdir().unwrap();
        let first = load_privacy_key(Some(&file(folder.path())));
        assert_eq!(first.problem, None);
        let state = SessionReadState::new(now());
        let change = ReadState::for_session(SessionId(7), state);
        let merged = file(folder.path()).merge(&change, now()).unwrap();
        assert_eq!(merged.renamed_to, None);
        assert_eq!(load_privacy_key(Some(&file(folder.path()))), first);
        let stored = file(folder.path()).load();
        assert_eq!(stored.sessions.get(&SessionId(7)), Some(&state));
    }

    #[test]
    fn another_service_has_another_key() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["fjord.example", "bakke.example"].map(|service| {
            let file = ReadStateFile::new(folder.path(), service, None);
            load_privacy_key(Some(&file)).key
        });
        assert_ne!(one, other);
    }

    #[test]
    fn without_a_readable_file_a_key_is_used_for_this_run() {
        let folder = tempfile::tempdir().unwrap();
        for contents in [
            "not JSON",
            "{\"since\":null,\"sessions\":{},\"privacy_key\":\"12\"}",
        ] {
            let path = folder.path().join("fjord.example.json");
            fs::write(&path, contents).unwrap();
            let [one, other] = [(), ()].map(|()| load_privacy_key(Some(&file(folder.path()))));
            assert_ne!(one.key, other.key);
            assert!(one.problem.is_some());
            // The writer of the read state decides what becomes of the file.
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
        }
        assert_ne!(load_privacy_key(None).key, load_privacy_key(None).key);
    }
}

//! The search probe, stored beside the read state: whether the service searches message texts.

use std::fs;

use serde::{Deserialize, Serialize};

use super::format::FileTimestamp;
use super::{ReadStateFile, StorageError, io_error, replace};
use crate::chat::{MessageId, SearchProbe, SearchSupport};

#[derive(Debug, Serialize, Deserialize)]
struct FileSearchProbe {
    at: FileTimestamp,
    /// The newest message then, where the service searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<i64>,
    /// Why the service does not search.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

impl FileSearchProbe {
    fn probe(self) -> Option<SearchProbe> {
        let support = match (self.newest, self.refused) {
            (_, Some(why)) => SearchSupport::Refused(why),
            (Some(newest), None) => SearchSupport::Available {
                newest: MessageId(newest),
            },
            (None, None) => return None,
        };
        Some(SearchProbe {
            at: self.at.0,
            support,
        })
    }
}

impl From<&SearchProbe> for FileSearchProbe {
    fn from(probe: &SearchProbe) -> Self {
        let (newest, refused) = match &probe.support {
            SearchSupport::Available { newest } => (Some(newest.0), None),
            SearchSupport::Refused(why) => (None, Some(why.clone())),
        };
        Self {
            at: FileTimestamp(probe.at),
            newest,
            refused,
        }
    }
}

impl ReadStateFile {
    /// The probe that was stored last; `None` if it cannot be read.
    pub(crate) fn load_search_probe(&self) -> Option<SearchProbe> {
        let contents = fs::read(self.search_probe_path()).ok()?;
        let probe = serde_json::from_slice::<FileSearchProbe>(&contents).ok()?;
        probe.probe()
    }

    pub(crate) fn save_search_probe(&self, probe: &SearchProbe) -> Result<(), StorageError> {
        let path = self.search_probe_path();
        let contents = FileSearchProbe::from(probe);
        let _lock = self.lock_folder()?;
        replace(&path, &contents).map_err(io_error(&path))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_stored_probe_is_that_of_this_service() {
        let folder = tempfile::tempdir().unwrap();
        let file = |service| ReadStateFile::new(folder.path(), service, None);
        let at = "2026-03-28T20:30:00Z".parse().unwrap();
        assert_eq!(file("one").load_search_probe(), None);
        for support in [
            SearchSupport::Available {
                newest: MessageId(9005),
            },
            SearchSupport::Refused("Not allowed (403)".to_owned()),
        ] {
            let probe = SearchProbe { at, support };
            file("one").save_search_probe(&probe).unwrap();
            assert_eq!(file("one").load_search_probe(), Some(probe));
        }
        assert_eq!(file("other").load_search_probe(), None);
        let path = file("one").search_probe_path();
        assert_eq!(path, Path::new(folder.path()).join("one.search.json"));
        for broken in ["", "{}", r#"{"at":"2026-03-28T20:30:00Z"}"#] {
            fs::write(&path, broken).unwrap();
            assert_eq!(file("one").load_search_probe(), None, "{broken}");
        }
    }
}

//! The log file, if requested. It never contains secrets or message text; other crates are filtered
//! out, as HTTP crates log headers.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing::{Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

/// Starts logging, appending to a file.
pub(crate) fn start(path: &Path, level: Level) -> io::Result<()> {
    tracing::subscriber::set_global_default(subscriber(open(path)?, level))
        .map_err(io::Error::other)
}

fn subscriber(file: File, level: Level) -> impl Subscriber + Send + Sync {
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file));
    tracing_subscriber::registry()
        .with(layer)
        .with(Targets::new().with_target(env!("CARGO_CRATE_NAME"), level))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_events_of_the_level_are_appended_to_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sochat.log");
        for round in ["first", "second"] {
            let log = subscriber(open(&path).unwrap(), Level::INFO);
            tracing::subscriber::with_default(log, || {
                tracing::info!("{round}");
                tracing::debug!("below");
                tracing::error!(target: "reqwest", "theirs");
            });
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let ends: Vec<_> = text
            .lines()
            .map(|line| line.rsplit(' ').next().unwrap())
            .collect();
        assert_eq!(ends, ["first", "second"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

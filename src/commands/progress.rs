//! Progress of long work: one line of a terminal, written over as it changes.

use std::io::Write;
use std::time::Duration;

use tokio::time::Instant;

/// Between two changes of the line.
const INTERVAL: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
pub(crate) struct ProgressLine {
    is_enabled: bool,
    /// When the line on the screen was written, if there is one.
    shown_at: Option<Instant>,
}

impl ProgressLine {
    /// Only a terminal can write over a line.
    pub(crate) fn new(is_enabled: bool) -> Self {
        Self {
            is_enabled,
            shown_at: None,
        }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Shows a text in place of the one before, unless that has only just been written.
    pub(super) fn show(&mut self, stderr: &mut dyn Write, text: impl FnOnce() -> String) {
        let is_due = self.shown_at.is_none_or(|at| at.elapsed() >= INTERVAL);
        if self.is_enabled && is_due {
            self.shown_at = Some(Instant::now());
            // stderr is closed; nothing to do.
            drop(write!(stderr, "\r{}\x1b[K", text()));
            drop(stderr.flush());
        }
    }

    /// Removes the line, so that another can be printed in its place.
    pub(super) fn clear(&mut self, stderr: &mut dyn Write) {
        if self.shown_at.take().is_some() {
            drop(write!(stderr, "\r\x1b[K"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_line_is_written_over_and_not_too_often() {
        let mut stderr = Vec::new();
        let mut line = ProgressLine::new(true);
        line.show(&mut stderr, || "1".to_owned());
        line.show(&mut stderr, || "2".to_owned());
        tokio::time::advance(INTERVAL).await;
        line.show(&mut stderr, || "3".to_owned());
        line.clear(&mut stderr);
        line.clear(&mut stderr);
        line.show(&mut stderr, || "4".to_owned());
        let written = String::from_utf8(stderr).unwrap();
        assert_eq!(written, "\r1\x1b[K\r3\x1b[K\r\x1b[K\r4\x1b[K");
    }

    #[test]
    fn without_a_terminal_nothing_is_written() {
        let mut stderr = Vec::new();
        let mut line = ProgressLine::new(false);
        line.show(&mut stderr, || "1".to_owned());
        line.clear(&mut stderr);
        assert_eq!(stderr, Vec::<u8>::new());
    }
}

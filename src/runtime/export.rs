//! Exports a transcript for the viewer: the file is written beside the event loop.

use std::path::{self, Path, PathBuf};

use directories::BaseDirs;

use crate::app::effect::ExportRequest;
use crate::app::event::{Event, ExportOutcome};
use crate::chat::sanitize;
use crate::commands::export::{Document, FileError, write_new_file};
use crate::superoffice::{NaiveZone, rewrite_times};
use crate::text::{TimeZone, time_format};

/// A JSON element as the service sent it, with its times in `zone`; those without offset are in the zone
/// that was requested.
pub(crate) fn format_json(raw: &str, zone: &TimeZone, requested_zone: &TimeZone) -> String {
    rewrite_times(raw, NaiveZone(requested_zone.naive_zone()), |timestamp| {
        time_format::format_rfc3339(timestamp, zone)
    })
}

/// Writes the file; returns the outcome.
pub(crate) fn export(mut request: ExportRequest) -> Event {
    let format = request.format;
    if format.is_json() {
        // The order in which the service sends them.
        request.messages.sort_by_key(|message| message.id);
    }
    let document = Document {
        format,
        id: request.id,
        session: request.session.as_ref(),
        zone: &request.zone,
        exported: request.exported,
        incomplete: request.incomplete.as_deref(),
        has_bom: false,
        format_json: &|raw| format_json(raw, &request.zone, &request.requested_zone),
    };
    let mut target = expand_home(&request.path);
    if target.is_dir() {
        let name = format.file_name(request.id);
        request.path = Path::new(&request.path).join(&name).display().to_string();
        target.push(name);
    }
    let target = path::absolute(&target).unwrap_or(target);
    match write_new_file(&document, request.messages, &target) {
        Ok(written) => Event::Exported(ExportOutcome::Written {
            folder: target.parent().map_or_else(String::new, offered_folder),
            path: target.display().to_string(),
            messages: written.messages,
            left_out: written.left_out,
            incomplete: request.incomplete,
            format,
        }),
        Err(FileError::NameTaken { free, .. }) => {
            let name = free.file_name().unwrap_or_default();
            let free = Path::new(&request.path).with_file_name(name);
            Event::Exported(ExportOutcome::NameTaken {
                session: request.id,
                taken: request.path,
                free: free.display().to_string(),
                format,
            })
        }
        Err(error) => Event::Exported(ExportOutcome::Failed {
            session: request.id,
            typed: request.path,
            format,
            why: format!("Not exported: {error}"),
        }),
    }
}

/// The current folder, as an export to it is offered.
pub(crate) fn current_folder() -> String {
    path::absolute(".").map_or_else(|_| String::new(), |folder| offered_folder(&folder))
}

/// A folder with `~` for the home folder and its last separator, to be followed by a name; empty, which is the
/// current one, if its name cannot be typed.
fn offered_folder(folder: &Path) -> String {
    let home = BaseDirs::new();
    let in_home = home.and_then(|home| folder.strip_prefix(home.home_dir()).ok());
    let start = if in_home.is_some() { "~/" } else { "" };
    let rest = in_home.unwrap_or(folder).join("");
    let typed = rest.to_str().map(|rest| format!("{start}{rest}"));
    typed
        .filter(|typed| sanitize::sanitize_line(typed) == *typed)
        .unwrap_or_default()
}

/// Replaces a leading `~` as a shell does.
fn expand_home(typed: &str) -> PathBuf {
    let home = typed
        .strip_prefix("~/")
        .and_then(|rest| Some(BaseDirs::new()?.home_dir().join(rest)));
    home.unwrap_or_else(|| typed.into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::{customer_message, now, session, today_at};
    use crate::test_support::oslo_zone;
    use crate::text::TranscriptFormat;

    fn request(path: &Path, format: TranscriptFormat) -> ExportRequest {
        ExportRequest {
            path: path.display().to_string(),
            format,
            id: crate::chat::SessionId(341),
            session: Some(session(341, "Kari", Status::Closed, 9)),
            messages: vec![
                customer_message(2, today_at("13:00"), "a").into(),
                customer_message(1, today_at("13:01"), "b").into(),
            ],
            zone: TimeZone::utc(),
            requested_zone: oslo_zone(),
            exported: now(),
            incomplete: None,
        }
    }

    #[test]
    fn a_path_that_is_a_folder_is_where_the_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        for typed in [folder.path(), &folder.path().join("")] {
            let outcome = export(request(typed, TranscriptFormat::Text));
            let Event::Exported(outcome) = outcome else {
                panic!("{outcome:?}");
            };
            let wanted = folder.path().join("chat-341.txt").display().to_string();
            match outcome {
                ExportOutcome::Written { path, .. } => assert_eq!(path, wanted),
                ExportOutcome::NameTaken { taken, .. } => assert_eq!(taken, wanted),
                ExportOutcome::Failed { why, .. } => unreachable!("{why}"),
            }
        }
    }

    #[test]
    fn a_file_is_complete_private_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat-341.md");
        let shown = path.display().to_string();
        // Left by an export that was interrupted.
        fs::write(folder.path().join("chat-341.md.partial"), "half").unwrap();
        let written = export(request(&path, TranscriptFormat::Markdown));
        assert_eq!(
            written,
            Event::Exported(ExportOutcome::Written {
                folder: folder.path().join("").display().to_string(),
                path: shown.clone(),
                messages: 2,
                left_out: 0,
                incomplete: None,
                format: TranscriptFormat::Markdown,
            })
        );
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Chat 341 with Kari\n"), "{text}");
        #[cfg(unix)]
        {
            let mode = fs::metadata(&path).unwrap().permissions();
            let mode = std::os::unix::fs::PermissionsExt::mode(&mode);
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join("chat-341-2.md"), "").unwrap();
        let free = folder.path().join("chat-341-3.md").display().to_string();
        assert_eq!(
            export(request(&path, TranscriptFormat::Markdown)),
            Event::Exported(ExportOutcome::NameTaken {
                session: crate::chat::SessionId(341),
                taken: shown,
                free,
                format: TranscriptFormat::Markdown,
            })
        );
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["chat-341-2.md", "chat-341.md"]);
    }

    #[test]
    fn json_has_the_times_of_the_service_in_the_zone_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let mut request = request(&path, TranscriptFormat::Jsonl);
        for (message, id) in request.messages.iter_mut().zip([2, 1]) {
            let raw =
                format!("{{\"ChatMessageId\":{id},\"WhenPosted\":\"2026-07-25T13:00:00+02:00\"}}");
            std::sync::Arc::make_mut(message).raw = raw.into();
        }
        export(request);
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"ChatMessageId\":1,\"WhenPosted\":\"2026-07-25T11:00:00+00:00\"}\n\
             {\"ChatMessageId\":2,\"WhenPosted\":\"2026-07-25T11:00:00+00:00\"}\n"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_offered_whole_and_means_the_same_when_typed() {
        let home = BaseDirs::new().unwrap();
        let home = home.home_dir();
        assert_eq!(offered_folder(home), "~/");
        assert_eq!(offered_folder(&home.join("chats")), "~/chats/");
        assert_eq!(offered_folder(Path::new("/")), "/");
        assert_eq!(offered_folder(Path::new("/srv/ex ports")), "/srv/ex ports/");
        // It would be typed as another one.
        assert_eq!(offered_folder(Path::new("/srv/a\u{202e}b")), "");
        let current = expand_home(&current_folder());
        let named = path::absolute("a.md").unwrap();
        assert_eq!(current.join("a.md"), named);
    }

    #[test]
    fn a_failure_names_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/chat-341.md");
        let outcome = export(request(&path, TranscriptFormat::Markdown));
        let Event::Exported(ExportOutcome::Failed { typed, why, .. }) = outcome else {
            unreachable!("the folder does not exist");
        };
        assert_eq!(typed, path.display().to_string());
        assert!(why.starts_with("Not exported: cannot write "), "{why}");
        assert!(why.ends_with("choose a folder that exists and that you may write to"));
    }
}

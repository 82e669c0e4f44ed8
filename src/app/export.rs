//! Export of the open transcript: the prompt for its place, the request, and the outcome.

use super::App;
use super::effect::{Effect, ExportRequest};
use super::event::ExportOutcome;
use super::prompt::{ExportPrompt, Prompt, PromptKind, split_extension};
use super::status::Level;
use crate::chat::SessionId;
use crate::text::TranscriptFormat;

/// What was exported before: the next export is offered the same way.
#[derive(Clone, Debug)]
pub(super) struct LastExport {
    format: TranscriptFormat,
    /// The folder that is offered, whole, with its last separator.
    folder: String,
    /// The whole path of the last file.
    path: Option<String>,
}

impl LastExport {
    /// Nothing was exported yet: this folder is offered.
    pub(super) fn none(folder: String) -> Self {
        Self {
            format: TranscriptFormat::Markdown,
            folder,
            path: None,
        }
    }
}

impl App {
    pub(super) fn open_export_prompt(&mut self) {
        let Some(id) = self.open_session_id() else {
            return;
        };
        let LastExport { format, folder, .. } = &self.last_export;
        let path = format!("{folder}{}", format.file_name(id));
        self.prompt_for_export(&path, *format, None);
    }

    fn prompt_for_export(&mut self, path: &str, format: TranscriptFormat, taken: Option<String>) {
        let kind = PromptKind::Export(ExportPrompt { format, taken });
        self.prompt = Some(Prompt::new(kind, path));
    }

    /// Offers the format some steps further, or back.
    pub(super) fn cycle_export_format(&mut self, by: isize) {
        let Some(Prompt {
            kind: PromptKind::Export(of),
            input,
            ..
        }) = &self.prompt
        else {
            return;
        };
        let path = input.value();
        let format = of.format_of(path);
        let all = TranscriptFormat::ALL;
        let index = all.iter().position(|it| *it == format).unwrap_or(0);
        let next = (index.cast_signed() + by).rem_euclid(all.len().cast_signed());
        let next = all.get(next.cast_unsigned()).copied();
        let next = next.unwrap_or(format);
        let stem = split_extension(path).map_or(path, |(stem, _)| stem);
        let path = format!("{stem}.{}", next.extension());
        self.prompt_for_export(&path, next, of.taken.clone());
    }

    /// Requests the export of what is loaded of the open session.
    pub(super) fn accept_export(
        &self,
        path: &str,
        of: &ExportPrompt,
    ) -> Result<Vec<Effect>, String> {
        let path = path.trim();
        let (Some(id), Some(pane)) = (self.open_session_id(), self.transcript_pane()) else {
            return Ok(Vec::new());
        };
        if path.is_empty() || path.ends_with(['/', '\\']) {
            return Err("Not exported: write the name of a file".to_owned());
        }
        let loading = (!pane.is_fully_loaded()).then_some("it was still being loaded");
        let request = ExportRequest {
            path: path.to_owned(),
            format: of.format_of(path),
            id,
            session: self.session_to_export(),
            messages: pane.transcript().ordered().to_vec(),
            zone: self.time_zone.displayed().clone(),
            requested_zone: self.time_zone.active().clone(),
            exported: self.now,
            incomplete: pane.unavailable().or(loading).map(str::to_owned),
        };
        Ok(vec![Effect::Export(Box::new(request))])
    }

    pub(super) fn on_export(&mut self, outcome: ExportOutcome) {
        match outcome {
            ExportOutcome::Written {
                folder,
                path,
                messages,
                left_out,
                incomplete,
                format,
            } => {
                let noun = if messages == 1 { "message" } else { "messages" };
                let left_out = match left_out {
                    0 => String::new(),
                    count => format!("; {count} that are not JSON were left out"),
                };
                let missing = incomplete.as_ref().map_or_else(String::new, |why| {
                    format!("; the transcript is not complete: {why}")
                });
                let is_whole = left_out.is_empty() && missing.is_empty();
                let text = format!("Exported {messages} {noun} to {path}{left_out}{missing}");
                self.last_export = LastExport {
                    format,
                    folder,
                    path: Some(path),
                };
                let level = if is_whole { Level::Info } else { Level::Error };
                self.show_notice(level, text);
            }
            ExportOutcome::NameTaken {
                session,
                taken,
                free,
                format,
            } => {
                if self.can_prompt_again(session) {
                    self.dirty = true;
                    self.prompt_for_export(&free, format, Some(taken));
                    return;
                }
                let text = format!("Not exported: {taken} exists; export to {free}");
                self.show_notice(Level::Error, text);
            }
            ExportOutcome::Failed {
                session,
                typed,
                format,
                why,
            } => {
                if self.can_prompt_again(session) {
                    self.dirty = true;
                    let taken = None;
                    self.prompt = Some(Prompt {
                        refusal: Some(why),
                        ..Prompt::new(PromptKind::Export(ExportPrompt { format, taken }), &typed)
                    });
                    return;
                }
                self.show_notice(Level::Error, why);
            }
        }
    }

    fn can_prompt_again(&self, session: SessionId) -> bool {
        let is_free = self.prompt.is_none() && self.overlay.is_none();
        is_free && self.open_session_id() == Some(session)
    }

    /// The path of the file that was exported last.
    pub(super) fn last_export_path(&self) -> Option<&str> {
        self.last_export.path.as_deref()
    }
}

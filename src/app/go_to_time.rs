//! Goes to a date or time as typed: in the transcript to the first message from then on, in the list to
//! the first session of that day.

use chrono::NaiveDate;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::jumps::PendingJump;
use super::layout::Focus;
use super::prompt::{Prompt, PromptKind};
use super::status::Level;
use crate::chat::{Message, Scope, Session};
use crate::sync::SyncCommand;
use crate::text::{ListedSession, TimePoint, TimeZone, TypedTime, time_format};

/// The day that is looked for in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingDay {
    day: NaiveDate,
    /// The scope that all sessions took the place of.
    scope_before: Option<Scope>,
}

impl App {
    pub(super) fn open_time_prompt(&mut self) {
        self.prompt = Some(Prompt::new(PromptKind::Time, ""));
    }

    /// Goes to the time typed; without text goes nowhere. An error lists what can be typed.
    pub(super) fn go_to_time(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let typed = text.parse::<TypedTime>();
        let typed = typed.map_err(|remedy| format!("\"{text}\" is not a time: {remedy}"))?;
        let zone = self.time_zone.displayed();
        let point = typed.resolve(self.now, zone);
        Ok(match self.focus {
            Focus::List => {
                self.pending_day = Some(PendingDay {
                    day: point.day(zone),
                    scope_before: None,
                });
                self.go_to_pending_day()
            }
            Focus::Transcript => {
                self.jump_now_or_when_loaded(PendingJump::Time(point));
                Vec::new()
            }
        })
    }

    /// Where the conversation begins, if that is later than the day of a time.
    pub(super) fn beginning_after(&self, point: TimePoint) -> Option<String> {
        let zone = self.time_zone.displayed();
        let first = self.transcript_pane()?.transcript().iter().next()?;
        let first = first.sort_time()?;
        let is_later = time_format::local_date(first, zone) > point.day(zone);
        is_later.then(|| {
            let (wanted, first) = (point.format(zone), TimePoint::Instant(first).format(zone));
            format!("The conversation begins after {wanted}: its first message is from {first}")
        })
    }

    /// Why there is no message from a time on.
    pub(super) fn end_of_conversation(&self, point: TimePoint) -> String {
        let zone = self.time_zone.displayed();
        let wanted = point.format(zone);
        let pane = self.transcript_pane();
        let last = pane.and_then(|pane| pane.transcript().last());
        match last.and_then(Message::sort_time) {
            Some(last) => format!(
                "The conversation ends before {wanted}: its last message is from {}",
                TimePoint::Instant(last).format(zone)
            ),
            None => "The conversation has no messages with a time".to_owned(),
        }
    }

    /// Selects the first session of the day that is looked for, in the order shown. Where it is not
    /// listed, all sessions are, and page by page those before. Where there is none, the scope is again what
    /// it was.
    pub(super) fn go_to_pending_day(&mut self) -> Vec<Effect> {
        let Some(pending) = self.pending_day.filter(|_| self.session_list.is_listed()) else {
            return Vec::new();
        };
        let PendingDay { day, scope_before } = pending;
        let name = day.format("%Y-%m-%d");
        let zone = self.time_zone.displayed();
        let found = {
            let mut rows = self.session_list.visible_rows();
            let found = rows.find(|row| days_of(row.unmasked(), zone).any(|it| it == day));
            found.map(ListedSession::id)
        };
        if let Some(id) = found {
            self.pending_day = None;
            self.session_list.select(id);
            let effects = self.scroll_list_to_selection();
            let text = if scope_before.is_some() {
                let key = self.keymap().first_key(Command::CycleScope);
                format!("First session of {name}, among all. {key}: change scope")
            } else {
                format!("First session of {name}")
            };
            self.show_notice(Level::Info, text);
            return effects;
        }
        let scope = self.session_list.scope();
        if scope != Scope::All {
            let text = format!("No session on {name} here; searching all sessions");
            self.pending_day = Some(PendingDay {
                day,
                scope_before: Some(scope),
            });
            let effects = self.set_scope(Scope::All);
            self.show_notice(Level::Info, text);
            return effects;
        }
        let oldest = self.session_list.oldest_archived();
        let oldest = oldest.map(ListedSession::unmasked);
        let first = oldest.and_then(|session| days_of(session, zone).min());
        let last = oldest.and_then(|session| days_of(session, zone).max());
        let is_passed = last.is_some_and(|last| last < day);
        if !is_passed && self.session_list.has_next_page() {
            let reached = first.map(|first| format!(", back to {first} so far"));
            let text = format!("Searching for {name}{}", reached.unwrap_or_default());
            self.show_notice(Level::Info, text);
            let page = self.session_list.request_next_page();
            let fetch = page.map(|below| Effect::Sync(SyncCommand::FetchNextPage { below }));
            return fetch.into_iter().collect();
        }
        self.pending_day = None;
        let is_filtered = self.session_list.visible().len() < self.session_list.count();
        let among = if is_filtered {
            " among those shown".to_owned()
        } else if !is_passed && self.session_list.is_over_limit() {
            " among those within max_body: raise it to search further".to_owned()
        } else {
            let first = first.filter(|first| *first > day);
            first.map_or_else(String::new, |first| {
                format!("; the earliest of all is from {first}")
            })
        };
        let effects = scope_before.map_or_else(Vec::new, |scope| self.set_scope(scope));
        self.show_notice(Level::Error, format!("No session on {name}{among}"));
        effects
    }
}

/// The days of a session's times: its request, when it was picked up, the last activity, the end.
fn days_of<'a>(session: &Session, zone: &'a TimeZone) -> impl Iterator<Item = NaiveDate> + use<'a> {
    let times = [
        session.requested,
        session.started,
        session.ended,
        session.last_activity,
    ];
    let times = times.into_iter().flatten();
    times.map(|time| time_format::local_date(time, zone))
}

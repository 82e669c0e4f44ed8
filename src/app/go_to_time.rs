//! Goes to a date or time as typed: in the transcript to the first message from then on, in the list to
//! the first session of that day.

use chrono::NaiveDate;

use super::App;
use super::effect::Effect;
use super::jumps::PendingJump;
use super::layout::Focus;
use super::prompt::{Prompt, PromptKind};
use super::status::Level;
use crate::chat::{Message, Scope, Session};
use crate::sync::SyncCommand;
use crate::text::{TimePoint, TimeZone, TypedTime, time_format};

impl App {
    pub(super) fn open_time_prompt(&mut self) {
        self.prompt = Some(Prompt::new(PromptKind::Time, ""));
    }

    pub(super) fn go_to_time(&mut self, text: &str) -> Vec<Effect> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let typed = match text.parse::<TypedTime>() {
            Ok(typed) => typed,
            Err(remedy) => {
                let text = text.trim();
                let why = format!("\"{text}\" is not a time: {remedy}");
                return self.show_notice(Level::Error, why);
            }
        };
        let zone = self.time_zone.displayed();
        let point = typed.resolve(self.now, zone);
        if self.focus == Focus::List {
            self.pending_day = Some(point.day(zone));
            return self.go_to_pending_day();
        }
        self.jump_now_or_when_loaded(PendingJump::Time(point))
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
    /// listed, all sessions are, and page by page those before.
    pub(super) fn go_to_pending_day(&mut self) -> Vec<Effect> {
        let Some(day) = self.pending_day.filter(|_| self.session_list.is_listed()) else {
            return Vec::new();
        };
        let zone = self.time_zone.displayed();
        let found = {
            let mut rows = self.session_list.visible();
            let found = rows.find(|session| is_of_day(session, day, zone));
            found.map(|session| session.id)
        };
        if let Some(id) = found {
            self.pending_day = None;
            self.session_list.select(id);
            return self.scroll_list_to_selection();
        }
        let name = day.format("%Y-%m-%d");
        if self.session_list.scope() != Scope::All {
            let text = format!("No session on {name} here; looking among all sessions");
            let mut effects = self.set_scope(Scope::All);
            effects.extend(self.show_notice(Level::Info, text));
            return effects;
        }
        let oldest = self.session_list.oldest_archived();
        let reached = oldest.and_then(|session| days_of(session, zone));
        let is_passed = reached.is_some_and(|(_, last)| last < day);
        if !is_passed && self.session_list.has_next_page() {
            let reached = reached.map(|(first, _)| format!(", back to {first} so far"));
            let text = format!("Looking for {name}{}", reached.unwrap_or_default());
            let mut effects = self.show_notice(Level::Info, text);
            let page = self.session_list.request_next_page();
            effects.extend(page.map(|below| Effect::Sync(SyncCommand::FetchNextPage { below })));
            return effects;
        }
        self.pending_day = None;
        let is_filtered = self.session_list.visible().len() < self.session_list.count();
        let among = if is_filtered {
            " among those shown"
        } else if !is_passed && self.session_list.is_over_limit() {
            " among those that fit: raise max_body to look further"
        } else {
            ""
        };
        self.show_notice(Level::Error, format!("No session on {name}{among}"))
    }
}

/// The days from the request of a session to the last activity in it.
fn days_of(session: &Session, zone: &TimeZone) -> Option<(NaiveDate, NaiveDate)> {
    let times = [
        session.requested,
        session.started,
        session.ended,
        session.last_activity,
    ];
    let times = times.into_iter().flatten();
    let day = |time| time_format::local_date(time, zone);
    Some((day(times.clone().min()?), day(times.max()?)))
}

fn is_of_day(session: &Session, day: NaiveDate, zone: &TimeZone) -> bool {
    days_of(session, zone).is_some_and(|(first, last)| first <= day && day <= last)
}

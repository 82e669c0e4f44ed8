//! The first line of the window: program, session counts, time zone and connection.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::Widget;

use super::freshness::{as_of_label, feed_states};
use super::theme::Role;
use super::{
    Context, SEPARATOR, from_column, join_fitting, set_text, set_text_right, until_column,
};
use crate::app::App;
use crate::app::status::Freshness;
use crate::app::time_zone::TimeFormat;
use crate::chat::{Scope, Stage};
use crate::text::time_format::{format_age, format_countdown, format_staleness};
use crate::text::width;

const PROGRAM_NAME: &str = "sochat";

/// The header. The connection is always shown; what does not fit beside it is left out: the age of
/// the data first, then words of the counts, the name of the zone, the service and the counts.
pub(super) struct Header<'a>(pub(super) Context<'a>);

impl Widget for &Header<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Header(context) = self;
        let area = area.inner(Margin::new(1, 0));
        let columns = usize::from(area.width);
        let (mut connection, more, role) = connection_label(*context);
        if width(PROGRAM_NAME) + 2 + width(&connection) + width(&more) <= columns {
            connection += &more;
        }
        let right = set_text_right(area, &connection, context.style(role), buf);
        let Some(between) = columns.checked_sub(width(PROGRAM_NAME) + 2 + width(&connection))
        else {
            return;
        };
        let name_end = set_text(area, PROGRAM_NAME, context.style(Role::Title), buf);
        let [named, short] = zone_label(context.app);
        let summaries = [true, false].map(|in_words| summary(context.app, in_words));
        let mut choices = [(0, &named), (0, &short), (1, &short)]
            .into_iter()
            .flat_map(|(from, zone)| summaries.each_ref().map(|parts| (&parts[from..], zone)));
        let summary_width = |zone: &str| between.saturating_sub(4 + width(zone));
        let (parts, zone) = choices
            .find(|(parts, zone)| width(&parts.join(SEPARATOR)) <= summary_width(zone))
            .unwrap_or((&summaries[1][1..], &short));
        if width(zone) + 2 > between {
            return;
        }
        let style = context.style(Role::Text);
        let before_connection = until_column(area, right.saturating_sub(2));
        set_text_right(before_connection, zone, style, buf);
        let summary = join_fitting(parts, summary_width(zone));
        set_text(from_column(area, name_end + 2), &summary, style, buf);
    }
}

/// The service, the scope, the filter, and how many sessions wait or have something unread.
fn summary(app: &App, in_words: bool) -> Vec<String> {
    let sessions = app.session_list();
    let scope = sessions.scope();
    let me = app.me().filter(|_| scope == Scope::Mine);
    let me = me.map(|me| format!(" ({})", me.name)).unwrap_or_default();
    let mut parts = vec![app.service().name.clone(), scope.label().to_owned() + &me];
    if !sessions.filter().is_empty() {
        let (filter, shown) = (sessions.filter(), sessions.visible().len());
        parts.push(format!("\"{filter}\" {shown} of {}", sessions.count()));
    }
    for stage in [Stage::NeedsReply, Stage::Queued] {
        let (count, longest) = sessions.stage_summary(stage);
        let words = match (stage, count) {
            (_, 0) => continue,
            (Stage::NeedsReply, 1) => "needs reply",
            (Stage::NeedsReply, _) => "need reply",
            _ => "in queue",
        };
        let longest = longest.map(|since| {
            let age = format_age((app.now() - since).max(TimeDelta::zero()));
            if in_words {
                format!(", longest {age}")
            } else {
                format!(" ({age})")
            }
        });
        parts.push(format!("{count} {words}{}", longest.unwrap_or_default()));
    }
    for (count, word) in [
        (app.count_unread_sessions(), "unread"),
        (sessions.unreadable(), "unreadable"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    parts
}

/// The time zone with its name, and without.
fn zone_label(app: &App) -> [String; 2] {
    let zones = app.time_zone();
    let short = zones.displayed().abbreviation(app.now());
    let named = format!("{} {short}", zones.displayed().label());
    match zones.time_format() {
        TimeFormat::Zone => [named, short],
        TimeFormat::Utc => ["UTC", "UTC"].map(str::to_owned),
        TimeFormat::Relative => [format!("relative, {named}"), "relative".to_owned()],
    }
}

/// The state of the worse feed; details for where they fit; a role.
fn connection_label(context: Context<'_>) -> (String, String, Role) {
    let states = feed_states(context.app);
    let worst = states.first().map(|(_, freshness)| freshness);
    let old = |age| format!(", data {} old", format_staleness(age));
    let when = |wait: TimeDelta| {
        if wait.is_zero() {
            "now".to_owned()
        } else {
            format!("in {}", format_countdown(wait))
        }
    };
    let mut more = String::new();
    let (symbol, role, words) = match *worst.unwrap_or(&Freshness::Connecting) {
        Freshness::Live => (0, Role::Success, "live".to_owned()),
        Freshness::Snapshot(at) => (1, Role::Muted, as_of_label(context.app, at)),
        Freshness::Connecting => (1, Role::Muted, "connecting".to_owned()),
        Freshness::Stale(age) => {
            more = old(age);
            (1, Role::Waiting, "slow".to_owned())
        }
        Freshness::Retrying { wait, age, .. } => {
            more = age.map(old).unwrap_or_default();
            (1, Role::Error, format!("retrying {}", when(wait)))
        }
        Freshness::SignedOut { wait, .. } => {
            more = format!(", trying again {}", when(wait));
            (2, Role::Error, "signed out".to_owned())
        }
        Freshness::Stopped { age, .. } => {
            more = age.map(old).unwrap_or_default();
            (2, Role::Error, "stopped".to_owned())
        }
    };
    let symbol = context.symbols.connection[symbol];
    (format!("{symbol} {words}"), more, role)
}

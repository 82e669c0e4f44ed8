//! The first line of the window: program, session counts, time zone and connection.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::Widget;

use super::freshness::{as_of_label, feed_states, severity};
use super::theme::Role;
use super::{Appearance, from_column, join_fitting, set_text, set_text_right};
use crate::app::App;
use crate::app::status::Freshness;
use crate::app::time_zone::TimeFormat;
use crate::chat::{Scope, Stage};
use crate::text::{time_format, width};

const PROGRAM_NAME: &str = "sochat";

/// The header. The connection is always shown; what does not fit beside it is left out: the age of
/// the data first, then the name of the zone, the service and the counts.
pub(super) struct Header<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
}

impl Widget for &Header<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (app, appearance) = (self.app, self.appearance);
        let theme = appearance.theme;
        let area = area.inner(Margin::new(1, 0));
        let columns = usize::from(area.width);
        let (mut connection, more, role) = connection_label(app, appearance);
        if width(PROGRAM_NAME) + 2 + width(&connection) + width(&more) <= columns {
            connection += &more;
        }
        let right = set_text_right(area, &connection, theme.style(role), buf);
        let Some(between) = columns.checked_sub(width(PROGRAM_NAME) + 2 + width(&connection))
        else {
            return;
        };
        let name_end = set_text(area, PROGRAM_NAME, theme.style(Role::Title), buf);
        let summary = summary(app);
        let [named, short] = zone_label(app);
        let summary_width = |zone: &str| between.saturating_sub(4 + width(zone));
        let fits_whole = |(from, zone): &(usize, &String)| {
            width(&join_fitting(&summary[*from..], appearance, usize::MAX)) <= summary_width(zone)
        };
        let (from, zone) = [(0, &named), (0, &short), (1, &short)]
            .into_iter()
            .find(fits_whole)
            .unwrap_or((1, &short));
        if width(zone) + 2 > between {
            return;
        }
        let style = theme.style(Role::Text);
        let before_connection = Rect {
            width: right.saturating_sub(area.x + 2),
            ..area
        };
        set_text_right(before_connection, zone, style, buf);
        let summary = join_fitting(&summary[from..], appearance, summary_width(zone));
        set_text(from_column(area, name_end + 2), &summary, style, buf);
    }
}

/// The service, the scope, the filter, and how many sessions wait or have something unread.
fn summary(app: &App) -> Vec<String> {
    let sessions = app.session_list();
    let scope = sessions.scope();
    let me = app.me().filter(|_| scope == Scope::Mine);
    let me = me.map(|me| format!(" ({})", me.name)).unwrap_or_default();
    let mut parts = vec![app.service().name.clone(), scope.label().to_owned() + &me];
    if !sessions.filter().is_empty() {
        parts.push(format!(
            "\"{}\" {} of {}",
            sessions.filter(),
            sessions.visible().len(),
            sessions.count()
        ));
    }
    for (stage, words) in [
        (Stage::NeedsReply, "need reply"),
        (Stage::Queued, "in queue"),
    ] {
        if let (count @ 1.., longest) = sessions.stage_summary(stage) {
            let words = if count == 1 && stage == Stage::NeedsReply {
                "needs reply"
            } else {
                words
            };
            let longest = longest.map(|since| {
                let age = (app.now() - since).max(TimeDelta::zero());
                format!(" ({})", time_format::format_age(age))
            });
            parts.push(format!("{count} {words}{}", longest.unwrap_or_default()));
        }
    }
    let unread = app.count_unread_sessions();
    if unread > 0 {
        parts.push(format!("{unread} unread"));
    }
    if sessions.unreadable() > 0 {
        parts.push(format!("{} unreadable", sessions.unreadable()));
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

/// The state of the connection, which is that of its worse feed; details for where they fit; a role.
fn connection_label(app: &App, appearance: &Appearance) -> (String, String, Role) {
    let worst = feed_states(app)
        .into_iter()
        .map(|(_, freshness)| freshness)
        .max_by_key(severity)
        .unwrap_or(Freshness::Connecting);
    let old = |age| format!(", data {} old", time_format::format_staleness(age));
    let wait = |wait: TimeDelta, before: &str| {
        if wait.is_zero() {
            " now".to_owned()
        } else {
            format!("{before} in {}", time_format::format_countdown(wait))
        }
    };
    let (symbol, role, words, more) = match worst {
        Freshness::Live => (0, Role::Success, "live".to_owned(), String::new()),
        Freshness::Snapshot(at) => (1, Role::Muted, as_of_label(app, at), String::new()),
        Freshness::Connecting => (1, Role::Muted, "connecting".to_owned(), String::new()),
        Freshness::Stale(age) => (1, Role::Waiting, "live".to_owned(), old(age)),
        Freshness::Retrying {
            wait: left, age, ..
        } => (
            1,
            Role::Error,
            format!("retrying{}", wait(left, "")),
            age.map(old).unwrap_or_default(),
        ),
        Freshness::SignedOut { wait: left, .. } => (
            2,
            Role::Error,
            "signed out".to_owned(),
            format!(", trying{}", wait(left, " again")),
        ),
        Freshness::Stopped { age, .. } => (
            2,
            Role::Error,
            "stopped".to_owned(),
            age.map(old).unwrap_or_default(),
        ),
    };
    let symbol = appearance.symbols.connection[symbol];
    (format!("{symbol} {words}"), more, role)
}

//! The first line of the window: program, session counts, time zone and connection.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::Widget;

use super::freshness::{as_of_label, feed_states};
use super::theme::{Role, level_role};
use super::{Context, SEPARATOR, from_column, set_text, set_text_right, until_column};
use crate::app::App;
use crate::app::command::Command;
use crate::app::session_list::StageSummary;
use crate::app::status::Freshness;
use crate::app::time_zone::TimeFormat;
use crate::chat::{Scope, Stage, Wait, WaitLevel};
use crate::text::time_format::{format_countdown, format_since, format_staleness, format_wait};
use crate::text::width;

const PROGRAM_NAME: &str = "sochat";
/// Columns between the parts of the header.
const GAP: u16 = 2;

/// The header. What does not fit is left out or shortened, step by step: the connection and the waiting sessions
/// stay longest.
pub(super) struct Header<'a>(pub(super) Context<'a>);

impl Widget for &Header<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Header(context) = self;
        let area = area.inner(Margin::new(1, 0));
        let parts = HeaderParts::new(*context).fit(usize::from(area.width));
        let style = context.style(parts.connection_role);
        let right = set_text_right(area, &parts.connection, style, buf);
        let text_style = context.style(Role::Text);
        let zone_area = until_column(area, right.saturating_sub(GAP));
        set_text_right(zone_area, &parts.zone, text_style, buf);
        let mut x = set_text(area, &parts.program, context.style(Role::Title), buf);
        if x > area.x {
            x += GAP;
        }
        let summary = until_column(from_column(area, x), zone_area.right());
        for (text, role) in parts.summary() {
            let style = context.style(role);
            x = set_text(from_column(summary, x), text, style, buf);
        }
    }
}

/// The texts of the header, from left to right; empty where they are left out.
struct HeaderParts {
    program: String,
    /// A word while privacy is on; it stays in any window.
    privacy: &'static str,
    service: String,
    scope: String,
    /// Empty for the default scope; without the user's name.
    short_scope: &'static str,
    filter: String,
    /// Without the counts.
    short_filter: String,
    /// What waits, most urgent first, and its shorter forms.
    waits: Vec<WaitLabel>,
    short_waits: [Vec<WaitLabel>; 2],
    /// How many sessions are unread, and since when; how many are unreadable; a shorter form.
    counts: Vec<String>,
    short_counts: Vec<String>,
    zone: String,
    short_zone: String,
    connection: String,
    /// Shorter forms of the connection; the last but one is shorter only while it is live.
    short_connection: [String; 4],
    connection_role: Role,
}

impl HeaderParts {
    fn new(context: Context<'_>) -> Self {
        let app = context.app;
        let sessions = app.session_list();
        let scope = sessions.scope();
        let short_scope = if scope == Scope::default() {
            ""
        } else {
            scope.label()
        };
        let me = app.me().filter(|_| scope == Scope::Mine);
        let me = me.map(|me| format!(" ({})", me.name)).unwrap_or_default();
        let (filter, shown) = (sessions.filter(), sessions.visible().len());
        let filter = match app.shown_view() {
            Some(view) => Some(format!("view {}", view.name)),
            None => (!filter.is_empty()).then(|| format!("\"{filter}\"")),
        };
        let attention = sessions
            .shows_attention_only()
            .then(|| "attention only".to_owned());
        let filters: Vec<_> = filter.into_iter().chain(attention).collect();
        let short_filter = filters.join(", ");
        let filter = if filters.is_empty() {
            String::new()
        } else {
            format!("{short_filter} {shown} of {}", sessions.count())
        };
        let (unread, since) = app.unread_summary();
        let counts = [(unread, "unread"), (sessions.unreadable(), "unreadable")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let short_counts: Vec<_> = counts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let mut counts = short_counts.clone();
        if let (Some(first), Some(since)) = (counts.first_mut(), since) {
            let since = format_since(since, app.now(), app.time_zone().displayed());
            *first = format!("{first} since {since}");
        }
        let [waits, short, shortest] = [WaitFormat::Words, WaitFormat::Short, WaitFormat::Count]
            .map(|it| wait_labels(context, it));
        let [zone, short_zone] = zone_label(app);
        let (connection, short_connection, connection_role) = connection_label(context);
        Self {
            program: PROGRAM_NAME.to_owned(),
            privacy: if app.is_private() { "private" } else { "" },
            service: app.service().name.clone(),
            scope: scope.label().to_owned() + &me,
            short_scope,
            filter,
            short_filter,
            waits,
            short_waits: [short, shortest],
            counts,
            short_counts,
            zone,
            short_zone,
            connection,
            short_connection,
            connection_role,
        }
    }

    /// Shortens the header until it fits, the least important part first.
    fn fit(mut self, columns: usize) -> Self {
        let steps: [fn(&mut Self); 17] = [
            |it| it.counts.clone_from(&it.short_counts),
            |it| it.service.clear(),
            |it| it.counts.clear(),
            |it| it.scope = it.short_scope.to_owned(),
            |it| it.zone.clone_from(&it.short_zone),
            |it| it.scope.clear(),
            |it| it.waits.clone_from(&it.short_waits[0]),
            |it| it.connection.clone_from(&it.short_connection[0]),
            |it| it.filter.clone_from(&it.short_filter),
            |it| it.program.clear(),
            |it| it.connection.clone_from(&it.short_connection[1]),
            |it| it.filter.clear(),
            |it| it.waits.truncate(1),
            |it| it.connection.clone_from(&it.short_connection[2]),
            |it| it.zone.clear(),
            |it| {
                it.waits.clone_from(&it.short_waits[1]);
                it.waits.truncate(1);
            },
            |it| it.connection.clone_from(&it.short_connection[3]),
        ];
        for step in steps {
            if self.width() <= columns {
                return self;
            }
            step(&mut self);
        }
        if self.width() > columns {
            self.waits.clear();
        }
        self
    }

    /// The pieces between program and zone, each with its role.
    fn summary(&self) -> Vec<(&str, Role)> {
        let plain = |text| vec![(text, Role::Text)];
        let place = [self.privacy, &self.service, &self.scope, &self.filter];
        let place = place.into_iter().filter(|part| !part.is_empty()).map(plain);
        let waits = self.waits.iter().map(WaitLabel::pieces);
        let counts = self.counts.iter().map(String::as_str).map(plain);
        let parts: Vec<_> = place.chain(waits).chain(counts).collect();
        parts.join(&(SEPARATOR, Role::Text))
    }

    fn summary_width(&self) -> usize {
        let summary = self.summary();
        let texts = summary.iter().map(|(text, _)| width(text));
        let spare = self.waits.iter().map(|label| label.spare);
        texts.chain(spare).sum()
    }

    fn width(&self) -> usize {
        let parts = [
            width(&self.program),
            self.summary_width(),
            width(&self.zone),
            width(&self.connection),
        ];
        let shown = parts.into_iter().filter(|columns| *columns > 0);
        let gaps = shown.clone().count().saturating_sub(1) * usize::from(GAP);
        shown.sum::<usize>() + gaps
    }
}

/// How the longest wait is shown: `, longest 3m`, `, 3m` or ` !3m`, or not.
#[derive(Clone, Copy)]
enum WaitFormat {
    Words,
    Short,
    Count,
}

/// How many sessions wait, and the longest wait with the mark of its level.
#[derive(Clone)]
struct WaitLabel {
    before: String,
    age: String,
    role: Role,
    /// Columns reserved for a mark: nothing is shortened because one appears.
    spare: usize,
}

impl WaitLabel {
    fn pieces(&self) -> Vec<(&str, Role)> {
        vec![
            (self.before.as_str(), Role::Text),
            (self.age.as_str(), self.role),
        ]
    }

    fn add_longest(
        &mut self,
        longest: Wait,
        level: WaitLevel,
        context: Context<'_>,
        format: WaitFormat,
    ) {
        let level_role = level_role(level);
        match format {
            WaitFormat::Words => {
                self.before += ", longest ";
                self.spare = usize::from(level_role.is_none());
            }
            WaitFormat::Short if level_role.is_none() => self.before += ", ",
            // The mark separates as well.
            WaitFormat::Short => self.before += " ",
            WaitFormat::Count => return,
        }
        let mark = context.symbols.level(level);
        self.age = format!("{mark}{}", format_wait(longest, context.app.now()));
        self.role = level_role.unwrap_or(Role::Text);
    }
}

/// `sochat: 2 need reply, longest 20m; 1 in queue, longest 3m`, or the program alone.
pub(super) fn window_title(app: &App) -> String {
    let waits = waiting_stages(app).map(|(stage, summary)| {
        let count = format!("{} {}", summary.count, stage.label(summary.count));
        match summary.waits.longest() {
            Some(longest) => format!("{count}, longest {}", format_wait(longest, app.now())),
            None => count,
        }
    });
    let waits: Vec<_> = waits.collect();
    if waits.is_empty() {
        return PROGRAM_NAME.to_owned();
    }
    format!("{PROGRAM_NAME}: {}", waits.join("; "))
}

/// The sessions that wait for an agent, the most urgent stage first.
fn waiting_stages(app: &App) -> impl Iterator<Item = (Stage, &StageSummary)> {
    let stages = [Stage::NeedsReply, Stage::Queued].into_iter();
    stages.filter_map(|stage| Some((stage, app.session_list().stage_summary(stage)?)))
}

/// How many sessions wait; with a filter or a view, how many of them are shown.
fn wait_labels(context: Context<'_>, format: WaitFormat) -> Vec<WaitLabel> {
    let app = context.app;
    let mut labels = Vec::new();
    for (stage, all) in waiting_stages(app) {
        let visible = app.session_list().visible_summary(stage);
        let (count, of) = (visible.map_or(0, |visible| visible.count), all.count);
        let words = stage.label(of);
        let mut label = WaitLabel {
            before: if count == of {
                format!("{of} {words}")
            } else {
                format!("{count} of {of} {words}")
            },
            age: String::new(),
            role: Role::Text,
            spare: 0,
        };
        let waits = visible.map(|visible| &visible.waits);
        if let Some((waits, longest)) = waits.and_then(|waits| Some((waits, waits.longest()?))) {
            label.add_longest(longest, waits.level(app.now()), context, format);
        }
        labels.push(label);
    }
    labels
}

/// The time zone with its name, and without.
fn zone_label(app: &App) -> [String; 2] {
    let zones = app.time_zone();
    let short = zones.displayed().abbreviation(app.now());
    let named = format!("{} {short}", zones.displayed().label());
    if zones.is_provisional() && zones.time_format() != TimeFormat::Utc {
        return [format!("{short}, zone not yet known"), format!("{short}?")];
    }
    match zones.time_format() {
        TimeFormat::Zone => [named, short],
        TimeFormat::Utc => ["UTC", "UTC"].map(str::to_owned),
        TimeFormat::Relative => [format!("relative, {named}"), "relative".to_owned()],
    }
}

/// The state of the worse feed with the age of old data, in shorter forms, and its role.
fn connection_label(context: Context<'_>) -> (String, [String; 4], Role) {
    let app = context.app;
    let states = feed_states(app);
    let worst = states.first().map(|(_, freshness)| freshness);
    let when = |wait: TimeDelta| {
        if wait.is_zero() {
            "now".to_owned()
        } else {
            format!("in {}", format_countdown(wait))
        }
    };
    let mut next = String::new();
    let (symbol, role, words) = match *worst.unwrap_or(&Freshness::Connecting) {
        Freshness::Live => (0, Role::Success, "live".to_owned()),
        Freshness::Snapshot(at) => (1, Role::Muted, as_of_label(app, at)),
        Freshness::Connecting => (1, Role::Muted, "connecting".to_owned()),
        Freshness::Slow => (1, Role::Slow, "slow".to_owned()),
        Freshness::Retrying { wait, .. } => {
            next = format!(" {}", when(wait));
            (1, Role::Error, "retrying".to_owned())
        }
        Freshness::SignedOut { wait, .. } => {
            let refresh = app.keymap().first_key(Command::Refresh);
            next = wait.map_or_else(
                || format!(", {refresh} tries again"),
                |wait| format!(", trying again {}", when(wait)),
            );
            (2, Role::Error, "signed out".to_owned())
        }
        Freshness::Stopped { .. } => (2, Role::Error, "stopped".to_owned()),
    };
    let symbol = context.symbols.connection[symbol];
    let now = app.local_now();
    // The state of a session that is not available is in its title.
    let ages = states
        .iter()
        .filter(|(_, freshness)| *freshness != Freshness::Live)
        .filter_map(|(feed, _)| app.status().stale_age(*feed, now));
    let age = ages.max().map(format_staleness);
    let old = age
        .as_ref()
        .map(|age| format!(", data {age} old"))
        .unwrap_or_default();
    let short_old = age.map(|age| format!(", {age} old")).unwrap_or_default();
    let full = format!("{symbol} {words}{next}{old}");
    let with_next = format!("{symbol} {words}{next}{short_old}");
    let short = format!("{symbol} {words}{short_old}");
    let (shorter, shortest) = match worst {
        Some(Freshness::Live) => (symbol.to_owned(), symbol.to_owned()),
        _ => (short.clone(), format!("{symbol} {words}")),
    };
    (full, [with_next, short, shorter, shortest], role)
}

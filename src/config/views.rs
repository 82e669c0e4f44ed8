//! Saved views: `[views.NAME]` tables with what the list shows.

use toml::de::DeValue;

use super::parse::{Parsed, RawValue};
use super::{Diagnostic, Origin};
use crate::app::saved_views::{SavedView, Scope};
use crate::text::StatusFilter;

pub(super) const VIEW_KEYS: [&str; 5] = ["scope", "status", "channel", "agent", "words"];
/// Views beyond this number get no key.
const MAX_VIEWS: usize = 9;

/// The values of a view so far.
#[derive(Clone, Debug)]
pub(super) struct PartialView {
    pub(super) name: String,
    /// Where it begins.
    line: usize,
    scope: Option<Scope>,
    statuses: Vec<String>,
    channel: Option<String>,
    agent: Option<String>,
    words: String,
}

impl PartialView {
    pub(super) fn new(name: &str, line: usize) -> Self {
        Self {
            name: name.to_owned(),
            line,
            scope: None,
            statuses: Vec::new(),
            channel: None,
            agent: None,
            words: String::new(),
        }
    }

    pub(super) fn set(&mut self, key: &str, raw: RawValue<'_>) -> Parsed<()> {
        match key {
            "scope" => self.scope = Some(raw.choice(&SavedView::SCOPES)?),
            "status" => self.statuses = raw.statuses()?,
            "channel" => self.channel = Some(raw.name_or_number("a channel")?),
            "agent" => self.agent = Some(raw.name_or_number("an agent")?),
            "words" => self.words = raw.text("words as you would type them into the filter")?,
            _ => unreachable!("{key} is not in VIEW_KEYS"),
        }
        Ok(())
    }

    fn build(&self) -> SavedView {
        let statuses = self
            .statuses
            .iter()
            .map(|status| ("status", status.as_str()));
        let channel = self
            .channel
            .iter()
            .map(|channel| ("channel", channel.as_str()));
        let agent = self.agent.iter().map(|agent| ("agent", agent.as_str()));
        let narrowing: Vec<_> = channel.chain(agent).chain(statuses).collect();
        SavedView::new(self.name.clone(), self.scope, &narrowing, &self.words)
    }
}

impl RawValue<'_> {
    /// One state, or a list.
    fn statuses(self) -> Parsed<Vec<String>> {
        const WANTED: &str = "a state such as \"needs-reply\", or a list of them";
        let statuses = match self.value {
            DeValue::Array(_) => self.text_list().filter(|list| !list.is_empty()),
            _ => Some(vec![self.text(WANTED)?]),
        };
        let statuses = statuses.ok_or_else(|| self.expected(WANTED))?;
        for status in &statuses {
            let parsed: Result<StatusFilter, _> = status.parse();
            parsed.map_err(|why| format!("{status:?}: {why}"))?;
        }
        Ok(statuses)
    }

    fn name_or_number(self, what: &str) -> Parsed<String> {
        let wanted = format!("{what} by name, in quotes, or by number");
        let name = match self.value {
            DeValue::Integer(number) => number.to_string(),
            _ => self.text(&wanted)?,
        };
        if name.contains('"') {
            return Err(format!(
                "{name:?} contains quotes: write its number instead"
            ));
        }
        Ok(name)
    }
}

/// The views in the order of the file, and a warning for those that no key is left for.
pub(super) fn build_views(
    partial: &[PartialView],
    warnings: &mut Vec<Diagnostic>,
) -> Vec<SavedView> {
    for view in partial.iter().skip(MAX_VIEWS) {
        let why = format!(
            "views.{}: the keys 1 to 9 have other views: it is not shown",
            view.name
        );
        warnings.push(Diagnostic::new(Origin::File(view.line), why));
    }
    let shown = partial.iter().take(MAX_VIEWS);
    shown.map(PartialView::build).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{config, errors};

    fn views(toml: &str) -> Vec<(String, Option<String>, String)> {
        let views = config(toml).views.into_iter();
        views
            .map(|view| {
                let scope = view.scope.map(|scope| format!("{scope:?}"));
                (view.name, scope, view.filter)
            })
            .collect()
    }

    fn view(name: &str, scope: Option<&str>, filter: &str) -> (String, Option<String>, String) {
        (name.to_owned(), scope.map(str::to_owned), filter.to_owned())
    }

    const FILE: &str = "[views.Waiting]\nstatus = ['needs-reply', 'in queue']\n\
        [views.'Billing, all']\nscope = 'all'\nchannel = 'Billing (EN)'\nagent = 31\nwords = ' refund '\n\
        [views.Answered]\nstatus = 'answered'\n";

    #[test]
    fn views_are_filters_in_the_order_of_the_file() {
        assert_eq!(
            views(FILE),
            [
                view("Waiting", None, "status:needs-reply status:\"in queue\""),
                view(
                    "Billing, all",
                    Some("All"),
                    "channel:\"Billing (EN)\" agent:31 refund"
                ),
                view("Answered", None, "status:answered"),
            ]
        );
    }

    #[test]
    fn a_profile_changes_views_and_adds_others() {
        let profile = format!(
            "profile = 'p'\n{FILE}[profiles.p.views.New]\nwords = 'x'\n[profiles.p.views.Waiting]\nscope = 'mine'\n\
             [profiles.q.views.Other]\nwords = 'y'"
        );
        let names: Vec<_> = views(&profile).into_iter().map(|it| (it.0, it.1)).collect();
        let wanted = [
            ("Waiting", Some("Mine")),
            ("Billing, all", Some("All")),
            ("Answered", None),
            ("New", None),
        ];
        let wanted = wanted.map(|(name, scope)| (name.to_owned(), scope.map(str::to_owned)));
        assert_eq!(names, wanted);
    }

    #[test]
    fn all_errors_are_reported_with_their_lines() {
        let file = "views.x = 3\n[views.a]\nscope = 'everything'\nstatus = ['bot', 'on hold']\nchannel = 'a \"b\"'\nagent = ''\nwords = 1\n\
            [views.b]\n[views.c]\nstatus = []\n[profiles.p.views.d]\nstatus = 'a'\n[views.e]\nstatus = in-queue";
        assert_eq!(
            errors(file),
            "/etc/sochat/config.toml:1: views.x must be a table: write [views.x]\n\
             /etc/sochat/config.toml:3: views.a.scope must be \"channels\", \"mine\" or \"all\", not \"everything\"\n\
             /etc/sochat/config.toml:4: views.a.status \"on hold\": write needs-reply, in-queue, queued, answered, bot, pre-chat-form, faq-form, offline-form, ended, missed, deleted, active, or a status such as InQueue\n\
             /etc/sochat/config.toml:5: views.a.channel \"a \\\"b\\\"\" contains quotes: write its number instead\n\
             /etc/sochat/config.toml:6: views.a.agent is empty: write an agent by name, in quotes, or by number\n\
             /etc/sochat/config.toml:7: views.a.words must be words as you would type them into the filter, not 1\n\
             /etc/sochat/config.toml:8: views.b is empty: write some of scope, status, channel, agent, words in it\n\
             /etc/sochat/config.toml:10: views.c.status must be a state such as \"needs-reply\", or a list of them, not []\n\
             /etc/sochat/config.toml:12: views.d.status \"a\": it fits answered, active: write more of it\n\
             /etc/sochat/config.toml:14: write it in quotes: status = \"in-queue\""
        );
    }

    #[test]
    fn an_unknown_key_and_a_tenth_view_are_warnings() {
        let mut file = "[views.a]\nwords = 'x'\nstate = 'bot'\n".to_owned();
        for number in 2..=10 {
            file = format!("{file}[views.v{number}]\nwords = 'x'\n");
        }
        let config = config(&file);
        assert_eq!(config.views.len(), 9);
        assert_eq!(
            config.warnings.to_string(),
            "/etc/sochat/config.toml:3: unknown key views.a.state; a view has scope, status, channel, agent, words\n\
             /etc/sochat/config.toml:21: views.v10: the keys 1 to 9 have other views: it is not shown"
        );
    }
}

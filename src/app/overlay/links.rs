//! Links to choose from: those of a message, or of a whole conversation, newest first.

use std::collections::HashSet;
use std::ops::Range;

use super::ListSelection;
use crate::chat::{Message, Transcript, disguised_host};
use crate::text::{TimeZone, time_format, width, wrap};

/// Links with full addresses, one of them selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkList {
    pub rows: Vec<LinkRow>,
    pub selection: ListSelection,
    /// The first visible line of the selected link, if it has more than fit.
    scroll: usize,
    pub(crate) is_of_conversation: bool,
    /// The columns of the widest line.
    pub(crate) max_width: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    pub target: String,
    /// Whether it is an image, and in a conversation its author and time; may be empty.
    pub(crate) caption: String,
}

/// A line of a link, as a range of the text it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkLine {
    Address(Range<usize>),
    /// The real host of a link that has text before its host, which can look like a host.
    Warning,
    Caption(Range<usize>),
}

impl LinkList {
    fn new(rows: Vec<LinkRow>, is_of_conversation: bool) -> Self {
        let texts = rows.iter().flat_map(|row| [&row.target, &row.caption]);
        Self {
            max_width: texts.map(|text| width(text)).max().unwrap_or(0),
            rows,
            selection: ListSelection::default(),
            scroll: 0,
            is_of_conversation,
        }
    }

    pub(crate) fn of_message(message: &Message) -> Self {
        let links = message.links().into_iter();
        let rows = links.map(|link| LinkRow {
            target: link.target.into_owned(),
            caption: if link.is_image { "image" } else { "" }.to_owned(),
        });
        Self::new(rows.collect(), false)
    }

    /// Selects the row of a target.
    pub(crate) fn select(&mut self, target: &str) {
        let row = self.rows.iter().position(|row| row.target == target);
        self.selection = ListSelection(row.unwrap_or(self.selection.0));
    }

    /// Each link once, with the last message that has it.
    pub(crate) fn of_conversation(transcript: &Transcript, zone: &TimeZone) -> Self {
        let mut known = HashSet::new();
        let mut rows = Vec::new();
        for message in transcript.iter().rev() {
            for link in message.links() {
                let target = link.target.into_owned();
                if !known.insert(target.clone()) {
                    continue;
                }
                let time = message.posted;
                let time = time.map(|time| time_format::format_timestamp(time, zone));
                let image = link.is_image.then(|| "image".to_owned());
                let parts = [Some(message.author_name().to_owned()), time, image];
                let caption: Vec<_> = parts.into_iter().flatten().collect();
                let caption = caption.join(", ");
                rows.push(LinkRow { target, caption });
            }
        }
        Self::new(rows, true)
    }

    pub fn selected(&self) -> Option<&LinkRow> {
        self.rows.get(self.selection.0)
    }

    /// Moves by links, and by lines within one that is taller than the window. Returns `false` if
    /// nothing moved.
    pub(crate) fn move_by(&mut self, by: isize, columns: usize, height: usize) -> bool {
        let hidden = |row: Option<&LinkRow>| {
            let lines = row.map_or(0, |row| row.lines(columns).count());
            lines.saturating_sub(height)
        };
        let within = self.scroll.checked_add_signed(by);
        let within = within.filter(|scroll| *scroll <= hidden(self.selected()));
        if let (1 | -1, Some(scroll)) = (by, within) {
            self.scroll = scroll;
            return true;
        }
        let is_moved = self.selection.move_by(by, self.rows.len());
        if is_moved {
            self.scroll = if by == -1 { hidden(self.selected()) } else { 0 };
        }
        is_moved
    }

    /// The lines on the screen, each with the index of its link: as many as there is space for, the
    /// selected link last.
    pub(crate) fn visible_lines(
        &self,
        columns: usize,
        height: usize,
    ) -> impl Iterator<Item = (usize, LinkLine)> {
        let line_count = |row: &LinkRow| row.lines(columns).take(self.scroll + height).count();
        let own = self.selected().map_or(0, line_count);
        let space = height.saturating_sub(own);
        let (mut first, mut above) = (self.selection.0, 0);
        while let Some(row) = self
            .rows
            .get(first.wrapping_sub(1))
            .filter(|_| above < space)
        {
            above += line_count(row);
            first -= 1;
        }
        let skipped = above.saturating_sub(space) + self.scroll;
        let rows = self.rows.iter().enumerate().skip(first);
        let lines =
            rows.flat_map(move |(index, row)| row.lines(columns).map(move |it| (index, it)));
        lines.skip(skipped).take(height)
    }

    /// The number of lines, or a limit if there are more.
    pub(crate) fn line_count(&self, columns: usize, limit: usize) -> usize {
        let lines = self.rows.iter().flat_map(|row| row.lines(columns));
        lines.take(limit).count()
    }
}

impl LinkRow {
    fn lines(&self, columns: usize) -> impl Iterator<Item = LinkLine> {
        let is_suspicious = disguised_host(&self.target).is_some();
        let caption = Some(&self.caption).filter(|caption| !caption.is_empty());
        let caption = caption.into_iter().flat_map(move |it| wrap(it, columns));
        wrap(&self.target, columns)
            .map(|line| LinkLine::Address(line.range))
            .chain(is_suspicious.then_some(LinkLine::Warning))
            .chain(caption.map(|line| LinkLine::Caption(line.range)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::SpecialKind;
    use crate::test_support::builders::{
        agent_message, customer_message, special_message, today_at,
    };
    use crate::test_support::oslo_zone;

    fn list(targets: &[&str]) -> LinkList {
        let rows = targets.iter().map(|target| LinkRow {
            target: (*target).to_owned(),
            caption: String::new(),
        });
        LinkList::new(rows.collect(), false)
    }

    #[test]
    fn links_of_a_conversation_come_newest_first_and_once() {
        let address = "www.fjord.example/new".to_owned();
        let messages = [
            customer_message(1, today_at("13:00"), "http://a.example mailto:x"),
            agent_message(
                2,
                today_at("13:01"),
                "<img src='https://b.example/logo.png'> <a href='mailto:b@b.example'>b</a>",
            ),
            special_message(3, today_at("13:02"), SpecialKind::Url { address }),
            customer_message(4, today_at("13:03"), "see http://a.example"),
        ];
        let mut transcript = Transcript::default();
        transcript.merge(messages, 1);
        let list = LinkList::of_conversation(&transcript, &oslo_zone());
        let rows = list.rows.iter().map(|row| [&*row.target, &*row.caption]);
        let time = |time: &str| format!("2026-07-25 {time}:00 CEST");
        let [two, three, four] = ["13:01", "13:02", "13:03"].map(time);
        assert_eq!(
            rows.collect::<Vec<_>>(),
            [
                ["http://a.example", &format!("Kari Nordmann, {four}")],
                [
                    "https://www.fjord.example/new",
                    &format!("Service, {three}")
                ],
                [
                    "https://b.example/logo.png",
                    &format!("Ola Hansen, {two}, image")
                ],
                ["mailto:b@b.example", &format!("Ola Hansen, {two}")],
            ]
        );
    }

    /// Every line of every link can be seen, however small the window.
    #[test]
    fn a_link_taller_than_the_window_is_passed_line_by_line() {
        let long = format!("https://x.example/{}", "abcdefgh".repeat(6));
        let mut list = list(&["https://a.example", &long, "https://b.example"]);
        let shown = |list: &LinkList| {
            let lines = list.visible_lines(10, 3).map(|(index, line)| match line {
                LinkLine::Address(range) => list.rows[index].target.get(range).unwrap().to_owned(),
                other => format!("{other:?}"),
            });
            lines.collect::<Vec<_>>()
        };
        let mut screens = vec![shown(&list)];
        while list.move_by(1, 10, 3) {
            screens.push(shown(&list));
        }
        assert!(screens.iter().all(|lines| (1..=3).contains(&lines.len())));
        let middle: Vec<_> = screens[1..screens.len() - 1].iter().collect();
        let mut text = middle[0].concat();
        text.extend(middle[1..].iter().map(|lines| lines[2].as_str()));
        assert_eq!(text, long);
        let mut back = vec![shown(&list)];
        while list.move_by(-1, 10, 3) {
            back.push(shown(&list));
        }
        back.reverse();
        assert_eq!(back, screens);
        assert!(list.move_by(isize::MAX, 10, 3) && !list.move_by(2, 10, 3));
    }
}

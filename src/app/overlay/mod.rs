//! Overlays over the panes: command palette, help, details, queue overview, results of a search, connection, raw
//! JSON, a message alone, and lists to choose from.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use super::command::Command;
use crate::text::{TimeZone, ZoneChoice, pad, width};

mod command_palette;
mod connection;
mod copying;
mod details;
mod help;
mod input;
mod legend;
mod links;
mod long_text;
mod overview;
mod text;

pub(crate) use command_palette::{CommandPalette, PaletteEntry, PaletteMatch};
pub(crate) use details::{DetailLine, DetailTarget, Details, detail_lines};
pub(crate) use help::Help;
pub(crate) use legend::{LEGEND, Shape};
pub(crate) use links::{LinkLine, LinkList, LinkRow};
pub(crate) use long_text::LongText;
pub(crate) use overview::{Overview, OverviewRow, RowPresence};
pub(crate) use text::OverlayText;

/// A label and its text; a label alone is a heading.
type LabeledLine = (String, String);

/// A line, and the shape that takes the place of its label.
type OverlayLine = (LabeledLine, Option<Shape>);

fn heading(text: &str) -> LabeledLine {
    (text.to_owned(), String::new())
}

/// The lines that have a text.
fn present_lines(
    all: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> Vec<LabeledLine> {
    all.into_iter()
        .filter_map(|(label, text)| Some((label.to_owned(), text?)))
        .collect()
}

#[derive(Clone, Debug)]
pub enum Overlay {
    CommandPalette(CommandPalette),
    Help(Help),
    /// Details of the open or selected session.
    Details(Box<Details>),
    Connection(ScrollOffset),
    /// The JSON of the selected message, sanitized, and indented unless it is very long.
    RawJson(LongText),
    /// The text of the selected message, in the whole window.
    MessageText(LongText),
    Links(LinkList),
    Overview(Overview),
    /// What a search across conversations has found; the app stores it while the overlay is closed.
    SearchResults,
    ZonePicker(Box<ZonePicker>),
}

impl Overlay {
    /// The line that is typed into, if it has one.
    pub fn query(&self) -> Option<&Input> {
        match self {
            Self::CommandPalette(palette) => Some(&palette.query),
            Self::Help(help) => Some(&help.query),
            Self::ZonePicker(picker) => Some(&picker.query),
            Self::Details(_)
            | Self::Connection(_)
            | Self::RawJson(_)
            | Self::MessageText(_)
            | Self::Links(_)
            | Self::Overview(_)
            | Self::SearchResults => None,
        }
    }

    /// Returns `true` if a key is typed into the query, whatever it is bound to. While that is empty there
    /// is nothing to delete in it or to move in, and a blank would find nothing else.
    pub(super) fn is_typed(&self, key: KeyEvent, command: Option<Command>) -> bool {
        let closes_help = matches!(self, Self::Help(_)) && command == Some(Command::ShowHelp);
        let Some(query) = self.query().filter(|_| !closes_help) else {
            return false;
        };
        match edit_request(key) {
            Some(InputRequest::InsertChar(character)) if character != ' ' => true,
            Some(_) => !query.value().is_empty(),
            None => false,
        }
    }

    /// Returns `true` if this command opens this overlay: it also closes it.
    pub(super) fn is_opened_by(&self, command: Command) -> bool {
        match self {
            Self::Links(links) if command == Command::ShowAllLinks => links.is_of_conversation,
            Self::Help(_) => command == Command::ShowHelp,
            Self::Overview(_) => command == Command::ShowOverview,
            Self::CommandPalette(_) => command == Command::ShowCommandPalette,
            Self::Details(_) => command == Command::ShowDetails,
            Self::Connection(_) => command == Command::ShowConnection,
            Self::RawJson(_) => command == Command::ShowRawJson,
            Self::MessageText(_) => command == Command::ShowMessageText,
            Self::Links(_) | Self::SearchResults | Self::ZonePicker(_) => false,
        }
    }
}

/// Returns `true` if a key opens or chooses what is selected: Enter always, beside the keys of the command.
pub(super) fn is_open_key(key: KeyEvent, command: Option<Command>) -> bool {
    key.code == KeyCode::Enter || command == Some(Command::Open)
}

/// The first visible row of an overlay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScrollOffset(pub usize);

/// The index of the selected row of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSelection(pub usize);

/// A list of time zones, narrowed by typing.
#[derive(Clone, Debug)]
pub struct ZonePicker {
    pub query: Input,
    pub rows: Vec<ZoneRow>,
    /// The widest label and the widest places of all rows.
    pub widths: [usize; 2],
    /// What the query is matched with, for each row.
    searched: Vec<String>,
    /// Indices of the rows that match the query.
    pub matches: Vec<usize>,
    /// The selected row among the matches.
    pub selection: ListSelection,
}

#[derive(Clone, Debug)]
pub struct ZoneRow {
    /// See [`ZoneChoice::name`].
    name: String,
    /// Offset and name.
    pub label: String,
    /// Country, region and cities, as far as the service lists them.
    pub places: String,
}

impl ListSelection {
    /// Moves by rows, stopping at the ends of a list of this length. Returns `true` if that moved it.
    pub(crate) fn move_by(&mut self, by: isize, length: usize) -> bool {
        let before = self.0;
        let last = length.saturating_sub(1);
        self.0 = before.saturating_add_signed(by).min(last);
        self.0 != before
    }
}

impl ZoneRow {
    fn new(choice: &ZoneChoice) -> Self {
        let mut places = vec![&*choice.country, &*choice.region, &*choice.cities];
        places.retain(|place| !place.is_empty());
        Self {
            name: choice.name.clone(),
            label: format!("{}  {}", pad(&choice.offset, 6), choice.label()),
            places: places.join(", "),
        }
    }
}

impl ZonePicker {
    /// Lists all zones, with the active one selected.
    pub fn new(zones: &[ZoneChoice], active: &TimeZone) -> Self {
        let same = zones.iter().position(|choice| choice.zone.is_same(active));
        let has_same_rules = |choice: &ZoneChoice| choice.zone.rules() == active.rules();
        let selected = same.or_else(|| zones.iter().position(has_same_rules));
        let rows: Vec<_> = zones.iter().map(ZoneRow::new).collect();
        let widest = |column: fn(&ZoneRow) -> &str| {
            let widths = rows.iter().map(|row| width(column(row)));
            widths.max().unwrap_or(0)
        };
        let searched = zones.iter().zip(&rows);
        Self {
            query: Input::default(),
            widths: [widest(|row| &row.label), widest(|row| &row.places)],
            searched: searched
                .map(|(zone, row)| format!("{} {}", zone.label(), row.places))
                .collect(),
            matches: (0..rows.len()).collect(),
            rows,
            selection: ListSelection(selected.unwrap_or(0)),
        }
    }

    /// The name of the selected zone.
    pub(crate) fn selected_name(&self) -> Option<String> {
        let index = *self.matches.get(self.selection.0)?;
        Some(self.rows.get(index)?.name.clone())
    }

    /// Edits the query and narrows the list.
    pub(crate) fn on_key(&mut self, key: KeyEvent) {
        if edit_line(&mut self.query, key) {
            self.filter();
        }
    }

    /// Inserts text into the query and narrows the list.
    pub(crate) fn on_text_typed(&mut self, text: &str) {
        if insert_text(&mut self.query, text) {
            self.filter();
        }
    }

    /// Replaces the zones once the service has listed its own; the query stays.
    pub(crate) fn set_items(&mut self, zones: &[ZoneChoice], active: &TimeZone) {
        let query = std::mem::take(&mut self.query);
        *self = Self::new(zones, active);
        self.query = query;
        if !self.query.value().is_empty() {
            self.filter();
        }
    }

    fn filter(&mut self) {
        self.matches = match self.query.value() {
            "" => (0..self.rows.len()).collect(),
            query => {
                let mut matches = super::fuzzy::rank_matches(query, &self.searched);
                // What contains the query as it is typed comes first.
                let query = query.to_lowercase();
                let contains =
                    |index: &usize| self.searched[*index].to_lowercase().contains(&query);
                matches.sort_by_cached_key(|index| !contains(index));
                matches
            }
        };
        self.selection = ListSelection::default();
    }
}

/// More characters than anyone filters or searches by; each costs time with every edit.
const MAX_LINE_LENGTH: usize = 200;

/// Inserts text at the cursor, as far as there is room. Returns `true` if the line changed.
pub(crate) fn insert_text(line: &mut Input, text: &str) -> bool {
    let room = MAX_LINE_LENGTH.saturating_sub(line.value().chars().count());
    let inserted = text.chars().take(room);
    let (length, cursor) = (inserted.clone().count(), line.cursor());
    let mut characters = line.value().chars();
    let before: String = characters.by_ref().take(cursor).collect();
    let value = before.chars().chain(inserted).chain(characters).collect();
    *line = Input::new(value).with_cursor(cursor + length);
    length > 0
}

/// Edits a line of text. Returns `true` if the text changed.
pub(crate) fn edit_line(line: &mut Input, key: KeyEvent) -> bool {
    match edit_request(key) {
        Some(InputRequest::InsertChar(character)) => {
            insert_text(line, character.encode_utf8(&mut [0; 4]))
        }
        Some(request) => line.handle(request).is_some_and(|changed| changed.value),
        None => false,
    }
}

/// What a key does to a line of text; `None` if it is not for typing.
pub(super) fn edit_request(key: KeyEvent) -> Option<InputRequest> {
    let control = key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Char(character) if !control => InputRequest::InsertChar(character),
        KeyCode::Char('u') => InputRequest::DeleteLine,
        KeyCode::Char('w') => InputRequest::DeletePrevWord,
        KeyCode::Char('a') => InputRequest::GoToStart,
        KeyCode::Char('e') => InputRequest::GoToEnd,
        KeyCode::Char('k') => InputRequest::DeleteTillEnd,
        KeyCode::Backspace if control => InputRequest::DeletePrevWord,
        KeyCode::Backspace | KeyCode::Char('h') => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

//! Executes commands in the focused pane.

use super::App;
use super::command::Command;
use super::copying::copy;
use super::effect::Effect;
use super::layout::Focus;
use super::overlay::{CommandPalette, Help, LongText, Overlay, Overview, ScrollOffset, ZonePicker};
use super::session_list::SessionList;
use super::status::Level;
use super::time_zone::TimeFormat;
use super::transcript_pane::{Towards, TranscriptPane};
use crate::chat::Stage;
use crate::sync::SyncCommand;
use crate::text::message_text;

impl App {
    pub fn execute(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Down
            | Command::Up
            | Command::HalfPageDown
            | Command::HalfPageUp
            | Command::PageDown
            | Command::PageUp
            | Command::First
            | Command::Last => return self.navigate(command),
            Command::FocusOtherPane => return self.set_focus(self.focus.other()),
            Command::FocusList => return self.set_focus(Focus::List),
            Command::FocusTranscript => return self.set_focus(Focus::Transcript),
            Command::Open => return self.open_selected(),
            Command::Back => return self.go_back().unwrap_or_default(),
            Command::Quit => return self.go_back().unwrap_or_else(|| vec![Effect::Quit]),
            Command::ForceQuit => return vec![Effect::Quit],
            Command::Search => match self.focus {
                Focus::List => self.open_filter_prompt(),
                Focus::Transcript => self.open_search_prompt(),
            },
            Command::SearchConversations => self.open_conversation_search_prompt(),
            Command::NextMatch => self.go_to_match(Towards::Newer),
            Command::PreviousMatch => self.go_to_match(Towards::Older),
            Command::ToggleMatches => {
                self.with_transcript_pane(TranscriptPane::toggle_only_matches);
            }
            Command::NextSpecial => self.go_to_special(Towards::Newer),
            Command::PreviousSpecial => self.go_to_special(Towards::Older),
            Command::NextTurn => self.go_to_turn(Towards::Newer),
            Command::PreviousTurn => self.go_to_turn(Towards::Older),
            Command::PreviousSession => return self.open_previous(),
            Command::EarlierConversation => return self.go_to_conversation(Towards::Older),
            Command::LaterConversation => return self.go_to_conversation(Towards::Newer),
            Command::GoToTime => self.open_time_prompt(),
            Command::CopyLocator => return self.copy_locator(),
            Command::NextUnread => return self.open_next_unread(),
            Command::ToggleAttention => return self.toggle_attention(),
            Command::NextReply => return self.open_next_needing_reply(),
            Command::Follow if self.is_open_session_over() => {
                let text = "This chat has ended: there is nothing to follow";
                self.show_notice(Level::Info, text);
            }
            Command::Follow => {
                self.with_transcript_pane(|pane, viewport| {
                    if pane.is_following() {
                        pane.pause(viewport);
                    } else {
                        pane.follow();
                    }
                });
            }
            Command::OpenLink => self.show_message_links(),
            Command::ShowAllLinks => self.show_all_links(),
            Command::Copy | Command::CopyWithAuthor => {
                return self.copy_message(command == Command::CopyWithAuthor);
            }
            Command::CopySessionId => {
                let id = self.focused_session().map(|session| session.id.to_string());
                return id.map_or_else(Vec::new, |id| copy("the session id", id));
            }
            Command::Export => self.open_export_prompt(),
            Command::CopyExportPath => {
                let path = self.last_export_path().map(str::to_owned);
                return path.map_or_else(Vec::new, |path| copy("the path", path));
            }
            Command::ShowRawJson => {
                if let Some(message) = self.selected_message() {
                    self.overlay = Some(Overlay::RawJson(LongText::of_json(&message.raw)));
                }
            }
            Command::ShowMessageText => {
                let text = self.selected_message().map(message_text::plain_text);
                let Some(text) = text.map(LongText::of_message) else {
                    return Vec::new();
                };
                let (columns, height) = (self.size.width.into(), self.size.height.into());
                let has_free_row = text.rows_from(0, columns).take(height).count() < height;
                self.overlay = Some(Overlay::MessageText(text));
                // Where only its text is shown, nothing else names the key that leaves it.
                if has_free_row {
                    self.show_notice(Level::Info, "Esc: close");
                }
            }
            Command::ShowDetails => return self.show_details(),
            Command::ChooseZone => {
                let zones = self.time_zone.choices(self.now);
                self.overlay = Some(Overlay::ZonePicker(Box::new(ZonePicker::new(
                    &zones,
                    self.time_zone.active(),
                ))));
            }
            Command::CycleTimeFormat => {
                self.time_zone.cycle_time_format();
                let zone = self.time_zone.displayed().label();
                let text = match self.time_zone.time_format() {
                    TimeFormat::Relative => "Times are relative to now".to_owned(),
                    TimeFormat::Zone | TimeFormat::Utc => format!("Times are shown in {zone}"),
                };
                self.show_notice(Level::Info, text);
            }
            Command::ToggleMessageTimes => self.toggle_message_times(),
            Command::CycleSortOrder => {
                return self.set_sort_order(self.session_list.sort_order().next());
            }
            Command::SetSortOrder(order) => return self.set_sort_order(order),
            Command::CycleScope => {
                return self.set_scope(self.session_list.scope().next());
            }
            Command::SetScope(scope) => return self.set_scope(scope),
            Command::ToggleView(number) => return self.toggle_view(number),
            Command::SetTheme(theme) => return self.set_theme(theme),
            Command::TogglePrivacy => return self.toggle_privacy(),
            Command::Zoom => {
                self.zoomed = !self.zoomed;
                return self.scroll_list_to_selection();
            }
            Command::Refresh => return vec![Effect::Sync(SyncCommand::Refresh)],
            Command::ShowConnection => {
                self.overlay = Some(Overlay::Connection(ScrollOffset::default()));
                return vec![Effect::SampleTraffic];
            }
            Command::ShowOverview => self.overlay = Some(Overlay::Overview(Overview::default())),
            Command::ShowHelp => self.overlay = Some(Overlay::Help(Help::default())),
            Command::ShowCommandPalette => {
                let palette = CommandPalette::new(self);
                self.overlay = Some(Overlay::CommandPalette(palette));
            }
            Command::MarkRead => return self.mark_read(),
            Command::MarkAllRead => return self.mark_all_read(),
            Command::UndoMarkAllRead => return self.undo_mark_all_read(),
            Command::MarkUnread => return self.mark_unread(),
            Command::WatchSession => return self.toggle_watched(),
            Command::Redraw => return vec![Effect::Redraw],
            Command::Suspend => return vec![Effect::Suspend],
        }
        Vec::new()
    }

    fn navigate(&mut self, command: Command) -> Vec<Effect> {
        let Some(panes) = self.panes() else {
            return Vec::new();
        };
        let (towards, sign) = match command {
            Command::Down | Command::HalfPageDown | Command::PageDown | Command::Last => {
                (Towards::Newer, 1)
            }
            _ => (Towards::Older, -1),
        };
        match self.focus {
            Focus::List => self.move_in_list(command, sign, panes.list.height),
            Focus::Transcript => {
                self.move_in_transcript(command, towards, sign);
                Vec::new()
            }
        }
    }

    fn move_in_list(&mut self, command: Command, sign: isize, height: u16) -> Vec<Effect> {
        let before = self.session_list.selected_row();
        let page = SessionList::visible_items(height).cast_signed();
        self.session_list.select_relative(match command {
            Command::Down | Command::Up => sign,
            Command::HalfPageDown | Command::HalfPageUp => sign * (page / 2).max(1),
            Command::PageDown | Command::PageUp => sign * page,
            _ => sign * isize::MAX,
        });
        let is_moved = self.session_list.selected_row() != before;
        let effects = self.scroll_list_to_selection();
        self.show_end_notice(is_moved, sign, ["first session", "last session"]);
        effects
    }

    fn move_in_transcript(&mut self, command: Command, towards: Towards, sign: isize) {
        let is_moved = self.with_transcript_pane(|pane, viewport| {
            let before = pane.position(viewport);
            let page = isize::from(viewport.rows.cast_signed());
            match command {
                Command::Down | Command::Up => pane.select_relative(towards, viewport),
                Command::HalfPageDown | Command::HalfPageUp => {
                    pane.scroll(sign * (page / 2).max(1), viewport);
                }
                Command::First => pane.select_first(viewport),
                Command::Last => pane.follow(),
                // One row of the previous page stays visible, to continue reading from.
                _ => {
                    let page = isize::from(viewport.readable_rows().cast_signed());
                    pane.scroll(sign * (page - 1).max(1), viewport);
                }
            }
            pane.position(viewport) != before
        });
        let ends = ["oldest message", "newest message"];
        self.show_end_notice(is_moved.unwrap_or(true), sign, ends);
    }

    /// Shows a notice that a movement backward or forward did nothing, because it was at that end.
    pub(super) fn show_end_notice(&mut self, is_moved: bool, by: isize, ends: [&str; 2]) {
        if !is_moved && by != 0 {
            let end = ends[usize::from(by > 0)];
            self.show_notice(Level::Info, format!("This is the {end}"));
        }
    }

    fn set_focus(&mut self, focus: Focus) -> Vec<Effect> {
        if focus == Focus::Transcript && self.open_session_id().is_none() {
            return self.open_selected();
        }
        self.focus = focus;
        self.scroll_list_to_selection()
    }

    fn open_selected(&mut self) -> Vec<Effect> {
        match self.focus {
            Focus::List => {
                let Some(id) = self.session_list.selected().map(|session| session.id) else {
                    return Vec::new();
                };
                self.focus = Focus::Transcript;
                self.open(id)
            }
            Focus::Transcript => {
                let message = self.selected_message();
                self.execute(match message {
                    Some(message) if !message.links().is_empty() => Command::OpenLink,
                    _ => Command::ShowDetails,
                })
            }
        }
    }

    /// Goes back one level; `None` at the top level.
    fn go_back(&mut self) -> Option<Vec<Effect>> {
        if self.is_at_top_level() {
            return None;
        }
        let mut effects = Vec::new();
        if self.is_opened_from_results() {
            self.with_transcript_pane(TranscriptPane::clear_search);
            self.overlay = Some(Overlay::SearchResults);
        } else {
            match self.focus {
                Focus::List => effects = self.leave_view(),
                Focus::Transcript => {
                    if self.with_transcript_pane(TranscriptPane::clear_search) != Some(true) {
                        self.focus = Focus::List;
                    }
                }
            }
        }
        effects.extend(self.scroll_list_to_selection());
        Some(effects)
    }

    fn open_next_needing_reply(&mut self) -> Vec<Effect> {
        let open = self.open_session_id();
        let is_continued = open.is_some() && open == self.opened_for_reply;
        let next = self.session_list.next_needing_reply(open, is_continued);
        self.opened_for_reply = next;
        match next {
            Some(id) if Some(id) == self.open_session_id() && self.focus == Focus::Transcript => {
                self.show_notice(Level::Info, "No other session needs a reply");
                Vec::new()
            }
            Some(id) => {
                let cleared = "Filter cleared: no other session shown needs a reply";
                let effects = self.go_to_session(id, cleared);
                self.with_transcript_pane(|pane, _| pane.follow());
                effects
            }
            None => {
                let queued = self.session_list.stage_summary(Stage::Queued);
                let text = match queued {
                    None => "No session needs a reply".to_owned(),
                    Some(queued) => format!("No session needs a reply; {} in queue", queued.count),
                };
                self.show_notice(Level::Info, text);
                Vec::new()
            }
        }
    }
}

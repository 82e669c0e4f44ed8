//! Links: shown with their full addresses first, opened only if they are http or https.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::overlay::{LinkList, Overlay};
use super::status::Level;
use crate::chat::is_openable;

impl App {
    pub(super) fn show_message_links(&mut self) {
        let links = self.selected_message().map(LinkList::of_message);
        self.show_links(links, "No link in this message");
    }

    /// Shows the links of the selected message, with this one selected.
    pub(super) fn show_message_link(&mut self, target: &str) {
        self.show_message_links();
        if let Some(Overlay::Links(links)) = &mut self.overlay {
            links.select(target);
        }
    }

    pub(super) fn show_all_links(&mut self) {
        let zone = self.time_zone.displayed();
        let pane = self.transcript_pane();
        let links = pane.map(|pane| LinkList::of_conversation(pane.transcript(), zone));
        self.show_links(links, "No link in this conversation");
    }

    fn show_links(&mut self, links: Option<LinkList>, none: &str) {
        match links.filter(|links| !links.rows.is_empty()) {
            Some(links) => {
                self.overlay = Some(Overlay::Links(links));
            }
            None => {
                self.show_notice(Level::Error, none);
            }
        }
    }

    pub(super) fn open_link(&mut self, link: &str) -> Vec<Effect> {
        if self.is_private() {
            let text = "Not opened: while privacy is on, links are masked";
            self.show_notice(Level::Error, text);
            return Vec::new();
        }
        if is_openable(link) {
            return vec![Effect::OpenLink(link.to_owned())];
        }
        let copy = self.keymap.first_key(Command::Copy);
        self.show_notice(
            Level::Error,
            format!("Only http and https links can be opened; copy it with {copy}: {link}"),
        );
        Vec::new()
    }
}

//! The link at a cell of the transcript pane, which a click opens.

use unicode_segmentation::UnicodeSegmentation;

use super::message_layout::RowKind;
use super::viewport::GUTTER_WIDTH;
use super::{TranscriptPane, VisibleRow};
use crate::chat::{Format, SpecialKind, is_openable, link_target};
use crate::text::grapheme_width;
use crate::text::message_text::{Section, section_text};

impl TranscriptPane {
    /// The target of the link that a row shows at this column.
    pub(crate) fn link_at(&self, row: &VisibleRow, column: u16) -> Option<String> {
        let RowKind::Text(section, _) = row.row.kind else {
            return None;
        };
        let message = self.transcript.get(row.message_index)?;
        let text = section_text(message, section)?;
        let column = column.checked_sub(GUTTER_WIDTH + row.row.indent)?;
        let at = row.row.range.start + byte_at(text.get(row.row.range.clone())?, column.into())?;
        let target = match (section, message.special.as_deref()) {
            (Section::Address, Some(SpecialKind::Url { address })) => Some(link_target(address)),
            (Section::Body, _) => {
                let formats = message.body.annotations.iter();
                let mut formats = formats.filter(|it| it.range.contains(&at));
                formats.find_map(|it| match &it.format {
                    Format::Link(target) => Some(target.as_str().into()),
                    _ => None,
                })
            }
            _ => None,
        };
        target.filter(|target| is_openable(target)).map(Into::into)
    }
}

/// The byte of a text that is drawn in a column.
fn byte_at(text: &str, column: usize) -> Option<usize> {
    let mut end = 0;
    text.grapheme_indices(true).find_map(|(at, grapheme)| {
        end += grapheme_width(grapheme);
        (column < end).then_some(at)
    })
}

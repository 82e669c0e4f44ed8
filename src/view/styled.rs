//! Text in several styles: marks, links and search hits laid over one row.

use std::ops::Range;

use ratatui::style::Style;

use super::theme::Role;
use super::{Appearance, Strip};
use crate::chat::{Format, RichText, is_openable};

/// A style, and perhaps a link, over some bytes of a text.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) range: Range<usize>,
    pub(super) style: Style,
    pub(super) link: Option<String>,
}

impl Layer {
    pub(super) fn new(range: Range<usize>, style: Style) -> Self {
        Self {
            range,
            style,
            link: None,
        }
    }
}

/// The layers of a text's own marks.
pub(super) fn marks(body: &RichText, look: &Appearance) -> Vec<Layer> {
    let theme = look.theme;
    let mut layers = Vec::with_capacity(body.annotations.len());
    for mark in &body.annotations {
        let range = mark.range.clone();
        layers.push(match &mark.format {
            Format::Bold => Layer::new(range, theme.emphasis(true, false, false)),
            Format::Italic => Layer::new(range, theme.emphasis(false, true, false)),
            Format::Underline => Layer::new(range, theme.emphasis(false, false, true)),
            Format::Link(target) => {
                let link = is_openable(target).then(|| target.clone());
                Layer {
                    range,
                    style: theme.style(Role::Link),
                    link,
                }
            }
        });
    }
    layers
}

/// The layers of an address: a link with its host emphasised.
pub(super) fn address(address: &str, look: &Appearance) -> Vec<Layer> {
    let link = is_openable(address).then(|| address.to_owned());
    let mut layers = vec![Layer {
        range: 0..address.len(),
        style: look.theme.style(Role::Link),
        link,
    }];
    if let Some((scheme, rest)) = address.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let start = scheme.len() + "://".len();
        layers.push(Layer::new(
            start..start + host.len(),
            look.theme.style(Role::Host),
        ));
    }
    layers
}

/// Puts the bytes of a text that a row shows at a column of it; later layers lie over earlier ones.
/// Answers with the column after.
pub(super) fn put(
    strip: &mut Strip,
    mut x: u16,
    text: &str,
    shown: Range<usize>,
    base: Style,
    layers: &[Layer],
) -> u16 {
    let mut cuts: Vec<usize> = vec![shown.start, shown.end];
    for layer in layers {
        cuts.extend(
            [layer.range.start, layer.range.end]
                .into_iter()
                .filter(|cut| shown.contains(cut)),
        );
    }
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let piece = pair[0]..pair[1];
        let Some(words) = text.get(piece.clone()) else {
            continue;
        };
        let over = layers
            .iter()
            .filter(|layer| layer.range.start <= piece.start && piece.end <= layer.range.end);
        let style = over
            .clone()
            .fold(base, |style, layer| style.patch(layer.style));
        let end = strip.put(x, words, style);
        if let Some(link) = over.filter_map(|layer| layer.link.as_deref()).next_back() {
            strip.link(x..end, link);
        }
        x = end;
    }
    x
}

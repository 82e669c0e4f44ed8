//! The themes to choose from; the view has their colours.

/// The colours of a theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Palette {
    /// The terminal's sixteen colours, for any background.
    #[default]
    Auto,
    /// Brighter colours, for dark backgrounds.
    Dark,
    /// Darker colours, for light backgrounds.
    Light,
    /// No colours: bold, dim, underline and reverse only.
    Mono,
}

/// What the user may choose, and has chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThemeState {
    /// Chosen in the viewer, in place of the configured one.
    pub chosen: Option<Palette>,
    /// `false` with `NO_COLOR`: then no theme can be chosen.
    pub has_color: bool,
}

impl Palette {
    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }
}

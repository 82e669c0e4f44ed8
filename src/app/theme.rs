//! The themes to choose from, and the background of the terminal; the view has their colours.

use super::App;
use super::effect::Effect;
use super::status::Level;

/// A choice of theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThemeId {
    /// For the background that the terminal reports, and until then for any.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// White on black, with a contrast of at least 7.
    HighContrast,
    /// For eyes that confuse red and green, on black.
    ColorBlind,
    /// The terminal's own sixteen colours.
    Terminal,
    /// No colours: bold, dim, underline and reverse only.
    Mono,
    /// From a file of the user's.
    Own,
}

impl ThemeId {
    /// The themes of the program.
    pub(crate) const BUILT_IN: [Self; 7] = [
        Self::Auto,
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::ColorBlind,
        Self::Terminal,
        Self::Mono,
    ];

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColorBlind => "color-blind",
            Self::Terminal => "terminal",
            Self::Mono => "mono",
            Self::Own => "own",
        }
    }
}

/// The background of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
}

impl Background {
    /// Light from half of the brightness on.
    pub fn of(rgb: [u16; 3]) -> Self {
        let [red, green, blue] = rgb.map(u64::from);
        let brightness = (299 * red + 587 * green + 114 * blue) / 1000;
        if brightness > u64::from(u16::MAX) / 2 {
            Self::Light
        } else {
            Self::Dark
        }
    }
}

/// What the user may choose, and has chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct ThemeState {
    /// Chosen in the viewer, in place of the configured one.
    pub(crate) chosen: Option<ThemeId>,
    /// The name of the user's own theme, if the configuration has one.
    pub own: Option<String>,
    /// As the terminal has reported it.
    pub background: Option<Background>,
    /// `false` with `NO_COLOR`: then no theme can be chosen.
    pub has_color: bool,
}

impl App {
    /// Draws with this theme until the viewer ends; a permanent choice belongs in the configuration.
    pub(super) fn set_theme(&mut self, theme: ThemeId) -> Vec<Effect> {
        self.theme.chosen = Some(theme);
        let name = match (theme, &self.theme.own) {
            (ThemeId::Own, Some(name)) => name,
            (theme, _) => theme.name(),
        };
        let text = format!("Theme {name}; to keep it, set theme = \"{name}\" in the configuration");
        self.show_notice(Level::Info, text);
        let wants_background = theme == ThemeId::Auto && self.theme.background.is_none();
        let query = wants_background.then_some(Effect::QueryBackground);
        query.into_iter().collect()
    }

    /// The theme to draw with: the configured one, unless another was chosen or it depends on the background.
    pub fn theme(&self, configured: ThemeId) -> ThemeId {
        let chosen = self.theme.chosen.unwrap_or(configured);
        match (chosen, self.theme.background) {
            (ThemeId::Auto, Some(Background::Dark)) => ThemeId::Dark,
            (ThemeId::Auto, Some(Background::Light)) => ThemeId::Light,
            _ => chosen,
        }
    }

    /// Records the background that the terminal has reported; `None` if it does not report it.
    pub(super) fn on_background(&mut self, reported: Option<Background>) {
        if let Some(background) = reported {
            self.dirty |= self.theme.background != reported;
            self.theme.background = Some(background);
        } else if self.theme.background.is_none() && self.theme.chosen == Some(ThemeId::Auto) {
            let why =
                "This terminal does not report its background: theme auto has colours for any";
            self.show_notice(Level::Info, why);
        }
    }
}

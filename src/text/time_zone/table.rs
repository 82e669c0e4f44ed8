//! The table of the service's codes, as it is written in `assets/zones.tsv`.

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZoneEntry {
    /// The service's code.
    pub(super) code: &'static str,
    zones: &'static str,
    /// The service's number for it, where that is certain.
    pub(super) id: Option<&'static str>,
}

impl ZoneEntry {
    /// The IANA names it may mean; the first that agrees with the service's offsets holds.
    pub(super) fn zones(self) -> impl Iterator<Item = &'static str> {
        self.zones.split(',')
    }
}

/// Reads the table.
pub(super) fn entries() -> impl Iterator<Item = ZoneEntry> {
    include_str!("../../../assets/zones.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(ZoneEntry {
                code: cells.next()?,
                zones: cells.next()?,
                id: cells.next(),
            })
        })
}

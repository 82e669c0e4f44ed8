//! Reads the table of SuperOffice zone codes, `assets/zones.tsv`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZoneEntry {
    pub(super) code: &'static str,
    zones: &'static str,
    /// The service's number, if it is certain.
    pub(super) id: Option<&'static str>,
}

impl ZoneEntry {
    /// IANA names, of which the first that agrees with the service's offsets is used.
    pub(super) fn zones(self) -> impl Iterator<Item = &'static str> {
        self.zones.split(',')
    }
}

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

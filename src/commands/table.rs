//! Tables: aligned columns, or comma-separated values.

use std::io::{self, Write};

use crate::text::{pad, truncate, width};

/// Title and maximum width.
pub(super) type Column = (&'static str, usize);

/// Writes aligned columns under their titles.
pub(super) fn write_table(
    columns: &[Column],
    rows: &[impl AsRef<[String]>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let titles: Vec<_> = columns
        .iter()
        .map(|(title, _)| (*title).to_owned())
        .collect();
    let mut widths: Vec<_> = titles.iter().map(|title| width(title)).collect();
    for row in rows {
        for ((widest, cell), (_, most)) in widths.iter_mut().zip(row.as_ref()).zip(columns) {
            *widest = width(cell).min(*most).max(*widest);
        }
    }
    let rows = rows.iter().map(AsRef::as_ref);
    for row in std::iter::once(titles.as_slice()).chain(rows) {
        let cells: Vec<_> = row
            .iter()
            .zip(&widths)
            .map(|(cell, columns)| pad(&truncate(cell, *columns), *columns))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// A spreadsheet takes a cell that begins with one of these for a formula, some after skipping blanks, some in
/// East Asian languages only.
const FORMULA_STARTS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{a0}', '＝', '＋', '－', '＠',
];

/// Writes a record of RFC 4180. What a spreadsheet would calculate gets a `'` in front, which makes it text.
pub(super) fn write_csv_record<'a>(
    cells: impl IntoIterator<Item = &'a str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let is_formula = cell.starts_with(FORMULA_STARTS);
        let prefix = if is_formula { "'" } else { "" };
        if is_formula || cell.contains([',', '"', '\r', '\n']) {
            write!(out, "\"{prefix}{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width() {
        let rows = [
            ["1", "日本", "x"].map(str::to_owned),
            ["22", "a long name", ""].map(str::to_owned),
        ];
        let mut out = Vec::new();
        write_table(&[("ID", 4), ("NAME", 6), ("REST", 9)], &rows, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "ID  NAME    REST\n1   日本    x\n22  a lon…\n"
        );
    }

    #[test]
    fn values_with_commas_quotes_and_lines_are_quoted() {
        let mut out = Vec::new();
        write_csv_record(["a", "b,c", "say \"hi\"", "two\nlines", ""], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n"
        );
    }
    #[test]
    fn cells_that_a_spreadsheet_would_calculate_are_marked_as_text() {
        for (cell, written) in [
            ("=1+1", "\"'=1+1\""),
            ("+47 22 33 44 55", "\"'+47 22 33 44 55\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("\u{a0}=1", "\"'\u{a0}=1\""),
            ("\n=1", "\"'\n=1\""),
            ("＝1+1", "\"'＝1+1\""),
            ("＋1", "\"'＋1\""),
            ("－1", "\"'－1\""),
            ("＠SUM(A1)", "\"'＠SUM(A1)\""),
            ("=cmd|' /C \"x\"'!A0,", "\"'=cmd|' /C \"\"x\"\"'!A0,\""),
            ("a=1", "a=1"),
            ("'=1", "'=1"),
            ("", ""),
        ] {
            let mut out = Vec::new();
            write_csv_record([cell], &mut out).unwrap();
            assert_eq!(
                String::from_utf8(out).unwrap(),
                format!("{written}\r\n"),
                "{cell:?}"
            );
        }
    }
}

//! Tables: aligned columns, or comma-separated values.

use std::io::{self, Write};

use crate::text::{pad, truncate, width};

/// Title and maximum width.
pub(super) type Column = (&'static str, usize);

/// Writes aligned columns under their titles.
pub(super) fn write_table<const N: usize>(
    columns: [Column; N],
    rows: &[[String; N]],
    out: &mut dyn Write,
) -> io::Result<()> {
    let titles = columns.map(|(title, _)| title.to_owned());
    let mut widths = columns.map(|(title, _)| width(title));
    for row in rows {
        for ((widest, cell), (_, most)) in widths.iter_mut().zip(row).zip(columns) {
            *widest = width(cell).min(most).max(*widest);
        }
    }
    for row in std::iter::once(&titles).chain(rows) {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, columns)| pad(&truncate(cell, columns), columns))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes a record of RFC 4180.
pub(super) fn write_csv_record<'a>(
    cells: impl IntoIterator<Item = &'a str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        if cell.contains([',', '"', '\r', '\n']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
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
        write_table([("ID", 4), ("NAME", 6), ("REST", 9)], &rows, &mut out).unwrap();
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
}

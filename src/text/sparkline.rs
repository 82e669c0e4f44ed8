//! Sparkline: values as bars of one column each, for a trend within a line of text.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws the last values, as many as there are columns, each relative to the greatest of them.
pub(crate) fn sparkline(values: &[i64], columns: usize) -> String {
    let shown = values.get(values.len().saturating_sub(columns)..);
    let shown = shown.unwrap_or_default();
    let greatest = shown.iter().copied().max().unwrap_or(0).max(1);
    let bar = |value: i64| {
        let level = i128::from(value.max(0)) * 7 / i128::from(greatest);
        let level = usize::try_from(level).unwrap_or(0);
        BARS.get(level).copied().unwrap_or(BARS[7])
    };
    shown.iter().map(|value| bar(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_relative_to_the_greatest_of_the_shown_values() {
        for (values, columns, bars) in [
            (&[][..], 4, ""),
            (&[0, 0], 4, "▁▁"),
            (&[5, 10, 70, 35], 4, "▁▂█▄"),
            (&[1000, 1, 7], 2, "▂█"),
            (&[-5, i64::MAX], 9, "▁█"),
        ] {
            assert_eq!(sparkline(values, columns), bars, "{values:?}");
        }
    }
}

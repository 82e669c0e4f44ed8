//! Samples by program, and tables of them in Markdown.

use std::time::Duration;

use super::goals::Goal;
use super::peers::{ECHO, Peer, SOCHAT};
use super::terminal::Repaint;

/// Samples of one program by metric, in the order of measurement. A metric ends with its unit; samples
/// in `times` are 1 for a failure and 0 otherwise.
#[derive(Default)]
pub struct Figures(Vec<(String, Vec<f64>)>);

/// Figures of all programs for the same work.
pub struct Block {
    pub title: String,
    pub goals: Vec<&'static Goal>,
    pub columns: Vec<(&'static Peer, Figures)>,
}

impl Figures {
    /// Adds a sample; a failed measurement adds none.
    pub fn record(&mut self, metric: &str, sample: impl Into<Option<f64>>) {
        let sample = sample.into();
        match self.0.iter_mut().find(|(known, _)| known == metric) {
            Some((_, samples)) => samples.extend(sample),
            None => self
                .0
                .push((metric.to_owned(), sample.into_iter().collect())),
        }
    }

    pub fn record_time(&mut self, metric: &str, time: Option<Duration>) {
        self.record(metric, time.map(|time| time.as_secs_f64() * 1000.0));
    }

    pub fn record_repaint(&mut self, name: &str, repaint: &Repaint) {
        self.record_time(&format!("{name}, ms"), Some(repaint.took));
        self.record(&format!("{name}, bytes"), repaint.bytes as f64);
    }

    fn samples(&self, metric: &str) -> &[f64] {
        let found = self.0.iter().find(|(known, _)| known == metric);
        found.map_or(&[], |(_, samples)| samples)
    }

    /// Returns the nearest-rank quantile: 50 is the median, 100 the largest sample. Of failures, it
    /// returns their number.
    pub fn quantile(&self, metric: &str, percent: usize) -> Option<f64> {
        let mut samples = self.samples(metric).to_vec();
        samples.sort_by(f64::total_cmp);
        let last = samples.len().checked_sub(1)?;
        if metric.ends_with(", times") {
            return Some(samples.iter().sum());
        }
        Some(samples[(last * percent + 50) / 100])
    }
}

impl Block {
    pub fn quantile(&self, peer: &Peer, metric: &str, percent: usize) -> Option<f64> {
        let column = self
            .columns
            .iter()
            .find(|(known, _)| known.name == peer.name);
        column?.1.quantile(metric, percent)
    }

    /// Returns the viewer's figure divided by a peer's.
    pub fn ratio(&self, peer: &Peer, metric: &str, percent: usize) -> Option<f64> {
        let ours = self.quantile(&SOCHAT, metric, percent)?;
        let theirs = self.quantile(peer, metric, percent)?;
        (theirs > 0.0).then_some(ours / theirs)
    }

    /// Compares the programs: one row a figure; times with many samples have p50 and p99.
    pub fn comparison(&self) -> String {
        let mut metrics: Vec<&str> = Vec::new();
        for (metric, samples) in self.columns.iter().flat_map(|(_, figures)| &figures.0) {
            if !samples.is_empty() && !metrics.contains(&&**metric) {
                metrics.push(metric);
            }
        }
        let mut rows = vec![vec![String::new()]];
        for (peer, _) in &self.columns {
            rows[0].push(peer.name.to_owned());
            rows[0].extend(has_ratio(peer).then(|| "ratio".to_owned()));
        }
        for metric in metrics {
            let counts = self
                .columns
                .iter()
                .map(|(_, figures)| figures.samples(metric).len());
            if counts.max() < Some(10) || !metric.ends_with(", ms") {
                rows.push(self.row(metric.to_owned(), metric, 50));
                continue;
            }
            rows.push(self.row(with_quantile(metric, "p50"), metric, 50));
            rows.push(self.row(with_quantile(metric, "p99"), metric, 99));
        }
        table(&rows)
    }

    fn row(&self, label: String, metric: &str, percent: usize) -> Vec<String> {
        let mut row = vec![label];
        for (peer, figures) in &self.columns {
            row.push(number_or_dash(figures.quantile(metric, percent)));
            if has_ratio(peer) {
                row.push(number_or_dash(self.ratio(peer, metric, percent)));
            }
        }
        row
    }
}

fn has_ratio(peer: &Peer) -> bool {
    ![SOCHAT.name, ECHO.name].contains(&peer.name)
}

/// Inserts a quantile's name before the unit of a metric.
pub fn with_quantile(metric: &str, quantile: &str) -> String {
    let (name, unit) = metric.rsplit_once(", ").unwrap_or((metric, ""));
    format!("{name}, {quantile}, {unit}")
}

pub fn number_or_dash(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), number)
}

/// Formats a number with at least three digits, and a space between thousands.
pub fn number(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        ..0.005 => "<0.01".to_owned(),
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => {
            let digits = format!("{number:.0}");
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    grouped.push(' ');
                }
                grouped.push(digit);
            }
            grouped
        }
    }
}

/// Formats rows of as many cells as the first one, the head; all but the first column are numbers.
pub fn table(rows: &[Vec<String>]) -> String {
    let escape = |row: &Vec<String>| row.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let mut rows: Vec<Vec<String>> = rows.iter().map(escape).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..rows[0].len()).filter_map(width).collect();
    let mut rule = vec!["-".repeat(widths[0].max(3))];
    rule.extend(widths[1..].iter().map(|width| "-".repeat(width - 1) + ":"));
    rows.insert(1, rule);
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let padded = cells.map(|(column, (cell, &width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
    };
    rows.iter().map(line).collect()
}

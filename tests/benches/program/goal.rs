//! One goal: an upper bound that a release must hold, one that it should reach, and the measured value.

use super::figures::{Figures, Metric};
use super::format::{self, TableFormat};

pub struct Goal {
    number: u8,
    metric: String,
    unit: &'static str,
    must: f64,
    reach: f64,
    /// `None` when it was not measured, or when the peer of a ratio is missing.
    measured: Option<f64>,
}

impl Goal {
    fn row(&self) -> Vec<String> {
        let limit = |limit| format!("≤ {} {}", format::number(limit), self.unit);
        let measured = self.measured.map(format::number);
        let holds = |limit| {
            let holds = self.measured.map(|measured| measured <= limit);
            holds.map(|holds| if holds { "yes" } else { "no" }.to_owned())
        };
        vec![
            self.number.to_string(),
            self.metric.clone(),
            limit(self.must),
            limit(self.reach),
            format::absent_or(measured),
            format::absent_or(holds(self.must)),
            format::absent_or(holds(self.reach)),
        ]
    }
}

pub fn render(goals: &[Goal], style: TableFormat) -> String {
    let head = [
        "goal", "metric", "must", "reach", "measured", "holds", "reached",
    ];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(goals.iter().map(Goal::row));
    format::table(&lines, 4, style)
}

/// Builds goals of one number after another.
#[derive(Default)]
pub struct Goals(pub Vec<Goal>);

impl Goals {
    pub fn add(
        &mut self,
        number: u8,
        metric: impl Into<String>,
        unit: &'static str,
        [must, reach]: [f64; 2],
        measured: Option<f64>,
    ) {
        self.0.push(Goal {
            number,
            metric: metric.into(),
            unit,
            must,
            reach,
            measured,
        });
    }
}

/// Number of samples that are 0; `None` without samples.
pub fn failures(figures: &Figures, metric: Metric) -> Option<f64> {
    let samples = figures.samples(metric);
    let failures = samples.iter().filter(|sample| **sample == 0.0).count();
    (!samples.is_empty()).then_some(failures as f64)
}

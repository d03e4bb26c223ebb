//! The charts: latency by percentile, and second by second with the kills marked, in one self-contained SVG file.

use crate::{chaos::Killed, report::Report, truth::latency::SecondStats};
use std::fmt::{self, Write};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const GAP: f64 = 90.0;
const STYLE: &str = "text{font:13px sans-serif;fill:#222}.grid{stroke:#ddd}.p99{stroke:#b45309}.p50{stroke:#1d4ed8}\
.kill{stroke:#dc2626;stroke-dasharray:3 3}path{fill:none;stroke-width:2}\
@media(prefers-color-scheme:dark){svg{background:#181512}text{fill:#eee}.grid{stroke:#444}.p50{stroke:#93c5fd}.p99{stroke:#fbbf24}}";

/// A logarithmic scale of milliseconds from the bottom to the top of a panel.
struct Scale {
    top: f64,
    low: f64,
    high: f64,
}

impl Scale {
    /// Whole powers of ten that enclose the values.
    fn around(values: impl Iterator<Item = f64>, top: f64) -> Self {
        let (mut low, mut high) = (f64::MAX, 0.1_f64);
        for value in values.filter(|value| *value > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
        let low = low.min(high).log10().floor();
        Self { top, low, high: high.log10().ceil().max(low + 1.0) }
    }

    fn y(&self, ms: f64) -> f64 {
        let share = (ms.max(1e-3).log10() - self.low) / (self.high - self.low);
        self.top + HEIGHT * (1.0 - share.clamp(0.0, 1.0))
    }

    fn grid(&self, out: &mut String) -> fmt::Result {
        for power in self.low as i32..=self.high as i32 {
            let (ms, y) = (10_f64.powi(power), self.y(10_f64.powi(power)));
            writeln!(
                out,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
                LEFT + WIDTH
            )?;
            writeln!(
                out,
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{ms} ms</text>",
                LEFT - 6.0,
                y + 4.0
            )?;
        }
        Ok(())
    }
}

pub fn draw(report: &Report, killed: &[Killed]) -> String {
    let mut out = String::new();
    write(&mut out, report, killed).expect("writing into a string");
    out
}

fn write(out: &mut String, report: &Report, killed: &[Killed]) -> fmt::Result {
    let (width, height) = (LEFT + WIDTH + 20.0, 2.0 * (HEIGHT + GAP) + 20.0);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\">"
    )?;
    writeln!(out, "<style>{STYLE}</style>")?;
    let (audience, hardware) = (&report.audience, &report.hardware);
    let title = format!(
        "{} readers, {:.1} lines/s, {} deliveries, on {} cores ({})",
        audience.readers,
        report.speech.accepted_per_s,
        report.delivery_ms.count,
        hardware.cores,
        hardware.processor
    );
    writeln!(out, "<text x=\"{LEFT}\" y=\"24\">{}</text>", escape(&title))?;
    curve(out, report, 60.0)?;
    seconds(out, &report.seconds, killed, 60.0 + HEIGHT + GAP)?;
    writeln!(out, "</svg>")
}

/// Each step to the right adds one nine: 90 %, 99 %, 99.9 % …
fn curve(out: &mut String, report: &Report, top: f64) -> fmt::Result {
    let scale = Scale::around(report.curve.iter().map(|(_, ms)| *ms), top);
    scale.grid(out)?;
    let nines = |quantile: f64| -(1.0 - quantile).max(1e-5).log10();
    let x = |quantile: f64| LEFT + WIDTH * nines(quantile) / 5.0;
    for (quantile, name) in
        [(0.0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")]
    {
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{name}</text>",
            x(quantile),
            top + HEIGHT + 18.0
        )?;
    }
    let points = report.curve.iter().map(|(quantile, ms)| (x(*quantile), scale.y(*ms)));
    path(out, "p99", points)?;
    writeln!(out, "<text x=\"{LEFT}\" y=\"{:.0}\">delivery latency by percentile</text>", top - 10.0)
}

fn seconds(out: &mut String, seconds: &[SecondStats], killed: &[Killed], top: f64) -> fmt::Result {
    let scale = Scale::around(seconds.iter().flat_map(|second| [second.p50, second.p99]), top);
    scale.grid(out)?;
    let first = seconds.first().map_or(0.0, |second| second.at as f64);
    let last = seconds.last().map_or(1.0, |second| second.at as f64).max(first + 1.0);
    let x = |at: f64| LEFT + WIDTH * (at - first) / (last - first);
    for kill in killed {
        let at = x(kill.at_us as f64 / 1e6).clamp(LEFT, LEFT + WIDTH);
        writeln!(
            out,
            "<line class=\"kill\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top}\" y2=\"{}\">",
            top + HEIGHT
        )?;
        writeln!(out, "<title>{} {}</title></line>", kill.lever, escape(&kill.name))?;
    }
    path(out, "p50", seconds.iter().map(|second| (x(second.at as f64), scale.y(second.p50))))?;
    path(out, "p99", seconds.iter().map(|second| (x(second.at as f64), scale.y(second.p99))))?;
    writeln!(out, "<text x=\"{LEFT}\" y=\"{:.0}\">{first} s</text>", top + HEIGHT + 18.0)?;
    writeln!(
        out,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{last} s</text>",
        LEFT + WIDTH,
        top + HEIGHT + 18.0
    )?;
    writeln!(
        out,
        "<text x=\"{LEFT}\" y=\"{:.0}\">delivery latency each second: half (lower line) and 99 % (upper line) came within; kills are dashed</text>",
        top - 10.0
    )
}

fn path(out: &mut String, class: &str, points: impl Iterator<Item = (f64, f64)>) -> fmt::Result {
    write!(out, "<path class=\"{class}\" d=\"")?;
    for (i, (x, y)) in points.enumerate() {
        write!(out, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' })?;
    }
    writeln!(out, "\"/>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_shows_both_panels_and_the_kills() {
        let second = |at, p99| SecondStats { at, deliveries: 10, p50: 1.0, p99, max: p99 };
        let report = Report {
            seconds: vec![second(3, 5.0), second(4, 80.0)],
            curve: vec![(0.0, 0.5), (0.5, 1.0), (0.99, 60.0)],
            ..Report::default()
        };
        let kill = Killed {
            at_us: 3_500_000,
            kind: "stream".into(),
            name: "a<b".into(),
            lever: "kill",
            back_us: None,
        };
        let svg = draw(&report, &[kill]);
        assert_eq!(svg.matches("<path").count(), 3);
        assert_eq!((svg.matches("class=\"kill\"").count(), svg.matches("a&lt;b").count()), (1, 1));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert!(!draw(&Report::default(), &[]).contains("NaN"));
    }
}

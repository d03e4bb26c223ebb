//! Sparklines of the last minutes: one step for each sample, the newest on the right.

use crate::{parts, t, words::spoken};
use domain::text::language::Language;
use maud::{Markup, html};
use std::fmt::Write;

/// The samples of one actor or branch, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    /// Seconds between two samples.
    pub pace_secs: u32,
    /// Number of samples that fit.
    pub room: usize,
    /// Messages handled in each sample.
    pub handled: Vec<u32>,
    /// Microseconds per message; `None` where none was timed.
    pub micros: Vec<Option<u32>>,
    /// Messages waiting.
    pub depth: Vec<u32>,
}

const HEIGHT: u32 = 14;
/// Margin, so that a line at the top or bottom is not clipped.
const EDGE: u32 = 1;

impl Pulse {
    /// Rate of the newest sample: `4.2/s`.
    pub fn rate(&self) -> String {
        per_second(self.handled.last().copied().unwrap_or(0), self.pace_secs)
    }
    /// Latency of the newest sample that has one: `1.3 ms`; a dash if there is none.
    pub fn latency(&self) -> String {
        self.micros.iter().rev().flatten().next().map_or_else(|| "–".into(), |n| micros(u64::from(*n)))
    }

    pub fn rates(&self) -> Markup {
        let most = self.handled.iter().copied().max().unwrap_or(0);
        let title = t!("ops-spark-rate", most = per_second(most, self.pace_secs));
        self.line(&title, self.handled.iter().map(|n| Some(*n)))
    }
    pub fn latencies(&self) -> Markup {
        let most = self.micros.iter().flatten().max();
        let title = match most {
            Some(most) => t!("ops-spark-latency", most = micros(u64::from(*most))),
            None => t!("ops-spark-latency-unknown").into_owned(),
        };
        self.line(&title, self.micros.iter().copied())
    }
    pub fn depths(&self) -> Markup {
        let most = self.depth.iter().copied().max().unwrap_or(0);
        self.line(
            &t!("ops-spark-waiting", most = parts::count(most.into())),
            self.depth.iter().map(|n| Some(*n)),
        )
    }

    /// `title` holds the highest value, for screen readers and for the pointer.
    fn line(&self, title: &str, values: impl ExactSizeIterator<Item = Option<u32>> + Clone) -> Markup {
        let width = self.room.max(1);
        let path = steps(width.saturating_sub(values.len()), values);
        html! {
            svg.spark viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" role="img" {
                title { (title) }
                path d=(path) vector-effect="non-scaling-stroke" {}
            }
        }
    }
}

/// An SVG path of steps: equal neighbours share one stroke, and a missing value leaves a gap.
fn steps(mut x: usize, values: impl Iterator<Item = Option<u32>> + Clone) -> String {
    let top = values.clone().flatten().max().unwrap_or(0).max(1);
    let place = |n: u32| {
        HEIGHT
            - EDGE
            - u32::try_from(u64::from(n) * u64::from(HEIGHT - 2 * EDGE) / u64::from(top)).unwrap_or(0)
    };
    let (mut path, mut at, mut run) = (String::new(), None, 0);
    // Writing into a string cannot fail.
    let flush = |path: &mut String, run: &mut u32| {
        if *run > 0 {
            let _ = write!(path, "h{run}");
        }
        *run = 0;
    };
    for value in values {
        let y = value.map(place);
        if y != at {
            flush(&mut path, &mut run);
            match (at, y) {
                (Some(_), Some(y)) => drop(write!(path, "V{y}")),
                (None, Some(y)) => drop(write!(path, "M{x} {y}")),
                (_, None) => {}
            }
        }
        run += u32::from(y.is_some());
        (at, x) = (y, x + 1);
    }
    flush(&mut path, &mut run);
    path
}

/// One digit after the point, or after the comma in German.
fn decimal(whole: u64, tenth: u64) -> String {
    let point = match spoken() {
        Language::English => '.',
        Language::German => ',',
    };
    format!("{whole}{point}{tenth}")
}

fn per_second(count: u32, secs: u32) -> String {
    let tenths = u64::from(count) * 10 / u64::from(secs.max(1));
    match tenths {
        0 if count == 0 => "0/s".into(),
        0 => format!("<{}/s", decimal(0, 1)),
        1..100 => format!("{}/s", decimal(tenths / 10, tenths % 10)),
        _ => format!("{}/s", parts::count(tenths / 10)),
    }
}

/// `0.4 ms`, `12 ms`, `1.4 s`
pub fn micros(n: u64) -> String {
    match n {
        0..10_000 => format!("{} ms", decimal(n / 1000, n % 1000 / 100)),
        10_000..1_000_000 => format!("{} ms", n / 1000),
        _ => format!("{} s", decimal(n / 1_000_000, n % 1_000_000 / 100_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;

    #[test]
    fn equal_neighbours_share_a_stroke_and_gaps_stay_empty() {
        let idle = std::iter::repeat_n(Some(0), 60);
        assert_eq!(steps(0, idle), "M0 13h60");
        assert_eq!(steps(2, [Some(0), Some(4), Some(2), Some(2)].into_iter()), "M2 13h1V1h1V7h2");
        assert_eq!(steps(0, [None, Some(5), None, None, Some(5)].into_iter()), "M1 1h1M4 1h1");
        assert_eq!(steps(0, [None; 3].into_iter()), "");
        assert_eq!(steps(0, [Some(u32::MAX)].into_iter()), "M0 1h1");
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [0, 1, 13, 300, 9000].map(|n| per_second(n, 3)),
            ["0/s", "0.3/s", "4.3/s", "100/s", "3,000/s"]
        );
        assert_eq!(per_second(1, 60), "<0.1/s");
        assert_eq!([90, 1300, 12_345, 1_400_000].map(micros), ["0.0 ms", "1.3 ms", "12 ms", "1.4 s"]);
        let german = speak(Language::German, || [per_second(13, 3), per_second(1, 60), micros(1300)]);
        assert_eq!(german, ["4,3/s", "<0,1/s", "1,3 ms"]);
    }
}

//! Runs in pairs: with what disturbs and without, one right after the other, so that a machine that is slow for a while is slow
//! for both. What is compared is how long those wait who should notice nothing.

use crate::report::Report;
use std::fmt::Write;

/// Those who are not concerned may wait so much longer.
const MORE: f64 = 1.10;

/// The 99th percentiles of one pair, in milliseconds, and whether others left the processor to both runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub calm: f64,
    pub disturbed: f64,
    pub quiet: bool,
}

impl Pair {
    /// Where there are several rooms, those count that are not struck.
    pub fn of(calm: &Report, disturbed: &Report) -> Self {
        let p99 = |report: &Report| {
            let elsewhere = report.elsewhere_ms.count > 0;
            if elsewhere { report.elsewhere_ms.p99 } else { report.delivery_ms.p99 }
        };
        Self { calm: p99(calm), disturbed: p99(disturbed), quiet: calm.quiet() && disturbed.quiet() }
    }

    fn ratio(self) -> f64 {
        self.disturbed / self.calm.max(f64::MIN_POSITIVE)
    }
}

/// The ratio in the middle; 0 without pairs.
pub fn median(pairs: &[Pair]) -> f64 {
    let mut ratios: Vec<f64> = pairs.iter().map(|pair| pair.ratio()).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(0.0)
}

pub fn good(pairs: &[Pair]) -> bool {
    median(pairs) <= MORE && pairs.iter().all(|pair| pair.quiet)
}

pub fn words(pairs: &[Pair]) -> String {
    let mut text = String::new();
    for pair in pairs {
        let Pair { calm, disturbed, quiet } = pair;
        let counts = if *quiet { "" } else { "; DISTURBED by others" };
        let ratio = pair.ratio();
        writeln!(
            text,
            "pair        p99 of the others {calm:.1} ms without, {disturbed:.1} ms with: {ratio:.2}{counts}"
        )
        .expect("writing into a string");
    }
    let verdict = if median(pairs) <= MORE { "within" } else { "DIFFERENT   above" };
    writeln!(text, "{verdict} {MORE}: the median of {} pairs is {:.2}", pairs.len(), median(pairs))
        .expect("writing into a string");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latency::Percentiles;

    #[test]
    fn others_may_wait_a_tenth_longer_in_the_middle_of_the_pairs() {
        let pair = |disturbed| Pair { calm: 100.0, disturbed, quiet: true };
        assert!(good(&[pair(300.0), pair(109.0), pair(50.0)]));
        assert!(!good(&[pair(300.0), pair(111.0), pair(50.0)]));
        assert!(words(&[pair(300.0)]).contains("DIFFERENT"));
        let loud = Pair { quiet: false, ..pair(100.0) };
        assert!(!good(&[pair(100.0), loud, pair(100.0)]) && words(&[loud]).contains("DISTURBED"));
    }

    #[test]
    fn rooms_that_are_not_struck_count_where_there_are_any() {
        let report = |all, others, count| Report {
            delivery_ms: Percentiles { p99: all, count: 9, ..Percentiles::default() },
            elsewhere_ms: Percentiles { p99: others, count, ..Percentiles::default() },
            ..Report::default()
        };
        assert_eq!(
            Pair::of(&report(5.0, 0.0, 0), &report(6.0, 0.0, 0)),
            Pair { calm: 5.0, disturbed: 6.0, quiet: true }
        );
        assert_eq!(
            Pair::of(&report(5.0, 1.0, 2), &report(6.0, 2.0, 2)),
            Pair { calm: 1.0, disturbed: 2.0, quiet: true }
        );
    }
}

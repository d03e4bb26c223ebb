//! Runs in pairs: with and without the disturbance, one right after the other, so that a machine that is slow for a
//! while is slow for both. Compares how long readers wait that should not be affected.

use crate::report::Report;
use serde::Serialize;
use std::fmt::Write;

/// The factor by which unaffected readers may wait longer.
const MORE: f64 = 1.10;

/// The 99th percentiles of one pair in milliseconds, and whether other processes left both runs alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RunPair {
    pub calm: f64,
    pub disturbed: f64,
    pub quiet: bool,
}

impl RunPair {
    /// With several rooms, only those that chaos does not hit count.
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

/// The median ratio; 0 without pairs.
pub fn median(pairs: &[RunPair]) -> f64 {
    let mut ratios: Vec<f64> = pairs.iter().map(|pair| pair.ratio()).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(0.0)
}

/// Puts the pairs into the report of the last run, which fails if they do.
pub fn judge(report: &mut Report, pairs: Vec<RunPair>) {
    let (middle, loud) = (median(&pairs), pairs.iter().filter(|pair| !pair.quiet).count());
    if loud > 0 {
        report
            .differences
            .push(format!("{loud} of {} pairs were disturbed by others: none is compared", pairs.len()));
    } else if middle > MORE {
        report.differences.push(format!(
            "{middle:.2} times as long as in the runs beside them did the others wait; {MORE} is allowed"
        ));
    }
    report.ok = report.differences.is_empty();
    report.pairs = pairs;
}

pub fn words(pairs: &[RunPair]) -> String {
    let mut text = String::new();
    for pair in pairs {
        let RunPair { calm, disturbed, quiet } = pair;
        let (ratio, counts) = (pair.ratio(), if *quiet { "" } else { "; DISTURBED by others" });
        writeln!(
            text,
            "pair        p99 of the others {calm:.1} ms without, {disturbed:.1} ms with: {ratio:.2}{counts}"
        )
        .expect("writing into a string");
    }
    if !pairs.is_empty() && pairs.iter().all(|pair| pair.quiet) {
        writeln!(
            text,
            "pairs       the median of {} is {:.2}; {MORE} is allowed",
            pairs.len(),
            median(pairs)
        )
        .expect("writing into a string");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::latency::Percentiles;

    fn judged(pairs: &[RunPair]) -> Report {
        let mut report = Report::default();
        judge(&mut report, pairs.to_vec());
        report
    }

    #[test]
    fn others_may_wait_a_tenth_longer_in_the_middle_of_the_pairs() {
        let pair = |disturbed| RunPair { calm: 100.0, disturbed, quiet: true };
        let good = judged(&[pair(300.0), pair(109.0), pair(50.0)]);
        assert!(good.ok && good.words().contains("the median of 3 is 1.09; 1.1 is allowed"));
        let bad = judged(&[pair(300.0), pair(111.0), pair(50.0)]);
        assert!(!bad.ok && bad.words().contains("DIFFERENT   1.11"));
        let loud = judged(&[pair(100.0), RunPair { quiet: false, ..pair(100.0) }, pair(100.0)]);
        assert!(!loud.ok && loud.words().contains("DIFFERENT   1 of 3 pairs were disturbed"));
        assert!(!loud.words().contains("allowed") && judged(&[]).ok);
    }

    #[test]
    fn rooms_that_are_not_struck_count_where_there_are_any() {
        let report = |all, others, count| Report {
            delivery_ms: Percentiles { p99: all, count: 9, ..Percentiles::default() },
            elsewhere_ms: Percentiles { p99: others, count, ..Percentiles::default() },
            ..Report::default()
        };
        assert_eq!(
            RunPair::of(&report(5.0, 0.0, 0), &report(6.0, 0.0, 0)),
            RunPair { calm: 5.0, disturbed: 6.0, quiet: true }
        );
        assert_eq!(
            RunPair::of(&report(5.0, 1.0, 2), &report(6.0, 2.0, 2)),
            RunPair { calm: 1.0, disturbed: 2.0, quiet: true }
        );
    }
}

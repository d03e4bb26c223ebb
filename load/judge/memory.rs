//! The server's memory while readers stalled, and whether it closed those readers.

use crate::{
    chat::posters::Hours,
    crowd::lookout::Sample,
    plan::scenario::Scenario,
    report::{Memory, MemoryGrowth},
};

/// At least this many logs of 1 MiB each must be published while readers stall.
const LENGTHS: u64 = 10;
/// The fraction by which the server's memory may change while readers stall.
const FLAT: f64 = 0.05;
/// The fewest samples in a third of the time that are meaningful.
const SAMPLES: usize = 3;

/// Measures from when all stalled readers are stalled: when measurements count and a fifth of the time has passed.
pub fn measure(samples: &[Sample], hours: Hours, published: u64) -> Memory {
    let since = hours.counted_us.max(hours.begin_us + (hours.end_us - hours.begin_us) / 5);
    let held: Vec<u64> =
        samples.iter().filter(|s| s.at_us >= since && s.memory > 0).map(|sample| sample.memory).collect();
    let (least, most) = (held.iter().min().copied().unwrap_or(0), held.iter().max().copied().unwrap_or(0));
    let last = samples.last().copied().unwrap_or_default();
    let first = samples.first().copied().unwrap_or_default();
    let grown = |of: fn(&Sample) -> Option<u64>| Some(of(&last)?.saturating_sub(of(&first)?));
    Memory {
        least,
        most,
        moved: if least > 0 { (most - least) as f64 / least as f64 } else { 0.0 },
        thirds: thirds(samples, since, hours.end_us),
        published,
        most_blocked: samples.iter().filter_map(|sample| sample.blocked).max(),
        closed_slow: grown(|sample| sample.closed_slow),
        resyncs: grown(|sample| sample.resyncs),
    }
}

/// The median resident memory in the first and the last third of the time. `None` with too few samples.
fn thirds(samples: &[Sample], since: u64, until: u64) -> Option<MemoryGrowth> {
    let third = until.saturating_sub(since) / 3;
    let median = |from: u64, to: u64| {
        let within = samples.iter().filter(|s| (from..to).contains(&s.at_us) && s.resident > 0);
        let mut held: Vec<u64> = within.map(|sample| sample.resident).collect();
        held.sort_unstable();
        (held.len() >= SAMPLES).then(|| held[held.len() / 2])
    };
    let (first, last) = (median(since, since + third)?, median(until - third, until)?);
    Some(MemoryGrowth { first, last, grown: last as f64 / first as f64 - 1.0 })
}

/// All stalled readers must be reported as blocked, and the server's memory must not grow. In runs of minutes the
/// growth from the first to the last third counts, and each stalled reader must have been closed or sent a resync.
pub fn differences(memory: &Memory, scenario: &Scenario) -> Vec<(&'static str, u64)> {
    if scenario.stalled == 0 {
        return Vec::new();
    }
    let stalled = scenario.stalled as u64;
    let percent = |share: f64| if share > FLAT { (share * 100.0) as u64 } else { 0 };
    let mut found = vec![(
        "stalled readers were not reported as blocked",
        stalled.saturating_sub(memory.most_blocked.unwrap_or(0)),
    )];
    if scenario.soak {
        let ended = memory.closed_slow.unwrap_or(0) + memory.resyncs.unwrap_or(0);
        found.extend([
            ("stalled readers were neither closed nor told to begin anew", stalled.saturating_sub(ended)),
            (
                "% by which the server's memory grew from the first third to the last",
                memory.thirds.map_or(0, |thirds| percent(thirds.grown)),
            ),
            (
                "of two thirds too short for the server's memory to be compared",
                u64::from(memory.thirds.is_none()),
            ),
        ]);
    } else {
        found.extend([
            (
                "log lengths were not published while readers stalled",
                LENGTHS.saturating_sub(memory.published >> 20),
            ),
            ("% by which the server's memory moved", percent(memory.moved)),
        ]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::scenario::Chat;

    const SECOND: u64 = 1_000_000;

    /// A hundred seconds with `resident` bytes in each; closed connections grow to 5.
    fn seen(resident: impl Fn(u64) -> u64) -> Memory {
        let sample = |at: u64| Sample {
            at_us: at * SECOND,
            memory: resident(at),
            resident: resident(at),
            blocked: Some(u64::from(at > 50) * 5),
            closed_slow: Some(2 + at / 20),
            resyncs: Some(7),
            frames: None,
        };
        let samples: Vec<Sample> = (0..=100).map(sample).collect();
        let hours = Hours { begin_us: 0, counted_us: 0, end_us: 100 * SECOND };
        measure(&samples, hours, 0)
    }

    fn scenario(stalled: usize) -> Scenario {
        Scenario {
            viewers: 1,
            tabs: 1,
            churn: 0.0,
            stalled,
            dead: 0,
            chat: Chat::Silent,
            seconds: 100.0,
            warm: 0.0,
            line_bytes: 80,
            seed: 1,
            soak: true,
        }
    }

    fn wrong(memory: &Memory, stalled: usize) -> Vec<(&'static str, u64)> {
        differences(memory, &scenario(stalled)).into_iter().filter(|(_, count)| *count > 0).collect()
    }

    #[test]
    fn growth_after_the_warm_up_is_found_and_growth_before_it_is_not() {
        assert_eq!(wrong(&seen(|at| if at < 20 { 500 } else { 1000 }), 5), []);
        let peak = seen(|at| if at == 60 { 9000 } else { 1000 });
        assert_eq!(wrong(&peak, 5), [], "one sample is no growth");
        let growing = seen(|at| 1000 + at * 2);
        assert_eq!(wrong(&growing, 5).len(), 1);
        let MemoryGrowth { first, last, grown } = growing.thirds.expect("samples");
        assert!((1060..1070).contains(&first) && (1170..1180).contains(&last), "{first} {last}");
        assert!((0.09..0.11).contains(&grown), "{grown}");
        assert_eq!(wrong(&seen(|at| 1000 - at * 2), 5), [], "shrinking is fine");
    }

    #[test]
    fn who_is_neither_blocked_nor_closed_is_missed() {
        let flat = seen(|_| 1000);
        assert_eq!((flat.most_blocked, flat.closed_slow, flat.resyncs), (Some(5), Some(5), Some(0)));
        let missed: Vec<u64> = wrong(&flat, 7).into_iter().map(|(_, count)| count).collect();
        assert_eq!(missed, [2, 2]);
        assert_eq!(wrong(&flat, 0), [], "no stalled readers");
    }

    #[test]
    fn memory_that_nobody_saw_is_no_proof() {
        assert_eq!(wrong(&seen(|_| 0), 5).len(), 1);
    }
}

//! The verdict: the accepted lines, the journal, and what every reader saw must agree, once and in order.

pub mod census;
pub mod headcount;
pub mod latency;
pub mod mark;
pub mod moves;
#[cfg(test)]
mod truth_tests;
pub mod witness;

use crate::truth::witness::Witness;
use serde::Serialize;
use std::collections::BTreeMap;

/// A line accepted this long before a reader left must have reached it, in microseconds.
const LEAVER_GRACE_US: u64 = 3_000_000;
/// How many differences are described in words; all are counted.
const EXAMPLES: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered with success.
    Accepted,
    /// Answered with another status: it must not appear anywhere.
    Refused(u16),
    /// Never answered despite retries: it may exist or not, but must be the same for everybody.
    Unknown,
}

/// What the tool knows of a line that it posted.
#[derive(Clone, Copy, Debug)]
pub struct Posted {
    pub number: u32,
    pub room: usize,
    pub person: usize,
    pub outcome: Outcome,
    /// When the first request was written and the last answer read, in microseconds.
    pub sent_us: u64,
    pub answered_us: u64,
}

/// The replay of one room, in its order: `(journal number, line)`.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    pub lines: Vec<(u64, u32)>,
    /// Ranges of the journal that could not be read again.
    pub unread: u64,
    /// Entries that existed but were missing when read again after the process died.
    pub vanished: u64,
    /// Entries that arrived out of order.
    pub disorder: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub accepted: u64,
    pub refused: u64,
    pub unknown: u64,
    /// Deliveries due over all readers, and those that arrived.
    pub owed: u64,
    pub delivered: u64,
    pub lost: u64,
    pub doubled: u64,
    pub disorder: u64,
    /// Ranges of journal numbers that a reader was never shown.
    pub gaps: u64,
    /// Lines in frames without a journal number.
    pub unnumbered: u64,
    /// Accepted, but not in the journal.
    pub missing: u64,
    /// Refused, but in the journal or on a page.
    pub ghosts: u64,
    /// One line with two journal numbers, or two lines with one.
    pub renumbered: u64,
    /// Sent after another line was answered, but numbered before it.
    pub overtaken: u64,
    /// Deliveries that the server told readers to fetch again.
    pub excused: u64,
    /// In the journal before the process died, but not after.
    pub vanished: u64,
    /// Ranges of the journal that were not compared.
    pub unread: u64,
    /// Readers that never connected.
    pub outside: u64,
    /// All readers, and those that received everything due, once and in order.
    pub readers: u64,
    pub exact: u64,
    pub examples: Vec<String>,
}

impl Verdict {
    /// All kinds of differences with their counts.
    pub fn differences(&self) -> Vec<(&'static str, u64)> {
        let all = [
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("out of order", self.disorder),
            ("gaps between the journal's numbers", self.gaps),
            ("without a journal number", self.unnumbered),
            ("accepted but not in the journal", self.missing),
            ("refused but published", self.ghosts),
            ("renumbered", self.renumbered),
            ("numbered before a line that was answered earlier", self.overtaken),
            ("left to a resync", self.excused),
            ("gone from the journal", self.vanished),
            ("stretches of the journal that could not be compared", self.unread),
            ("readers that were never let in", self.outside),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// What `hear` counts against readers.
    const fn faults(&self) -> u64 {
        self.doubled + self.disorder + self.gaps + self.unnumbered + self.lost + self.excused + self.outside
    }

    fn say(&mut self, words: impl FnOnce() -> String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(words());
        }
    }
}

/// Journal numbers by line, as first seen by a reader or in a replay.
pub type Ids = BTreeMap<u32, u64>;

/// What readers saw of each room, by journal number.
pub fn seen(posted: &[Posted], ids: &Ids, rooms: usize) -> Vec<BTreeMap<u64, u32>> {
    let mut seen = vec![BTreeMap::new(); rooms];
    for line in posted {
        if let Some(id) = ids.get(&line.number) {
            seen[line.room].insert(*id, line.number);
        }
    }
    seen
}

/// `seen_ids`: the journal numbers under which readers saw each line; `renumbered`: how often they disagreed.
pub fn judge(
    posted: &[Posted],
    replays: &[Replay],
    seen_ids: &Ids,
    renumbered: u64,
    witnesses: &[Witness],
) -> Verdict {
    let mut verdict = Verdict { renumbered, ..Verdict::default() };
    let ids = journal(&mut verdict, replays, seen_ids);
    let mut due: Vec<Vec<(u64, Posted)>> = vec![Vec::new(); replays.len()];
    for line in posted {
        let id = ids.get(&line.number).copied();
        match (line.outcome, id) {
            (Outcome::Accepted, None) => {
                verdict.missing += 1;
                verdict.say(|| format!("line {} was accepted but is not in the journal", line.number));
            }
            (Outcome::Refused(status), Some(id)) => {
                verdict.ghosts += 1;
                verdict.say(|| format!("line {} was answered {status} but is entry {id}", line.number));
            }
            _ => {}
        }
        match line.outcome {
            Outcome::Accepted => verdict.accepted += 1,
            Outcome::Refused(_) => verdict.refused += 1,
            Outcome::Unknown => verdict.unknown += 1,
        }
        if let Some(id) = id {
            due[line.room].push((id, *line));
        }
    }
    for lines in &mut due {
        lines.sort_by_key(|(id, _)| *id);
        verdict.overtaken += overtaken(lines);
    }
    verdict.readers = witnesses.len() as u64;
    for (reader, witness) in witnesses.iter().enumerate() {
        let before = verdict.faults();
        hear(&mut verdict, reader, witness, &due[witness.room]);
        verdict.exact += u64::from(verdict.faults() == before);
    }
    verdict
}

/// The journal number of every line according to the replays, checked for consistency and against the readers.
fn journal(verdict: &mut Verdict, replays: &[Replay], seen_ids: &Ids) -> Ids {
    let mut ids = Ids::new();
    for replay in replays {
        verdict.unread += replay.unread;
        verdict.vanished += replay.vanished;
        verdict.disorder += replay.disorder;
        let mut last = 0;
        for (id, number) in &replay.lines {
            if *id <= last {
                verdict.disorder += 1;
                verdict.say(|| format!("the replay shows entry {id} behind entry {last}"));
            }
            last = *id;
            if let Some(other) = ids.insert(*number, *id) {
                verdict.renumbered += 1;
                verdict.say(|| format!("line {number} is entry {other} and entry {id}"));
            }
        }
    }
    for (number, id) in seen_ids {
        match ids.get(number) {
            Some(other) if other != id => {
                verdict.renumbered += 1;
                verdict.say(|| format!("line {number} was shown as entry {id} and is entry {other}"));
            }
            Some(_) => {}
            None => {
                verdict.missing += 1;
                verdict.say(|| format!("line {number} was shown as entry {id} but is not in the journal"));
            }
        }
    }
    ids
}

/// Lines sent after another one was answered must have a higher number.
fn overtaken(by_id: &[(u64, Posted)]) -> u64 {
    let mut earliest_answer_behind = u64::MAX;
    let mut count = 0;
    for (_, line) in by_id.iter().rev() {
        if line.sent_us > earliest_answer_behind {
            count += 1;
        }
        if line.outcome == Outcome::Accepted {
            earliest_answer_behind = earliest_answer_behind.min(line.answered_us);
        }
    }
    count
}

fn hear(verdict: &mut Verdict, reader: usize, witness: &Witness, due: &[(u64, Posted)]) {
    verdict.doubled += witness.doubled;
    verdict.disorder += witness.disorder;
    verdict.gaps += witness.gaps;
    verdict.unnumbered += witness.unnumbered;
    let Some(since) = witness.since else {
        verdict.outside += 1;
        return;
    };
    for (id, line) in &due[due.partition_point(|(id, _)| *id <= since)..] {
        let left_early = witness.left_us.is_some_and(|left| {
            *id > witness.last
                && (line.outcome == Outcome::Unknown || line.answered_us + LEAVER_GRACE_US > left)
        });
        if left_early {
            continue;
        }
        verdict.owed += 1;
        if witness.seen.contains(line.number) {
            verdict.delivered += 1;
        } else if witness.excused(*id) {
            verdict.excused += 1;
        } else {
            verdict.lost += 1;
            verdict.say(|| format!("reader {reader} never saw line {} (entry {id})", line.number));
        }
    }
}

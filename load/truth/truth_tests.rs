//! Every difference must be found: each test breaks one thing in a correct run.

use crate::truth::{Ids, Outcome, Posted, Replay, Verdict, judge, witness::Witness};

/// Three lines, numbered 0..3, that became entries 11..14 of one room, seen by two readers.
struct TestRun {
    posted: Vec<Posted>,
    replay: Replay,
    ids: Ids,
    witnesses: Vec<Witness>,
}

fn line(number: u32, outcome: Outcome) -> Posted {
    let sent_us = u64::from(number) * 100;
    Posted { number, room: 0, person: 0, outcome, sent_us, answered_us: sent_us + 50 }
}

fn reader(since: u64, lines: &[(u32, u64)]) -> Witness {
    let mut witness = Witness::new(0);
    witness.enter(since);
    for (number, id) in lines {
        witness.line(*number, Some(*id));
    }
    witness
}

const GOOD: [(u32, u64); 3] = [(0, 11), (1, 12), (2, 13)];

/// A reader that misses an entry also misses its number.
const GAP: (&str, u64) = ("gaps between the journal's numbers", 1);

fn good() -> TestRun {
    TestRun {
        posted: (0..3).map(|number| line(number, Outcome::Accepted)).collect(),
        replay: Replay { lines: vec![(11, 0), (12, 1), (13, 2)], ..Replay::default() },
        ids: Ids::from(GOOD),
        witnesses: vec![reader(10, &GOOD), reader(12, &GOOD[2..])],
    }
}

impl TestRun {
    fn judge(&self) -> Verdict {
        judge(&self.posted, std::slice::from_ref(&self.replay), &self.ids, 0, &self.witnesses)
    }
}

#[test]
fn a_good_run_has_no_differences() {
    let verdict = good().judge();
    assert_eq!(verdict.differences(), []);
    assert_eq!((verdict.accepted, verdict.owed, verdict.delivered), (3, 4, 4));
    assert_eq!((verdict.readers, verdict.exact), (2, 2));
}

#[test]
fn a_lost_line_is_found() {
    let mut run = good();
    run.witnesses[0] = reader(10, &[(0, 11), (2, 13)]);
    assert_eq!(run.judge().differences(), [("lost", 1), GAP]);
    assert_eq!(run.judge().examples, ["reader 0 never saw line 1 (entry 12)"]);
    assert_eq!((run.judge().readers, run.judge().exact), (2, 1));
}

#[test]
fn a_doubled_line_is_found() {
    let mut run = good();
    run.witnesses[0].line(1, Some(12));
    assert_eq!(run.judge().differences(), [("doubled", 1)]);
}

#[test]
fn disorder_is_found() {
    let mut run = good();
    run.witnesses[0] = reader(10, &[(1, 12), (0, 11), (2, 13)]);
    assert_eq!(run.judge().differences(), [("out of order", 1), GAP]);
    let mut run = good();
    run.replay.lines.swap(0, 1);
    assert_eq!(run.judge().differences(), [("out of order", 1)]);
}

#[test]
fn a_line_that_the_journal_lost_is_found() {
    let mut run = good();
    run.replay.lines.remove(1);
    // Accepted but missing; shown but missing.
    assert_eq!(run.judge().differences(), [("accepted but not in the journal", 2)]);
    run.ids.remove(&1);
    run.witnesses = vec![reader(10, &[(0, 11), (2, 13)])];
    assert_eq!(run.judge().differences(), [GAP, ("accepted but not in the journal", 1)]);
}

#[test]
fn a_refused_line_that_was_published_is_found() {
    let mut run = good();
    run.posted[1].outcome = Outcome::Refused(503);
    assert_eq!(run.judge().differences(), [("refused but published", 1)]);
    assert_eq!(run.judge().refused, 1);
}

#[test]
fn a_line_without_an_answer_may_be_there_but_then_for_all() {
    let mut run = good();
    run.posted[1].outcome = Outcome::Unknown;
    assert_eq!(run.judge().differences(), []);
    run.witnesses[0] = reader(10, &[(0, 11), (2, 13)]);
    assert_eq!(run.judge().differences(), [("lost", 1), GAP]);
    // Numbers have no gaps: without the line, the next one gets its number.
    run.replay.lines = vec![(11, 0), (12, 2)];
    run.ids = Ids::from([(0, 11), (2, 12)]);
    run.witnesses = vec![reader(10, &[(0, 11), (2, 12)])];
    assert_eq!(run.judge().differences(), []);
}

#[test]
fn two_numbers_for_one_line_are_found() {
    let mut run = good();
    run.ids.insert(1, 14);
    assert_eq!(run.judge().differences(), [("renumbered", 1)]);
    let mut run = good();
    run.replay.lines.push((14, 1));
    assert!(run.judge().renumbered >= 1);
}

#[test]
fn a_line_that_overtook_an_answered_one_is_found() {
    let mut run = good();
    // Line 2 was sent after line 0 was answered, but the journal puts it first.
    run.replay.lines = vec![(11, 2), (12, 1), (13, 0)];
    run.ids = Ids::from([(2, 11), (1, 12), (0, 13)]);
    run.witnesses = vec![reader(10, &[(2, 11), (1, 12), (0, 13)])];
    assert_eq!(run.judge().differences(), [("numbered before a line that was answered earlier", 2)]);
    // Lines in flight at the same time may have any order.
    for line in &mut run.posted {
        line.answered_us = 1000;
    }
    assert_eq!(run.judge().differences(), []);
}

#[test]
fn who_leaves_is_owed_what_was_accepted_long_before() {
    let mut run = good();
    run.witnesses = vec![reader(10, &GOOD[..1])];
    run.witnesses[0].left_us = Some(400);
    assert_eq!(run.judge().differences(), []);
    run.witnesses[0].left_us = Some(9_000_000);
    assert_eq!(run.judge().differences(), [("lost", 2)]);
    // Everything before the last entry that it saw was due in any case.
    run.witnesses = vec![reader(10, &[(0, 11), (2, 13)])];
    run.witnesses[0].left_us = Some(0);
    assert_eq!(run.judge().differences(), [("lost", 1), GAP]);
}

#[test]
fn resyncs_unread_stretches_and_closed_doors_are_found() {
    let mut run = good();
    run.witnesses[0] = reader(10, &GOOD[..1]);
    run.witnesses[0].resync(13);
    run.witnesses.push(Witness::new(0));
    run.replay.unread = 1;
    run.replay.vanished = 3;
    let wanted = [
        ("left to a resync", 2),
        ("gone from the journal", 3),
        ("stretches of the journal that could not be compared", 1),
        ("readers that were never let in", 1),
    ];
    assert_eq!(run.judge().differences(), wanted);
}

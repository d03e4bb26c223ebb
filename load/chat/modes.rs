//! Room modes: sets slow mode, and checks that no line was accepted sooner than the modes allow.

use crate::{
    truth::{Outcome, Posted},
    wire::{
        doors::{Room, Target},
        http::{Client, Request},
    },
};
use anyhow::{Result, ensure};
use std::{collections::BTreeMap, time::Duration};

/// Lines that one person may post in a room within [`WINDOW`].
const RATE: usize = 20;
const WINDOW: Duration = Duration::from_secs(10);
/// How much too early a line may seem: the service counts whole milliseconds on another clock.
const SLACK: Duration = Duration::from_millis(10);

/// Sets the seconds between two lines of one person; 0 ends slow mode.
pub async fn slow_down(target: &Target, room: &Room, seconds: u64) -> Result<()> {
    let (path, form) = (format!("/streams/{}/slow_mode", room.id()), format!("seconds={seconds}"));
    let answer = Client::new(target.at).send(Request::post(&path, &target.host, &form)).await?;
    ensure!(answer.success(), "{path} answered {}", answer.status);
    Ok(())
}

pub async fn slow_all_down(target: &Target, seconds: u64) -> Result<()> {
    for room in &target.rooms {
        slow_down(target, room, seconds).await?;
    }
    Ok(())
}

/// Counts lines that were accepted too soon after their author's earlier ones. The service decided each line at an unknown
/// moment between its request and its answer, so only lines that are too soon at every such moment count.
pub fn hasty(posted: &[Posted], slow: Duration) -> u64 {
    let mut said: BTreeMap<(usize, usize), Vec<&Posted>> = BTreeMap::new();
    for line in posted.iter().filter(|line| line.outcome == Outcome::Accepted) {
        said.entry((line.room, line.person)).or_default().push(line);
    }
    let mut hasty = 0;
    for lines in said.values_mut() {
        lines.sort_by_key(|line| line.sent_us);
        hasty += too_close(lines, RATE + 1, WINDOW) + too_close(lines, 2, slow);
    }
    hasty
}

/// Counts how often `count` lines were decided in less than `least`.
fn too_close(lines: &[&Posted], count: usize, least: Duration) -> u64 {
    let least = least.saturating_sub(SLACK).as_micros() as u64;
    let took = |few: &[&Posted]| {
        few.iter().map(|line| line.answered_us).max().unwrap_or(0).saturating_sub(few[0].sent_us)
    };
    lines.windows(count).filter(|few| took(few) < least).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(person: usize, sent_ms: u64, outcome: Outcome) -> Posted {
        let (sent_us, answered_us) = (sent_ms * 1_000, sent_ms * 1_000 + 500);
        Posted { number: 0, room: 0, person, outcome, sent_us, answered_us }
    }

    #[test]
    fn a_mode_that_did_not_hold_is_seen() {
        let lines = [line(1, 0, Outcome::Accepted), line(1, 2_900, Outcome::Accepted)];
        assert_eq!(hasty(&lines, Duration::ZERO), 0);
        assert_eq!(hasty(&lines, Duration::from_secs(3)), 1);
        let others =
            [line(2, 0, Outcome::Accepted), line(1, 1, Outcome::Accepted), line(1, 2, Outcome::Refused(429))];
        assert_eq!(hasty(&others, Duration::from_secs(3)), 0);
    }

    #[test]
    fn the_rate_holds_without_slow_mode() {
        let mut lines: Vec<_> = (0..20).map(|n| line(1, n * 200, Outcome::Accepted)).collect();
        lines.push(line(1, 10_000, Outcome::Accepted));
        assert_eq!(hasty(&lines, Duration::ZERO), 0);
        lines[20] = line(1, 9_900, Outcome::Accepted);
        assert_eq!(hasty(&lines, Duration::ZERO), 1);
    }
}

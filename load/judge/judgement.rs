//! The evidence of a run and the verdict on it.

use crate::{
    chaos::{self, Killed, Pace, survival::GuaranteeChecks},
    chat::{
        modes,
        posters::{Hours, PostingResult},
    },
    crowd::{
        lookout::Sample,
        readers::{Readers, Testimony},
    },
    judge::{memory, probe::Standing, replay::Auditor},
    measure::facts::{Hardware, Usage},
    plan::scenario::{Chat, Scenario},
    report::{Audience, Cost, Report, Speech},
    truth::{self, Verdict, mark::RunTag},
    wire::{doors::Target, page},
};
use anyhow::Result;
use std::sync::Arc;

/// How soon after a new process serves all pages must be back, in milliseconds.
const RESUMED_MS: f64 = 10_000.0;
/// The time within which 95 % of the pages must show a change, in milliseconds.
const SHOWN_MS: f64 = 250.0;

pub struct Evidence {
    pub target: Arc<Target>,
    pub scenario: Scenario,
    pub standings: Vec<Standing>,
    pub name: RunTag,
    pub readers: Readers,
    pub auditor: Auditor,
    pub connect_s: f64,
    pub usage: [Usage; 3],
    /// The highest number seen in each room's journal.
    pub tops: Vec<u64>,
    pub spoken: PostingResult,
    pub hours: Hours,
    pub samples: Vec<Sample>,
    pub killed: Vec<Killed>,
    pub plan: Option<chaos::Plan>,
    pub kept: Option<GuaranteeChecks>,
}

impl Evidence {
    pub async fn judge(self) -> Result<Report> {
        let Self { target, scenario, standings, name, readers, spoken, hours, killed, .. } = self;
        let testimony = readers.finish()?;
        let Testimony { links, hearing, .. } = &testimony;
        let ids = hearing.ids();
        let seen = truth::seen(&spoken.posted, &ids, target.rooms.len());
        let replays = self.auditor.finish(&target, &name, &self.tops, seen).await;
        let mut pages = Vec::new();
        for (room, replay) in replays.iter().enumerate() {
            pages.extend(page::compare(&target, &name, room, replay).await?);
        }
        let witnesses: Vec<_> =
            links.iter().filter(|link| !link.seat.stalled).map(|link| link.witness.clone()).collect();
        let hasty = match scenario.chat {
            // A host's mode changes are not lines: no mode applies to them.
            Chat::Moves(_) => 0,
            _ => modes::hasty(&spoken.posted, scenario.slow()),
        };
        let truth = truth::judge(&spoken.posted, &replays, &ids, hearing.renumbered, &witnesses);
        let counted = hearing.census.rooms.iter().zip(&standings).filter(|(_, room)| room.counted);
        let mut report = Report {
            hardware: Hardware::read(),
            audience: audience(&testimony, target.rooms.len(), self.connect_s),
            speech: speech(hours, &spoken),
            delivery_ms: hearing.latency.percentiles(),
            elsewhere_ms: hearing.elsewhere.percentiles(),
            people: counted.map(|(count, _)| count.checks).collect(),
            places: hearing.census.places,
            pages,
            kills: chaos::tolls(&killed),
            kept: self.kept,
            memory: memory::measure(&self.samples, hours, testimony.bytes / witnesses.len().max(1) as u64),
            cost: target.pid.map(|_| cost(&self.usage, hearing.deliveries, witnesses.len())),
            first_error: testimony.first_error.clone().or_else(|| spoken.first_error.clone()),
            seconds: hearing.timeline.seconds.clone(),
            curve: (0..=500)
                .map(|i| 1.0 - 10_f64.powf(-f64::from(i) / 100.0))
                .map(|q| (q, hearing.latency.at(q)))
                .collect(),
            truth,
            ..Report::default()
        };
        report.differences = differences(&report, &scenario, self.plan.as_ref());
        if hasty > 0 {
            report.differences.push(format!("{hasty} accepted sooner than the room's modes allow"));
        }
        if matches!(scenario.chat, Chat::Moves(_)) {
            report.differences.extend(shown_late(report.delivery_ms.p95));
        }
        report.ok = report.differences.is_empty();
        Ok(report)
    }
}

fn audience(testimony: &Testimony, rooms: usize, connect_s: f64) -> Audience {
    let Testimony { links, hearing, refusals, bytes, resumed, .. } = testimony;
    let people: std::collections::HashSet<usize> = links.iter().map(|link| link.seat.identity).collect();
    Audience {
        readers: links.len(),
        people: people.len(),
        rooms,
        connect_s,
        disconnects: resumed.count() + links.iter().filter(|link| link.down_us.is_some()).count() as u64,
        refusals: refusals.clone(),
        ended: hearing.ended.clone(),
        resumed_ms: resumed.percentiles(),
        resumed_after_restart_ms: testimony.resumed_after_restart.percentiles(),
        stalled: links.iter().filter(|link| link.seat.stalled).count(),
        stalled_cut: testimony.stalled_cut,
        died: testimony.died,
        events: hearing.events,
        bytes: *bytes,
        beats: hearing.beats,
    }
}

fn speech(hours: Hours, spoken: &PostingResult) -> Speech {
    let counted =
        |line: &&truth::Posted| line.outcome == truth::Outcome::Accepted && hours.counts(line.answered_us);
    let seconds = (hours.end_us - hours.counted_us) as f64 / 1e6;
    Speech {
        seconds,
        accepted_per_s: spoken.posted.iter().filter(counted).count() as f64 / seconds,
        statuses: spoken.statuses.clone(),
        retries: spoken.retries,
        late_ms: spoken.late_us as f64 / 1e3,
        ack_ms: spoken.acks.percentiles(),
    }
}

fn cost([before, begun, ended]: &[Usage; 3], deliveries: u64, readers: usize) -> Cost {
    let server = ended.server.total_s() - begun.server.total_s();
    let own = ended.own - begun.own;
    Cost {
        server_cpu_s: server,
        own_cpu_s: own,
        other_cpu_s: ended.others_since(begun),
        other_share: ended.other_share(begun),
        server_cpu_us_per_delivery: server * 1e6 / deliveries.max(1) as f64,
        server_bytes_per_reader: begun.held.pss.saturating_sub(before.held.pss) as f64
            / readers.max(1) as f64,
    }
}

/// All reasons to fail.
fn differences(report: &Report, scenario: &Scenario, plan: Option<&chaos::Plan>) -> Vec<String> {
    let Verdict { refused, accepted, .. } = report.truth;
    let mut found: Vec<(&str, u64)> = report.truth.differences();
    let shed = matches!(scenario.chat, Chat::Storm { .. } | Chat::Raid { .. });
    let other_refusals: u64 = report
        .speech
        .statuses
        .iter()
        .filter(|(s, _)| **s >= 400 && **s != 429 && **s != 503)
        .map(|(_, n)| n)
        .sum();
    found.push(("lines were refused", if shed { other_refusals } else { refused }));
    found.push((
        "lines were accepted though some were due",
        u64::from(scenario.chat != Chat::Silent && accepted == 0),
    ));
    let killed_process = report.kills.iter().any(|toll| toll.kind == "process");
    found.push((
        "readers lost their connection",
        if killed_process { 0 } else { report.audience.disconnects },
    ));
    found.push(("readers were sent away", report.audience.ended.values().sum()));
    found.push(("head counts were wrong", report.people.iter().map(|checks| checks.wrong).sum()));
    for (_, checks) in report.places.each() {
        found.push(("head counts elsewhere were wrong", checks.wrong));
    }
    for (what, count) in report.kept.iter().flat_map(|kept| &kept.wrong) {
        found.push((what, *count));
    }
    found.push((
        "readers that were to die did not",
        (scenario.dead as u64).saturating_sub(report.audience.died),
    ));
    found.push(("kills were not made", not_made(report, plan)));
    let slow = report.audience.resumed_after_restart_ms.max > RESUMED_MS;
    found.push(("restart or more after which a page came back too late", u64::from(slow)));
    found.extend(memory::differences(&report.memory, scenario));
    found.push((
        "pages do not show the tail of the journal",
        report.pages.iter().filter(|page| !page.right).count() as u64,
    ));
    found.push(("killed and never back", report.kills.iter().map(|toll| toll.never_back).sum()));
    found.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect()
}

/// `p95`: milliseconds from a change until a page shows it.
fn shown_late(p95: f64) -> Option<String> {
    (p95 > SHOWN_MS)
        .then(|| format!("{p95:.0} ms until 95 % of the pages had a change; {SHOWN_MS:.0} ms are allowed"))
}

fn not_made(report: &Report, plan: Option<&chaos::Plan>) -> u64 {
    let Some(plan) = plan else { return 0 };
    let missing =
        |toll: &chaos::KillSummary| match if toll.kind == "process" { plan.process } else { plan.actors } {
            Pace::Times(wanted) => wanted.saturating_sub(toll.kills),
            Pace::Never | Pace::Every(_) => 0,
        };
    let none = |pace: Pace, of_process: bool| {
        let any = report.kills.iter().any(|toll| (toll.kind == "process") == of_process);
        if let Pace::Times(wanted) = pace
            && !any
        {
            wanted
        } else {
            0
        }
    };
    report.kills.iter().map(missing).sum::<u64>() + none(plan.process, true) + none(plan.actors, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_may_take_a_quarter_of_a_second_and_no_longer() {
        assert_eq!(shown_late(250.0), None);
        assert!(shown_late(251.0).is_some_and(|words| words.starts_with("251 ms")));
    }
}

//! One run from the first look to the verdict.

use crate::{
    chaos::{self, Chaos, Killed},
    clock::Clock,
    doors::Target,
    facts::{self, Hardware, Usage},
    hearing::Hearing,
    mark::Run,
    page,
    posters::{self, Hours, Posters, Spoken},
    probe::{self, Standing},
    process::Server,
    progress::Progress,
    readers::{Readers, Testimony},
    replay::Auditor,
    report::{Audience, Cost, Report, Speech},
    scenario::{Chat, Scenario, Seat},
    truth::{self, Verdict},
};
use anyhow::{Result, ensure};
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::sleep;

/// A crowd that is not in after this long never will be.
const CONNECT_US: u64 = 90_000_000;
/// All is delivered when nothing came for this long and nobody is on the way back.
const QUIET_US: u64 = 1_500_000;
/// Nobody waits longer for the last deliveries than this.
const DRAIN_US: u64 = 30_000_000;
const TICK: Duration = Duration::from_millis(100);

pub struct Job {
    pub target: Arc<Target>,
    pub scenario: Scenario,
    pub chaos: Option<chaos::Plan>,
    pub server: Option<Server>,
}

/// What a run leaves: its report, what was killed, and the server that it had started.
pub struct Done {
    pub report: Report,
    pub killed: Vec<Killed>,
    pub server: Option<Server>,
}

pub async fn run(job: Job, progress: &mut Progress) -> Result<Done> {
    let Job { target, scenario, chaos, server } = job;
    let speakers = posters::speakers(&scenario, target.people.len());
    facts::raise_open_files((scenario.viewers + scenario.stalled + 2 * speakers + 200) as u64)?;
    let (clock, name) = (Clock::new(), Run::new(rand::random()));
    progress.stage("look");
    progress.tell(|| format!("{} rooms at {}", target.rooms.len(), target.at));
    let standings = probe::probe(&target, &name).await?;
    let mut stage = Stage::new(target, scenario, standings, clock, name)?;
    stage.fill(progress).await?;
    let hours = stage.hours();
    let chaos_live = Arc::new(chaos::Live::default());
    let reign = chaos.map(|plan| {
        let (target, live) = (stage.target.clone(), chaos_live.clone());
        tokio::spawn(Chaos { target, clock, plan, server, live }.reign(hours))
    });
    let spoken = stage.speak(hours, &chaos_live, progress).await?;
    let (killed, server) = match reign {
        Some(reign) => reign.await??,
        None => (Vec::new(), None),
    };
    stage.drain(&chaos_live, progress).await?;
    progress.stage("judge");
    progress.tell(|| "reading the journal again".into());
    let report = stage.judge(spoken, &killed).await?;
    Ok(Done { report, killed, server })
}

struct Stage {
    target: Arc<Target>,
    scenario: Scenario,
    standings: Vec<Standing>,
    clock: Clock,
    name: Run,
    readers: Readers,
    auditor: Auditor,
    restarts_seen: u32,
    seats: Vec<Seat>,
    connect_s: f64,
    /// Before anybody came, when speech began, and when it ended.
    usage: [Usage; 3],
}

impl Stage {
    fn new(
        target: Arc<Target>,
        scenario: Scenario,
        standings: Vec<Standing>,
        clock: Clock,
        name: Run,
    ) -> Result<Self> {
        let tops: Vec<u64> = standings.iter().map(|room| room.top).collect();
        let others: Vec<u32> = standings.iter().map(|room| room.others).collect();
        let auditor = Auditor::new(&tops);
        let usage = [Usage::read(target.pid); 3];
        let readers = Readers::start(&target, clock, Hearing::new(&name, tops, &others))?;
        let seats = Vec::new();
        Ok(Self {
            target,
            scenario,
            standings,
            clock,
            name,
            readers,
            auditor,
            restarts_seen: 0,
            seats,
            connect_s: 0.0,
            usage,
        })
    }

    /// Lets the audience in and waits until it sits.
    async fn fill(&mut self, progress: &mut Progress) -> Result<()> {
        progress.stage("connect");
        self.seats = self.scenario.audience(self.target.rooms.len(), self.target.people.len());
        let (begun, wanted) = (self.clock.us(), self.seats.len());
        self.readers.plan(self.seats.clone());
        let live = self.readers.live.clone();
        while live.inside.load(Relaxed) + live.over.load(Relaxed) < wanted
            && self.clock.us() < begun + CONNECT_US
        {
            progress.tell(|| format!("{} of {wanted} readers", live.inside.load(Relaxed)));
            sleep(Duration::from_millis(5)).await;
        }
        self.connect_s = (self.clock.us() - begun) as f64 / 1e6;
        ensure!(
            wanted == 0 || live.inside.load(Relaxed) > 0,
            "no reader was let in; is the server alive, are the cookies good?"
        );
        sleep(Duration::from_secs(1)).await;
        self.usage[1] = Usage::read(self.target.pid);
        Ok(())
    }

    fn hours(&self) -> Hours {
        let begin_us = self.clock.us() + 50_000;
        Hours { begin_us, end_us: begin_us + (self.scenario.seconds * 1e6) as u64 }
    }

    /// Posts, comings and goings, while the journal is followed.
    async fn speak(&mut self, hours: Hours, chaos: &chaos::Live, progress: &mut Progress) -> Result<Spoken> {
        progress.stage("speak");
        self.scenario.churn(&mut self.seats, hours.begin_us, hours.end_us);
        let (rooms, people) = (self.target.rooms.len(), self.target.people.len());
        self.scenario.raiders(&mut self.seats, rooms, people, hours.begin_us);
        self.readers.plan(self.seats.clone());
        let posters = Posters::start(&self.target, self.clock, &self.name, &self.scenario, hours);
        let live = posters.live.clone();
        let answered = tokio::spawn(posters.finish());
        while self.clock.us() < hours.end_us || !answered.is_finished() {
            let left = hours.end_us.saturating_sub(self.clock.us()) as f64 / 1e6;
            let readers = self.readers.live.clone();
            progress.tell(|| {
                format!(
                    "{left:.0} s left, {} readers ({} coming back), {} lines accepted, {} not, {} deliveries, p99 {:.1} ms, {} kills, {} restarts",
                    readers.inside.load(Relaxed),
                    readers.down.load(Relaxed),
                    live.accepted.load(Relaxed),
                    live.refused.load(Relaxed),
                    readers.deliveries.load(Relaxed),
                    readers.p99_us.load(Relaxed) as f64 / 1e3,
                    chaos.kills.load(Relaxed),
                    chaos.restarts.load(Relaxed),
                )
            });
            self.audit(chaos).await;
            sleep(TICK).await;
        }
        self.usage[2] = Usage::read(self.target.pid);
        Ok(answered.await?)
    }

    async fn audit(&mut self, chaos: &chaos::Live) {
        let restarts = chaos.restarts.load(Relaxed);
        if restarts != self.restarts_seen {
            self.restarts_seen = restarts;
            let begin: Vec<u64> = self.standings.iter().map(|room| room.top).collect();
            self.auditor.rewind(&begin);
        }
        for (room, top) in self.tops().into_iter().enumerate() {
            // While the process is dead this fails; the journal is read to its end later in any case.
            let _ = self.auditor.follow(&self.target, &self.name, room, top).await;
        }
    }

    fn tops(&self) -> Vec<u64> {
        self.readers.live.top.iter().map(|top| top.load(Relaxed)).collect()
    }

    /// Waits for what is still on its way.
    async fn drain(&mut self, chaos: &chaos::Live, progress: &mut Progress) -> Result<()> {
        progress.stage("drain");
        let begun = self.clock.us();
        let live = self.readers.live.clone();
        let mut last = (live.deliveries.load(Relaxed), begun);
        loop {
            let (deliveries, now) = (live.deliveries.load(Relaxed), self.clock.us());
            if deliveries != last.0 || live.down.load(Relaxed) > 0 {
                last = (deliveries, now);
            }
            if now > last.1 + QUIET_US || now > begun + DRAIN_US {
                return Ok(());
            }
            progress
                .tell(|| format!("{deliveries} deliveries, {} readers coming back", live.down.load(Relaxed)));
            self.audit(chaos).await;
            sleep(TICK).await;
        }
    }

    async fn judge(self, spoken: Spoken, killed: &[Killed]) -> Result<Report> {
        let tops = self.tops();
        let Self { target, scenario, standings, name, readers, auditor, connect_s, usage, .. } = self;
        let testimony = readers.finish()?;
        let replays = auditor.finish(&target, &name, &tops).await;
        let mut pages = Vec::new();
        for (room, replay) in replays.iter().enumerate() {
            pages.extend(page::compare(&target, &name, room, replay).await?);
        }
        let Testimony { links, hearing, .. } = &testimony;
        let witnesses: Vec<_> =
            links.iter().filter(|link| !link.seat.stalled).map(|link| link.witness.clone()).collect();
        let truth = truth::judge(&spoken.posted, &replays, &hearing.ids(), hearing.renumbered, &witnesses);
        let counted = hearing.headcounts.iter().zip(&standings).filter(|(_, room)| room.counted);
        let identities: std::collections::HashSet<usize> =
            links.iter().map(|link| link.seat.identity).collect();
        let mut report = Report {
            hardware: Hardware::read(),
            audience: audience(&testimony, identities.len(), target.rooms.len(), connect_s),
            speech: speech(&scenario, &spoken),
            delivery_ms: hearing.latency.percentiles(),
            people: counted.map(|(count, _)| count.checks).collect(),
            pages,
            kills: chaos::tolls(killed),
            // A process that died took its account with it.
            cost: target
                .pid
                .filter(|_| killed.iter().all(|kill| kill.kind != "process"))
                .map(|_| cost(usage, hearing.deliveries, witnesses.len())),
            first_error: testimony.first_error.clone().or_else(|| spoken.first_error.clone()),
            seconds: hearing.timeline.seconds.clone(),
            curve: (0..=500)
                .map(|i| 1.0 - 10_f64.powf(-f64::from(i) / 100.0))
                .map(|q| (q, hearing.latency.at(q)))
                .collect(),
            truth,
            ..Report::default()
        };
        report.differences = differences(&report, &scenario, killed);
        report.ok = report.differences.is_empty();
        Ok(report)
    }
}

fn audience(testimony: &Testimony, people: usize, rooms: usize, connect_s: f64) -> Audience {
    let Testimony { links, hearing, refusals, bytes, resumed, stalled_cut, .. } = testimony;
    Audience {
        readers: links.len(),
        people,
        rooms,
        connect_s,
        disconnects: resumed.count() + links.iter().filter(|link| link.down_us.is_some()).count() as u64,
        refusals: refusals.clone(),
        ended: hearing.ended.clone(),
        resumed_ms: resumed.percentiles(),
        stalled: links.iter().filter(|link| link.seat.stalled).count(),
        stalled_cut: *stalled_cut,
        events: hearing.events,
        bytes: *bytes,
        beats: hearing.beats,
    }
}

fn speech(scenario: &Scenario, spoken: &Spoken) -> Speech {
    let accepted = spoken.posted.iter().filter(|line| line.outcome == truth::Outcome::Accepted).count();
    Speech {
        seconds: scenario.seconds,
        accepted_per_s: accepted as f64 / scenario.seconds,
        statuses: spoken.statuses.clone(),
        retries: spoken.retries,
        late_ms: spoken.late_us as f64 / 1e3,
        ack_ms: spoken.acks.percentiles(),
    }
}

fn cost([before, begun, ended]: [Usage; 3], deliveries: u64, readers: usize) -> Cost {
    let server = ended.server_cpu - begun.server_cpu;
    let own = ended.own_cpu - begun.own_cpu;
    Cost {
        server_cpu_s: server,
        own_cpu_s: own,
        other_cpu_s: ended.machine_cpu - begun.machine_cpu - server - own,
        server_cpu_us_per_delivery: server * 1e6 / deliveries.max(1) as f64,
        server_bytes_per_reader: begun.server_pss.saturating_sub(before.server_pss) as f64
            / readers.max(1) as f64,
    }
}

/// Every reason to fail.
fn differences(report: &Report, scenario: &Scenario, killed: &[Killed]) -> Vec<String> {
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
    let killed_process = killed.iter().any(|kill| kill.kind == "process");
    found.push((
        "readers lost their connection",
        if killed_process { 0 } else { report.audience.disconnects },
    ));
    found.push(("readers were sent away", report.audience.ended.values().sum()));
    found.push(("head counts were wrong", report.people.iter().map(|checks| checks.wrong).sum()));
    found.push((
        "pages do not show the tail of the journal",
        report.pages.iter().filter(|page| !page.right).count() as u64,
    ));
    found.push(("killed and never back", report.kills.iter().map(|toll| toll.never_back).sum()));
    found.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect()
}

//! One run, from the first probe to the verdict.

use crate::{
    chaos::{
        self, Chaos, Killed,
        process::Server,
        survival::{GuaranteeChecks, SurvivalProbe},
    },
    chat::{
        modes,
        posters::{self, Hours, Posters, PostingResult},
    },
    clock::Clock,
    crowd::{
        hearing::Hearing,
        lookout::{Lookout, Sample},
        readers::Readers,
    },
    judge::{
        judgement::Evidence,
        probe::{self, Standing},
        replay::Auditor,
    },
    measure::{
        facts::{self, Usage},
        progress::Progress,
    },
    plan::scenario::{Chat, Scenario, Seat},
    report::Report,
    truth::mark::RunTag,
    wire::doors::Target,
};
use anyhow::{Result, ensure};
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// A crowd that is not connected by then never will be.
const CONNECT_US: u64 = 90_000_000;
/// Everything counts as delivered when nothing has arrived for this long and nobody is reconnecting.
const QUIET_US: u64 = 1_500_000;
/// By then a reader that vanished without closing is known to be gone.
const MOURNING_US: u64 = 16_000_000;
/// The longest wait for the last deliveries.
const DRAIN_US: u64 = 30_000_000;
const TICK: Duration = Duration::from_millis(100);

pub struct Job {
    pub target: Arc<Target>,
    pub scenario: Scenario,
    pub chaos: Option<chaos::Plan>,
    pub server: Option<Server>,
    pub ward: Option<SurvivalProbe>,
}

/// What a run leaves: its report, what was killed, and the server that it started.
pub struct RunOutcome {
    pub report: Report,
    pub killed: Vec<Killed>,
    pub server: Option<Server>,
}

pub async fn run(job: Job, progress: &mut Progress) -> Result<RunOutcome> {
    let Job { target, scenario, chaos, mut server, ward } = job;
    let speakers = posters::speakers(&scenario, target.people.len());
    facts::raise_open_files((scenario.viewers + scenario.stalled + 2 * speakers + 200) as u64)?;
    let moves = matches!(scenario.chat, Chat::Moves(_));
    ensure!(!moves || target.rooms.len() == 1, "slow mode is changed in one room only");
    let clock = Clock::new();
    let name =
        if moves { RunTag::of_moves(rand::random(), Arc::default()) } else { RunTag::new(rand::random()) };
    progress.stage("look");
    progress.tell(|| format!("{} rooms at {}", target.rooms.len(), target.at));
    let slowed = scenario.slow().as_secs();
    // The first change must really change the mode.
    if moves || slowed > 0 {
        modes::slow_all_down(&target, slowed).await?;
    }
    let (standings, strangers) = probe::probe(&target, &name).await?;
    let tops: Vec<u64> = standings.iter().map(|room| room.top).collect();
    let hearing = Hearing::new(&name, tops, &strangers);
    let mut stage = RunState::new(target, scenario, standings, clock, name, hearing)?;
    stage.fill(progress).await?;
    let hours = stage.hours();
    let (chaos_live, wanted) = (Arc::new(chaos::KillCounters::default()), chaos.clone());
    let watch = ward.filter(|_| chaos.is_some()).map(|ward| SurvivalWatch::begin(ward, &stage.target));
    let run = chaos.map(|plan| {
        let (target, live) = (stage.target.clone(), chaos_live.clone());
        let (readers, whisper) = (stage.readers.live.clone(), stage.readers.whisper.clone());
        tokio::spawn(Chaos { target, clock, plan, server: server.take(), live, readers, whisper }.run(hours))
    });
    let lookout = Lookout::post(&stage.target, clock, stage.readers.whisper.clone());
    let spoken = stage.speak(hours, &chaos_live, progress).await?;
    let mut killed = Vec::new();
    if let Some(run) = run {
        (killed, server) = run.await??;
    }
    stage.drain(&chaos_live, progress).await?;
    let samples = lookout.take_down();
    let kept = match watch {
        Some(watch) => Some(watch.end().await?),
        None => None,
    };
    progress.stage("judge");
    progress.tell(|| "reading the journal again".into());
    let target = stage.target.clone();
    let report = stage.evidence(spoken, hours, samples, killed.clone(), wanted, kept).judge().await;
    if moves || slowed > 0 {
        modes::slow_all_down(&target, 0).await?;
    }
    let report = report?;
    Ok(RunOutcome { report, killed, server })
}

/// The survival probe, which watches while there is chaos.
struct SurvivalWatch {
    kept: JoinHandle<GuaranteeChecks>,
    stop: oneshot::Sender<()>,
}

impl SurvivalWatch {
    fn begin(ward: SurvivalProbe, target: &Arc<Target>) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { kept: tokio::spawn(ward.watch(target.clone(), stopped)), stop }
    }

    async fn end(self) -> Result<GuaranteeChecks> {
        drop(self.stop);
        Ok(self.kept.await?)
    }
}

struct RunState {
    target: Arc<Target>,
    scenario: Scenario,
    standings: Vec<Standing>,
    clock: Clock,
    name: RunTag,
    readers: Readers,
    auditor: Auditor,
    restarts_seen: u32,
    seats: Vec<Seat>,
    connect_s: f64,
    /// Before anybody arrived, when posting began, and when it ended.
    usage: [Usage; 3],
}

impl RunState {
    fn new(
        target: Arc<Target>,
        scenario: Scenario,
        standings: Vec<Standing>,
        clock: Clock,
        name: RunTag,
        hearing: Hearing,
    ) -> Result<Self> {
        let tops = hearing.top.clone();
        let before = Usage::read(target.pid);
        let usage = [before.clone(), before.clone(), before];
        let readers = Readers::start(&target, clock, hearing)?;
        let auditor = Auditor::new(&tops, scenario.depth(), scenario.tabs, readers.whisper.clone());
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

    /// Connects the audience and waits until it is complete.
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
            "no reader was admitted; is the server running, are the cookies valid?"
        );
        sleep(Duration::from_secs(1)).await;
        self.usage[1] = Usage::read(self.target.pid);
        Ok(())
    }

    fn hours(&self) -> Hours {
        let begin_us = self.clock.us() + 50_000;
        let after = |seconds: f64| begin_us + (seconds * 1e6) as u64;
        let Scenario { warm, seconds, .. } = self.scenario;
        Hours { begin_us, counted_us: after(warm), end_us: after(seconds) }
    }

    /// Posts, arrivals and departures, while the journal is followed.
    async fn speak(
        &mut self,
        hours: Hours,
        chaos: &chaos::KillCounters,
        progress: &mut Progress,
    ) -> Result<PostingResult> {
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

    async fn audit(&mut self, chaos: &chaos::KillCounters) {
        let restarts = chaos.restarts.load(Relaxed);
        if restarts != self.restarts_seen {
            self.restarts_seen = restarts;
            let begin: Vec<u64> = self.standings.iter().map(|room| room.top).collect();
            self.auditor.rewind(&begin);
        }
        for (room, top) in self.tops().into_iter().enumerate() {
            // This fails while the process is dead; the journal is read to its end later in any case.
            let _ = self.auditor.follow(&self.target, &self.name, room, top).await;
        }
    }

    fn tops(&self) -> Vec<u64> {
        self.readers.live.top.iter().map(|top| top.load(Relaxed)).collect()
    }

    /// Waits for what is still in flight.
    async fn drain(&mut self, chaos: &chaos::KillCounters, progress: &mut Progress) -> Result<()> {
        progress.stage("drain");
        let begun = self.clock.us();
        let earliest = begun + if self.scenario.dead > 0 { MOURNING_US } else { 0 };
        let live = self.readers.live.clone();
        let mut last = (live.deliveries.load(Relaxed), begun);
        loop {
            let (deliveries, now) = (live.deliveries.load(Relaxed), self.clock.us());
            if deliveries != last.0 || live.down.load(Relaxed) > 0 {
                last = (deliveries, now);
            }
            if now > earliest && (now > last.1 + QUIET_US || now > begun + DRAIN_US) {
                return Ok(());
            }
            progress
                .tell(|| format!("{deliveries} deliveries, {} readers coming back", live.down.load(Relaxed)));
            self.audit(chaos).await;
            sleep(TICK).await;
        }
    }

    fn evidence(
        self,
        spoken: PostingResult,
        hours: Hours,
        samples: Vec<Sample>,
        killed: Vec<Killed>,
        plan: Option<chaos::Plan>,
        kept: Option<GuaranteeChecks>,
    ) -> Evidence {
        let tops = self.tops();
        let Self { target, scenario, standings, name, readers, auditor, connect_s, usage, .. } = self;
        Evidence {
            target,
            scenario,
            standings,
            name,
            readers,
            auditor,
            connect_s,
            usage,
            tops,
            spoken,
            hours,
            samples,
            killed,
            plan,
            kept,
        }
    }
}

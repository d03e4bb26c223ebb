//! Publishers and viewers by WebRTC: each room has a publisher that sends numbered frames by WHIP, and viewers who receive them by WHEP;
//! or both over LiveKit's signal socket (`livekit`).
//!
//! `stage` makes the rooms and asks for sessions, `peer` is one connection, and `crew` is the thread that runs them all. A `camera`
//! draws `frame`s; a `viewer` puts packets in `order`, and keeps a `ledger` of the frames that came. `report` judges it.

mod camera;
mod crew;
mod frame;
mod ledger;
mod livekit;
mod order;
mod peer;
mod report;
mod stage;
mod viewer;

pub use livekit::LiveKitServer;
pub use report::MediaReport;
pub use stage::{MediaRoom, MediaStage};

use crate::{
    clock::Clock,
    measure::{
        facts::{self, Usage},
        progress::Progress,
    },
};
use anyhow::{Context, Result, ensure};
use camera::CameraPlan;
use crew::Crew;
use peer::PeerOffer;
use report::Measured;
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{sleep, sleep_until, timeout},
};
use viewer::Ticket;

/// Sessions that are asked for at once.
const AT_ONCE: usize = 8;
/// How long all publishers, and all viewers, may take until they are there.
const FILLED_US: u64 = 60_000_000;
/// After the last frame: time for those that are lost to be sent again.
const DRAIN: Duration = Duration::from_millis(2_500);
const SETTLE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(20);
/// How long a peer may take until a room with a publisher can be watched.
const OPEN: Duration = Duration::from_secs(20);

/// What is published and watched.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Film {
    pub rooms: usize,
    /// In all rooms together; they take turns.
    pub viewers: usize,
    pub seconds: f64,
    /// Bits per second of the largest layer of a camera.
    pub bitrate: u64,
    pub layers: usize,
    pub sound: bool,
    /// Viewers per second who leave, and are replaced at once.
    pub joins: f64,
    /// The part of the viewers' packets that the tool drops, from 0 to 1.
    pub loss: f64,
    pub seed: u64,
}

/// Publishes and watches. `pid`: the server's process.
///
/// # Errors
/// When publishers or viewers are refused, or are not there in time.
pub async fn run(
    stage: MediaStage,
    film: Film,
    pid: Option<u32>,
    progress: &mut Progress,
) -> Result<MediaReport> {
    facts::raise_open_files((film.viewers + film.rooms) as u64 * 2 + 200)?;
    let clock = Clock::new();
    let crew = Crew::start(clock, film.rooms, film.loss, film.seed)?;
    let run = rand::random();
    let mut shooting =
        Shooting { stage: Arc::new(stage), film, clock, crew, run, next: 0, seated: VecDeque::new() };
    shooting.publish(progress).await?;
    sleep(SETTLE).await;
    let empty = Usage::read(pid);
    shooting.fill(progress).await?;
    sleep(SETTLE).await;
    let (usage, packets) = shooting.measure(pid, progress).await?;
    progress.stage("drain");
    shooting.crew.silence();
    sleep(DRAIN).await;
    let dropped = shooting.crew.live.dropped.load(Relaxed);
    let Shooting { stage, film, crew, .. } = shooting;
    let record = crew.end()?;
    stage.end().await?;
    let [before, after] = usage;
    let measured = Measured { usage: [empty, before, after], packets, dropped, has_server: pid.is_some() };
    Ok(MediaReport::new(film, &record, &measured))
}

struct Shooting {
    stage: Arc<MediaStage>,
    film: Film,
    clock: Clock,
    crew: Crew,
    /// What is burnt into all frames.
    run: u32,
    /// The number of the next viewer.
    next: usize,
    /// Who is there, the first comers first.
    seated: VecDeque<SeatedViewer>,
}

struct SeatedViewer {
    number: usize,
    /// Their place in the audience, which their successor gets.
    place: usize,
    location: String,
}

impl Shooting {
    /// Starts all publishers, and goes live.
    async fn publish(&self, progress: &mut Progress) -> Result<()> {
        progress.stage("publish");
        let Film { rooms, bitrate, layers, sound, .. } = self.film;
        for room in 0..rooms {
            let offer = PeerOffer::to_publish(self.stage.at, layers, sound)?;
            let session = self.stage.publish(room, offer).await?;
            let plan = CameraPlan { run: self.run, room: room as u16, bitrate, layers, sound };
            self.crew.publish(plan, session.peer);
        }
        let (live, begun) = (self.crew.live.clone(), self.clock.us());
        while live.publishing.load(Relaxed) < rooms {
            progress.tell(|| format!("{} of {rooms} publishers", live.publishing.load(Relaxed)));
            ensure!(self.clock.us() < begun + FILLED_US, "not all publishers could connect");
            sleep(TICK).await;
        }
        self.stage.go_live().await
    }

    /// Lets all viewers in, and waits until each has seen a picture.
    async fn fill(&mut self, progress: &mut Progress) -> Result<()> {
        progress.stage("fill");
        let (viewers, begun, live) = (self.film.viewers, self.clock.us(), self.crew.live.clone());
        let mut joining = JoinSet::new();
        for place in 0..viewers {
            while joining.len() >= AT_ONCE {
                self.seat(joining.join_next().await.context("somebody joins")??)?;
            }
            joining.spawn(self.join(place, false));
            progress.tell(|| format!("{place} of {viewers} viewers"));
        }
        while let Some(joined) = joining.join_next().await {
            self.seat(joined?)?;
        }
        while live.seeing.load(Relaxed) < viewers && self.clock.us() < begun + FILLED_US {
            progress.tell(|| format!("{} of {viewers} see", live.seeing.load(Relaxed)));
            sleep(TICK).await;
        }
        ensure!(live.seeing.load(Relaxed) > 0, "no viewer saw a picture");
        Ok(())
    }

    /// Asks for a session in the place of somebody.
    fn join(&mut self, place: usize, late: bool) -> impl Future<Output = Result<Joined>> + use<> {
        let (number, run, room) = (self.next, self.run, self.stage.room_of(place) as u16);
        self.next += 1;
        let (stage, clock, sound) = (self.stage.clone(), self.clock, self.film.sound);
        let open = async move {
            loop {
                let asked_us = clock.us();
                if let Some(session) = stage.play(place, sound).await? {
                    let ticket = Ticket { number, run, room, asked_us, late };
                    return anyhow::Ok(Joined { ticket, place, session });
                }
                sleep(TICK).await;
            }
        };
        async move { timeout(OPEN, open).await.context("a room with a publisher cannot be watched")? }
    }

    fn seat(&mut self, joined: Result<Joined>) -> Result<()> {
        let Joined { ticket, place, session } = joined?;
        self.seated.push_back(SeatedViewer { number: ticket.number, place, location: session.location });
        self.crew.watch(ticket, session.peer);
        Ok(())
    }

    /// The measured time, in which viewers leave and are replaced. Returns what was used before and after it, and how many packets
    /// came to viewers.
    async fn measure(&mut self, pid: Option<u32>, progress: &mut Progress) -> Result<([Usage; 2], u64)> {
        progress.stage("watch");
        let live = self.crew.live.clone();
        let (before, packets, begun) = (Usage::read(pid), live.packets.load(Relaxed), self.clock.us());
        live.measures.store(true, Relaxed);
        let end = begun + (self.film.seconds * 1e6) as u64;
        for turn in 1_u32.. {
            let due = match self.film.joins > 0.0 {
                true => begun + (f64::from(turn) * 1e6 / self.film.joins) as u64,
                false => end,
            };
            self.wait(due.min(end), end, progress).await;
            if due >= end {
                break;
            }
            self.replace().await?;
        }
        live.measures.store(false, Relaxed);
        let packets = live.packets.load(Relaxed) - packets;
        Ok(([before, Usage::read(pid)], packets))
    }

    async fn wait(&self, until: u64, end: u64, progress: &mut Progress) {
        let live = &self.crew.live;
        while self.clock.us() < until {
            let left = end.saturating_sub(self.clock.us()) as f64 / 1e6;
            progress.tell(|| {
                let (seeing, packets) = (live.seeing.load(Relaxed), live.packets.load(Relaxed));
                format!("{left:.0} s left, {seeing} viewers have seen a picture, {packets} packets")
            });
            let step = until.min(self.clock.us() + 100_000);
            sleep_until(self.clock.instant(step).into()).await;
        }
    }

    /// The viewer who has been there for the longest leaves, and another one comes to the same room.
    async fn replace(&mut self) -> Result<()> {
        let Some(SeatedViewer { number, place, location }) = self.seated.pop_front() else { return Ok(()) };
        self.stage.leave(&location).await?;
        self.crew.leave(number);
        let joined = self.join(place, true).await;
        self.seat(joined)
    }
}

/// A viewer whom the server has let in.
struct Joined {
    ticket: Ticket,
    place: usize,
    session: stage::OpenSession,
}

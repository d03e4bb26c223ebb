//! Posts lines as a page does: each has its own client id and is retried until it is answered. For storms see `storm`.

use crate::{
    chat::{mover::Mover, storm::Storm},
    clock::Clock,
    plan::scenario::{Chat, Scenario},
    truth::{
        Outcome, Posted,
        latency::Latency,
        mark::{Mark, RunTag},
    },
    wire::{
        doors::Target,
        http::{Client, Request, encode},
    },
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::sleep_until};

/// Lines per second that one person may post: the limit is 20 in 10 s, less a margin.
const LINES_A_PERSON: f64 = 1.5;
/// Microseconds between two lines of a raider.
const RAIDER_STEP_US: u64 = 200_000;
/// How long after the last line fell due unanswered lines are retried, in microseconds.
const GIVE_UP_US: u64 = 20_000_000;
const PAUSE: Duration = Duration::from_millis(250);

/// When lines are due, in microseconds on the tool's clock.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    pub begin_us: u64,
    /// Measurements count from here on.
    pub counted_us: u64,
    pub end_us: u64,
}

impl Hours {
    pub const fn counts(&self, at_us: u64) -> bool {
        self.counted_us <= at_us && at_us < self.end_us
    }
}

#[derive(Debug, Default)]
pub struct PosterCounters {
    pub accepted: AtomicU64,
    pub refused: AtomicU64,
    next: AtomicU32,
}

/// What the posters report at the end.
#[derive(Debug, Default)]
pub struct PostingResult {
    pub posted: Vec<Posted>,
    /// Time from request to answer of lines accepted at the first attempt.
    pub acks: Latency,
    pub statuses: BTreeMap<u16, u64>,
    pub retries: u64,
    /// The largest delay of a request behind its schedule, in microseconds.
    pub late_us: u64,
    pub first_error: Option<String>,
}

impl PostingResult {
    fn add(&mut self, other: Self) {
        self.posted.extend(other.posted);
        self.acks.add(&other.acks);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.retries += other.retries;
        self.late_us = self.late_us.max(other.late_us);
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// How many posters a scenario needs, given the number of people.
pub fn speakers(scenario: &Scenario, people: usize) -> usize {
    match scenario.chat {
        Chat::Silent => 0,
        Chat::Moves(_) => 1,
        Chat::Paced(rate) => ((rate / LINES_A_PERSON).ceil() as usize).clamp(1, people.max(1)),
        Chat::Storm { speakers } => speakers,
        Chat::Raid { joiners, .. } => joiners,
    }
}

pub struct Posters {
    tasks: JoinSet<PostingResult>,
    pub live: Arc<PosterCounters>,
}

impl Posters {
    pub fn start(
        target: &Arc<Target>,
        clock: Clock,
        run: &RunTag,
        scenario: &Scenario,
        hours: Hours,
    ) -> Self {
        let (live, mut tasks) = (Arc::new(PosterCounters::default()), JoinSet::new());
        if let Chat::Storm { speakers: under_way } = scenario.chat {
            let (target, run, scenario) = (target.clone(), run.clone(), scenario.clone());
            let storm = Storm { target, clock, run, scenario, hours, live: live.clone(), under_way };
            tasks.spawn_blocking(|| storm.run());
            return Self { tasks, live };
        }
        if let (Chat::Moves(pace), Some(moves)) = (scenario.chat, run.moves()) {
            let (target, moves) = (target.clone(), moves.clone());
            let mover = Mover { target, clock, moves, pace, hours, live: live.clone() };
            tasks.spawn(mover.run());
            return Self { tasks, live };
        }
        let count = speakers(scenario, target.people.len());
        for me in 0..count {
            let speaker = Speaker {
                me,
                count,
                target: target.clone(),
                clock,
                run: run.clone(),
                scenario: scenario.clone(),
                hours,
                live: live.clone(),
                client: Client::new(target.at),
                said: PostingResult::default(),
            };
            tasks.spawn(speaker.speak());
        }
        Self { tasks, live }
    }

    /// Waits for the last answers.
    pub async fn finish(mut self) -> PostingResult {
        let mut all = PostingResult::default();
        while let Some(said) = self.tasks.join_next().await {
            match said {
                Ok(said) => all.add(said),
                Err(error) => all.first_error = Some(format!("a speaker failed: {error}")),
            }
        }
        all.posted.sort_by_key(|line| line.number);
        all
    }
}

struct Speaker {
    me: usize,
    count: usize,
    target: Arc<Target>,
    clock: Clock,
    run: RunTag,
    scenario: Scenario,
    hours: Hours,
    live: Arc<PosterCounters>,
    client: Client,
    said: PostingResult,
}

impl Speaker {
    async fn speak(mut self) -> PostingResult {
        let Hours { begin_us, end_us, .. } = self.hours;
        let mut mine = 0;
        loop {
            // A paced line's number is its place in the schedule; other lines take the next free number.
            let (due, number) = match self.scenario.chat {
                Chat::Silent | Chat::Moves(_) | Chat::Storm { .. } => break,
                Chat::Paced(rate) => {
                    let number = self.me + mine * self.count;
                    (begin_us + (number as f64 * 1e6 / rate) as u64, Some(number as u32))
                }
                Chat::Raid { joiners, within, .. } => {
                    let joined = within.as_micros() as u64 * self.me as u64 / joiners.max(1) as u64;
                    (begin_us + joined + mine as u64 * RAIDER_STEP_US, None)
                }
            };
            // An unpaced poster stops at the end, however far behind it is.
            let late = number.is_none() && self.clock.us() >= end_us;
            if due >= end_us || late {
                break;
            }
            sleep_until(self.clock.instant(due).into()).await;
            let number = number.unwrap_or_else(|| self.live.next.fetch_add(1, Relaxed));
            self.said.late_us = self.said.late_us.max(self.clock.us().saturating_sub(due));
            self.post(number).await;
            mine += 1;
        }
        self.said
    }

    async fn post(&mut self, number: u32) {
        let target = self.target.clone();
        let room = (number as usize / self.count + number as usize) % target.rooms.len();
        let person = self.me % target.people.len();
        let cookie = &target.people[person];
        let sent_us = self.clock.us();
        let line = self.run.line(Mark { number, sent_us }, self.scenario.line_bytes);
        let form = format!("body={}&client_id={}", encode(&line), uuid::Uuid::now_v7());
        let request = Request::post(&target.rooms[room].messages, cookie, &form);
        let mut outcome = Outcome::Unknown;
        let mut tries = 0;
        while self.clock.us() < self.hours.end_us + GIVE_UP_US {
            tries += 1;
            match self.client.send(request).await {
                Ok(answer) => {
                    *self.said.statuses.entry(answer.status).or_default() += 1;
                    if answer.success() {
                        outcome = Outcome::Accepted;
                        break;
                    }
                    let wait = answer.retry_after.map_or(PAUSE, Duration::from_secs);
                    if answer.status != 503 {
                        outcome = Outcome::Refused(answer.status);
                        break;
                    }
                    outcome = Outcome::Refused(503);
                    tokio::time::sleep(wait).await;
                }
                Err(error) => {
                    // The line may have been accepted; the same client id makes a retry harmless.
                    outcome = Outcome::Unknown;
                    self.said.first_error.get_or_insert_with(|| format!("{error:#}"));
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        self.note(Posted { number, room, person, outcome, sent_us, answered_us: self.clock.us() }, tries);
    }

    fn note(&mut self, posted: Posted, tries: u64) {
        self.said.retries += tries.saturating_sub(1);
        match posted.outcome {
            Outcome::Accepted => {
                self.live.accepted.fetch_add(1, Relaxed);
                if tries == 1 && self.hours.counts(posted.sent_us) {
                    self.said.acks.record(posted.answered_us - posted.sent_us);
                }
            }
            _ => {
                self.live.refused.fetch_add(1, Relaxed);
            }
        }
        self.said.posted.push(posted);
    }
}

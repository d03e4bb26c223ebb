//! A host who changes slow mode at a fixed rate. All pages of the room must show every change.

use crate::{
    chat::posters::{Hours, PosterCounters, PostingResult},
    clock::Clock,
    truth::{Outcome, Posted, moves::Moves},
    wire::{
        doors::Target,
        http::{Client, Request},
    },
};
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::sleep_until;

/// How often a change without an answer is sent again. Setting the same seconds twice changes nothing.
const TRIES: u64 = 20;
const PAUSE: Duration = Duration::from_millis(250);

pub struct Mover {
    pub target: Arc<Target>,
    pub clock: Clock,
    pub moves: Arc<Moves>,
    /// Changes per second.
    pub pace: f64,
    pub hours: Hours,
    pub live: Arc<PosterCounters>,
}

impl Mover {
    /// Sends one change at a time, so that their order is the order of the journal.
    pub async fn run(self) -> PostingResult {
        let mut said = PostingResult::default();
        let mut client = Client::new(self.target.at);
        for turn in 0_u32.. {
            let due = self.hours.begin_us + (f64::from(turn) * 1e6 / self.pace) as u64;
            if due >= self.hours.end_us {
                break;
            }
            sleep_until(self.clock.instant(due).into()).await;
            said.late_us = said.late_us.max(self.clock.us().saturating_sub(due));
            self.change(&mut client, &mut said).await;
        }
        said
    }

    async fn change(&self, client: &mut Client, said: &mut PostingResult) {
        let sent_us = self.clock.us();
        let number = self.moves.send(sent_us);
        let path = format!("/streams/{}/slow_mode", self.target.rooms[0].id());
        let form = format!("seconds={}", Moves::seconds(number));
        let mut outcome = Outcome::Unknown;
        let mut tries = 0;
        while tries < TRIES {
            tries += 1;
            match client.send(Request::post(&path, &self.target.host, &form)).await {
                Ok(answer) => {
                    *said.statuses.entry(answer.status).or_default() += 1;
                    outcome = match answer.status {
                        _ if answer.success() => Outcome::Accepted,
                        status => Outcome::Refused(status),
                    };
                    if answer.status != 503 {
                        break;
                    }
                    tokio::time::sleep(answer.retry_after.map_or(PAUSE, Duration::from_secs)).await;
                }
                Err(error) => {
                    outcome = Outcome::Unknown;
                    said.first_error.get_or_insert_with(|| format!("{error:#}"));
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        said.retries += tries - 1;
        let posted = Posted { number, room: 0, person: 0, outcome, sent_us, answered_us: self.clock.us() };
        if outcome == Outcome::Accepted {
            self.live.accepted.fetch_add(1, Relaxed);
            if tries == 1 && self.hours.counts(sent_us) {
                said.acks.record(posted.answered_us - sent_us);
            }
        } else {
            self.live.refused.fetch_add(1, Relaxed);
        }
        said.posted.push(posted);
    }
}

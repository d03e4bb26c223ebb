//! What dies during a sale, and when: the service and the stand-in Stripe with `kill -9`, and actors by the operators' controls.

use super::{processes::Bank, stock::Outage};
use crate::{
    chaos::process::Server,
    clock::Clock,
    ops::{Actor, Ops},
    wire::{
        doors::Target,
        http::{Client, Request},
    },
};
use anyhow::{Result, ensure};
use rand::{SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::{sync::Arc, time::Duration};
use tokio::{sync::oneshot, time::sleep};

/// The actors that a purchase depends on.
const KINDS: [&str; 2] = ["checkout", "job_worker"];
const GLANCE: Duration = Duration::from_millis(10);
/// A service that takes longer to come back is lost.
const BACK_US: u64 = 30_000_000;
/// Between two kills of actors.
const ACTOR_US: u64 = 700_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    Service,
    Bank,
}

/// When the processes die, in microseconds from the begin: spread over the time, the two in turn.
pub fn schedule(services: u32, banks: u32, whole_us: u64) -> Vec<(u64, Victim)> {
    let spread = |times: u32, first: f64, victim| {
        (0..times).map(move |n| {
            let part = (f64::from(n) + first) / f64::from(times);
            ((whole_us as f64 * part) as u64, victim)
        })
    };
    let mut all: Vec<_> =
        spread(services, 0.3, Victim::Service).chain(spread(banks, 0.4, Victim::Bank)).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

/// What a run has killed.
#[derive(Debug, Default)]
pub struct KillCount {
    pub outages: Vec<Outage>,
    pub banks: u32,
    pub actors: u32,
}

pub struct Killer {
    pub clock: Clock,
    pub target: Arc<Target>,
    pub server: Server,
    pub bank: Bank,
    pub seed: u64,
}

impl Killer {
    /// Kills until `stop` is dropped or the schedule is done. Returns the processes, running.
    pub async fn run(
        mut self,
        plan: Vec<(u64, Victim)>,
        mut stop: oneshot::Receiver<()>,
    ) -> Result<(KillCount, Server, Bank)> {
        let (mut count, mut rng) = (KillCount::default(), StdRng::seed_from_u64(self.seed));
        let (begin_us, mut plan) = (self.clock.us(), plan.into_iter().peekable());
        let mut actor_us = begin_us + ACTOR_US;
        while stop.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
            let now = self.clock.us();
            if let Some((_, victim)) = plan.next_if(|(at, _)| begin_us + at <= now) {
                match victim {
                    Victim::Service => count.outages.push(self.kill_service().await?),
                    Victim::Bank => {
                        self.bank.kill_and_start().await?;
                        count.banks += 1;
                    }
                }
            } else if now >= actor_us {
                count.actors += u32::from(self.kill_actor(&mut rng).await.unwrap_or(false));
                actor_us = self.clock.us() + ACTOR_US;
            } else {
                sleep(GLANCE).await;
            }
        }
        Ok((count, self.server, self.bank))
    }

    async fn kill_service(&mut self) -> Result<Outage> {
        let from_us = self.clock.us();
        self.server.kill().await?;
        self.server.start_again().await?;
        loop {
            ensure!(self.clock.us() < from_us + BACK_US, "the service did not come back");
            match Client::new(self.target.at).send(Request::get("/readyz", "")).await {
                Ok(answer) if answer.status == 200 => break,
                _ => sleep(GLANCE).await,
            }
        }
        Ok(Outage { from_us, back_us: self.clock.us() })
    }

    /// False if the victim was gone already.
    async fn kill_actor(&mut self, rng: &mut StdRng) -> Result<bool> {
        let mut ops = Ops::new(&self.target)?;
        let may_die = |actor: &Actor| KINDS.contains(&actor.kind.as_str()) && actor.status == "running";
        let actors: Vec<Actor> = ops.tree().await?.into_iter().filter(may_die).collect();
        let Some(victim) = actors.choose(rng) else { return Ok(false) };
        let status = ops.strike(&victim.id, "kill").await?;
        Ok((200..400).contains(&status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_processes_die_as_often_as_asked_and_within_the_time() {
        let plan = schedule(3, 2, 60_000_000);
        let of = |victim| plan.iter().filter(|(_, one)| *one == victim).count();
        assert_eq!((of(Victim::Service), of(Victim::Bank)), (3, 2));
        assert!(plan.iter().all(|(at, _)| *at < 60_000_000), "{plan:?}");
        assert!(plan.windows(2).all(|two| two[1].0 - two[0].0 > 3_000_000), "one after another: {plan:?}");
        assert!(schedule(0, 0, 60_000_000).is_empty());
    }
}

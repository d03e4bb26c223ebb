//! Kills while others run: random actors through the operators' levers, and the whole process with `kill -9`. A kill
//! counts only when the tree shows the actor again under another id.

use crate::{
    clock::Clock,
    doors::Target,
    http::{Client, Request},
    latency::{Latency, Percentiles},
    ops::{Actor, Ops},
    posters::Hours,
    process::Server,
};
use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::sleep;

/// How often a killed actor, or process, is asked after.
const GLANCE: Duration = Duration::from_millis(20);
/// One that is not back after this long is not coming back.
const GONE_US: u64 = 15_000_000;

#[derive(Clone, Debug)]
pub struct Plan {
    /// Between two kills of an actor; `None` kills none.
    pub actors_every: Option<Duration>,
    /// Kinds of actors that are killed.
    pub kinds: Vec<String>,
    /// Between two kills of the process, at random around it; `None` kills none.
    pub process_every: Option<Duration>,
    pub seed: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Killed {
    /// Microseconds of the tool's clock.
    pub at_us: u64,
    pub kind: String,
    pub name: String,
    pub lever: &'static str,
    /// Microseconds until it ran again; `None` for one that never did.
    pub back_us: Option<u64>,
}

/// What the rest of the run may know meanwhile.
#[derive(Debug, Default)]
pub struct Live {
    pub kills: AtomicU64,
    pub restarts: AtomicU32,
}

pub struct Chaos {
    pub target: Arc<Target>,
    pub clock: Clock,
    pub plan: Plan,
    pub server: Option<Server>,
    pub live: Arc<Live>,
}

impl Chaos {
    /// Kills until the hours are over; gives the server back with what was killed.
    pub async fn reign(mut self, hours: Hours) -> Result<(Vec<Killed>, Option<Server>)> {
        let mut rng = StdRng::seed_from_u64(self.plan.seed);
        let mut killed = Vec::new();
        let mut actor_at = hours.begin_us + spread(&mut rng, self.plan.actors_every);
        let mut process_at = hours.begin_us + spread(&mut rng, self.plan.process_every);
        loop {
            let next = actor_at.min(process_at);
            if next >= hours.end_us {
                return Ok((killed, self.server));
            }
            tokio::time::sleep_until(self.clock.instant(next).into()).await;
            if process_at <= actor_at {
                killed.push(self.kill_process().await?);
                process_at = self.clock.us() + spread(&mut rng, self.plan.process_every);
            } else {
                killed.extend(self.kill_actor(&mut rng).await?);
                actor_at = self.clock.us() + spread(&mut rng, self.plan.actors_every);
            }
        }
    }

    async fn kill_process(&mut self) -> Result<Killed> {
        let at_us = self.clock.us();
        let server = self.server.as_mut().context("only a server that this tool started is killed")?;
        server.kill_and_restart().await?;
        let mut back_us = None;
        while back_us.is_none() && self.clock.us() < at_us + GONE_US {
            match Client::new(self.target.at).send(Request::get("/readyz", "")).await {
                Ok(answer) if answer.status == 200 => back_us = Some(self.clock.us() - at_us),
                _ => sleep(GLANCE).await,
            }
        }
        self.live.restarts.fetch_add(1, Relaxed);
        Ok(Killed { at_us, kind: "process".into(), name: "backstage".into(), lever: "kill -9", back_us })
    }

    async fn kill_actor(&mut self, rng: &mut StdRng) -> Result<Option<Killed>> {
        let mut ops = Ops::new(&self.target)?;
        let running = |actor: &Actor| self.plan.kinds.contains(&actor.kind) && actor.status == "running";
        let actors: Vec<Actor> = ops.tree().await?.into_iter().filter(running).collect();
        // Kinds first, then one of the kind: a hundred checkouts do not shield the one stream.
        let mut by_kind: BTreeMap<&str, Vec<&Actor>> = BTreeMap::new();
        actors.iter().for_each(|actor| by_kind.entry(&actor.kind).or_default().push(actor));
        let kinds: Vec<_> = by_kind.values().collect();
        let Some(victim) = kinds.choose(rng).and_then(|kind| kind.choose(rng)) else { return Ok(None) };
        let lever = if rng.random() { "kill" } else { "panic" };
        let at_us = self.clock.us();
        let status = ops.strike(&victim.id, lever).await?;
        anyhow::ensure!(
            (200..400).contains(&status),
            "{lever} of {} was answered {status}: was the server started with --chaos?",
            victim.name
        );
        let mut back_us = None;
        while back_us.is_none() && self.clock.us() < at_us + GONE_US {
            let tree = ops.tree().await?;
            let again = |actor: &&Actor| {
                actor.name == victim.name && actor.id != victim.id && actor.status == "running"
            };
            match tree.iter().find(again) {
                Some(_) => back_us = Some(self.clock.us() - at_us),
                None => sleep(GLANCE).await,
            }
        }
        self.live.kills.fetch_add(1, Relaxed);
        Ok(Some(Killed { at_us, kind: victim.kind.clone(), name: victim.name.clone(), lever, back_us }))
    }
}

/// Around `every`, from a half to one and a half of it, in microseconds; never for `None`.
fn spread(rng: &mut StdRng, every: Option<Duration>) -> u64 {
    every.map_or(u64::MAX / 2, |every| (every.as_micros() as f64 * rng.random_range(0.5..1.5)) as u64)
}

/// One kind's kills in milliseconds until it was back, and how many never were.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Toll {
    pub kind: String,
    pub kills: u64,
    pub never_back: u64,
    pub back_ms: Percentiles,
}

pub fn tolls(killed: &[Killed]) -> Vec<Toll> {
    let mut kinds: BTreeMap<&str, (u64, Latency)> = BTreeMap::new();
    for kill in killed {
        let (never, back) = kinds.entry(&kill.kind).or_default();
        match kill.back_us {
            Some(us) => back.record(us),
            None => *never += 1,
        }
    }
    let toll = |(kind, (never_back, back)): (&str, (u64, Latency))| Toll {
        kind: kind.into(),
        kills: back.count() + never_back,
        never_back,
        back_ms: back.percentiles(),
    };
    kinds.into_iter().map(toll).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_came_back_is_counted_apart() {
        let kill = |kind: &str, back_us| Killed {
            at_us: 0,
            kind: kind.into(),
            name: "x".into(),
            lever: "kill",
            back_us,
        };
        let tolls =
            tolls(&[kill("stream", Some(50_000)), kill("stream", None), kill("chat_room", Some(10_000))]);
        let found: Vec<_> =
            tolls.iter().map(|toll| (toll.kind.as_str(), toll.kills, toll.never_back)).collect();
        assert_eq!(found, [("chat_room", 1, 0), ("stream", 2, 1)]);
        assert!((tolls[1].back_ms.max - 50.0).abs() < 0.1);
    }

    #[test]
    fn never_is_never() {
        let mut rng = StdRng::seed_from_u64(1);
        assert!(spread(&mut rng, None) > u64::MAX / 4);
        let soon = spread(&mut rng, Some(Duration::from_secs(2)));
        assert!((1_000_000..3_000_000).contains(&soon));
    }
}

//! Looks at each room before the run: the position of its journal, and who is already there.

use crate::{
    crowd::lookout::ObserverClient,
    judge::replay::{Guest, ReadUntil, look},
    truth::{census::Strangers, mark::RunTag},
    wire::doors::Target,
};
use anyhow::{Context, Result};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// Long enough for the room to count the probe itself and to forget people who left just before: they are kept for
/// three seconds.
const LASTS: Duration = Duration::from_millis(4500);

/// By then the probes have been counted and are still there.
const SETTLED: Duration = Duration::from_millis(4200);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The number of the journal's last entry.
    pub top: u64,
    /// People other than us.
    pub others: u32,
    /// Whether the room shows a head count.
    pub counted: bool,
}

/// Looks at all rooms in parallel: fifty take no longer than one.
pub async fn probe(target: &Arc<Target>, run: &RunTag) -> Result<(Vec<Standing>, Strangers)> {
    let ours = target.rooms.len() as u32;
    let mut eyes = ObserverClient::new(target);
    let counted = tokio::spawn(async move {
        tokio::time::sleep(SETTLED).await;
        (eyes.ops().await, eyes.attendances().await)
    });
    let mut looks = JoinSet::new();
    for room in 0..target.rooms.len() {
        let (target, run) = (target.clone(), run.clone());
        looks.spawn(async move {
            let guest = Guest { room, identity: target.prober(room) };
            (room, look(&target, &run, guest, 0, ReadUntil::Elapsed(LASTS)).await)
        });
    }
    let mut rooms = vec![Standing::default(); target.rooms.len()];
    while let Some(done) = looks.join_next().await {
        let (room, seen) = done?;
        let seen = seen.context("a room cannot be entered")?;
        rooms[room] = Standing {
            top: seen.last.max(seen.resync.unwrap_or(0)),
            others: seen.people.unwrap_or(1).saturating_sub(1),
            counted: seen.people.is_some(),
        };
    }
    let (ops, attendances) = counted.await?;
    let others = |all: Option<u32>| all.unwrap_or(0).saturating_sub(ours);
    let strangers = Strangers {
        rooms: rooms.iter().map(|room| room.others).collect(),
        ops: others(ops),
        attendances: others(attendances),
    };
    Ok((rooms, strangers))
}

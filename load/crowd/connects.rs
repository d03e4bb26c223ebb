//! Measures how many connects per second the server accepts from people who are signed in and admitted.

use crate::{
    clock::Clock,
    crowd::{hearing::Hearing, readers::Readers},
    measure::{
        facts::{self, OTHERS, Usage},
        progress::Progress,
    },
    plan::scenario::Scenario,
    truth::{census::Strangers, mark::RunTag},
    wire::doors::Target,
};
use anyhow::Result;
use serde::Serialize;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::sleep;

/// A reader that is not connected by then never will be, in microseconds.
const LONGEST_US: u64 = 90_000_000;
/// The pause between two rounds, in which the server forgets those who left.
const PAUSE: Duration = Duration::from_secs(4);

/// One round, in which everybody connects.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    pub wanted: usize,
    pub inside: usize,
    pub per_s: f64,
    /// Microseconds of processor time per connect.
    pub server_cpu_us: f64,
    pub own_cpu_us: f64,
    /// The share of the processor that other processes used.
    pub other_share: f64,
    /// Bytes of server memory per connection.
    pub bytes: f64,
}

/// True if everybody connected in every round.
pub fn good(rounds: &[Round]) -> bool {
    rounds.iter().all(|round| round.inside == round.wanted)
}

pub fn words(rounds: &[Round]) -> String {
    let line = |round: &Round| {
        let Round { wanted, inside, per_s, server_cpu_us, own_cpu_us, other_share, bytes } = round;
        format!(
            "connects    {inside} of {wanted}: {per_s:.0}/s; server {server_cpu_us:.0} µs of processor each, {bytes:.0} bytes; this tool {own_cpu_us:.0} µs, others {:.1} % of the processor\n",
            other_share * 100.0
        )
    };
    let loud = rounds.iter().filter(|round| round.other_share > OTHERS).count();
    let disturbed = match loud {
        0 => String::new(),
        _ => format!(
            "DISTURBED   in {loud} rounds others took more than {:.0} % of the processor: those do not count\n",
            OTHERS * 100.0
        ),
    };
    rounds.iter().map(line).collect::<String>()
        + &disturbed
        + if good(rounds) { "passed\n" } else { "failed\n" }
}

pub async fn run(
    target: &Arc<Target>,
    scenario: &Scenario,
    rounds: usize,
    progress: &mut Progress,
) -> Result<Vec<Round>> {
    facts::raise_open_files(scenario.viewers as u64 + 200)?;
    let mut done = Vec::new();
    for round in 1..=rounds {
        progress.stage(&format!("round {round}"));
        done.push(come(target, scenario, progress).await?);
        sleep(PAUSE).await;
    }
    Ok(done)
}

async fn come(target: &Arc<Target>, scenario: &Scenario, progress: &mut Progress) -> Result<Round> {
    let (clock, rooms) = (Clock::new(), target.rooms.len());
    // Every reader asks for entry 0 on, so the journals' positions are not looked up: each gets the number at once or with
    // a resync.
    let hearing = Hearing::new(
        &RunTag::new(0),
        vec![0; rooms],
        &Strangers { rooms: vec![0; rooms], ..Strangers::default() },
    );
    let before = Usage::read(target.pid);
    let readers = Readers::start(target, clock, hearing)?;
    let (begun, wanted) = (clock.us(), scenario.viewers);
    readers.plan(scenario.audience(rooms, target.people.len()));
    let inside = || readers.live.inside.load(Relaxed);
    while inside() < wanted && clock.us() < begun + LONGEST_US {
        progress.tell(|| format!("{} of {wanted} readers", inside()));
        sleep(Duration::from_millis(2)).await;
    }
    let (seconds, inside) = ((clock.us() - begun) as f64 / 1e6, inside());
    let after = Usage::read(target.pid);
    readers.finish()?;
    let each = |cpu: f64| cpu * 1e6 / inside.max(1) as f64;
    let (server, own) = (after.server.total_s() - before.server.total_s(), after.own - before.own);
    Ok(Round {
        wanted,
        inside,
        per_s: inside as f64 / seconds,
        server_cpu_us: each(server),
        own_cpu_us: each(own),
        other_share: after.other_share(&before),
        bytes: after.held.pss.saturating_sub(before.held.pss) as f64 / inside.max(1) as f64,
    })
}

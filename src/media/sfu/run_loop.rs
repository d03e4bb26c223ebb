//! The media thread: handles commands and datagrams, forwards packets, wakes what is due, and waits.

use super::{
    Sfu,
    command::Command,
    limits::{BATCHES_PER_TURN, COMMANDS_PER_TURN, Limit, Met},
    shared_status::SharedStatus,
};
use crate::net::{BATCH, LONGEST, Socket};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc::Receiver},
    time::{Duration, Instant},
};

/// Restarts within [`RESTARTS_WITHIN`] before the thread stays down: the same failure would repeat.
const RESTARTS: usize = 5;
const RESTARTS_WITHIN: Duration = Duration::from_secs(60);
const REPORT: Duration = Duration::from_secs(1);

/// Runs until it is told to stop. A panic loses all connections; they are reported as lost, and the loop restarts on
/// the same socket.
pub fn run(
    mut socket: Socket,
    commands: Receiver<Command>,
    pending_per_room: usize,
    status: Arc<SharedStatus>,
) {
    let mut failures: Vec<Instant> = vec![];
    loop {
        if catch_unwind(AssertUnwindSafe(|| serve(&mut socket, &commands, pending_per_room, &status))).is_ok()
        {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| status.lose_all())).is_err() {
            tracing::error!("a media listener panicked on the loss of all sessions");
        }
        failures.retain(|at| at.elapsed() < RESTARTS_WITHIN);
        failures.push(Instant::now());
        metrics::counter!("media_thread_failures_total").increment(1);
        if failures.len() > RESTARTS {
            tracing::error!("the media thread failed {} times in a minute and stays down", failures.len());
            return;
        }
        tracing::error!("the media thread failed and restarts");
    }
}

fn serve(
    socket: &mut Socket,
    commands: &Receiver<Command>,
    pending_per_room: usize,
    status: &Arc<SharedStatus>,
) {
    let mut sfu = Sfu::new(status.clone(), pending_per_room, Instant::now());
    let mut report = Report::new(socket);
    // Commands are left although the bell was already cleared.
    let mut more = false;
    loop {
        let rest =
            if more { Duration::ZERO } else { sfu.deadline().saturating_duration_since(Instant::now()) };
        let by_tcp = socket.wait(rest);
        let mut asked = 0;
        while asked < COMMANDS_PER_TURN
            && let Ok(command) = commands.try_recv()
        {
            asked += 1;
            if !sfu.command(command, Instant::now(), &mut socket.outbound) {
                return;
            }
        }
        more = asked == COMMANDS_PER_TURN;
        if by_tcp {
            receive_by_tcp(&mut sfu, socket);
        }
        for _ in 0..BATCHES_PER_TURN {
            let (taken, now) = (socket.inbound.receive(), Instant::now());
            for i in 0..taken {
                if let Some(datagram) = socket.inbound.datagram(i) {
                    sfu.receive(now, datagram, &mut socket.outbound);
                }
            }
            sfu.forward_held(now, &mut socket.outbound);
            if taken < BATCH {
                break;
            }
        }
        sfu.wake(Instant::now(), &mut socket.outbound);
        socket.outbound.lines.sweep(Instant::now());
        report.tell(socket, &sfu);
    }
}

fn receive_by_tcp(sfu: &mut Sfu, socket: &mut Socket) {
    let (now, mut frame) = (Instant::now(), [0; LONGEST]);
    socket.outbound.lines.look(now);
    while let Some((line, datagram)) = socket.outbound.lines.next(&mut frame) {
        let receipt = sfu.receive(now, datagram, &mut socket.outbound);
        socket.outbound.lines.judge(line, receipt, now);
    }
    sfu.forward_held(now, &mut socket.outbound);
}

/// Publishes counters once a second: a recorder look-up per packet would cost as much as the packet.
struct Report {
    due: Instant,
    told: [u64; 4],
    met: Met,
}

impl Report {
    fn new(socket: &mut Socket) -> Self {
        for limit in Limit::ALL {
            metrics::counter!("media_limits_total", "kind" => limit.name()).increment(0);
        }
        tell_lines(socket);
        Self { due: Instant::now() + REPORT, told: counts(socket), met: Met::default() }
    }

    fn tell(&mut self, socket: &mut Socket, sfu: &Sfu) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        self.due = now + REPORT;
        let counts = counts(socket);
        let names =
            ["media_packets_in_total", "media_packets_out_total", "media_sends_total", "media_dropped_total"];
        for ((name, count), told) in names.into_iter().zip(counts).zip(self.told) {
            metrics::counter!(name).increment(count - told);
        }
        self.told = counts;
        for limit in Limit::ALL {
            let met = sfu.met.count(limit) - self.met.count(limit);
            if met > 0 {
                metrics::counter!("media_limits_total", "kind" => limit.name()).increment(met);
                tracing::debug!(limit = limit.name(), met, "a media limit was exceeded");
            }
        }
        self.met = sfu.met;
        tell_lines(socket);
        metrics::gauge!("media_peers").set(sfu.peers.len() as f64);
        metrics::gauge!("media_rooms").set(sfu.rooms.len() as f64);
    }
}

fn tell_lines(socket: &mut Socket) {
    for (kind, met) in socket.outbound.lines.take_met() {
        metrics::counter!("media_limits_total", "kind" => kind).increment(met);
    }
    metrics::gauge!("media_tcp_connections").set(socket.outbound.lines.open() as f64);
}

/// Datagrams received, datagrams sent, system calls that sent those of UDP, and datagrams that were not sent.
fn counts(socket: &Socket) -> [u64; 4] {
    let Socket { inbound, outbound, .. } = socket;
    let lines = &outbound.lines;
    [
        inbound.packets + lines.packets_in,
        outbound.packets + lines.packets_out,
        outbound.sends,
        outbound.dropped + lines.dropped,
    ]
}

//! Thousands of readers on one thread: plain sockets, one poll. They leave the processor to the server that is measured.

use crate::{
    clock::Clock,
    doors::{self, Target},
    hearing::{Hearing, Then},
    latency::Latency,
    link::{Link, Stage},
    scenario::Seat,
};
use anyhow::Result;
use mio::{Events, Interest, Poll, Token};
use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Handshakes under way at once: what a listener's backlog holds with ease.
const HANDSHAKES: usize = 128;
/// How long a reader waits before it comes back, if the server did not say: milliseconds.
const RETRY_MS: u64 = 1000;
/// How often the clock is looked at while nothing comes.
const NAP: Duration = Duration::from_millis(20);

/// What the rest of the run may know while the readers run.
#[derive(Default)]
pub struct Live {
    pub inside: AtomicUsize,
    /// Refused, ended or left for good.
    pub over: AtomicUsize,
    /// Lost their connection and are coming back.
    pub down: AtomicUsize,
    pub deliveries: AtomicU64,
    pub disconnects: AtomicU64,
    /// 99th percentile of the second before: microseconds.
    pub p99_us: AtomicU64,
    /// The highest journal number seen in each room.
    pub top: Vec<AtomicU64>,
    finish: AtomicBool,
}

/// What the readers say when all is over.
pub struct Testimony {
    pub links: Vec<Link>,
    pub hearing: Hearing,
    /// Refused connects by status.
    pub refusals: BTreeMap<u16, u64>,
    pub first_error: Option<String>,
    pub reads: u64,
    pub bytes: u64,
    /// From a lost connection to the next one that stood.
    pub resumed: Latency,
    /// Stalled readers that the server cut off.
    pub stalled_cut: u64,
}

pub struct Readers {
    orders: Sender<Vec<Seat>>,
    thread: JoinHandle<Result<Testimony>>,
    pub live: Arc<Live>,
}

impl Readers {
    pub fn start(target: &Target, clock: Clock, hearing: Hearing) -> Result<Self> {
        let top = hearing.top.iter().map(|top| AtomicU64::new(*top)).collect();
        let live = Arc::new(Live { top, ..Live::default() });
        let (orders, waiting) = channel();
        let floor = Floor {
            poll: Poll::new()?,
            target: target.clone(),
            clock,
            live: live.clone(),
            handshakes: 0,
            told_second: 0,
            said: Testimony {
                links: Vec::new(),
                hearing,
                refusals: BTreeMap::new(),
                first_error: None,
                reads: 0,
                bytes: 0,
                resumed: Latency::default(),
                stalled_cut: 0,
            },
        };
        let thread = std::thread::Builder::new().name("readers".into()).spawn(move || floor.run(&waiting))?;
        Ok(Self { orders, thread, live })
    }

    /// The whole plan; seats that are known already may get a time to leave, the others are new.
    pub fn plan(&self, seats: Vec<Seat>) {
        // Only a thread that has ended takes no plan, and `finish` says why it did.
        let _ = self.orders.send(seats);
    }

    pub fn finish(self) -> Result<Testimony> {
        self.live.finish.store(true, Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the readers' thread panicked"))?
    }
}

struct Floor {
    poll: Poll,
    target: Target,
    clock: Clock,
    live: Arc<Live>,
    handshakes: usize,
    told_second: u64,
    said: Testimony,
}

impl Floor {
    fn run(mut self, orders: &Receiver<Vec<Seat>>) -> Result<Testimony> {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0; 64 << 10];
        let mut agenda = Agenda::default();
        while !self.live.finish.load(Relaxed) {
            match orders.try_recv() {
                Ok(seats) => agenda.plan(&mut self.said.links, seats),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
            }
            let now = self.clock.us();
            while let Some(leaver) = agenda.leaves.pop_if(now) {
                self.leave(leaver, now);
            }
            while self.handshakes < HANDSHAKES {
                let Some(newcomer) = agenda.opens.pop_if(now) else { break };
                self.open(newcomer, now, &mut agenda);
            }
            match self.poll.poll(&mut events, Some(NAP)) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
            for event in &events {
                let i = event.token().0;
                if let Err(error) = self.serve(i, event, &mut buffer) {
                    self.fell(i, &error, &mut agenda);
                }
            }
            self.tell();
        }
        let now = self.clock.us();
        self.said.hearing.timeline.turn(now + 1_000_000);
        self.said.hearing.headcounts.iter_mut().for_each(|count| count.compare(now));
        Ok(self.said)
    }

    fn tell(&mut self) {
        let now = self.clock.us();
        let hearing = &mut self.said.hearing;
        if now / 1_000_000 != self.told_second {
            self.told_second = now / 1_000_000;
            hearing.timeline.turn(now);
            let p99 = hearing.timeline.seconds.last().map_or(0.0, |second| second.p99);
            self.live.p99_us.store((p99 * 1e3) as u64, Relaxed);
            hearing.headcounts.iter_mut().for_each(|count| count.compare(now));
        }
        self.live.deliveries.store(hearing.deliveries, Relaxed);
        for (live, top) in self.live.top.iter().zip(&hearing.top) {
            live.store(*top, Relaxed);
        }
    }

    fn open(&mut self, i: usize, now: u64, agenda: &mut Agenda) {
        let source = doors::source(self.target.at, i);
        let link = &mut self.said.links[i];
        if matches!(link.stage, Stage::Over) {
            return;
        }
        self.handshakes += 1;
        self.said.hearing.headcounts[link.seat.room].knock(link.seat.identity, now);
        let registry = self.poll.registry();
        let opened = link
            .open(self.target.at, source)
            .and_then(|stream| registry.register(stream, Token(i), Interest::READABLE | Interest::WRITABLE));
        if let Err(error) = opened {
            self.fell(i, &error.into(), agenda);
        }
    }

    /// Something happened on connection `i`. An error ends the connection, but perhaps not the reader.
    fn serve(&mut self, i: usize, event: &mio::event::Event, buffer: &mut [u8]) -> Result<()> {
        let link = &mut self.said.links[i];
        if matches!(link.stage, Stage::Connecting(_)) {
            let room = link.seat.room;
            let cookie = &self.target.people[link.seat.identity];
            link.ask(&self.target.rooms[room].events, self.target.at, cookie, self.said.hearing.top[room])?;
        }
        if link.seat.stalled && matches!(link.stage, Stage::Open(_)) {
            if event.is_read_closed() || event.is_error() {
                self.said.stalled_cut += 1;
                self.leave(i, self.clock.us());
            }
            return Ok(());
        }
        loop {
            let link = &mut self.said.links[i];
            let Some(stream) = link.stream() else { return Ok(()) };
            let len = match stream.read(buffer) {
                Ok(0) => anyhow::bail!("closed by the server"),
                Ok(len) => len,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            self.said.reads += 1;
            self.said.bytes += len as u64;
            self.take(i, &buffer[..len])?;
            // A short read has emptied the socket, unless its end came in the same wake-up.
            if len < buffer.len() && !event.is_read_closed() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, i: usize, bytes: &[u8]) -> Result<()> {
        let now = self.clock.us();
        let Testimony { links, hearing, refusals, resumed, .. } = &mut self.said;
        let link = &mut links[i];
        let rest;
        let body = match link.stage {
            Stage::Open(_) => bytes,
            _ => {
                let Some((head, behind)) = link.head(bytes)? else { return Ok(()) };
                if head.status != 200 {
                    *refusals.entry(head.status).or_default() += 1;
                    link.retry_ms = head.retry_after.map(|seconds| seconds * 1000);
                    anyhow::bail!("answered {}", head.status);
                }
                self.handshakes -= 1;
                self.live.inside.fetch_add(1, Relaxed);
                hearing.headcounts[link.seat.room].enter(link.seat.identity, now);
                if let Some(down) = link.down_us.take() {
                    self.live.down.fetch_sub(1, Relaxed);
                    resumed.record(now - down);
                }
                rest = behind;
                &rest[..]
            }
        };
        let mut over = false;
        let open = link.body(body, |seat, witness, event| {
            over |= hearing.hear(seat, witness, event, now) == Then::Over;
        })?;
        if over {
            self.leave(i, now);
        } else if !open {
            anyhow::bail!("the feed was ended by the server");
        }
        Ok(())
    }

    /// Reader `i` goes, or was sent away, for good.
    fn leave(&mut self, i: usize, now: u64) {
        let link = &mut self.said.links[i];
        let count = &mut self.said.hearing.headcounts[link.seat.room];
        match std::mem::replace(&mut link.stage, Stage::Over) {
            Stage::Over => return,
            Stage::Waiting(_) => {}
            Stage::Connecting(_) | Stage::Asked(..) => {
                self.handshakes -= 1;
                count.turned_away(link.seat.identity, now);
            }
            Stage::Open(_) => {
                self.live.inside.fetch_sub(1, Relaxed);
                count.leave(link.seat.identity, now);
            }
        }
        let down = link.down_us.take();
        self.live.down.fetch_sub(usize::from(down.is_some()), Relaxed);
        link.witness.left_us = Some(down.unwrap_or(now));
        self.live.over.fetch_add(1, Relaxed);
    }

    /// Connection `i` broke or was refused. Like a page, the reader comes back, unless the door is closed to it.
    fn fell(&mut self, i: usize, error: &anyhow::Error, agenda: &mut Agenda) {
        let now = self.clock.us();
        let link = &mut self.said.links[i];
        self.said.first_error.get_or_insert_with(|| format!("{error:#}"));
        let refused = error.to_string();
        if ["answered 401", "answered 402", "answered 403", "answered 404"].contains(&refused.as_str()) {
            return self.leave(i, now);
        }
        let count = &mut self.said.hearing.headcounts[link.seat.room];
        if matches!(link.stage, Stage::Open(_)) {
            self.live.inside.fetch_sub(1, Relaxed);
            self.live.disconnects.fetch_add(1, Relaxed);
            self.live.down.fetch_add(1, Relaxed);
            link.down_us = Some(now);
            count.leave(link.seat.identity, now);
        } else {
            self.handshakes -= 1;
            link.failures += 1;
            count.turned_away(link.seat.identity, now);
        }
        // Spread from a half to one and a half of the wait, so that thousands do not come back at once.
        let wait = link.retry_ms.unwrap_or(RETRY_MS) * (500 + (i as u64 * 7919) % 1000);
        link.stage = Stage::Waiting(now + wait);
        agenda.opens.push(now + wait, i);
    }
}

/// Who comes and who leaves next.
#[derive(Default)]
struct Agenda {
    opens: Times,
    leaves: Times,
    known_leaves: std::collections::HashSet<usize>,
}

impl Agenda {
    fn plan(&mut self, links: &mut Vec<Link>, seats: Vec<Seat>) {
        for (i, seat) in seats.into_iter().enumerate() {
            if i >= links.len() {
                self.opens.push(seat.opens_us, i);
                links.push(Link::new(seat));
            }
            if let Some(at) = seat.closes_us.filter(|_| self.known_leaves.insert(i)) {
                links[i].seat.closes_us = Some(at);
                self.leaves.push(at, i);
            }
        }
    }
}

/// Moments in microseconds with what is due then, the earliest first.
#[derive(Default)]
struct Times(std::collections::BinaryHeap<std::cmp::Reverse<(u64, usize)>>);

impl Times {
    fn push(&mut self, at: u64, what: usize) {
        self.0.push(std::cmp::Reverse((at, what)));
    }

    fn pop_if(&mut self, now: u64) -> Option<usize> {
        let due = self.0.peek().is_some_and(|std::cmp::Reverse((at, _))| *at <= now);
        due.then(|| self.0.pop().map(|std::cmp::Reverse((_, what))| what))?
    }
}

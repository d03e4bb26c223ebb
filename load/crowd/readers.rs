//! Thousands of readers on one thread: plain sockets and one poll, to leave the processor to the server under test.

use crate::{
    clock::Clock,
    crowd::{
        agenda::Agenda,
        hearing::{AfterEvent, Hearing},
    },
    plan::scenario::Seat,
    truth::{
        census::{PageId, Sighting},
        latency::Latency,
    },
    wire::{
        doors::{self, Target},
        link::{Link, LinkStage},
    },
};
use anyhow::Result;
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Concurrent handshakes, well below a listener's backlog.
const HANDSHAKES: usize = 128;
/// How long a reader waits before it reconnects unless the server says otherwise, in milliseconds.
const RETRY_MS: u64 = 1000;
/// How soon the end of a connection is noticed after its process died, in microseconds.
const NOTICED_US: u64 = 500_000;
/// How often the clock is checked while no data arrives.
const NAP: Duration = Duration::from_millis(20);

/// Live figures for the rest of the run.
#[derive(Default)]
pub struct ReaderCounters {
    pub inside: AtomicUsize,
    /// Refused, ended or left for good.
    pub over: AtomicUsize,
    /// Lost their connection and are reconnecting.
    pub down: AtomicUsize,
    pub deliveries: AtomicU64,
    pub disconnects: AtomicU64,
    /// The 99th percentile of the previous second, in microseconds.
    pub p99_us: AtomicU64,
    /// The highest journal number seen in each room.
    pub top: Vec<AtomicU64>,
    finish: AtomicBool,
}

/// What the readers report at the end.
pub struct Testimony {
    pub links: Vec<Link>,
    pub hearing: Hearing,
    /// Refused connects by status.
    pub refusals: BTreeMap<u16, u64>,
    pub first_error: Option<String>,
    pub reads: u64,
    pub bytes: u64,
    /// From losing a connection to the next established one.
    pub resumed: Latency,
    /// The same, measured from the start of the first new process after the loss.
    pub resumed_after_restart: Latency,
    /// How often the server closed a stalled reader's connection.
    pub stalled_cut: u64,
    /// Readers that vanished without closing.
    pub died: u64,
}

/// Commands to the readers' thread.
enum ReaderCommand {
    /// The whole plan; known seats may get a time to leave, the others are new.
    Plan(Vec<Seat>),
    /// A number of people reported elsewhere.
    Compare(Sighting),
    /// A page that is not a reader's opens or closes.
    Guest(PageId, bool),
    /// A new process has been serving since this microsecond.
    Restarted(u64),
}

/// Passes observations from elsewhere in the run to the readers' thread.
#[derive(Clone)]
pub struct Whisper(Sender<ReaderCommand>);

impl Whisper {
    pub fn compare(&self, sighting: Sighting) {
        // Sending fails only if the thread has ended; `finish` reports why.
        let _ = self.0.send(ReaderCommand::Compare(sighting));
    }

    /// A page of the tool itself opens (`here`) or closes: while open it may be counted.
    pub fn guest(&self, whose: PageId, here: bool) {
        let _ = self.0.send(ReaderCommand::Guest(whose, here));
    }

    pub fn restarted(&self, at_us: u64) {
        let _ = self.0.send(ReaderCommand::Restarted(at_us));
    }
}

pub struct Readers {
    pub whisper: Whisper,
    thread: JoinHandle<Result<Testimony>>,
    pub live: Arc<ReaderCounters>,
}

impl Readers {
    pub fn start(target: &Target, clock: Clock, mut hearing: Hearing) -> Result<Self> {
        hearing.census.probes_left(|room| target.prober(room), clock.us());
        let top = hearing.top.iter().map(|top| AtomicU64::new(*top)).collect();
        let live = Arc::new(ReaderCounters { top, ..ReaderCounters::default() });
        let (orders, waiting) = channel();
        let floor = ReaderLoop {
            poll: Poll::new()?,
            target: target.clone(),
            clock,
            live: live.clone(),
            handshakes: 0,
            told_second: 0,
            restarts: Vec::new(),
            graves: Vec::new(),
            said: Testimony {
                links: Vec::new(),
                hearing,
                refusals: BTreeMap::new(),
                first_error: None,
                reads: 0,
                bytes: 0,
                resumed: Latency::default(),
                resumed_after_restart: Latency::default(),
                stalled_cut: 0,
                died: 0,
            },
        };
        let thread = std::thread::Builder::new().name("readers".into()).spawn(move || floor.run(&waiting))?;
        Ok(Self { whisper: Whisper(orders), thread, live })
    }

    pub fn plan(&self, seats: Vec<Seat>) {
        let _ = self.whisper.0.send(ReaderCommand::Plan(seats));
    }

    pub fn finish(self) -> Result<Testimony> {
        self.live.finish.store(true, Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the readers' thread panicked"))?
    }
}

struct ReaderLoop {
    poll: Poll,
    target: Target,
    clock: Clock,
    live: Arc<ReaderCounters>,
    handshakes: usize,
    told_second: u64,
    restarts: Vec<u64>,
    /// Dead connections, kept open but never answered.
    graves: Vec<TcpStream>,
    said: Testimony,
}

impl ReaderLoop {
    fn run(mut self, orders: &Receiver<ReaderCommand>) -> Result<Testimony> {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0; 64 << 10];
        let mut agenda = Agenda::default();
        while !self.live.finish.load(Relaxed) {
            for order in orders.try_iter() {
                self.obey(order, &mut agenda);
            }
            let now = self.clock.us();
            while let Some(victim) = agenda.deaths.pop_if(now) {
                if !self.die(victim, now)? {
                    agenda.deaths.push(now + NOTICED_US, victim);
                }
            }
            while let Some(leaver) = agenda.leaves.pop_if(now) {
                // The server may not have been reachable when it arrived: it waits, and leaves once it has connected.
                if self.said.links[leaver].is_on_its_first_way_in() {
                    agenda.leaves.push(now + NOTICED_US, leaver);
                } else {
                    self.leave(leaver, now);
                }
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
        self.said.hearing.census.compare(now);
        Ok(self.said)
    }

    fn obey(&mut self, order: ReaderCommand, agenda: &mut Agenda) {
        match order {
            ReaderCommand::Plan(seats) => agenda.plan(&mut self.said.links, seats),
            ReaderCommand::Compare(sighting) => self.said.hearing.census.see(sighting, self.clock.us()),
            ReaderCommand::Guest(whose, true) => self.said.hearing.census.knock(whose, self.clock.us()),
            ReaderCommand::Guest(whose, false) => {
                self.said.hearing.census.turned_away(whose, self.clock.us())
            }
            ReaderCommand::Restarted(at_us) => {
                self.restarts.push(at_us);
                self.said.hearing.census.restarted();
            }
        }
    }

    fn tell(&mut self) {
        let now = self.clock.us();
        let hearing = &mut self.said.hearing;
        if now / 1_000_000 != self.told_second {
            self.told_second = now / 1_000_000;
            hearing.timeline.turn(now);
            let p99 = hearing.timeline.seconds.last().map_or(0.0, |second| second.p99);
            self.live.p99_us.store((p99 * 1e3) as u64, Relaxed);
            hearing.census.compare(now);
        }
        self.live.deliveries.store(hearing.deliveries, Relaxed);
        for (live, top) in self.live.top.iter().zip(&hearing.top) {
            live.store(*top, Relaxed);
        }
    }

    fn open(&mut self, i: usize, now: u64, agenda: &mut Agenda) {
        let source = doors::source(self.target.at, i);
        let link = &mut self.said.links[i];
        if matches!(link.stage, LinkStage::Over) {
            return;
        }
        self.handshakes += 1;
        self.said.hearing.census.knock(whose(i, &link.seat), now);
        let registry = self.poll.registry();
        let opened = link
            .open(self.target.at, source)
            .and_then(|stream| registry.register(stream, Token(i), Interest::READABLE | Interest::WRITABLE));
        if let Err(error) = opened {
            self.fell(i, &error.into(), agenda);
        }
    }

    /// Handles an event of connection `i`. An error ends the connection, but perhaps not the reader.
    fn serve(&mut self, i: usize, event: &mio::event::Event, buffer: &mut [u8]) -> Result<()> {
        let link = &mut self.said.links[i];
        if matches!(link.stage, LinkStage::Connecting(_)) {
            let room = link.seat.room;
            let cookie = &self.target.people[link.seat.identity];
            link.ask(&self.target.rooms[room].events, self.target.at, cookie, self.said.hearing.top[room])?;
        }
        if link.seat.stalled && matches!(link.stage, LinkStage::Open(_)) {
            anyhow::ensure!(!event.is_read_closed() && !event.is_error(), "cut off");
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
            // A short read has emptied the socket, unless the peer closed in the same wake-up.
            if len < buffer.len() && !event.is_read_closed() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, i: usize, bytes: &[u8]) -> Result<()> {
        let now = self.clock.us();
        let Testimony { links, hearing, refusals, resumed, resumed_after_restart, .. } = &mut self.said;
        let link = &mut links[i];
        let rest;
        let body = match link.stage {
            LinkStage::Open(_) => bytes,
            _ => {
                let Some((head, behind)) = link.head(bytes)? else { return Ok(()) };
                if head.status != 200 {
                    *refusals.entry(head.status).or_default() += 1;
                    link.retry_ms = head.retry_after.map(|seconds| seconds * 1000);
                    anyhow::bail!("answered {}", head.status);
                }
                self.handshakes -= 1;
                self.live.inside.fetch_add(1, Relaxed);
                // A stalled reader may be closed without noticing, so whether it is counted remains open.
                if !link.seat.stalled {
                    hearing.census.enter(whose(i, &link.seat), now);
                }
                if let Some(down) = link.down_us.take() {
                    self.live.down.fetch_sub(1, Relaxed);
                    resumed.record(now - down);
                    if let Some(since) = self.restarts.iter().find(|at| **at + NOTICED_US >= down) {
                        resumed_after_restart.record(now.saturating_sub(*since));
                    }
                }
                rest = behind;
                &rest[..]
            }
        };
        let mut over = false;
        let open = link.body(body, |seat, witness, event| {
            over |= hearing.hear(seat, witness, event, now) == AfterEvent::Over;
        })?;
        if over {
            self.leave(i, now);
        } else if !open {
            anyhow::bail!("the feed was ended by the server");
        }
        Ok(())
    }

    /// Reader `i` leaves, or was sent away, for good.
    fn leave(&mut self, i: usize, now: u64) {
        let link = &mut self.said.links[i];
        let (census, who) = (&mut self.said.hearing.census, whose(i, &link.seat));
        match std::mem::replace(&mut link.stage, LinkStage::Over) {
            LinkStage::Over => return,
            LinkStage::Waiting(_) => {}
            LinkStage::Connecting(_) | LinkStage::Asked(..) => {
                self.handshakes -= 1;
                census.turned_away(who, now);
            }
            LinkStage::Open(_) => {
                self.live.inside.fetch_sub(1, Relaxed);
                if link.seat.stalled { census.turned_away(who, now) } else { census.leave(who, now) }
            }
        }
        let down = link.down_us.take();
        self.live.down.fetch_sub(usize::from(down.is_some()), Relaxed);
        link.witness.left_us = Some(down.unwrap_or(now));
        self.live.over.fetch_add(1, Relaxed);
    }

    /// Reader `i` vanishes if it is connected; returns false while it is still connecting.
    fn die(&mut self, i: usize, now: u64) -> Result<bool> {
        let link = &mut self.said.links[i];
        if !matches!(link.stage, LinkStage::Open(_)) {
            return Ok(matches!(link.stage, LinkStage::Over));
        }
        let mut stream = link.die()?;
        link.witness.left_us = Some(now);
        self.said.hearing.census.die(whose(i, &link.seat), now);
        self.poll.registry().deregister(&mut stream)?;
        self.graves.push(stream);
        self.said.died += 1;
        self.live.inside.fetch_sub(1, Relaxed);
        self.live.over.fetch_add(1, Relaxed);
        Ok(true)
    }

    /// Connection `i` broke or was refused. Like a page, the reader reconnects unless it is not admitted any more.
    fn fell(&mut self, i: usize, error: &anyhow::Error, agenda: &mut Agenda) {
        let now = self.clock.us();
        let link = &mut self.said.links[i];
        if !link.seat.stalled {
            self.said.first_error.get_or_insert_with(|| format!("{error:#}"));
        }
        let refused = error.to_string();
        if ["answered 401", "answered 402", "answered 403", "answered 404"].contains(&refused.as_str()) {
            return self.leave(i, now);
        }
        let (census, who) = (&mut self.said.hearing.census, whose(i, &link.seat));
        if matches!(link.stage, LinkStage::Open(_)) {
            self.live.inside.fetch_sub(1, Relaxed);
            if link.seat.stalled {
                self.said.stalled_cut += 1;
                census.turned_away(who, now);
            } else {
                self.live.disconnects.fetch_add(1, Relaxed);
                self.live.down.fetch_add(1, Relaxed);
                link.down_us = Some(now);
                census.leave(who, now);
            }
        } else {
            self.handshakes -= 1;
            link.failures += 1;
            census.turned_away(who, now);
        }
        // Between half and one and a half of the wait, so that thousands do not reconnect at once.
        let wait = link.retry_ms.unwrap_or(RETRY_MS) * (500 + (i as u64 * 7919) % 1000);
        link.stage = LinkStage::Waiting(now + wait);
        agenda.opens.push(now + wait, i);
    }
}

const fn whose(page: usize, seat: &Seat) -> PageId {
    PageId { room: seat.room, identity: seat.identity, page }
}

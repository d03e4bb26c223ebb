//! The thread that runs all publishers and viewers of a run: one poll over their sockets, so that the rest of the machine is left
//! to the server.

use super::{
    camera::{Camera, CameraPlan},
    peer::{Peer, is_media},
    viewer::{Ticket, Viewer, ViewerRecord},
};
use crate::{clock::Clock, truth::latency::Latency};
use anyhow::Result;
use mio::{Events, Interest, Poll, Token, Waker};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use str0m::Event;

const WAKER: Token = Token(usize::MAX);
const LONGEST_NAP: Duration = Duration::from_millis(20);
/// A viewer that leaves must have everything that was sent so long before, in microseconds.
const GRACE_US: u64 = 1_000_000;

/// What a run tells its crew.
enum CrewOrder {
    Publish(CameraPlan, Box<Peer>),
    Watch(Ticket, Box<Peer>),
    /// The viewer with this number leaves.
    Leave(usize),
    /// All cameras stop.
    Silence,
    /// Ends the thread.
    End,
}

/// What everybody may read while the crew works.
#[derive(Debug, Default)]
pub struct CrewCounters {
    /// Cameras that are connected.
    pub publishing: AtomicUsize,
    /// Viewers that have seen a key frame.
    pub seeing: AtomicUsize,
    /// Media packets that came to viewers, with those that the tool dropped.
    pub packets: AtomicU64,
    /// Packets that the tool dropped on purpose.
    pub dropped: AtomicU64,
    /// Latencies are recorded while it is set.
    pub measures: AtomicBool,
}

/// What the crew leaves.
pub struct CrewRecord {
    pub viewers: Vec<ViewerRecord>,
    /// From sending to receiving, by room.
    pub latency: Vec<Latency>,
    /// The longest delay of a frame behind its moment, in microseconds.
    pub late_us: u64,
    /// Key frames that the server asked for.
    pub asked: u64,
    /// Cameras that the server ended.
    pub cameras_ended: usize,
    /// Datagrams that the tool's own sockets had no room for.
    pub overflowed: u64,
}

/// The handle of the thread.
pub struct Crew {
    orders: Sender<CrewOrder>,
    waker: Arc<Waker>,
    pub live: Arc<CrewCounters>,
    thread: JoinHandle<CrewRecord>,
}

impl Crew {
    /// `loss`: the part of the viewers' packets to drop, from 0 to 1.
    pub fn start(clock: Clock, rooms: usize, loss: f64, seed: u64) -> Result<Self> {
        let poll = Poll::new()?;
        let (waker, live) = (Arc::new(Waker::new(poll.registry(), WAKER)?), Arc::<CrewCounters>::default());
        let (orders, inbox) = channel();
        let shift = CrewShift {
            clock,
            poll,
            inbox,
            live: live.clone(),
            members: Vec::new(),
            dues: Vec::new(),
            next: Instant::now(),
            viewers: HashMap::new(),
            cameras: HashMap::new(),
            loss,
            dice: StdRng::seed_from_u64(seed),
            record: CrewRecord {
                viewers: Vec::new(),
                latency: vec![Latency::default(); rooms],
                late_us: 0,
                asked: 0,
                cameras_ended: 0,
                overflowed: 0,
            },
        };
        let thread = std::thread::Builder::new().name("crew".into()).spawn(move || shift.run())?;
        Ok(Self { orders, waker, live, thread })
    }

    pub fn publish(&self, plan: CameraPlan, peer: Peer) {
        self.tell(CrewOrder::Publish(plan, Box::new(peer)));
    }

    pub fn watch(&self, ticket: Ticket, peer: Peer) {
        self.tell(CrewOrder::Watch(ticket, Box::new(peer)));
    }

    pub fn leave(&self, number: usize) {
        self.tell(CrewOrder::Leave(number));
    }

    pub fn silence(&self) {
        self.tell(CrewOrder::Silence);
    }

    /// Everybody leaves.
    pub fn end(self) -> Result<CrewRecord> {
        self.tell(CrewOrder::End);
        self.thread.join().map_err(|_| anyhow::anyhow!("the tool's thread of media panicked"))
    }

    /// The thread ends only when it is told to, or with a panic, which [`Self::end`] reports.
    fn tell(&self, order: CrewOrder) {
        let _ = self.orders.send(order);
        let _ = self.waker.wake();
    }
}

enum Part {
    Camera(Box<Camera>),
    Viewer(Box<Viewer>),
}

struct CrewMember {
    peer: Box<Peer>,
    part: Part,
}

/// The thread's own state.
struct CrewShift {
    clock: Clock,
    poll: Poll,
    inbox: Receiver<CrewOrder>,
    live: Arc<CrewCounters>,
    /// By the tokens of their sockets. Places are not used again.
    members: Vec<Option<CrewMember>>,
    /// When each of them must be woken.
    dues: Vec<Instant>,
    /// The earliest of them, or earlier.
    next: Instant,
    /// The places of viewers by their numbers, and of cameras by their rooms.
    viewers: HashMap<usize, usize>,
    cameras: HashMap<u16, usize>,
    loss: f64,
    dice: StdRng,
    record: CrewRecord,
}

impl CrewShift {
    fn run(mut self) -> CrewRecord {
        let (mut events, mut buffer) = (Events::with_capacity(1_024), vec![0; 65_536]);
        while self.obey() {
            self.wake_due();
            let nap = self.next.saturating_duration_since(Instant::now()).min(LONGEST_NAP);
            // It is interrupted by signals, and then looks again.
            let _ = self.poll.poll(&mut events, Some(nap));
            for event in &events {
                if event.token() != WAKER {
                    self.read(event.token().0, &mut buffer);
                }
            }
        }
        self.finish()
    }

    /// False when the run is over.
    fn obey(&mut self) -> bool {
        while let Ok(order) = self.inbox.try_recv() {
            match order {
                CrewOrder::Publish(plan, peer) => {
                    let place = self.add(peer, Part::Camera(Box::new(Camera::new(plan))));
                    self.cameras.insert(plan.room, place);
                }
                CrewOrder::Watch(ticket, peer) => {
                    let place = self.add(peer, Part::Viewer(Box::new(Viewer::new(ticket))));
                    self.viewers.insert(ticket.number, place);
                }
                CrewOrder::Leave(number) => self.leave(number, true),
                CrewOrder::Silence => self.silence(),
                CrewOrder::End => return false,
            }
        }
        true
    }

    fn add(&mut self, mut peer: Box<Peer>, part: Part) -> usize {
        let place = self.members.len();
        let registered = self.poll.registry().register(&mut peer.socket, Token(place), Interest::READABLE);
        registered.expect("a socket that was just made");
        self.members.push(Some(CrewMember { peer, part }));
        self.dues.push(Instant::now());
        self.settle(place);
        place
    }

    fn wake_due(&mut self) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        for place in 0..self.members.len() {
            if self.dues[place] <= now {
                self.wake(place);
            }
        }
        self.next = self.dues.iter().copied().min().unwrap_or(now + LONGEST_NAP);
    }

    fn wake(&mut self, place: usize) {
        let now_us = self.clock.us();
        if let Some(member) = &mut self.members[place] {
            match &mut member.part {
                Part::Camera(camera) => camera.shoot(&mut member.peer, now_us),
                Part::Viewer(viewer) => {
                    let (saw, room) = (viewer.sees(), usize::from(viewer.ticket.room));
                    let latency = self.record.latency.get_mut(room);
                    viewer.give_up(now_us, latency.filter(|_| self.live.measures.load(Relaxed)));
                    self.live.seeing.fetch_add(usize::from(!saw && viewer.sees()), Relaxed);
                }
            }
            member.peer.wake();
        }
        self.settle(place);
    }

    fn read(&mut self, place: usize, buffer: &mut [u8]) {
        loop {
            let Some(member) = self.members.get_mut(place).and_then(Option::as_mut) else { return };
            // Everything but bytes says that none are left.
            let Ok((length, source)) = member.peer.socket.recv_from(buffer) else { return };
            let bytes = &buffer[..length];
            if matches!(member.part, Part::Viewer(_)) && is_media(bytes) {
                self.live.packets.fetch_add(1, Relaxed);
                if self.loss > 0.0 && self.dice.random_bool(self.loss) {
                    self.live.dropped.fetch_add(1, Relaxed);
                    continue;
                }
            }
            member.peer.receive(source, bytes);
            self.settle(place);
        }
    }

    /// Handles what has happened at a member, and notes when it must be woken. One without a connection is never woken.
    fn settle(&mut self, place: usize) {
        let Some(member) = &mut self.members[place] else { return };
        while let Some(event) = member.peer.next_event() {
            let now_us = self.clock.us();
            match (&mut member.part, event) {
                (Part::Camera(camera), Event::Connected) => {
                    camera.begin(now_us);
                    self.live.publishing.fetch_add(1, Relaxed);
                }
                (Part::Camera(camera), Event::KeyframeRequest(request)) => camera.ask(request.rid),
                (Part::Viewer(viewer), Event::RtpPacket(packet)) => {
                    let saw = viewer.sees();
                    let room = usize::from(viewer.ticket.room);
                    let latency = self.record.latency.get_mut(room);
                    let latency = latency.filter(|_| self.live.measures.load(Relaxed));
                    viewer.take(&mut member.peer, &packet, now_us, latency);
                    self.live.seeing.fetch_add(usize::from(!saw && viewer.sees()), Relaxed);
                }
                _ => {}
            }
        }
        let due_us = match &member.part {
            Part::Camera(camera) => camera.due_us(),
            Part::Viewer(viewer) => viewer.due_us(),
        };
        let mut due = due_us.map_or(member.peer.due, |us| member.peer.due.min(self.clock.instant(us)));
        if !member.peer.is_alive() {
            due += Duration::from_secs(3_600);
        }
        self.dues[place] = due;
        self.next = self.next.min(due);
    }

    /// Closes a viewer's record. `goes`: it leaves by itself, before the others. Then what was sent shortly before need not be there,
    /// and its connection may be closed by now.
    fn leave(&mut self, number: usize, goes: bool) {
        let place = self.viewers.remove(&number);
        let Some(place) = place else { return };
        let Some(CrewMember { peer, part: Part::Viewer(viewer) }) = self.members[place].take() else {
            return;
        };
        self.dues[place] += Duration::from_secs(3_600);
        let now_us = self.clock.us();
        let camera = self.cameras.get(&viewer.ticket.room).and_then(|at| self.members[*at].as_ref());
        let last = match camera.map(|member| &member.part) {
            Some(Part::Camera(camera)) => {
                camera.sent_by(now_us.saturating_sub(if goes { GRACE_US } else { 0 }))
            }
            _ => [None; 2],
        };
        self.record.overflowed += overflowed(peer.local.port());
        let ended = !goes && !peer.is_alive();
        self.record.viewers.push(viewer.close(now_us, last, ended));
    }

    fn silence(&mut self) {
        for member in self.members.iter_mut().flatten() {
            if let Part::Camera(camera) = &mut member.part {
                camera.be_silent();
            }
        }
    }

    fn finish(mut self) -> CrewRecord {
        let mut numbers: Vec<usize> = self.viewers.keys().copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().for_each(|number| self.leave(number, false));
        for CrewMember { peer, part } in self.members.into_iter().flatten() {
            if let Part::Camera(camera) = part {
                self.record.late_us = self.record.late_us.max(camera.late_us);
                self.record.asked += camera.asked;
                self.record.cameras_ended += usize::from(!peer.is_alive());
                self.record.overflowed += overflowed(peer.local.port());
            }
        }
        self.record
    }
}

/// Datagrams that the socket with this local port had no room for, as the kernel says.
fn overflowed(port: u16) -> u64 {
    let tables =
        ["/proc/net/udp", "/proc/net/udp6"].map(|path| std::fs::read_to_string(path).unwrap_or_default());
    tables.iter().flat_map(|table| table.lines().skip(1)).filter_map(|line| drops_of(line, port)).sum()
}

/// `sl local_address rem_address … drops`; the port is hexadecimal behind a colon.
fn drops_of(line: &str, port: u16) -> Option<u64> {
    let (_, its) = line.split_whitespace().nth(1)?.rsplit_once(':')?;
    let is_this = u16::from_str_radix(its, 16).is_ok_and(|its| its == port);
    is_this.then(|| line.split_whitespace().next_back()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_says_what_sockets_had_no_room_for() {
        let line = "  812: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 4711 2 00000000 37";
        assert_eq!(drops_of(line, 8080), Some(37));
        assert_eq!((drops_of(line, 81), drops_of("", 81)), (None, None));
    }

    #[test]
    fn a_socket_that_nobody_reads_overflows() {
        let [sender, receiver] = [0, 1].map(|_| std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket"));
        let to = receiver.local_addr().expect("an address");
        for _ in 0..5_000 {
            sender.send_to(&[0; 1_000], to).expect("sent");
        }
        assert!(overflowed(to.port()) > 0);
        assert_eq!(overflowed(sender.local_addr().expect("an address").port()), 0);
    }
}

//! Media over TCP, for networks that block UDP: passive candidates (RFC 6544) at the port of UDP.
//!
//! Anybody may connect, so a connection counts for nothing until the forwarding unit has taken a datagram from it: until then it is
//! a stranger's. Strangers are few and have little time; for a new one the oldest goes, of the same network where that has many.
//! Later it stays while it brings what its peer needs: browsers try TCP also where UDP works, and would keep all connections. What is
//! sent to it waits in a queue of bounded length and in the kernel's buffer.

use super::{
    epoll::{Epoll, Readiness},
    interfaces::OwnAddresses,
    line::{Frame, READ, TcpLine},
    set_option,
};
use crate::wire::{Datagram, Receipt, Remote};
use std::{
    collections::{HashMap, VecDeque},
    io::{self, ErrorKind},
    net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::{AsRawFd, RawFd},
    time::{Duration, Instant},
};
use str0m::net::DatagramSend;

/// Bytes that the kernel may buffer in each direction of a connection; it doubles the number. With a round trip of 100 ms they carry
/// 5 Mbit/s.
const BUFFER: libc::c_int = 64 << 10;
/// Until a stranger's first datagram is taken. A browser sends it at once.
const FIRST: Duration = Duration::from_secs(5);
/// Until another one is taken. Browsers check a path every few seconds.
const KEEP: Duration = Duration::from_secs(15);
/// How long some bytes may wait for a reader.
const BEHIND: Duration = Duration::from_secs(5);
const SWEEP: Duration = Duration::from_secs(1);
/// Connections that are accepted before datagrams and timers get their turn.
const ACCEPTS: usize = 16;
/// Strangers of all networks, and of one: 500 people behind one address who join within seconds need a tenth of a second each.
const STRANGERS: usize = 256;
const STRANGERS_OF_NETWORK: usize = 64;
/// Datagrams of a connection that nobody takes in the time of [`SWEEP`]. More are an attack: those of a peer are all taken.
const STRAYS: u32 = 100;
/// The key of the listener; connections count from 1.
const LISTENER: u64 = 0;

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct LineLimits {
    pub total: usize,
    /// Of one IPv4 address, or of one /64 of IPv6.
    pub per_network: usize,
}

/// How often a limit was met.
#[derive(Clone, Copy, Default)]
struct LineLimitsMet {
    /// There was no place: a newcomer was refused, or a stranger went for it.
    places: u64,
    /// Nothing of a stranger was taken in time, or what came is no datagram of a peer.
    strangers: u64,
    /// The reader was too slow for too long.
    slow: u64,
}

pub struct TcpLines {
    listener: TcpListener,
    /// False while no file is left for a connection.
    accepts: bool,
    epoll: Epoll,
    own: OwnAddresses,
    limits: LineLimits,
    lines: HashMap<u64, TcpLine>,
    by_address: HashMap<SocketAddr, u64>,
    networks: HashMap<IpAddr, usize>,
    /// The oldest first.
    strangers: VecDeque<(u64, IpAddr)>,
    last: u64,
    /// The connections in which datagrams may wait.
    unread: Vec<u64>,
    found: Vec<Readiness>,
    read_space: Box<[u8; READ]>,
    write_space: Vec<u8>,
    sweep_at: Instant,
    met: LineLimitsMet,
    /// Datagrams since the start: received, sent, and dropped because a reader is slow.
    pub packets_in: u64,
    pub packets_out: u64,
    pub dropped: u64,
}

impl TcpLines {
    pub fn new(listener: TcpListener, own: OwnAddresses, limits: LineLimits) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        // What a listener has, its connections begin with.
        let fd = listener.as_raw_fd();
        for option in [libc::SO_SNDBUF, libc::SO_RCVBUF] {
            set_option(fd, libc::SOL_SOCKET, option, BUFFER)?;
        }
        set_option(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1 as libc::c_int)?;
        // A closed connection leaves nothing in the kernel, neither its port nor what was not read.
        set_option(fd, libc::SOL_SOCKET, libc::SO_LINGER, libc::linger { l_onoff: 1, l_linger: 0 })?;
        let epoll = Epoll::new()?;
        epoll.add(&listener, LISTENER)?;
        Ok(Self {
            listener,
            accepts: true,
            epoll,
            own,
            limits,
            lines: HashMap::new(),
            by_address: HashMap::new(),
            networks: HashMap::new(),
            strangers: VecDeque::new(),
            last: LISTENER,
            unread: vec![],
            found: vec![],
            read_space: Box::new([0; READ]),
            write_space: vec![],
            sweep_at: Instant::now() + SWEEP,
            met: LineLimitsMet::default(),
            packets_in: 0,
            packets_out: 0,
            dropped: 0,
        })
    }

    /// Readable when [`Self::look`] has something to do.
    pub fn fd(&self) -> RawFd {
        self.epoll.fd()
    }

    pub fn open(&self) -> usize {
        self.lines.len()
    }

    /// How often each limit was met since the last call, by its name in `media_limits_total`.
    pub fn take_met(&mut self) -> [(&'static str, u64); 3] {
        let met = std::mem::take(&mut self.met);
        [("tcp_places", met.places), ("tcp_strangers", met.strangers), ("tcp_slow", met.slow)]
    }

    /// Accepts connections, reads from those that are ready, and writes what waited.
    pub fn look(&mut self, now: Instant) {
        let mut found = std::mem::take(&mut self.found);
        self.epoll.ready(&mut found);
        for ready in found.drain(..) {
            match ready.key {
                LISTENER => self.accept(now),
                number => self.exchange(number, ready),
            }
        }
        self.found = found;
    }

    /// The next datagram that was read, and the number of its connection. Each is to be judged before the next.
    pub fn next<'f>(&mut self, frame: &'f mut Frame) -> Option<(u64, Datagram<'f>)> {
        loop {
            let number = *self.unread.last()?;
            let next = self.lines.get_mut(&number).map(|line| (line.next(frame), line.remote, line.local));
            match next {
                Some((Ok(Some(length)), remote, to)) => {
                    self.packets_in += 1;
                    let datagram = Datagram { from: Remote::tcp(remote), to, body: &frame[..length] };
                    return Some((number, datagram));
                }
                Some((Err(_), ..)) => {
                    self.met.strangers += 1;
                    self.close(number);
                    self.unread.pop();
                }
                Some((Ok(None), ..)) | None => {
                    self.unread.pop();
                }
            }
        }
    }

    /// Whether a datagram of this connection was taken decides how long it stays.
    pub fn judge(&mut self, number: u64, receipt: Receipt, now: Instant) {
        let Some(line) = self.lines.get_mut(&number) else { return };
        if receipt == Receipt::Spare {
            return self.close(number);
        }
        if receipt == Receipt::Taken {
            line.until = now + KEEP;
            if !std::mem::replace(&mut line.proven, true) {
                self.strangers.retain(|(stranger, _)| *stranger != number);
            }
            return;
        }
        line.strays += 1;
        if line.strays > STRAYS || (!line.proven && receipt == Receipt::Unclaimed) {
            self.met.strangers += 1;
            self.close(number);
        }
    }

    /// Sends datagrams to the peer that is connected from this address; to nobody if it is gone.
    pub fn send(&mut self, to: SocketAddr, packets: &[DatagramSend]) {
        let line = self.by_address.get(&to).and_then(|number| Some((*number, self.lines.get_mut(number)?)));
        let Some((number, line)) = line else {
            return;
        };
        let waited = line.behind.is_some();
        match line.send(packets, &mut self.write_space) {
            Ok(dropped) => {
                self.dropped += dropped as u64;
                self.packets_out += (packets.len() - dropped) as u64;
                self.watch_writing(number, waited);
            }
            Err(_) => self.close(number),
        }
    }

    /// Closes the connections whose time is over; at most once a second.
    pub fn sweep(&mut self, now: Instant) {
        if now < self.sweep_at {
            return;
        }
        self.sweep_at = now + SWEEP;
        if !self.accepts {
            self.accepts = self.epoll.add(&self.listener, LISTENER).is_ok();
        }
        let mut over = vec![];
        for (number, line) in &mut self.lines {
            line.strays = 0;
            let slow = line.behind.is_some_and(|since| now.duration_since(since) > BEHIND);
            self.met.slow += u64::from(slow);
            self.met.strangers += u64::from(!slow && !line.proven && line.until <= now);
            if slow || line.until <= now {
                over.push(*number);
            }
        }
        over.into_iter().for_each(|number| self.close(number));
    }

    fn accept(&mut self, now: Instant) {
        for _ in 0..ACCEPTS {
            match self.listener.accept() {
                Ok((stream, from)) => {
                    let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                    // One that fails at once is gone.
                    let _ = self.admit(stream, from, now);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error)
                    if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                // No file or memory is left: the listener would stay ready for ever, so the next sweep tries again.
                Err(error) => {
                    tracing::warn!(%error, "media over TCP accepts nobody for a second");
                    self.accepts = self.epoll.remove(&self.listener).is_err();
                    return;
                }
            }
        }
    }

    /// Keeps a new connection, for which the oldest stranger may have to go.
    fn admit(&mut self, stream: TcpStream, from: SocketAddr, now: Instant) -> io::Result<()> {
        let local = stream.local_addr()?.ip().to_canonical();
        let Some(local) = self.own.reached_from(from.ip(), || Some(local)) else { return Ok(()) };
        let network = network(from.ip());
        // Two of one address come to two of ours; an answer could not tell which is meant.
        if self.by_address.contains_key(&from) || !self.make_place(network) {
            self.met.places += 1;
            return Ok(());
        }
        stream.set_nonblocking(true)?;
        self.last += 1;
        self.epoll.add(&stream, self.last)?;
        let line = TcpLine::new(stream, (from, local), network, now + FIRST);
        self.lines.insert(self.last, line);
        self.by_address.insert(from, self.last);
        self.strangers.push_back((self.last, network));
        *self.networks.entry(network).or_default() += 1;
        Ok(())
    }

    fn make_place(&mut self, network: IpAddr) -> bool {
        let of_it = || self.strangers.iter().filter(|(_, of)| *of == network);
        let held = self.networks.get(&network).copied().unwrap_or(0);
        let crowded = held >= self.limits.per_network || of_it().count() >= STRANGERS_OF_NETWORK;
        let full = self.lines.len() >= self.limits.total || self.strangers.len() >= STRANGERS;
        let oldest = if crowded { of_it().next() } else { self.strangers.front() };
        match oldest.copied() {
            _ if !crowded && !full => true,
            Some((oldest, _)) => {
                self.met.places += 1;
                self.close(oldest);
                true
            }
            None => false,
        }
    }

    fn exchange(&mut self, number: u64, ready: Readiness) {
        let Some(line) = self.lines.get_mut(&number) else { return };
        let waited = line.behind.is_some();
        let flushed = if ready.writable { line.flush() } else { Ok(()) };
        let read = if ready.readable { line.read(&mut self.read_space) } else { Ok(()) };
        if flushed.and(read).is_err() {
            return self.close(number);
        }
        self.unread.push(number);
        self.watch_writing(number, waited);
    }

    /// Watches a connection for writing while something waits in it.
    fn watch_writing(&mut self, number: u64, waited: bool) {
        let Some(line) = self.lines.get(&number) else { return };
        let waits = line.behind.is_some();
        if waits != waited && self.epoll.watch_writing(&line.stream, number, waits).is_err() {
            self.close(number);
        }
    }

    fn close(&mut self, number: u64) {
        let Some(line) = self.lines.remove(&number) else { return };
        self.by_address.remove(&line.remote);
        if !line.proven {
            self.strangers.retain(|(stranger, _)| *stranger != number);
        }
        if let Some(held) = self.networks.get_mut(&line.network) {
            *held -= 1;
            if *held == 0 {
                self.networks.remove(&line.network);
            }
        }
    }
}

/// What is counted as one: an IPv4 address, or a /64 of IPv6, which is the least that a household gets.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;

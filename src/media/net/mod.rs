//! The media sockets, on one port. UDP receives many datagrams per call and sends a whole video frame per call; TCP is for peers
//! that UDP does not reach. Other threads wake the media thread with a bell.
#![expect(unsafe_code, reason = "eventfd and ppoll have no safe wrapper in the standard library")]

mod address;
mod epoll;
mod framing;
mod gso;
mod inbound;
mod interfaces;
mod line;
mod lines;
mod outbound;

pub use framing::LONGEST;
pub use inbound::{BATCH, Inbound};
pub use interfaces::{PublicIps, candidates};
pub use lines::LineLimits;
pub use outbound::Outbound;

use interfaces::OwnAddresses;
use lines::TcpLines;

use std::{
    fs::File,
    io::{self, Read, Write},
    mem,
    net::{SocketAddr, TcpListener, UdpSocket},
    os::fd::{AsRawFd, FromRawFd, RawFd},
    ptr,
    sync::Arc,
    time::Duration,
};

/// Bytes that the kernel may buffer in each direction: 100 ms of 600 Mbit/s. The kernel grants less if its limit is
/// lower.
const BUFFER: libc::c_int = 8 << 20;

/// How often a port is chosen that is free for UDP, until it is free for TCP, too.
const CHOICES: usize = 16;

/// The two halves of UDP, with TCP in the sending one, and the bell.
pub struct Socket {
    pub inbound: Inbound,
    pub outbound: Outbound,
    pub bell: Bell,
}

impl Socket {
    /// Binds `listen` for UDP and TCP (port 0: the kernel chooses), and returns the address. `public`: the addresses told to
    /// peers if they are not our own.
    pub fn bind(listen: SocketAddr, public: PublicIps, limits: LineLimits) -> io::Result<(Self, SocketAddr)> {
        let (udp, listener) = bind_both(listen)?;
        udp.set_nonblocking(true)?;
        for option in [libc::SO_SNDBUF, libc::SO_RCVBUF] {
            set_option(udp.as_raw_fd(), libc::SOL_SOCKET, option, BUFFER)?;
        }
        let local = udp.local_addr()?;
        let own = OwnAddresses::new(local, public);
        let wildcard = own.are_the_machines();
        if wildcard && local.is_ipv4() {
            set_option(udp.as_raw_fd(), libc::IPPROTO_IP, libc::IP_PKTINFO, 1)?;
        } else if wildcard {
            set_option(udp.as_raw_fd(), libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1)?;
        }
        let udp = Arc::new(udp);
        let inbound = Inbound::new(udp.clone(), own);
        let lines = TcpLines::new(listener, own, limits)?;
        let outbound = Outbound::new(udp, local.is_ipv6(), wildcard, lines);
        Ok((Self { inbound, outbound, bell: Bell::new()? }, local))
    }

    /// Sleeps until a datagram arrives, the bell rings or `time` passes. Uses ppoll because poll has only milliseconds. Returns
    /// whether something waits on TCP.
    pub fn wait(&self, time: Duration) -> bool {
        let watch = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        let lines = self.outbound.lines.fd();
        let mut watched = [watch(self.inbound.fd()), watch(self.bell.0.as_raw_fd()), watch(lines)];
        let time = libc::timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos() as _ };
        // SAFETY: both arguments outlive the call, and the count is the array's length.
        unsafe { libc::ppoll(watched.as_mut_ptr(), watched.len() as _, &time, ptr::null()) };
        if watched[1].revents != 0 {
            self.bell.hush();
        }
        watched[2].revents != 0
    }
}

fn bind_both(listen: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut choices = if listen.port() == 0 { CHOICES } else { 1 };
    loop {
        let udp = UdpSocket::bind(listen)?;
        choices -= 1;
        match TcpListener::bind(udp.local_addr()?) {
            Err(error) if choices > 0 && error.kind() == io::ErrorKind::AddrInUse => {}
            listener => return Ok((udp, listener?)),
        }
    }
}

/// Wakes the media thread from any thread.
#[derive(Clone)]
pub struct Bell(Arc<File>);

impl Bell {
    fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed.
        let fd = unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and owned by nobody else.
        Ok(Self(Arc::new(unsafe { File::from_raw_fd(fd) })))
    }

    pub fn ring(&self) {
        // The write fails only if 2^64 rings were never read; then the bell is ringing anyway.
        let _ = (&*self.0).write(&1u64.to_ne_bytes());
    }

    fn hush(&self) {
        let _ = (&*self.0).read(&mut [0; 8]);
    }
}

/// `T` is the type that the kernel wants for the option.
fn set_option<T>(fd: RawFd, level: libc::c_int, name: libc::c_int, value: T) -> io::Result<()> {
    // SAFETY: the value outlives the call, and its size is passed; the kernel refuses a wrong one.
    let done = unsafe {
        libc::setsockopt(
            fd,
            level,
            name,
            (&raw const value).cast(),
            mem::size_of_val(&value) as libc::socklen_t,
        )
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

//! The system calls. All unsafe code of the crate is here.
#![expect(
    unsafe_code,
    reason = "epoll, eventfd, some socket options and registering a std listener with tokio have no safe form"
)]

use std::{
    io,
    net::{TcpListener, TcpStream},
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    time::Duration,
};
use tokio::io::{Interest, unix::AsyncFd};

fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Wakes a poller from any thread.
pub(crate) struct Bell(OwnedFd);

impl Bell {
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed; the descriptor is new and owned by nobody else.
        let fd = unsafe {
            OwnedFd::from_raw_fd(checked(libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC))?)
        };
        Ok(Self(fd))
    }

    pub fn ring(&self) {
        let one = 1u64;
        // SAFETY: the kernel reads exactly the eight bytes of `one`. The write fails only if 2^64 - 2 rings were never
        // read, and then the poller is awake anyway.
        unsafe { libc::write(self.0.as_raw_fd(), (&raw const one).cast(), size_of::<u64>()) };
    }
}

/// An epoll event of a socket.
#[derive(Clone, Copy)]
pub(crate) struct Ready {
    pub readable: bool,
    pub writable: bool,
    pub hung_up: bool,
}

/// An epoll instance. Everything is registered edge-triggered.
pub(crate) struct Poller {
    fd: OwnedFd,
    events: Vec<libc::epoll_event>,
}

/// The token of the bell; slots are smaller.
const BELL: u64 = u64::MAX;
const EVENTS_AT_ONCE: usize = 512;

impl Poller {
    pub fn new(bell: &Bell) -> io::Result<Self> {
        // SAFETY: no pointers are passed; the descriptor is new and owned by nobody else.
        let fd = unsafe { OwnedFd::from_raw_fd(checked(libc::epoll_create1(libc::EPOLL_CLOEXEC))?) };
        let poller = Self { fd, events: vec![libc::epoll_event { events: 0, u64: 0 }; EVENTS_AT_ONCE] };
        poller.add(&bell.0, BELL, libc::EPOLLIN)?;
        Ok(poller)
    }

    fn add(&self, fd: &impl AsRawFd, token: u64, interest: libc::c_int) -> io::Result<()> {
        let mut event = libc::epoll_event { events: (interest | libc::EPOLLET).cast_unsigned(), u64: token };
        // SAFETY: both descriptors are open while borrowed, and the kernel copies `event` before it returns.
        checked(unsafe {
            libc::epoll_ctl(self.fd.as_raw_fd(), libc::EPOLL_CTL_ADD, fd.as_raw_fd(), &raw mut event)
        })?;
        Ok(())
    }

    /// Reports readability, writability and hang-ups of the socket under `slot` until it is closed.
    pub fn add_socket(&self, socket: &TcpStream, slot: u32) -> io::Result<()> {
        self.add(socket, slot.into(), libc::EPOLLIN | libc::EPOLLOUT | libc::EPOLLRDHUP)
    }

    /// Sleeps until an event occurs, without limit if `timeout` is `None`. Returns the number of events.
    pub fn wait(&mut self, timeout: Option<Duration>) -> usize {
        // Rounded up: a deadline half a millisecond away must not cause a busy loop.
        let millis = timeout.map_or(-1, |t| i32::try_from(t.as_micros().div_ceil(1000)).unwrap_or(i32::MAX));
        let room = self.events.len() as libc::c_int;
        // SAFETY: the pointer and the length are those of a vector that lives through the call.
        let n = unsafe { libc::epoll_wait(self.fd.as_raw_fd(), self.events.as_mut_ptr(), room, millis) };
        // Its only error here is an interruption by a signal.
        usize::try_from(n).unwrap_or(0)
    }

    /// The socket's slot and its event; `None` if the bell rang.
    pub fn event(&self, index: usize) -> Option<(u32, Ready)> {
        let libc::epoll_event { events, u64: token } = *self.events.get(index)?;
        let any = |flags: libc::c_int| events & flags.cast_unsigned() != 0;
        let ready = Ready {
            readable: any(libc::EPOLLIN),
            writable: any(libc::EPOLLOUT),
            hung_up: any(libc::EPOLLRDHUP | libc::EPOLLHUP | libc::EPOLLERR),
        };
        Some((u32::try_from(token).ok()?, ready))
    }
}

/// Registers a std listener with tokio's poller. Tokio's own listener would also register every connection it accepts.
pub(crate) fn polled(listener: TcpListener) -> io::Result<AsyncFd<TcpListener>> {
    // SAFETY: a listener has one descriptor, open until it is dropped, and it is dropped only with the registration.
    Ok(unsafe { AsyncFd::register_with_interest(listener, Interest::READABLE) }?)
}

/// The kernel drops the connection when sent bytes stay unacknowledged, or the window stays closed, for this long.
pub(crate) fn set_user_timeout(socket: &impl AsRawFd, timeout: Duration) -> io::Result<()> {
    let millis = libc::c_uint::try_from(timeout.as_millis()).unwrap_or(libc::c_uint::MAX);
    set_option(socket, libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, millis.cast_signed())
}

/// The kernel reports a connection only when its first bytes have arrived. After `patience` (whole seconds) it reports
/// one that sent none.
pub(crate) fn set_defer_accept(socket: &impl AsRawFd, patience: Duration) -> io::Result<()> {
    let seconds = libc::c_int::try_from(patience.as_secs()).unwrap_or(libc::c_int::MAX);
    set_option(socket, libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT, seconds)
}

fn set_option(
    socket: &impl AsRawFd,
    level: libc::c_int,
    name: libc::c_int,
    value: libc::c_int,
) -> io::Result<()> {
    let size = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the descriptor is open while borrowed, and the kernel reads exactly the `size` bytes of `value`.
    checked(unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, (&raw const value).cast(), size) })?;
    Ok(())
}

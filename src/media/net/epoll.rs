//! Which of many sockets are ready, without asking each.
#![expect(unsafe_code, reason = "epoll has no safe wrapper in the standard library")]

use std::{
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd},
};

/// Sockets that are reported at once; the others are reported the next time.
const BATCH: usize = 64;

/// A socket that is ready, by the key that it was added with.
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    pub key: u64,
    /// Or it has failed, which reading tells.
    pub readable: bool,
    pub writable: bool,
}

/// Reports sockets as long as they are ready. A closed socket leaves by itself.
pub struct Epoll(OwnedFd);

impl Epoll {
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and owned by nobody else.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Readable when one of its sockets is ready.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    pub fn add(&self, socket: &impl AsRawFd, key: u64) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, socket, key, libc::EPOLLIN)
    }

    /// Reports an added socket also when it can be written to, or no longer.
    pub fn watch_writing(&self, socket: &impl AsRawFd, key: u64, yes: bool) -> io::Result<()> {
        let more = if yes { libc::EPOLLOUT } else { 0 };
        self.control(libc::EPOLL_CTL_MOD, socket, key, libc::EPOLLIN | more)
    }

    pub fn remove(&self, socket: &impl AsRawFd) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_DEL, socket, 0, 0)
    }

    fn control(
        &self,
        what: libc::c_int,
        socket: &impl AsRawFd,
        key: u64,
        events: libc::c_int,
    ) -> io::Result<()> {
        let mut event = libc::epoll_event { events: events as u32, u64: key };
        // SAFETY: the event outlives the call, which copies it.
        let done = unsafe { libc::epoll_ctl(self.fd(), what, socket.as_raw_fd(), &mut event) };
        if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Appends the sockets that are ready now.
    pub fn ready(&self, found: &mut Vec<Readiness>) {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; BATCH];
        // SAFETY: the array outlives the call, and its length is passed.
        let count = unsafe { libc::epoll_wait(self.fd(), events.as_mut_ptr(), BATCH as _, 0) };
        let count = usize::try_from(count).unwrap_or(0);
        found.extend(events[..count].iter().map(|event| Readiness {
            key: event.u64,
            readable: event.events & !(libc::EPOLLOUT as u32) != 0,
            writable: event.events & libc::EPOLLOUT as u32 != 0,
        }));
    }
}

//! Source addresses of connections. One address has about 28,000 ports, so thousands of readers use several.
#![expect(unsafe_code, reason = "IP_BIND_ADDRESS_NO_PORT has no safe form in the libraries we use")]

use socket2::Socket;
use std::{io, net::SocketAddr, os::fd::AsRawFd};

/// Binds to an address without a port. The kernel chooses the port at connect time, when it knows the destination;
/// finding a free port earlier takes milliseconds once thousands are in use.
///
/// # Errors
/// When the address is not local.
pub fn bind(socket: &Socket, source: SocketAddr) -> io::Result<()> {
    let (on, size) = (1 as libc::c_int, size_of::<libc::c_int>() as libc::socklen_t);
    let (level, name) = (libc::IPPROTO_IP, libc::IP_BIND_ADDRESS_NO_PORT);
    // SAFETY: the descriptor is open while borrowed, and the kernel reads exactly the `size` bytes of `on`.
    let set = unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, (&raw const on).cast(), size) };
    if set != 0 {
        return Err(io::Error::last_os_error());
    }
    socket.bind(&source.into())
}

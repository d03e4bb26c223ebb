//! Sends datagrams. By UDP a run of packets to one peer is one system call and one pass through the kernel (GSO), without
//! copying the packets.
#![expect(unsafe_code, reason = "sendmsg with a segment size has no safe wrapper in the standard library")]

use super::{
    address::{octets, to_kernel},
    gso::{SEGMENTS, first_run},
    lines::TcpLines,
};
use crate::wire::{Remote, Wire};
use std::{
    io, mem,
    net::{IpAddr, SocketAddr, UdpSocket},
    os::fd::AsRawFd,
    ptr,
    sync::Arc,
};
use str0m::net::{DatagramSend, Protocol};

pub struct Outbound {
    udp: Arc<UdpSocket>,
    /// Bound to IPv6: IPv4 peers have mapped addresses.
    mapped: bool,
    /// Bound to all addresses: replies are sent from the address that the peer used.
    wildcard: bool,
    /// Set to false for good once a device reports that it cannot do GSO.
    gso: bool,
    /// The peers that UDP does not reach.
    pub lines: TcpLines,
    pub sends: u64,
    pub packets: u64,
    /// Packets that the kernel refused.
    pub dropped: u64,
}

impl Wire for Outbound {
    fn send(&mut self, from: SocketAddr, to: Remote, mut packets: &[DatagramSend]) {
        if to.protocol != Protocol::Udp {
            return self.lines.send(to.at, packets);
        }
        while !packets.is_empty() {
            let run = if self.gso { first_run(packets) } else { 1 };
            let (now, rest) = packets.split_at(run);
            self.send_run(from.ip(), to.at, now);
            packets = rest;
        }
    }
}

impl Outbound {
    pub fn new(udp: Arc<UdpSocket>, mapped: bool, wildcard: bool, lines: TcpLines) -> Self {
        Self { udp, mapped, wildcard, gso: true, lines, sends: 0, packets: 0, dropped: 0 }
    }

    fn send_run(&mut self, from: IpAddr, to: SocketAddr, run: &[DatagramSend]) {
        match self.send_message(from, to, run) {
            Ok(()) => {}
            // EIO: the device cannot compute checksums of segments. The other two: this run does not fit its path.
            Err(e)
                if run.len() > 1
                    && matches!(e.raw_os_error(), Some(libc::EIO | libc::EINVAL | libc::EMSGSIZE)) =>
            {
                self.gso &= e.raw_os_error() != Some(libc::EIO);
                for i in 0..run.len() {
                    self.send_run(from, to, &run[i..=i]);
                }
            }
            Err(_) => self.dropped += run.len() as u64,
        }
    }

    fn send_message(&mut self, from: IpAddr, to: SocketAddr, run: &[DatagramSend]) -> io::Result<()> {
        let (mut name, name_length) = to_kernel(to, self.mapped);
        let mut vectors = [const { libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 } }; SEGMENTS];
        for (vector, packet) in vectors.iter_mut().zip(run) {
            *vector = libc::iovec { iov_base: packet.as_ptr().cast_mut().cast(), iov_len: packet.len() };
        }
        let mut control = [0u64; 8];
        // SAFETY: all zeroes is a valid value of this type.
        let mut head: libc::msghdr = unsafe { mem::zeroed() };
        head.msg_name = (&raw mut name).cast();
        head.msg_namelen = name_length;
        head.msg_iov = vectors.as_mut_ptr();
        head.msg_iovlen = run.len() as _;
        head.msg_control = control.as_mut_ptr().cast();
        head.msg_controllen = mem::size_of_val(&control) as _;
        let used = self.write_control(&head, from, run);
        head.msg_controllen = used as _;
        if used == 0 {
            head.msg_control = ptr::null_mut();
        }
        // SAFETY: the head points to the address, the packets and the control words above, which outlive the call; the
        // kernel only reads them.
        let sent = unsafe { libc::sendmsg(self.udp.as_raw_fd(), &head, 0) };
        if sent < 0 {
            return Err(io::Error::last_os_error());
        }
        self.sends += 1;
        self.packets += run.len() as u64;
        Ok(())
    }

    /// Writes the segment size and the source address where they are needed. Returns the bytes used.
    fn write_control(&self, head: &libc::msghdr, from: IpAddr, run: &[DatagramSend]) -> usize {
        let mut used = 0;
        // SAFETY: 64 zeroed bytes hold the largest two messages (24 and 40), so both headers lie inside and are
        // aligned.
        unsafe {
            let mut part = libc::CMSG_FIRSTHDR(head);
            if run.len() > 1 {
                used += put(part, libc::SOL_UDP, libc::UDP_SEGMENT, run[0].len() as u16);
                part = part.byte_add(used);
            }
            if self.wildcard && self.mapped {
                let address = libc::in6_addr { s6_addr: octets(from) };
                let info = libc::in6_pktinfo { ipi6_addr: address, ipi6_ifindex: 0 };
                used += put(part, libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info);
            } else if let (true, IpAddr::V4(v4)) = (self.wildcard, from) {
                let address = libc::in_addr { s_addr: u32::from_ne_bytes(v4.octets()) };
                let info = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: address, ipi_addr: address };
                used += put(part, libc::IPPROTO_IP, libc::IP_PKTINFO, info);
            }
        }
        used
    }
}

/// Writes one control message. Returns its length including padding.
///
/// # Safety
/// `part` is aligned and points to `CMSG_SPACE(size_of::<T>())` bytes that we may write.
unsafe fn put<T>(part: *mut libc::cmsghdr, level: libc::c_int, kind: libc::c_int, value: T) -> usize {
    let size = mem::size_of::<T>() as libc::c_uint;
    // SAFETY: see above.
    unsafe {
        (*part).cmsg_level = level;
        (*part).cmsg_type = kind;
        (*part).cmsg_len = libc::CMSG_LEN(size) as _;
        libc::CMSG_DATA(part).cast::<T>().write_unaligned(value);
        libc::CMSG_SPACE(size) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LineLimits, PublicIps, Socket};
    use super::*;
    use std::time::Duration;

    /// Sends frames of mixed sizes between two sockets. Returns what arrived, in order, and the number of send calls.
    fn carry(listen: &str, from: &str, gso: bool) -> (Vec<(usize, u8)>, u64) {
        let limits = LineLimits { total: 1, per_network: 1 };
        let bind = || Socket::bind(listen.parse().unwrap(), PublicIps::default(), limits).unwrap();
        let ((mut sender, sender_at), (mut receiver, receiver_at)) = (bind(), bind());
        let ip: IpAddr = from.parse().unwrap();
        sender.outbound.gso = gso;
        let sizes = [1200, 1200, 300, 1200, 80, 90, 1, 1200];
        let packets: Vec<DatagramSend> =
            sizes.iter().enumerate().map(|(i, size)| vec![i as u8; *size].into()).collect();
        let (at, to) = (SocketAddr::new(ip, sender_at.port()), SocketAddr::new(ip, receiver_at.port()));
        sender.outbound.send(at, Remote::udp(to), &packets);
        let mut came = vec![];
        while came.len() < sizes.len() {
            receiver.wait(Duration::from_secs(5));
            let count = receiver.inbound.receive();
            assert!(count > 0, "only {} of {} datagrams arrived", came.len(), sizes.len());
            for i in 0..count {
                let datagram = receiver.inbound.datagram(i).unwrap();
                assert_eq!((datagram.from, datagram.to), (Remote::udp(at), to));
                came.push((datagram.body.len(), datagram.body[0]));
            }
        }
        (came, sender.outbound.sends)
    }

    #[test]
    fn frames_arrive_as_packets_with_gso_and_without() {
        let expected: Vec<(usize, u8)> =
            [1200, 1200, 300, 1200, 80, 90, 1, 1200].iter().enumerate().map(|(i, s)| (*s, i as u8)).collect();
        for (listen, from) in [
            ("127.0.0.1:0", "127.0.0.1"),
            ("0.0.0.0:0", "127.0.0.1"),
            ("[::]:0", "127.0.0.1"),
            ("[::]:0", "::1"),
        ] {
            let (came, sends) = carry(listen, from, true);
            assert_eq!(came, expected, "{listen}");
            assert!(sends < 8, "{sends} sends for 8 packets on {listen}");
            assert_eq!(carry(listen, from, false), (expected.clone(), 8), "{listen}");
        }
    }
}

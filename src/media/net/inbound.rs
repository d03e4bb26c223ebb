//! Receives datagrams, up to [`BATCH`] per call.
#![expect(unsafe_code, reason = "recvmmsg has no safe wrapper in the standard library")]

use super::{address::from_kernel, framing::LONGEST, interfaces::OwnAddresses};
use crate::wire::{Datagram, Remote};
use std::{
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket},
    os::fd::{AsRawFd, RawFd},
    ptr,
    sync::Arc,
};

pub const BATCH: usize = 64;

/// Control data of a datagram: 8 words hold its destination address, of either family.
type Control = [u64; 8];

pub struct Inbound {
    udp: Arc<UdpSocket>,
    own: OwnAddresses,
    bodies: Box<[[u8; LONGEST]]>,
    names: Vec<libc::sockaddr_storage>,
    controls: Vec<Control>,
    heads: Vec<libc::mmsghdr>,
    /// Datagrams received since the start.
    pub packets: u64,
}

// SAFETY: the pointers in `heads` are rewritten before each call and not read by anyone else.
unsafe impl Send for Inbound {}

impl Inbound {
    pub fn new(udp: Arc<UdpSocket>, own: OwnAddresses) -> Self {
        // SAFETY: all zeroes is a valid value of both types.
        let (name, head) = unsafe { (mem::zeroed(), mem::zeroed()) };
        Self {
            udp,
            own,
            bodies: vec![[0; LONGEST]; BATCH].into(),
            names: vec![name; BATCH],
            controls: vec![Control::default(); BATCH],
            heads: vec![head; BATCH],
            packets: 0,
        }
    }

    pub fn fd(&self) -> RawFd {
        self.udp.as_raw_fd()
    }

    /// Receives the waiting datagrams and returns their number; fewer than [`BATCH`] means that none are left.
    pub fn receive(&mut self) -> usize {
        let told = if self.own.are_the_machines() { mem::size_of::<Control>() } else { 0 };
        let mut vectors = [const { libc::iovec { iov_base: ptr::null_mut(), iov_len: LONGEST } }; BATCH];
        for (i, head) in self.heads.iter_mut().enumerate() {
            let head = &mut head.msg_hdr;
            vectors[i].iov_base = self.bodies[i].as_mut_ptr().cast();
            head.msg_iov = &raw mut vectors[i];
            head.msg_iovlen = 1;
            head.msg_name = (&raw mut self.names[i]).cast();
            head.msg_namelen = mem::size_of::<libc::sockaddr_storage>() as _;
            head.msg_control = (&raw mut self.controls[i]).cast();
            head.msg_controllen = told as _;
        }
        // SAFETY: each head points to our own buffers with their sizes, and `vectors` outlives the call.
        let taken = unsafe {
            libc::recvmmsg(
                self.udp.as_raw_fd(),
                self.heads.as_mut_ptr(),
                BATCH as _,
                libc::MSG_DONTWAIT as _,
                ptr::null_mut(),
            )
        };
        let taken = usize::try_from(taken).unwrap_or(0);
        self.packets += taken as u64;
        taken
    }

    /// The `i`th datagram of the last [`Self::receive`]; `None` if its source address has an unknown family, or one of which we
    /// have told no address.
    pub fn datagram(&self, i: usize) -> Option<Datagram<'_>> {
        let head = &self.heads[i];
        let from = from_kernel(&self.names[i])?;
        let to = self.own.reached_from(from.ip(), || destination(&head.msg_hdr))?;
        let body = &self.bodies[i][..(head.msg_len as usize).min(LONGEST)];
        Some(Datagram { from: Remote::udp(from), to, body })
    }
}

/// The local address that a datagram was sent to.
fn destination(head: &libc::msghdr) -> Option<IpAddr> {
    // SAFETY: `head` was filled by the kernel, and its control buffer is still alive; the macros stay inside it.
    unsafe {
        let mut part = libc::CMSG_FIRSTHDR(head);
        while let Some(found) = part.as_ref() {
            let data = libc::CMSG_DATA(part);
            match (found.cmsg_level, found.cmsg_type) {
                (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                    let info = data.cast::<libc::in_pktinfo>().read_unaligned();
                    return Some(Ipv4Addr::from(info.ipi_addr.s_addr.to_ne_bytes()).into());
                }
                (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                    let info = data.cast::<libc::in6_pktinfo>().read_unaligned();
                    return Some(Ipv6Addr::from(info.ipi6_addr.s6_addr).to_canonical());
                }
                _ => part = libc::CMSG_NXTHDR(head, part),
            }
        }
    }
    None
}

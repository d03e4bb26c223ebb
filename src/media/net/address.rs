//! Socket addresses in the kernel's representation. A socket bound to IPv6 uses IPv4-mapped addresses; they appear only
//! in this module.
#![expect(unsafe_code, reason = "sockaddr_storage is read as the address family it declares")]

use std::{
    mem,
    net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
};

/// An address and its length in bytes. `mapped`: for a socket bound to IPv6.
pub fn to_kernel(address: SocketAddr, mapped: bool) -> (libc::sockaddr_storage, libc::socklen_t) {
    // SAFETY: all zeroes is a valid value of this type.
    let mut storage: libc::sockaddr_storage = unsafe { mem::zeroed() };
    let length = match to_family(address, mapped) {
        SocketAddr::V4(v4) => {
            // SAFETY: the storage is as large and as aligned as any address.
            let raw = unsafe { &mut *(&raw mut storage).cast::<libc::sockaddr_in>() };
            raw.sin_family = libc::AF_INET as _;
            raw.sin_port = v4.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(v4.ip().octets());
            mem::size_of_val(raw)
        }
        SocketAddr::V6(v6) => {
            // SAFETY: as above.
            let raw = unsafe { &mut *(&raw mut storage).cast::<libc::sockaddr_in6>() };
            raw.sin6_family = libc::AF_INET6 as _;
            raw.sin6_port = v6.port().to_be();
            raw.sin6_addr.s6_addr = v6.ip().octets();
            raw.sin6_scope_id = v6.scope_id();
            mem::size_of_val(raw)
        }
    };
    (storage, length as _)
}

/// `None` for families other than IPv4 and IPv6.
pub fn from_kernel(storage: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family field says that the storage has this type.
            let raw = unsafe { &*(&raw const *storage).cast::<libc::sockaddr_in>() };
            let ip = raw.sin_addr.s_addr.to_ne_bytes();
            Some(SocketAddrV4::new(ip.into(), u16::from_be(raw.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family field says that the storage has this type.
            let raw = unsafe { &*(&raw const *storage).cast::<libc::sockaddr_in6>() };
            let (ip, port) = (Ipv6Addr::from(raw.sin6_addr.s6_addr), u16::from_be(raw.sin6_port));
            Some(match ip.to_canonical() {
                IpAddr::V4(v4) => SocketAddrV4::new(v4, port).into(),
                IpAddr::V6(v6) => SocketAddrV6::new(v6, port, 0, raw.sin6_scope_id).into(),
            })
        }
        _ => None,
    }
}

fn to_family(address: SocketAddr, mapped: bool) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if mapped => SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0).into(),
        other => other,
    }
}

/// The 16 octets of an address; IPv4 is mapped into IPv6.
pub fn octets(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back_as_they_went() {
        for text in ["127.0.0.1:1", "192.0.2.7:65535", "[::1]:3478", "[2001:db8::9]:40000"] {
            let address: SocketAddr = text.parse().unwrap();
            for mapped in [false, true] {
                assert_eq!(
                    from_kernel(&to_kernel(address, mapped).0),
                    Some(address),
                    "{text}, mapped: {mapped}"
                );
            }
        }
    }

    #[test]
    fn a_strange_family_is_no_address() {
        let (mut storage, _) = to_kernel("127.0.0.1:1".parse().unwrap(), false);
        storage.ss_family = libc::AF_UNIX as _;
        assert_eq!(from_kernel(&storage), None);
    }
}

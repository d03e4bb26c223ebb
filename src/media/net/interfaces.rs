//! The addresses at which peers can reach us.
#![expect(unsafe_code, reason = "getifaddrs has no safe wrapper in the standard library")]

use super::address::from_kernel;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    ptr,
};

/// The addresses to offer for a socket bound to `local`: the public address if given, else the bound address, else
/// those of the machine's interfaces, loopback last.
///
/// # Errors
/// The interfaces cannot be listed, or there are none.
pub fn candidates(local: SocketAddr, public_ip: Option<IpAddr>) -> io::Result<Vec<SocketAddr>> {
    if let Some(ip) = public_ip {
        return Ok(vec![SocketAddr::new(ip, local.port())]);
    }
    if !local.ip().is_unspecified() {
        return Ok(vec![local]);
    }
    let mut ips: Vec<IpAddr> = own_addresses()?;
    ips.retain(|ip| usable(*ip) && (ip.is_ipv4() || local.is_ipv6()));
    ips.sort_by_key(|ip| (ip.is_loopback(), ip.is_ipv6()));
    ips.dedup();
    if ips.is_empty() {
        return Err(io::Error::other("the machine has no address to offer for media"));
    }
    Ok(ips.into_iter().map(|ip| SocketAddr::new(ip, local.port())).collect())
}

/// Link-local addresses are useless without an interface name.
fn usable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_unicast_link_local(),
    }
}

fn own_addresses() -> io::Result<Vec<IpAddr>> {
    let mut list = ptr::null_mut();
    // SAFETY: the list is freed below, and no pointer into it is kept.
    unsafe {
        if libc::getifaddrs(&mut list) < 0 {
            return Err(io::Error::last_os_error());
        }
        let (mut found, mut at): (Vec<IpAddr>, *mut libc::ifaddrs) = (vec![], list);
        while let Some(interface) = at.as_ref() {
            if interface.ifa_flags & libc::IFF_UP as u32 != 0 {
                found.extend(read(interface.ifa_addr));
            }
            at = interface.ifa_next;
        }
        libc::freeifaddrs(list);
        Ok(found)
    }
}

/// # Safety
/// `address` is null or points to an address with the length of its declared family.
unsafe fn read(address: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: see above; only the family's length is copied into the larger storage.
    unsafe {
        let size = match libc::c_int::from(address.as_ref()?.sa_family) {
            libc::AF_INET => size_of::<libc::sockaddr_in>(),
            libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
            _ => return None,
        };
        let mut storage: libc::sockaddr_storage = std::mem::zeroed();
        ptr::copy_nonoverlapping(address.cast::<u8>(), (&raw mut storage).cast::<u8>(), size);
        from_kernel(&storage).map(|address| address.ip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_address_is_the_candidate() {
        let local = "127.0.0.1:4000".parse().unwrap();
        assert_eq!(candidates(local, None).unwrap(), [local]);
    }

    #[test]
    fn a_public_address_replaces_all_others() {
        let public = "203.0.113.5".parse().unwrap();
        assert_eq!(
            candidates("0.0.0.0:4000".parse().unwrap(), Some(public)).unwrap(),
            ["203.0.113.5:4000".parse().unwrap()]
        );
    }

    #[test]
    fn a_wildcard_offers_the_interfaces_with_loopback_last() {
        let found = candidates("0.0.0.0:4000".parse().unwrap(), None).unwrap();
        assert!(found.iter().all(|a| a.is_ipv4() && a.port() == 4000), "{found:?}");
        let first_loopback = found.iter().position(|a| a.ip().is_loopback()).expect("loopback is up");
        assert!(found[first_loopback..].iter().all(|a| a.ip().is_loopback()), "{found:?}");
    }
}

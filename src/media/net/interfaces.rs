//! The addresses at which peers can reach us.
#![expect(unsafe_code, reason = "getifaddrs has no safe wrapper in the standard library")]

use super::address::from_kernel;
use std::{
    fmt, io,
    net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ptr,
    str::FromStr,
};

/// The public addresses of a machine that is behind NAT routers, which preserve ports: one of each family at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicIps {
    pub v4: Option<Ipv4Addr>,
    pub v6: Option<Ipv6Addr>,
}

impl PublicIps {
    pub fn all(self) -> impl Iterator<Item = IpAddr> {
        self.v4.map(IpAddr::V4).into_iter().chain(self.v6.map(IpAddr::V6))
    }
}

/// An address, or two with a comma between them. Of each family the last one counts.
impl FromStr for PublicIps {
    type Err = AddrParseError;
    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        text.split(',').map(|ip| ip.trim().parse::<IpAddr>()).try_fold(Self::default(), |ips, ip| {
            Ok(match ip? {
                IpAddr::V4(v4) => Self { v4: Some(v4), ..ips },
                IpAddr::V6(v6) => Self { v6: Some(v6), ..ips },
            })
        })
    }
}

impl fmt::Display for PublicIps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.all().map(|ip| ip.to_string()).collect::<Vec<_>>().join(", "))
    }
}

/// Our addresses as peers know them.
#[derive(Clone, Copy, Debug)]
pub struct OwnAddresses {
    local: SocketAddr,
    public: PublicIps,
}

impl OwnAddresses {
    /// `local`: what the sockets are bound to.
    pub fn new(local: SocketAddr, public: PublicIps) -> Self {
        Self { local, public }
    }

    /// Whether we are known by the addresses of the machine, so that only the kernel knows which of them a peer uses.
    pub fn are_the_machines(&self) -> bool {
        self.local.ip().is_unspecified() && self.public == PublicIps::default()
    }

    /// Which of them a peer uses. `kernel` says which of the machine's it has reached. `None`: none that we told it.
    pub fn reached_from(&self, peer: IpAddr, kernel: impl FnOnce() -> Option<IpAddr>) -> Option<SocketAddr> {
        let ip = if self.are_the_machines() {
            kernel()?
        } else if self.public == PublicIps::default() {
            self.local.ip()
        } else {
            self.public.all().find(|ip| ip.is_ipv4() == peer.is_ipv4())?
        };
        Some(SocketAddr::new(ip, self.local.port()))
    }
}

/// The addresses to offer for sockets bound to `local`: the public ones if given, else the bound address, else those of the
/// machine's interfaces, loopback last.
///
/// # Errors
/// The interfaces cannot be listed, or there are none.
pub fn candidates(local: SocketAddr, public: PublicIps) -> io::Result<Vec<SocketAddr>> {
    if public != PublicIps::default() {
        return Ok(public.all().map(|ip| SocketAddr::new(ip, local.port())).collect());
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
        assert_eq!(candidates(local, PublicIps::default()).unwrap(), [local]);
    }

    #[test]
    fn public_addresses_replace_all_others() {
        let local = "[::]:4000".parse().unwrap();
        for (public, offered) in [
            ("203.0.113.5", &["203.0.113.5:4000"][..]),
            ("2001:db8::5", &["[2001:db8::5]:4000"]),
            ("2001:db8::5, 203.0.113.5", &["203.0.113.5:4000", "[2001:db8::5]:4000"]),
        ] {
            let found = candidates(local, public.parse().unwrap()).unwrap();
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), offered, "{public}");
        }
        assert!("203.0.113.5;2001:db8::5".parse::<PublicIps>().is_err() && "".parse::<PublicIps>().is_err());
    }

    #[test]
    fn a_peer_uses_the_address_that_it_was_told_for_its_family() {
        let used = |local: &str, public: &str, peer: &str| {
            let public = if public.is_empty() { PublicIps::default() } else { public.parse().unwrap() };
            let own = OwnAddresses::new(local.parse().unwrap(), public);
            let kernel = || Some("192.0.2.1".parse().unwrap());
            own.reached_from(peer.parse().unwrap(), kernel).map(|address| address.to_string())
        };
        for (local, public, peer, address) in [
            ("0.0.0.0:1", "", "192.0.2.9", Some("192.0.2.1:1")),
            ("127.0.0.1:1", "", "127.0.0.1", Some("127.0.0.1:1")),
            ("[::]:1", "203.0.113.5,2001:db8::5", "192.0.2.9", Some("203.0.113.5:1")),
            ("[::]:1", "203.0.113.5,2001:db8::5", "2001:db8::9", Some("[2001:db8::5]:1")),
            ("[::]:1", "203.0.113.5", "2001:db8::9", None),
        ] {
            assert_eq!(used(local, public, peer).as_deref(), address, "{local} {public} {peer}");
        }
    }

    #[test]
    fn a_wildcard_of_both_families_offers_both() {
        let found = candidates("[::]:4000".parse().unwrap(), PublicIps::default()).unwrap();
        assert!(found.iter().any(SocketAddr::is_ipv4), "{found:?}");
        let has_v6 = own_addresses().unwrap().into_iter().any(|ip| ip.is_ipv6() && usable(ip));
        assert_eq!(found.iter().any(SocketAddr::is_ipv6), has_v6, "{found:?}");
    }

    #[test]
    fn a_wildcard_offers_the_interfaces_with_loopback_last() {
        let found = candidates("0.0.0.0:4000".parse().unwrap(), PublicIps::default()).unwrap();
        assert!(found.iter().all(|a| a.is_ipv4() && a.port() == 4000), "{found:?}");
        let first_loopback = found.iter().position(|a| a.ip().is_loopback()).expect("loopback is up");
        assert!(found[first_loopback..].iter().all(|a| a.ip().is_loopback()), "{found:?}");
    }
}

//! Networks in CIDR notation, and the list of trusted proxies.

use anyhow::{Context, Error, Result, ensure};
use std::{net::IpAddr, str::FromStr};

/// The widest network of proxies: 10.0.0.0/8 is the largest private one, and fc00::/7 is split into fd00::/8.
const SHORTEST_PREFIX: u8 = 8;

/// Addresses with a common prefix, written `10.0.0.0/8` or `2001:db8::/32`. A bare address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.base.is_ipv4() && mask(address, self.prefix) == self.base
    }
}

/// The address with all bits after the prefix set to zero.
pub(super) fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => {
            let bits = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & bits).into())
        }
        IpAddr::V6(v6) => {
            let bits = u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & bits).into())
        }
    }
}

impl FromStr for Network {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let base: IpAddr = address.parse().with_context(|| format!("{text:?} is not a network"))?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().with_context(|| format!("{text:?} has no prefix length"))?,
            None => longest,
        };
        ensure!(prefix <= longest, "{text:?}: the prefix length is at most {longest}");
        ensure!(
            mask(base, prefix) == base,
            "{text:?} has bits after its prefix; write {}",
            mask(base, prefix)
        );
        Ok(Self { base, prefix })
    }
}

/// Networks of reverse proxies whose `Forwarded` and `X-Forwarded-For` headers are trusted, separated by commas. Empty:
/// none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromStr for TrustedProxies {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let networks: Vec<Network> = parts.map(Network::from_str).collect::<Result<_>>()?;
        let wide = networks.iter().find(|network| network.prefix < SHORTEST_PREFIX);
        ensure!(
            wide.is_none(),
            "proxies of a network wider than /{SHORTEST_PREFIX} would let strangers choose their address"
        );
        Ok(Self(networks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_exactly_its_addresses() {
        let table = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "10.0.0.1", false),
        ];
        for (network, address, want) in table {
            let parsed: Network = network.parse().expect(network);
            assert_eq!(parsed.contains(address.parse().expect(address)), want, "{address} in {network}");
        }
    }

    #[test]
    fn a_list_is_read_whole_or_refused() {
        let list: TrustedProxies = " 127.0.0.0/8, ::1 ,".parse().expect("a list");
        assert!(list.contains("127.9.9.9".parse().expect("v4")) && list.contains("::1".parse().expect("v6")));
        assert_eq!("".parse::<TrustedProxies>().expect("empty"), TrustedProxies::default());
        for wrong in [
            "10.0.0.0/33",
            "10.0.0.1/8",
            "proxy.example",
            "10.0.0.0/",
            "10.0.0.0/x",
            "::1/129",
            "0.0.0.0/0",
            "10.0.0.1, ::/0",
        ] {
            assert!(wrong.parse::<TrustedProxies>().is_err(), "{wrong} was accepted");
        }
    }
}

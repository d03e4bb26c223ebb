//! The network address that a request counts for.

use super::{
    network::{TrustedProxies, mask},
    slots::SlotKey,
};
use axum::http::{HeaderMap, HeaderName, header::FORWARDED};
use domain::people::networks::{Networks, SHARES};
use std::{fmt, net::IpAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Providers give a household or a machine at least a /64 of IPv6, so single addresses within it cost nothing.
const IPV6_PREFIX: u8 = 64;
/// The number of proxy hops to examine. Entries further to the left were written by strangers anyway.
const MOST_HOPS: usize = 16;

/// A network that contains a client, and the index of its kind in [`SHARES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NetworkKey(u8, ClientAddress);

impl SlotKey for NetworkKey {
    fn share(&self) -> usize {
        SHARES[usize::from(self.0)] as usize
    }
}

/// The key of limits by network address: an IPv4 address, or the /64 of an IPv6 address. Handlers extract it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientAddress(IpAddr);

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            v4 @ IpAddr::V4(_) => Self(v4),
            v6 @ IpAddr::V6(_) => Self(mask(v6, IPV6_PREFIX)),
        }
    }
}

impl From<ClientAddress> for Networks<ClientAddress> {
    /// Of IPv6 also the /56 and the /48: what providers give to a home and to a site.
    fn from(client: ClientAddress) -> Self {
        let wider = |prefix| client.0.is_ipv6().then(|| ClientAddress(mask(client.0, prefix)));
        Self([Some(client), wider(56), wider(48)])
    }
}

impl ClientAddress {
    /// The addresses of the networks, for the use cases, which do not know this type.
    pub fn addresses(self) -> Networks<IpAddr> {
        let Networks(networks) = Networks::<Self>::from(self);
        Networks(networks.map(|network| network.map(|Self(address)| address)))
    }

    /// The networks against whose limits this client counts, the narrowest first.
    pub fn networks(self) -> impl Iterator<Item = NetworkKey> + Clone {
        Networks::from(self).kinds().map(|(kind, network)| NetworkKey(kind as u8, network))
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => write!(f, "{v6}/{IPV6_PREFIX}"),
        }
    }
}

/// The sender of a request: the connection's peer or, if that is a trusted proxy, the rightmost hop that is not
/// trusted.
///
/// A proxy that writes one of the two headers forwards the other as the client sent it. If both are present and differ,
/// neither is trusted: the request counts for the proxy itself, together with other forgeries.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> ClientAddress {
    if !trusted.contains(peer) {
        return peer.into();
    }
    let forwarded = last_untrusted(peer, headers, &FORWARDED, forwarded_for, trusted);
    let x_forwarded = last_untrusted(peer, headers, &X_FORWARDED_FOR, parse_address, trusted);
    let client = match (forwarded, x_forwarded) {
        (Some(one), Some(other)) if one == other => one,
        (Some(_), Some(_)) | (None, None) => peer,
        (Some(one), None) | (None, Some(one)) => one,
    };
    client.into()
}

/// Walks the hops of one header from the right. An element that is not an address ends the walk at the proxy that wrote
/// it. Returns `None` without the header. Splits at commas even inside quotes: no address contains one, and an open
/// quote sent by a client must not hide what the proxy appended.
fn last_untrusted(
    peer: IpAddr,
    headers: &HeaderMap,
    name: &HeaderName,
    parse: fn(&str) -> Option<IpAddr>,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.last()?;
    let elements = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let mut nearest = peer;
    for element in elements.take(MOST_HOPS) {
        let Some(hop) = str::from_utf8(element).ok().and_then(parse) else { break };
        nearest = hop;
        if !trusted.contains(hop) {
            break;
        }
    }
    Some(nearest)
}

/// The address of the `for` parameter of one `Forwarded` element (RFC 7239 §4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    parse_address(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    address.parse().map(|address: IpAddr| address.to_canonical()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const PROXY: &str = "10.0.0.1";

    fn asked(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header"));
        }
        let trusted = "10.0.0.0/8, fd00::/8".parse().expect("networks");
        client_address(peer.parse().expect("a peer"), &headers, &trusted).to_string()
    }

    #[test]
    fn the_rightmost_hop_that_is_no_proxy_counts() {
        let xff = |value| [("x-forwarded-for", value)];
        let fwd = |value| [("forwarded", value)];
        let table = [
            // Headers of other peers are not trusted.
            ("203.0.113.9", xff("198.51.100.1"), "203.0.113.9"),
            (PROXY, xff("198.51.100.1"), "198.51.100.1"),
            ("::ffff:10.0.0.1", xff("198.51.100.1"), "198.51.100.1"),
            (PROXY, xff("1.1.1.1, 198.51.100.1"), "198.51.100.1"),
            (PROXY, xff("1.1.1.1, 198.51.100.1, 10.2.2.2"), "198.51.100.1"),
            (PROXY, xff("198.51.100.1:4711"), "198.51.100.1"),
            (PROXY, xff("[2001:db8:1:2:3::4]:4711"), "2001:db8:1:2::/64"),
            (PROXY, xff("2001:db8:1:2:3::4"), "2001:db8:1:2::/64"),
            (PROXY, xff("::ffff:198.51.100.1"), "198.51.100.1"),
            // All hops are proxies: use the one furthest away.
            (PROXY, xff("10.3.3.3, 10.2.2.2"), "10.3.3.3"),
            // A trusted proxy would not have written something that is not an address.
            (PROXY, xff("unknown"), PROXY),
            (PROXY, xff("1.1.1.1, garbage, 10.2.2.2"), "10.2.2.2"),
            (PROXY, xff(""), PROXY),
            (PROXY, fwd("for=198.51.100.1;proto=https;by=10.0.0.1"), "198.51.100.1"),
            (PROXY, fwd("For=\"[2001:db8:1:2:3::4]:4711\""), "2001:db8:1:2::/64"),
            (PROXY, fwd("for=1.1.1.1, proto=http;for=198.51.100.1:80"), "198.51.100.1"),
            (PROXY, fwd("for=\"1.1.1.1, for=198.51.100.1"), "198.51.100.1"),
            (PROXY, fwd("for=_hidden"), PROXY),
            ("fd00::1", fwd("for=198.51.100.1"), "198.51.100.1"),
        ];
        for (peer, lines, want) in table {
            assert_eq!(asked(peer, &lines), want, "{peer} {lines:?}");
        }
    }

    #[test]
    fn several_lines_are_one_list_and_two_headers_must_agree() {
        let x = "x-forwarded-for";
        assert_eq!(asked(PROXY, &[(x, "1.1.1.1"), (x, "198.51.100.1")]), "198.51.100.1");
        assert_eq!(asked(PROXY, &[(x, "198.51.100.1"), ("forwarded", "for=198.51.100.1")]), "198.51.100.1");
        assert_eq!(asked(PROXY, &[(x, "198.51.100.1"), ("forwarded", "for=1.1.1.1")]), PROXY);
        assert_eq!(asked(PROXY, &[]), PROXY);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let key = |text: &str| ClientAddress::from(text.parse::<IpAddr>().expect(text));
        assert_eq!(key("2001:db8:0:1::1"), key("2001:db8:0:1:ffff::9"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8:0:2::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}

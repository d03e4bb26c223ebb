//! Where a restream goes: the address of a destination, and which addresses of the network are nobody's to reach from here.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// An address in characters.
pub const LONGEST_ADDRESS: usize = 300;
/// Its path: what a client of RTMP takes as the name of an application.
const LONGEST_APP: usize = 120;

/// `rtmp://` or `rtmps://`, a host, and the name of an application there; without the stream key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestreamAddress {
    /// Over TLS.
    pub secure: bool,
    /// A name, or an address without brackets.
    pub host: String,
    pub port: u16,
    /// Without slashes around it.
    pub app: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestreamAddressError {
    #[error("it does not begin with rtmp:// or rtmps://")]
    Scheme,
    #[error("its host or port cannot be read")]
    Host,
    #[error("it has no path, or one with characters that platforms do not use")]
    Path,
    #[error("it is longer than {LONGEST_ADDRESS} characters")]
    Long,
    /// The service reaches public addresses only.
    #[error("it is private")]
    Private,
    /// Also of names that lead to private addresses, which nobody is to learn.
    #[error("no public host has this name")]
    Unknown,
}

impl RestreamAddress {
    const PORT: u16 = 1935;
    const SECURE_PORT: u16 = 443;

    const fn usual_port(secure: bool) -> u16 {
        if secure { Self::SECURE_PORT } else { Self::PORT }
    }

    const fn scheme(&self) -> &'static str {
        if self.secure { "rtmps" } else { "rtmp" }
    }

    /// The host, if it is an IP address and not a name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl FromStr for RestreamAddress {
    type Err = RestreamAddressError;

    fn from_str(text: &str) -> Result<Self, RestreamAddressError> {
        let text = text.trim();
        if text.chars().count() > LONGEST_ADDRESS {
            return Err(RestreamAddressError::Long);
        }
        let (scheme, rest) = text.split_once("://").ok_or(RestreamAddressError::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "rtmp" => false,
            "rtmps" => true,
            _ => return Err(RestreamAddressError::Scheme),
        };
        let (place, app) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = place_of(place).ok_or(RestreamAddressError::Host)?;
        let app = app.trim_matches('/');
        let usual = |c: char| c.is_ascii_alphanumeric() || "-._~/+=@:".contains(c);
        if app.is_empty() || app.len() > LONGEST_APP || !app.chars().all(usual) {
            return Err(RestreamAddressError::Path);
        }
        let port = port.unwrap_or(Self::usual_port(secure));
        Ok(Self { secure, host, port, app: app.to_owned() })
    }
}

/// Host and port. A host is an IPv4 address, an IPv6 address in brackets, or a name of letters, digits and hyphens. What looks
/// like a number in any other way of writing is no host: resolvers read `127.1` and `0x7f000001` as addresses.
fn place_of(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, after.strip_prefix(':').or(after.is_empty().then_some(""))?)
        }
        None => place.rsplit_once(':').unwrap_or((place, "")),
    };
    let port = match port {
        "" => None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse::<u16>().ok().filter(|port| *port > 0)?)
        }
        _ => return None,
    };
    (place.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() || is_name(host))
        .then(|| (host.to_ascii_lowercase(), port))
}

fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        let fits = (1..=63).contains(&label.len());
        let usual = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        fits && usual && !label.starts_with('-') && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253 && host.split('.').all(label) && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The address with its stream key left out.
impl fmt::Display for RestreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())?;
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        if self.port != Self::usual_port(self.secure) {
            write!(f, ":{}", self.port)?;
        }
        write!(f, "/{}", self.app)
    }
}

/// Whether an address belongs to the public Internet. Those of this machine, of its networks, of a link, of many and of no
/// one do not, nor those that carry such an IPv4 address in them.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// The registry of special addresses (RFC 6890), which are not reachable from everywhere.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special = match ip.octets() {
        [0 | 10 | 127, ..] | [224..=255, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        [172, second, ..] => (16..32).contains(&second),
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        [198, 51, 100, _] | [203, 0, 113, _] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let within = |high: u16, low: u16| {
        let [a, b, c, d] = [high.to_be_bytes(), low.to_be_bytes()].concat()[..] else { return false };
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        // Translated to IPv4 (RFC 6052), and tunnels to it (RFC 3056).
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => within(high, low),
        [0x2002, high, low, ..] => within(high, low),
        // Tunnels (Teredo), examples, and what is not routed.
        [0x2001, 0..=0x1ff | 0xdb8, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first) && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_destinations_are_read_and_written() {
        for (text, written) in [
            ("rtmp://a.rtmp.youtube.com/live2", "rtmp://a.rtmp.youtube.com/live2"),
            (" RTMPS://Live-Api-S.Facebook.com:443/rtmp/ ", "rtmps://live-api-s.facebook.com/rtmp"),
            ("rtmps://live.example:2935/live/0f3a", "rtmps://live.example:2935/live/0f3a"),
            ("rtmp://203.0.113.9:1935/app", "rtmp://203.0.113.9/app"),
            ("rtmp://[2606:4700::1]:1936/app", "rtmp://[2606:4700::1]:1936/app"),
            ("rtmp://localhost/app", "rtmp://localhost/app"),
        ] {
            let address: RestreamAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), written);
            assert_eq!(written.parse(), Ok(address), "what is written is read back");
        }
    }

    #[test]
    fn what_is_no_address_of_a_destination_is_refused_by_its_part() {
        use RestreamAddressError::*;
        let long = format!("rtmp://live.example/{}", "a".repeat(LONGEST_ADDRESS));
        for (text, why) in [
            ("", Scheme),
            ("live.example/app", Scheme),
            ("https://live.example/app", Scheme),
            ("file:///etc/passwd", Scheme),
            ("rtmp://", Host),
            ("rtmp:///app", Host),
            ("rtmp://user:word@live.example/app", Host),
            ("rtmp://live.example:0/app", Host),
            ("rtmp://live.example:70000/app", Host),
            ("rtmp://live example/app", Host),
            ("rtmp://127.1/app", Host),
            ("rtmp://0x7f000001/app", Host),
            ("rtmp://2130706433/app", Host),
            ("rtmp://[::1/app", Host),
            ("rtmp://[live.example]/app", Host),
            ("rtmp://::1/app", Host),
            ("rtmp://-live.example/app", Host),
            ("rtmp://live.example", Path),
            ("rtmp://live.example/", Path),
            ("rtmp://live.example/app key", Path),
            ("rtmp://live.example/app?key=1", Path),
            ("rtmp://live.example/app\nrtmp_conn=1", Path),
            (long.as_str(), Long),
        ] {
            assert_eq!(text.parse::<RestreamAddress>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn only_public_addresses_are_reached() {
        for (ip, public) in [
            ("8.8.8.8", true),
            ("172.15.0.1", true),
            ("172.32.0.1", true),
            ("100.63.0.1", true),
            ("100.128.0.1", true),
            ("127.0.0.1", false),
            ("127.8.8.8", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("192.0.2.1", false),
            ("198.19.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2a00:1450:4001::1", true),
            ("::", false),
            ("::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::808:808", true),
            ("2002:7f00:1::1", false),
            ("2002:808:808::1", true),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
        }
    }
}

//! The public address of the service: scheme, host and port.

use std::fmt;
use url::{Host, Url};

/// A normalized `http` or `https` origin: lower case, Punycode, no default port, no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("is no address; write it like https://live.example.org")]
    Form,
    #[error("must begin with https:// or http://")]
    Scheme,
    #[error("must end after the host or its port: pages are served from the root, without a path or a user")]
    More,
}

impl Origin {
    /// # Errors
    /// If the text is not exactly an origin. A trailing slash is accepted.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = match Url::parse(text.trim()) {
            Ok(url) => url,
            Err(url::ParseError::RelativeUrlWithoutBase) => return Err(OriginError::Scheme),
            Err(_) => return Err(OriginError::Form),
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::Scheme);
        }
        let plain = url.username().is_empty() && url.password().is_none();
        let ends = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if plain && ends { Ok(Self(url)) } else { Err(OriginError::More) }
    }

    pub fn https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The origin at which browsers use passkeys: this one, or for an address of this machine the same port by its name. `None`
    /// if there is none, because it is neither https nor this machine, or an address instead of a name.
    pub fn for_passkeys(&self) -> Option<Url> {
        match self.0.host()? {
            Host::Domain(name) if self.https() || name == "localhost" => Some(self.0.clone()),
            Host::Domain(_) => None,
            _ if self.https() || !self.is_loopback() => None,
            _ => {
                let mut by_name = self.0.clone();
                by_name.set_host(Some("localhost")).ok()?;
                Some(by_name)
            }
        }
    }

    /// Whether only this machine can open it.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
            None => false,
        }
    }
}

impl fmt::Display for Origin {
    /// Without a trailing slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_brought_into_one_form() {
        for (text, want, loopback) in [
            ("HTTPS://X", "https://x", false),
            (" https://Live.Example.org:443/ ", "https://live.example.org", false),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", true),
            ("http://localhost:3000/", "http://localhost:3000", true),
            ("http://localhost.evil.example", "http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example", false),
            ("http://[::1]:80", "http://[::1]", true),
            ("https://bühne.example", "https://xn--bhne-0ra.example", false),
        ] {
            let origin = Origin::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((origin.to_string().as_str(), origin.is_loopback()), (want, loopback), "{text}");
            assert_eq!(origin.https(), want.starts_with("https://"), "{text}");
        }
    }

    #[test]
    fn passkeys_need_a_name_and_https_or_this_machine() {
        for (text, want) in [
            ("https://live.example.org", Some("https://live.example.org/")),
            ("https://live.example.org:8443", Some("https://live.example.org:8443/")),
            ("http://live.example.org", None),
            ("http://localhost:3000", Some("http://localhost:3000/")),
            ("http://127.0.0.1:3000", Some("http://localhost:3000/")),
            ("http://[::1]:3000", Some("http://localhost:3000/")),
            ("http://192.0.2.1:3000", None),
            ("https://192.0.2.1", None),
            ("https://127.0.0.1", None),
        ] {
            let found = Origin::parse(text).unwrap().for_passkeys();
            assert_eq!(found.as_ref().map(Url::as_str), want, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, want) in [
            ("", OriginError::Scheme),
            ("example.org", OriginError::Scheme),
            ("//example.org", OriginError::Scheme),
            ("ftp://x", OriginError::Scheme),
            ("localhost:3000", OriginError::Scheme),
            ("javascript:alert(1)", OriginError::Scheme),
            ("http://", OriginError::Form),
            ("https://:443", OriginError::Form),
            ("https://x:99999", OriginError::Form),
            ("https://ex ample.org", OriginError::Form),
            ("https://x/live", OriginError::More),
            ("https://x/?a=b", OriginError::More),
            ("https://x/#top", OriginError::More),
            ("https://me@x", OriginError::More),
            ("https://me:pw@x", OriginError::More),
        ] {
            assert_eq!(Origin::parse(text), Err(want), "{text}");
        }
    }
}

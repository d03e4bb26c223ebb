//! Which `Host` values a local server accepts. With DNS rebinding, another site's name that resolves to this machine
//! could otherwise read the local mailbox. Elsewhere the header decides nothing: our URLs are built from the public
//! URL.

use axum::http::{HeaderMap, Uri, header, uri::Authority};
use std::net::IpAddr;

/// Whether the host is a name of this machine, as a local server's public URL is. Requests without a host do not come
/// from browsers.
pub fn is_ours(uri: &Uri, headers: &HeaderMap) -> bool {
    match (uri.authority(), headers.get(header::HOST)) {
        (Some(authority), _) => is_local(authority.host()),
        (None, Some(host)) => {
            Authority::try_from(host.as_bytes()).is_ok_and(|authority| is_local(authority.host()))
        }
        (None, None) => true,
    }
}

fn is_local(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    is_loopback || host.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_names_of_this_machine_are_ours() {
        let table = [
            ("127.0.0.1:3000", true),
            ("127.9.9.9", true),
            ("localhost:3000", true),
            ("LocalHost", true),
            ("maya.localhost", true),
            ("[::1]:3000", true),
            ("[::ffff:127.0.0.1]:3000", true),
            ("house.example:3000", false),
            ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
            ("10.0.0.1", false),
            ("not a host", false),
            ("", false),
        ];
        for (host, want) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            let uri = Uri::from_static("/dev/mailbox");
            assert_eq!(is_ours(&uri, &headers), want, "{host}");
        }
        let h2 = Uri::from_static("http://evil.example/dev/mailbox");
        assert!(!is_ours(&h2, &HeaderMap::new()));
        assert!(is_ours(&Uri::from_static("/"), &HeaderMap::new()));
    }
}

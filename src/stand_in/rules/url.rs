//! URLs that buyers are sent to.

use axum::http::Uri;

const TEMPLATE: &str = "{CHECKOUT_SESSION_ID}";

/// Scheme and authority of an absolute http address; `None` for anything else.
pub fn origin(address: &str) -> Option<String> {
    let uri: Uri = address.replace(TEMPLATE, "cs").parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let plain = authority.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    (matches!(scheme, "http" | "https") && plain).then(|| format!("{scheme}://{authority}"))
}

/// Replaces Stripe's template in the address by the session's id.
pub fn fill(address: &str, session: &str) -> String {
    address.replace(TEMPLATE, session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_http_addresses_have_an_origin() {
        for (address, want) in [
            ("http://127.0.0.1:3000/ok?s={CHECKOUT_SESSION_ID}", Some("http://127.0.0.1:3000")),
            ("https://example.org", Some("https://example.org")),
            ("http://[::1]:80/", Some("http://[::1]:80")),
            ("/ok", None),
            ("javascript:alert(1)", None),
            ("ftp://example.org/", None),
            ("http://a;b/", None),
            ("http://user@example.org/", None),
            ("http://example.org/\r\nx", None),
        ] {
            assert_eq!(origin(address).as_deref(), want, "{address}");
        }
    }

    #[test]
    fn the_template_becomes_the_session() {
        assert_eq!(fill("http://a/?s={CHECKOUT_SESSION_ID}", "cs_1"), "http://a/?s=cs_1");
    }
}

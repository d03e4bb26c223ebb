//! Reads cookies one by one, because other pages of the host write into the same header, and sets them for this site
//! only.

use crate::app::App;
use axum::http::HeaderValue;
use domain::time::Span;

/// The value of one cookie of a request. Other sites' pairs may contain any bytes.
pub fn cookie<'a>(headers: impl IntoIterator<Item = &'a HeaderValue>, name: &str) -> Option<&'a str> {
    headers
        .into_iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let pair = pair.trim_ascii();
            let equals = pair.iter().position(|byte| *byte == b'=')?;
            (&pair[..equals] == name.as_bytes()).then_some(&pair[equals + 1..])
        })
        .find_map(|value| str::from_utf8(value).ok())
}

/// A `Set-Cookie` value for this site only, hidden from scripts; `Secure` if the public URL is https.
pub fn set_cookie(app: &App, name: &str, value: &str, lasts: Span) -> HeaderValue {
    let secure = if app.https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", lasts.0 / 1000);
    HeaderValue::from_str(&text).expect("tokens are URL-safe letters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_cookies_harm_nobody() {
        let table: [(&[&[u8]], Option<&str>); 9] = [
            (&[b"backstage=t"], Some("t")),
            (&["city=K\u{f6}ln; backstage=t".as_bytes()], Some("t")),
            (&[b"city=K\xf6ln; backstage=t"], Some("t")),
            (&[b"a\xff", b"backstage=t"], Some("t")),
            (&[b";;=;  backstage=t ;x"], Some("t")),
            (&[b"xbackstage=no; backstage-code=no; backstage=t"], Some("t")),
            (&[b"backstage=a=b"], Some("a=b")),
            (&[b"backstage=\xff; backstage=t"], Some("t")),
            (&[b"backstage", b""], None),
        ];
        for (lines, want) in table {
            let headers: Vec<_> =
                lines.iter().map(|line| HeaderValue::from_bytes(line).expect("a header")).collect();
            assert_eq!(cookie(&headers, "backstage"), want, "{headers:?}");
        }
    }
}

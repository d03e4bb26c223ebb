//! Parses what WHIP and WHEP clients send in headers and bodies, following the standards (RFC 9725, RFC 8840).

use crate::web::error::{WebError, WebResult};
use axum::http::{HeaderMap, StatusCode, header};
use views::t;

/// The maximum size of a `PATCH` in bytes; a browser's candidates take 2 kB.
const LONGEST_FRAGMENT: usize = 16 * 1024;

/// # Errors
/// 415 if the body has another type. Parameters such as `charset` are allowed.
pub fn check_type(headers: &HeaderMap, wanted: &str) -> WebResult<()> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let words = t!("live-whip-type", wanted = wanted);
    Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_type", words))
}

/// The first ICE user name fragment in an SDP text.
pub fn ice_ufrag(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).map(str::trim)
}

/// Validates a trickle ICE fragment. Its candidates are not used: our own are reachable, so the client's checks reach
/// us and reveal its address.
///
/// # Errors
/// 400 for a malformed fragment, 422 for an ICE restart, 413 for one that is too long.
pub fn check_fragment(fragment: &str, offered: Option<&str>) -> WebResult<()> {
    if fragment.len() > LONGEST_FRAGMENT {
        let words = t!("live-whip-fragment-long");
        return Err(WebError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", words));
    }
    let mut lines = fragment.lines().filter(|line| !line.is_empty()).peekable();
    if lines.peek().is_none() || !lines.all(is_fragment_line) {
        return Err(WebError::malformed(t!("live-whip-fragment")));
    }
    match ice_ufrag(fragment) {
        Some(named) if offered.is_some_and(|offered| offered != named) => {
            Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "no_ice_restart", t!("live-whip-restart")))
        }
        _ => Ok(()),
    }
}

fn is_fragment_line(line: &str) -> bool {
    let Some((kind, value)) = line.split_once('=') else { return false };
    match kind {
        "m" | "s" | "c" | "t" | "o" | "v" => !value.is_empty(),
        "a" => match value.split_once(':') {
            Some(("candidate", candidate)) => is_candidate(candidate),
            Some((name, value)) => !name.is_empty() && !value.is_empty(),
            None => !value.is_empty(),
        },
        _ => false,
    }
}

/// `foundation component transport priority address port typ type …`. Addresses may be names, such as the mDNS names by
/// which browsers hide them.
fn is_candidate(text: &str) -> bool {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let numbers =
        |at: &[usize]| at.iter().all(|at| fields.get(*at).is_some_and(|f| f.parse::<u32>().is_ok()));
    fields.len() >= 8 && numbers(&[1, 3, 5]) && fields[6] == "typ"
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn heads(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_media_type_is_compared_as_one() {
        for (value, taken) in [
            ("application/sdp", true),
            ("Application/SDP", true),
            ("Application/SDP; charset=utf-8", true),
            ("application/sdp;charset=utf-8", true),
            ("application/sdpfoo", false),
            ("application/sdp-more", false),
            ("text/plain", false),
            ("", false),
        ] {
            let checked = check_type(&heads(header::CONTENT_TYPE, value), "application/sdp");
            assert_eq!(
                checked.map_err(|e| e.status.as_u16()),
                if taken { Ok(()) } else { Err(415) },
                "{value}"
            );
        }
        assert!(check_type(&HeaderMap::new(), "application/sdp").is_err());
    }

    #[test]
    fn fragments_are_taken_restarts_and_garbage_are_not() {
        let trickle = "a=ice-ufrag:Vq3J\r\na=ice-pwd:8sYv0kq4mTzR1hNxWc2bLd7e\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n\
            a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag Vq3J network-id 1\r\n\
            a=candidate:1387637174 1 udp 2122260223 3f2a7c1e-9d.local 61765 typ host generation 0\r\na=end-of-candidates\r\n";
        for (what, fragment, status) in [
            ("candidates", trickle.to_owned(), Ok(())),
            ("the end", "a=end-of-candidates\r\n".to_owned(), Ok(())),
            ("a restart", trickle.replace("Vq3J", "Zz9K"), Err(422)),
            ("nothing", String::new(), Err(400)),
            ("words", "let me in".to_owned(), Err(400)),
            ("JSON", "{\"candidate\":1}".to_owned(), Err(400)),
            ("half a candidate", "a=candidate:1 1 udp 5\r\n".to_owned(), Err(400)),
            ("a candidate without a port", trickle.replace("61764", "x"), Err(400)),
            ("too much", trickle.repeat(60), Err(413)),
        ] {
            let checked = check_fragment(&fragment, Some("Vq3J")).map_err(|error| error.status.as_u16());
            assert_eq!(checked, status, "{what}");
        }
    }
}

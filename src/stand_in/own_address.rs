//! Requests that were sent to the stand-in's own address. With DNS rebinding a page of another site has its name point to
//! this machine, and would otherwise pay and refund here.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::SocketAddr;

/// Answers 421 to other hosts, and 403 to posts from pages of other origins.
pub async fn guard(State(own): State<SocketAddr>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !asked(request.uri(), headers).is_some_and(|host| is_own(&host, own)) {
        let words = format!("This stand-in is for this machine alone: open it at http://{own}\n");
        return (StatusCode::MISDIRECTED_REQUEST, words).into_response();
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads && !headers.get_all(header::ORIGIN).iter().all(|origin| is_own_origin(origin, own)) {
        return (StatusCode::FORBIDDEN, "This was sent by a page of another site.\n").into_response();
    }
    next.run(request).await
}

/// The host and port that the client asked for.
fn asked(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    match uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => Authority::try_from(headers.get(header::HOST)?.as_bytes()).ok(),
    }
}

fn is_own(asked: &Authority, own: SocketAddr) -> bool {
    let address = own.to_string();
    let by_name = format!("localhost:{}", own.port());
    asked.as_str() == address || asked.as_str().eq_ignore_ascii_case(&by_name)
}

fn is_own_origin(origin: &HeaderValue, own: SocketAddr) -> bool {
    let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
    host.and_then(|host| host.parse().ok()).is_some_and(|host| is_own(&host, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_address_is_own() {
        let table = [
            ("127.0.0.1:4242", true),
            ("localhost:4242", true),
            ("LocalHost:4242", true),
            ("127.0.0.1:4243", false),
            ("127.0.0.1", false),
            ("localhost", false),
            ("evil.example:4242", false),
            ("127.0.0.1.evil.example:4242", false),
            ("user@127.0.0.1:4242", false),
            ("[::1]:4242", false),
        ];
        let own = "127.0.0.1:4242".parse().expect("an address");
        for (host, want) in table {
            assert_eq!(is_own(&host.parse().expect(host), own), want, "{host}");
            let origin = HeaderValue::from_str(&format!("http://{host}")).expect(host);
            assert_eq!(is_own_origin(&origin, own), want, "{host}");
        }
        for origin in ["null", "https://127.0.0.1:4242", ""] {
            assert!(!is_own_origin(&HeaderValue::from_static(origin), own), "{origin}");
        }
        let v6 = "[::1]:4242".parse().expect("an address");
        assert!(is_own(&"[::1]:4242".parse().expect("a host"), v6));
        assert_eq!(asked(&Uri::from_static("/stand-in"), &HeaderMap::new()), None);
    }
}

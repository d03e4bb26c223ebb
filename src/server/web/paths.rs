//! Masks paths for the log, and normalizes them.

use axum::http::{Method, Uri};
use std::borrow::Cow;

/// Path segments that precede a secret: everything after them is masked.
const BEFORE_SECRETS: &[&str] =
    &["enter", "unsubscribe", "calendar", "former", "invites", "guest", "captions"];
/// A segment of this length is a token: our tokens have 43 characters, ids at most 36.
const TOKEN: usize = 37;

/// The path for a log line, with the secrets of media sessions, sign-in links and others masked.
pub fn mask(path: &str) -> Cow<'_, str> {
    let mut after_secret = false;
    let mut media = None;
    let masked: Vec<&str> = path
        .split('/')
        .enumerate()
        .map(|(at, segment)| {
            // `/streams/{id}/whip/{session}/{secret}`
            let secret = after_secret || segment.len() >= TOKEN || media.is_some_and(|media| at >= media + 2);
            if BEFORE_SECRETS.contains(&segment) {
                after_secret = true;
            }
            if matches!(segment, "whip" | "whep" | "pass") {
                media = Some(at);
            }
            if secret && !segment.is_empty() { "…" } else { segment }
        })
        .collect();
    if masked.contains(&"…") { Cow::Owned(masked.join("/")) } else { Cow::Borrowed(path) }
}

/// The canonical path of a page requested with other letter case or slashes; `None` if the path is canonical. Page
/// paths are lower case and have at most two segments.
pub fn canonical(method: &Method, uri: &Uri) -> Option<String> {
    // Browsers treat a backslash as a slash: `/\evil.example` would lead to another site.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@/%".contains(&byte);
    if !matches!(*method, Method::GET | Method::HEAD) || !uri.path().bytes().all(plain) {
        return None;
    }
    let segments: Vec<&str> = uri.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let mut path = format!("/{}", segments.join("/"));
    if segments.len() <= 2 {
        path.make_ascii_lowercase();
    }
    if path == uri.path() {
        return None;
    }
    Some(uri.query().map_or(path.clone(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::slug::RESERVED;

    #[test]
    fn secrets_are_masked_and_ids_are_not() {
        let id = "0190a3b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b";
        let token = "q".repeat(43);
        let table = [
            (format!("/streams/{id}/whip/{id}/s3cr3t"), format!("/streams/{id}/whip/{id}/…")),
            (format!("/streams/{id}/whep/{id}/a/b"), format!("/streams/{id}/whep/{id}/…/…")),
            (format!("/streams/{id}/whip"), format!("/streams/{id}/whip")),
            (format!("/streams/{id}/pass/{id}/s3cr3t"), format!("/streams/{id}/pass/{id}/…")),
            (format!("/streams/{id}/pass/watch"), format!("/streams/{id}/pass/watch")),
            ("/dev/enter/abc".into(), "/dev/enter/…".into()),
            ("/calendar/abc.ics".into(), "/calendar/…".into()),
            ("/unsubscribe/abc".into(), "/unsubscribe/…".into()),
            ("/sign-in/former/abc".into(), "/sign-in/former/…".into()),
            (format!("/experiences/{id}/invites/abc"), format!("/experiences/{id}/invites/…")),
            (format!("/streams/{id}/captions/abc"), format!("/streams/{id}/captions/…")),
            ("/checkouts/guest/abc/claim".into(), "/checkouts/guest/…/…".into()),
            ("/sign-in/code".into(), "/sign-in/code".into()),
            (format!("/elsewhere/{token}/x"), "/elsewhere/…/x".into()),
            ("/maya/friday-session".into(), "/maya/friday-session".into()),
            ("/".into(), "/".into()),
        ];
        for (path, want) in table {
            assert_eq!(mask(&path), want);
        }
    }

    /// Nothing that a route names a secret or a token reaches the log.
    #[test]
    fn every_route_with_a_secret_is_known() {
        let sitemap = include_str!("mod.rs");
        let routes = sitemap.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let secret = |route: &&str| route.contains("{secret}") || route.contains("{token}");
        let mut seen = 0;
        for route in routes.filter(secret) {
            let path = route.replace("{secret}", "hush").replace("{token}", "hush");
            assert!(!mask(&path).contains("hush"), "{route} is logged with its secret");
            seen += 1;
        }
        assert!(seen >= 3, "the routes were not found");
    }

    /// No space, and nothing in it, is hidden by a page of ours.
    #[test]
    fn every_route_is_at_a_reserved_name() {
        let routes = include_str!("mod.rs").split("\"/").skip(1).filter_map(|rest| rest.split('"').next());
        let first = routes.filter_map(|route| route.split('/').next());
        // No name of a space has a dot.
        let fixed = first.filter(|name| !name.is_empty() && !name.starts_with('{') && !name.contains('.'));
        let mut seen = 0;
        for name in fixed {
            assert!(RESERVED.contains(&name), "a space could be at /{name}");
            seen += 1;
        }
        assert!(seen > 100, "the routes were not found");
    }

    #[test]
    fn other_spellings_of_a_page_lead_to_it() {
        let table = [
            ("/explore/", Some("/explore")),
            ("/MAYA", Some("/maya")),
            ("/Maya/Front-Row", Some("/maya/front-row")),
            ("//maya", Some("/maya")),
            ("/@Maya/", Some("/@maya")),
            ("/maya//front-row/?a=B", Some("/maya/front-row?a=B")),
            ("/streams/ABC/events/", Some("/streams/ABC/events")),
            ("//evil.example", Some("/evil.example")),
            ("/maya", None),
            ("/", None),
            ("//", Some("/")),
            ("/\\EVIL.example", None),
            ("/%5CEVIL.example", Some("/%5cevil.example")),
        ];
        for (path, want) in table {
            let Ok(uri) = path.parse::<Uri>() else { continue };
            assert_eq!(canonical(&Method::GET, &uri).as_deref(), want, "{path}");
        }
        assert_eq!(canonical(&Method::POST, &Uri::from_static("/MAYA")), None);
    }
}

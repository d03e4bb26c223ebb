//! Who looked at a page, as far as it is counted.

use crate::app::App;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use domain::audience::visits::{VisitStep, source};
use service::audience::visits;
use std::convert::Infallible;
use store::Visit;

/// What a request says about the browser that sent it, and about where its person came from.
pub struct Visiting {
    browser: String,
    source: String,
}

impl FromRequestParts<App> for Visiting {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let named = named(parts.uri.query().unwrap_or_default());
        let here = app.public_url.to_string();
        let here = here.split("://").nth(1).and_then(|host| host.split(':').next()).unwrap_or_default();
        let here = here.strip_prefix("www.").unwrap_or(here);
        let referrer = text(&parts.headers, header::REFERER);
        let source = source(&named, &referrer, here);
        Ok(Self { browser: text(&parts.headers, header::USER_AGENT), source })
    }
}

impl Visiting {
    /// Counts the look at a page of a public space, unless it is by somebody of its team.
    pub fn note(self, app: &App, visit: &Visit, step: VisitStep) {
        if visit.role.is_none() && visit.space.published_at.is_some() {
            visits::note(&app.services, &visit.space, step, &self.browser, self.source);
        }
    }
}

/// What the address names as the source of whoever follows it.
fn named(query: &str) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut sources = pairs.filter(|(key, _)| key == "utm_source" || key == "ref");
    sources.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_source() {
        for (query, want) in [
            ("utm_source=newsletter&pass=front-row", "newsletter"),
            ("pass=front-row&ref=flyer", "flyer"),
            ("pass=front-row", ""),
            ("", ""),
        ] {
            assert_eq!(named(query), want, "{query}");
        }
    }
}

//! Looks at the pages of a space, as they are counted: each person once a day and page, and where they came from.

use crate::{
    audience::days::LocalDay,
    id::SpaceId,
    time::{Millis, Span},
};
use std::net::IpAddr;

/// Which page was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VisitStep {
    /// That of the space.
    Space,
    /// That of one of its passes.
    Pass,
}

impl VisitStep {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Pass => "pass",
        }
    }
}

/// One look that is not stored yet. The address stays in memory, for seconds, and only its hash is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageVisit {
    pub space: SpaceId,
    pub day: LocalDay,
    pub step: VisitStep,
    pub address: IpAddr,
    /// The name that the browser gives itself.
    pub agent: String,
    pub source: String,
}

/// Looks that wait to be stored. More are not counted until they are.
pub const MOST_WAITING: usize = 4_096;
/// Looks at one space that one process counts on one day.
pub const MOST_OF_A_SPACE: usize = 50_000;
/// The same of one network, at all spaces together.
pub const MOST_OF_A_NETWORK: usize = 5_000;
/// How long looks are kept; what was counted of them stays.
pub const KEPT_FOR: Span = Span::days(100);
/// The secret by which a day's visitors are hashed is deleted when more than so many days have begun after it.
pub const SECRET_DAYS: i64 = 2;
/// Characters of a browser's name that tell browsers apart.
const LONGEST_AGENT: usize = 200;
const LONGEST_SOURCE: usize = 60;

/// A browser's name as it is compared; `None` for programs that say that they are no person.
pub fn agent(name: &str) -> Option<String> {
    let name: String = name.chars().take(LONGEST_AGENT).collect();
    let lower = name.to_ascii_lowercase();
    let machine = ["bot", "crawl", "spider", "preview", "monitor"].iter().any(|word| lower.contains(word));
    (!machine && !name.is_empty()).then_some(name)
}

/// Where somebody came from: what the link names (`utm_source`, or `ref`), or else the site that led here; empty if neither is
/// known. `here`: our own host, which is no source.
pub fn source(named: &str, referrer: &str, here: &str) -> String {
    let word = |text: &str| {
        let letters = text.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_".contains(*c));
        letters.take(LONGEST_SOURCE).collect::<String>().to_ascii_lowercase()
    };
    let named = word(named);
    if !named.is_empty() {
        return named;
    }
    let Some((_, rest)) = referrer.split_once("://") else { return String::new() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = word(host.split(':').next().unwrap_or_default());
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if host == here { String::new() } else { host.to_owned() }
}

/// The last moment whose looks are still kept.
pub fn kept_since(now: Millis) -> Millis {
    Millis(now.0 - KEPT_FOR.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_what_the_link_names_or_the_site_before() {
        for (named, referrer, want) in [
            ("", "", ""),
            ("Newsletter", "https://example.org/", "newsletter"),
            ("", "https://www.Example.org:8443/a?b#c", "example.org"),
            ("", "https://user:word@example.org/", "example.org"),
            ("", "https://backstage.example/maya", ""),
            ("", "about:blank", ""),
            ("<script>alert(1)", "", "scriptalert1"),
        ] {
            assert_eq!(source(named, referrer, "backstage.example"), want, "{named} {referrer}");
        }
        assert_eq!(source(&"x".repeat(999), "", "").len(), LONGEST_SOURCE);
    }

    #[test]
    fn programs_that_say_so_are_not_counted() {
        assert_eq!(agent("Mozilla/5.0 (X11; Linux)").as_deref(), Some("Mozilla/5.0 (X11; Linux)"));
        assert_eq!(agent("Googlebot/2.1"), None);
        assert_eq!(agent(""), None);
        assert_eq!(agent(&"y".repeat(999)).map(|name| name.len()), Some(LONGEST_AGENT));
    }
}

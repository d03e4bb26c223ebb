//! Names in addresses. Passes and experiences of a space share one namespace; some first segments are ours.

/// First segments of our own addresses: never a space's slug.
pub const RESERVED: [&str; 37] = [
    "about",
    "account",
    "admin",
    "api",
    "assets",
    "avo",
    "checkouts",
    "dev",
    "docs",
    "explore",
    "healthz",
    "help",
    "live",
    "login",
    "m",
    "media",
    "metrics",
    "oembed",
    "ops",
    "passes",
    "privacy",
    "readyz",
    "robots.txt",
    "sign-in",
    "sign-out",
    "signup",
    "sitemap.xml",
    "spaces",
    "sse",
    "static",
    "streams",
    "support",
    "team",
    "terms",
    "users",
    "waitlist",
    "webhooks",
];

/// Words that stand for a page inside a space, so no pass or experience may have them.
const RESERVED_INSIDE: [&str; 4] = ["purchase", "waitlist", "events", "edit"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    #[error("an address has 2 to 60 small letters, digits and hyphens, and begins with a letter or digit")]
    Form,
    #[error("this address is ours; choose another one")]
    Reserved,
}

fn well_formed(text: &str) -> bool {
    (2..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A space's own address, `/:slug`.
pub fn space(text: &str) -> Result<String, SlugError> {
    let text = text.trim().to_ascii_lowercase();
    if RESERVED.contains(&text.as_str()) {
        return Err(SlugError::Reserved);
    }
    if well_formed(&text) { Ok(text) } else { Err(SlugError::Form) }
}

/// The address of a pass or an experience inside its space, `/:space/:slug`.
pub fn inside(text: &str) -> Result<String, SlugError> {
    let text = text.trim().to_ascii_lowercase();
    if RESERVED_INSIDE.contains(&text.as_str()) {
        return Err(SlugError::Reserved);
    }
    if well_formed(&text) { Ok(text) } else { Err(SlugError::Form) }
}

/// A slug made of a title: what a form proposes when a person gave none, so [`inside`] accepts it. Falls back to `fallback` where
/// nothing is left; a reserved word gets it appended.
pub fn from_title(title: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(60);
    let slug = slug.trim_matches('-');
    match slug {
        _ if slug.len() < 2 => fallback.to_string(),
        _ if RESERVED_INSIDE.contains(&slug) => format!("{slug}-{fallback}"),
        _ => slug.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_are_refused_and_forms_are_checked() {
        assert_eq!(space("Maya"), Ok("maya".into()));
        assert_eq!(space("ops"), Err(SlugError::Reserved));
        assert_eq!(space("a"), Err(SlugError::Form));
        assert_eq!(space("-a-"), Err(SlugError::Form));
        assert_eq!(space("ünder"), Err(SlugError::Form));
        assert_eq!(inside("purchase"), Err(SlugError::Reserved));
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn titles_become_slugs() {
        assert_eq!(from_title("Friday session: new songs", "x"), "friday-session-new-songs");
        assert_eq!(from_title("日本", "stream"), "stream");
        assert_eq!(from_title("Events!", "stream"), "events-stream");
    }
}

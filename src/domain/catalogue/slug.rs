//! Names in URL paths. Passes and experiences of a space share one namespace; some first segments are reserved.

use crate::people::impersonation::names_a_role;

/// First path segments of the server's own pages, and words that readers would take for one. No space may use them.
pub const RESERVED: [&str; 68] = [
    "about",
    "account",
    "admin",
    "api",
    "assets",
    "auth",
    "avo",
    "billing",
    "cart",
    "checkout",
    "checkouts",
    "contact",
    "dev",
    "docs",
    "experiences",
    "explore",
    "favicon",
    "favicon.ico",
    "healthz",
    "help",
    "language",
    "legal",
    "live",
    "login",
    "logout",
    "looks",
    "m",
    "media",
    "metrics",
    "oembed",
    "official",
    "ops",
    "order",
    "orders",
    "passes",
    "pay",
    "payment",
    "payments",
    "pictures",
    "pricing",
    "privacy",
    "readyz",
    "register",
    "robots.txt",
    "security",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "sitemap.xml",
    "spaces",
    "sse",
    "static",
    "status",
    "streams",
    "support",
    "team",
    "terms",
    "unsubscribe",
    "users",
    "verify",
    "waitlist",
    "webhooks",
    "well-known",
    "www",
];

/// Path segments of pages inside a space, which no pass or experience may use.
const RESERVED_INSIDE: [&str; 4] = ["purchase", "waitlist", "events", "edit"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    #[error("An address has 2 to 60 small letters, digits and hyphens, and begins with a letter or digit.")]
    Form,
    #[error(
        "This address is reserved. Choose one that is no page of ours and neither begins nor ends with a role."
    )]
    Reserved,
}

/// In characters.
const SHORTEST: usize = 2;
const LONGEST: usize = 60;

fn well_formed(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Validates a space's slug, `/{slug}`.
pub fn space(text: &str) -> Result<String, SlugError> {
    let text = text.trim().to_ascii_lowercase();
    if RESERVED.contains(&text.as_str()) || names_a_role(&text) {
        return Err(SlugError::Reserved);
    }
    if well_formed(&text) { Ok(text) } else { Err(SlugError::Form) }
}

/// Validates the slug of a pass or an experience inside its space, `/{space}/{slug}`.
pub fn inside(text: &str) -> Result<String, SlugError> {
    let text = text.trim().to_ascii_lowercase();
    if RESERVED_INSIDE.contains(&text.as_str()) {
        return Err(SlugError::Reserved);
    }
    if well_formed(&text) { Ok(text) } else { Err(SlugError::Form) }
}

/// The slug requested for a new or an existing pass or experience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Typed by a person: used as it is, or refused.
    Chosen(String),
    /// Derived from the title: numbered until it is free.
    Proposed(String),
}

/// A chosen slug. [`Wanted::candidates`] is empty if it is invalid.
impl From<&str> for Wanted {
    fn from(slug: &str) -> Self {
        Self::Chosen(slug.into())
    }
}

/// The slug that a form asks for: what a person typed, or one derived from the title if the field is empty.
///
/// # Errors
/// When the typed slug is invalid. A derived one never is.
pub fn wanted(typed: &str, title: &str, fallback: &str) -> Result<Wanted, SlugError> {
    match typed.trim() {
        "" => Ok(Wanted::Proposed(from_title(title, fallback))),
        typed => inside(typed).map(Wanted::Chosen),
    }
}

/// The number of candidates tried for a derived slug.
const MOST_PROPOSALS: usize = 500;

impl Wanted {
    /// The candidates in order, all valid.
    pub fn candidates(&self) -> impl Iterator<Item = String> + '_ {
        let (base, tries) = match self {
            Self::Chosen(slug) => (slug, 1),
            Self::Proposed(base) => (base, MOST_PROPOSALS),
        };
        (1..=tries)
            .map(move |n| if n == 1 { base.clone() } else { numbered(base, n) })
            .filter(|slug| inside(slug).is_ok())
    }
}

/// `base-2`, within the maximum length.
fn numbered(base: &str, n: usize) -> String {
    let suffix = format!("-{n}");
    let kept = &base[..base.len().min(LONGEST - suffix.len())];
    format!("{}{suffix}", kept.trim_end_matches('-'))
}

/// Derives a slug from a title by transliteration; `fallback` if nothing is left.
pub fn from_title(title: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for c in deunicode::deunicode(title).chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_matches('-');
    if slug.len() < SHORTEST { fallback.to_string() } else { slug.to_string() }
}

/// The page of a pass or an experience of a space, by their slugs.
pub fn page_path(space: &str, slug: &str) -> String {
    format!("/{space}/{slug}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_malformed_slugs_are_refused() {
        assert_eq!(space("Maya"), Ok("maya".into()));
        for reserved in
            ["ops", "signin", "checkout", "backstage-billing", "the-host", "maya-staff", "well-known"]
        {
            assert_eq!(space(reserved), Err(SlugError::Reserved), "{reserved}");
        }
        for free in ["payday", "hostel-songs", "signing", "order-of-the-day"] {
            assert_eq!(space(free), Ok(free.into()));
        }
        assert_eq!(space("a"), Err(SlugError::Form));
        assert_eq!(space("-a-"), Err(SlugError::Form));
        assert_eq!(space("ünder"), Err(SlugError::Form));
        assert_eq!(inside("purchase"), Err(SlugError::Reserved));
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn titles_become_slugs() {
        assert_eq!(from_title("Friday session: new songs", "x"), "friday-session-new-songs");
        assert_eq!(from_title("Événement", "x"), "evenement");
        assert_eq!(from_title("Für Elise: ½ Straße", "x"), "fur-elise-1-2-strasse");
        assert_eq!(from_title("Maya's kitchen", "x"), "mayas-kitchen");
        for title in ["日本語の歌", "Концерт", "موسيقى", "🎸🎸"] {
            let slug = from_title(title, "x");
            assert!(slug != "x" && inside(&slug).is_ok(), "{title}: {slug}");
        }
        for title in ["", "!", "\u{301}"] {
            assert_eq!(from_title(title, "stream"), "stream", "{title}");
        }
    }

    #[test]
    fn a_derived_slug_is_numbered_and_never_reserved() {
        let tries = |typed: &str, title: &str| -> Vec<String> {
            wanted(typed, title, "stream").unwrap().candidates().take(3).collect()
        };
        assert_eq!(tries("", "Friday"), ["friday", "friday-2", "friday-3"]);
        assert_eq!(tries("", "Events"), ["events-2", "events-3", "events-4"]);
        assert_eq!(tries(" Mine ", "Friday"), ["mine"]);
        assert_eq!(wanted("edit", "Friday", "stream"), Err(SlugError::Reserved));
        assert_eq!(wanted("ä", "Friday", "stream"), Err(SlugError::Form));
        for slug in wanted("", &"long title ".repeat(20), "stream").unwrap().candidates() {
            assert!(inside(&slug).is_ok(), "{slug}");
        }
    }
}

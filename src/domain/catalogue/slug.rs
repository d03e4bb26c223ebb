//! Names in addresses. Passes and experiences of a space share one namespace; some first segments are ours.

/// First segments of our own addresses: never a space's slug.
pub const RESERVED: [&str; 38] = [
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
    "status",
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
    #[error("An address has 2 to 60 small letters, digits and hyphens, and begins with a letter or digit.")]
    Form,
    #[error("This address is ours. Choose another one.")]
    Reserved,
}

/// Characters of an address.
const SHORTEST: usize = 2;
const LONGEST: usize = 60;

fn well_formed(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len())
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

/// An address for a new thing in a space, or a changed one for an old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A person chose it: it is theirs or refused.
    Chosen(String),
    /// Made of the title: numbered until it is free.
    Proposed(String),
}

/// A chosen one. [`Wanted::candidates`] has none where it cannot be an address.
impl From<&str> for Wanted {
    fn from(slug: &str) -> Self {
        Self::Chosen(slug.into())
    }
}

/// The address that a form asks for: what a person typed or, left empty, one made of the title.
///
/// # Errors
/// When what was typed cannot be an address. A proposal always can.
pub fn wanted(typed: &str, title: &str, fallback: &str) -> Result<Wanted, SlugError> {
    match typed.trim() {
        "" => Ok(Wanted::Proposed(from_title(title, fallback))),
        typed => inside(typed).map(Wanted::Chosen),
    }
}

/// So many numbers are tried before a proposal is given up.
const MOST_PROPOSALS: usize = 500;

impl Wanted {
    /// What to try, in order. All of them can be an address.
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

/// `base-2`, within the length of an address.
fn numbered(base: &str, n: usize) -> String {
    let suffix = format!("-{n}");
    let kept = &base[..base.len().min(LONGEST - suffix.len())];
    format!("{}{suffix}", kept.trim_end_matches('-'))
}

/// A slug made of a title, its letters transliterated. Falls back to `fallback` where nothing is left.
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
    fn a_proposal_is_numbered_and_never_ours() {
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

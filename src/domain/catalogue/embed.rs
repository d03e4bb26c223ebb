//! Which sites may show the card of a space in a frame.

/// Sites that a space may name.
pub const MOST_SITES: usize = 10;
/// In characters.
const LONGEST: usize = 120;

/// The card shows only what everybody may see and has nothing that can be done in it, so the default is [`Sites::Anybody`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sites {
    Nobody,
    #[default]
    Anybody,
    /// Origins such as `https://example.org`, at least one.
    These(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SitesError {
    #[error("“{0}” is no site. Write one like https://example.org or https://*.example.org, without a path.")]
    Form(String),
    #[error("At most {MOST_SITES} sites; these are {0}.")]
    Many(usize),
    #[error("Name at least one site, or choose another answer.")]
    Nothing,
}

impl Sites {
    /// Reads sites that are separated by spaces, commas or lines.
    pub fn these(typed: &str) -> Result<Self, SitesError> {
        let parts = typed.split([' ', ',', '\n', '\r', '\t']).filter(|part| !part.is_empty());
        let mut sites = parts.map(site).collect::<Result<Vec<String>, _>>()?;
        sites.sort_unstable();
        sites.dedup();
        match sites.len() {
            0 => Err(SitesError::Nothing),
            many if many > MOST_SITES => Err(SitesError::Many(many)),
            _ => Ok(Self::These(sites)),
        }
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        match self {
            Self::Nobody => String::new(),
            Self::Anybody => "*".into(),
            Self::These(sites) => sites.join(" "),
        }
    }

    /// Reads [`Self::text`]. What cannot be read allows nobody.
    pub fn read(text: &str) -> Self {
        match text {
            "*" => Self::Anybody,
            text => Self::these(text).unwrap_or(Self::Nobody),
        }
    }

    /// The value of the directive `frame-ancestors`.
    pub fn frame_ancestors(&self) -> String {
        match self {
            Self::Nobody => "'none'".into(),
            sites => sites.text(),
        }
    }
}

/// A source expression of a content security policy: nothing in it can end the directive.
fn site(typed: &str) -> Result<String, SitesError> {
    let wrong = || SitesError::Form(typed.chars().take(LONGEST).collect());
    let text = typed.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let name = host.strip_prefix("*.").unwrap_or(host);
    let label = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
    };
    let named = name.split('.').all(label) && (name.contains('.') || host == "localhost");
    let ported =
        port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0) && !port.starts_with('+'));
    if matches!(scheme, "https" | "http") && named && ported && text.len() <= LONGEST {
        Ok(text)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sites_are_origins_without_a_path() {
        let these = |sites: &[&str]| Ok(Sites::These(sites.iter().map(|site| (*site).into()).collect()));
        for (typed, want) in [
            ("https://example.org", these(&["https://example.org"])),
            (
                "https://Example.org/, http://localhost:3000",
                these(&["http://localhost:3000", "https://example.org"]),
            ),
            ("https://*.example.org\nhttps://*.example.org", these(&["https://*.example.org"])),
            ("", Err(SitesError::Nothing)),
            (" , ", Err(SitesError::Nothing)),
            ("example.org", Err(SitesError::Form("example.org".into()))),
            ("https://example.org/blog", Err(SitesError::Form("https://example.org/blog".into()))),
            ("https://*", Err(SitesError::Form("https://*".into()))),
            ("https://*.com:99999", Err(SitesError::Form("https://*.com:99999".into()))),
            ("javascript://example.org", Err(SitesError::Form("javascript://example.org".into()))),
            ("https://a.example;script-src", Err(SitesError::Form("https://a.example;script-src".into()))),
            ("'self'", Err(SitesError::Form("'self'".into()))),
        ] {
            assert_eq!(Sites::these(typed), want, "{typed}");
        }
        let many: Vec<String> = (0..=MOST_SITES).map(|n| format!("https://s{n}.example")).collect();
        assert_eq!(Sites::these(&many.join(" ")), Err(SitesError::Many(MOST_SITES + 1)));
    }

    #[test]
    fn what_is_stored_is_read_again_and_what_is_broken_allows_nobody() {
        let these = Sites::these("https://a.example https://*.b.example").expect("sites");
        for sites in [Sites::Nobody, Sites::Anybody, these] {
            assert_eq!(Sites::read(&sites.text()), sites);
        }
        assert_eq!(Sites::read("https://a.example nonsense"), Sites::Nobody);
        assert_eq!(Sites::Nobody.frame_ancestors(), "'none'");
        assert_eq!(Sites::Anybody.frame_ancestors(), "*");
    }

    proptest! {
        #[test]
        fn nothing_typed_ends_the_directive(typed in "(\\PC|https://|[a-z.:*;, ]){0,80}") {
            if let Ok(sites) = Sites::these(&typed) {
                let text = sites.frame_ancestors();
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || " -.:/*".contains(c);
                prop_assert!(text.chars().all(plain), "{text}");
                prop_assert_eq!(Sites::read(&sites.text()), sites);
            }
        }
    }
}

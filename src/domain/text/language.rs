//! The languages that the pages speak.

/// A language of the pages and the mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag of BCP 47, as in `<html lang>`, `Accept-Language` and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a tag, by its first part: `de-AT` is German.
    pub fn of(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| first.eq_ignore_ascii_case(language.code()))
    }

    /// Its own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn tags_are_read_by_their_first_part() {
        for (tag, language) in [
            ("de", Some(Language::German)),
            ("de-AT", Some(Language::German)),
            (" EN_gb", Some(Language::English)),
            ("deu", None),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Language::of(tag), language, "{tag:?}");
        }
    }
}

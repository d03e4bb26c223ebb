//! What a space is about: one category of a fixed list, and tags in its creator's words.

use crate::{catalogue::search, text};
use unicode_normalization::char::is_combining_mark;

/// The categories of spaces. Codes are stored and stand in addresses, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    Music,
    Cooking,
    Code,
    Drawing,
    Craft,
    Movement,
    Talk,
    Games,
    Learning,
}

impl Category {
    /// In the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Music,
        Self::Cooking,
        Self::Code,
        Self::Drawing,
        Self::Craft,
        Self::Movement,
        Self::Talk,
        Self::Games,
        Self::Learning,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Cooking => "cooking",
            Self::Code => "code",
            Self::Drawing => "drawing",
            Self::Craft => "craft",
            Self::Movement => "movement",
            Self::Talk => "talk",
            Self::Games => "games",
            Self::Learning => "learning",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// Tags that a space may have.
pub const MOST_TAGS: usize = 5;
/// In characters.
pub const LONGEST_TAG: usize = 24;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    #[error("Choose one of the categories of the list.")]
    Category,
    #[error("At most {MOST_TAGS} tags; these are {0}.")]
    Many(usize),
    #[error("A tag has at most {LONGEST_TAG} characters; “{0}” is longer.")]
    Long(String),
    #[error("A tag is made of letters and digits; “{0}” has none.")]
    Empty(String),
}

/// What a space is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    pub category: Option<Category>,
    /// Normalised by [`tag`], each once, in the creator's order.
    pub tags: Vec<String>,
}

impl Topics {
    /// The tags as a form shows them.
    pub fn listed(&self) -> String {
        self.tags.join(", ")
    }
}

/// Parses a category as a form or an address names it; empty is none.
///
/// # Errors
/// When it is not in the list.
pub fn category(code: &str) -> Result<Option<Category>, TopicError> {
    match code.trim() {
        "" => Ok(None),
        code => Category::from_code(code).map(Some).ok_or(TopicError::Category),
    }
}

/// Parses the tags that a person typed, separated by commas or lines. Tags that differ only in case or accents are one.
///
/// # Errors
/// When a tag is not valid, or there are too many.
pub fn tags(typed: &str) -> Result<Vec<String>, TopicError> {
    let mut kept: Vec<String> = Vec::new();
    for typed in typed.split([',', ';', '\n']).filter(|part| !part.trim().is_empty()) {
        let tag = tag(typed)?;
        let key = search::tag_key(&tag);
        if !kept.iter().any(|known| search::tag_key(known) == key) {
            kept.push(tag);
        }
    }
    if kept.len() > MOST_TAGS { Err(TopicError::Many(kept.len())) } else { Ok(kept) }
}

/// Normalises one tag: small letters and digits of any script, with single hyphens between words.
///
/// # Errors
/// When nothing is left, or when it is too long.
pub fn tag(typed: &str) -> Result<String, TopicError> {
    let mut tag = String::new();
    for c in text::clean(typed).to_lowercase().chars() {
        let begins = tag.is_empty() || tag.ends_with('-');
        match search::is_word(c) {
            // A mark belongs to a letter before it.
            true if !(begins && is_combining_mark(c)) => tag.push(c),
            false if !begins => tag.push('-'),
            _ => {}
        }
    }
    let tag = tag.trim_end_matches('-').to_owned();
    if search::tag_key(&tag).is_empty() {
        return Err(TopicError::Empty(shortened(typed)));
    }
    if tag.chars().count() > LONGEST_TAG { Err(TopicError::Long(shortened(typed))) } else { Ok(tag) }
}

/// What a person typed, short enough to be shown in an error.
fn shortened(typed: &str) -> String {
    text::clean(typed).chars().take(LONGEST_TAG).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn categories_have_codes_of_their_own() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(category));
        }
        assert_eq!(category(""), Ok(None));
        assert_eq!(category(" music "), Ok(Some(Category::Music)));
        assert_eq!(category("Music!"), Err(TopicError::Category));
    }

    #[test]
    fn tags_are_normalised_and_each_is_kept_once() {
        for (typed, want) in [
            ("", &[][..]),
            (" , ;\n", &[]),
            ("Jazz", &["jazz"]),
            ("#Jazz, jazz; JAZZ", &["jazz"]),
            ("Song  writing!, Für Elise", &["song-writing", "für-elise"]),
            ("für, fur, FUER", &["für", "fuer"]),
            ("日本語, ライブ", &["日本語", "ライブ"]),
            ("8-bit, c++", &["8-bit", "c"]),
            ("e\u{301}te\u{301}", &["été"]),
        ] {
            assert_eq!(tags(typed).expect(typed), want, "{typed:?}");
        }
    }

    #[test]
    fn tags_that_cannot_be_kept_are_named() {
        for (typed, words) in [
            ("a, b, c, d, e, f", "At most 5 tags; these are 6."),
            ("ok, ++", "“++” has none"),
            ("\u{200B}x, \u{3164}", "has none"),
            (&"long".repeat(7), "longer"),
        ] {
            let error = tags(typed).expect_err(typed).to_string();
            assert!(error.contains(words), "{typed}: {error}");
        }
        assert_eq!(tags("a, b, c, d, e, A").map(|tags| tags.len()), Ok(5), "the same tag counts once");
    }

    proptest! {
        /// Saving a form unchanged changes nothing, and a stored list cannot be read as another one.
        #[test]
        fn kept_tags_are_read_again_as_they_are(typed in "[a-zA-ZäßéЖ日本ー0-9 ,#;.+-]{0,60}") {
            let Ok(kept) = tags(&typed) else { return Ok(()) };
            prop_assert_eq!(&tags(&Topics { category: None, tags: kept.clone() }.listed()), &Ok(kept.clone()));
            for tag in kept {
                prop_assert!(!tag.contains(char::is_whitespace) && tag.chars().count() <= LONGEST_TAG, "{}", tag);
            }
        }
    }
}

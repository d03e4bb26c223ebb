//! Posts of an experience: formatted texts with pictures, the newest first.

use crate::{
    id::{AccountId, ExperienceId, PostId, SpaceId},
    picture::PictureId,
    text::{self, TextError, markdown},
    time::Millis,
};
use std::{fmt, str::FromStr};

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// The longest text, in characters. Four bytes each leave room for the other fields of a form.
pub const LONGEST_BODY: usize = 12_000;
/// Pictures of one post.
pub const MOST_PICTURES: i64 = 4;
/// The longest words about a picture, in characters.
pub const LONGEST_ALT: usize = 200;
/// Posts of one experience, drafts included.
pub const MOST: i64 = 2_000;
/// Posts of one page.
pub const PAGE: usize = 10;
/// The first words of a post, in characters.
const OPENING: usize = 400;

/// A post, published or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub space: SpaceId,
    pub experience: ExperienceId,
    pub author: AccountId,
    pub title: String,
    pub body: String,
    /// Counts the changes of its words.
    pub version: i64,
    pub created_at: Millis,
    /// When it was last changed after it was published.
    pub edited_at: Option<Millis>,
    /// `None`: a draft, which only those who may edit it see.
    pub published_at: Option<Millis>,
    /// In order.
    pub pictures: Vec<PostPicture>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostPicture {
    pub id: PictureId,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Of its largest file, in pixels.
    pub width: u32,
    pub height: u32,
}

/// What a visitor without a pass sees of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teaser {
    pub title: String,
    pub published_at: Millis,
}

/// The words of a post, cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostText {
    pub title: String,
    pub body: String,
}

pub fn title(typed: &str) -> Result<String, TextError> {
    text::line(typed, 1..=LONGEST_TITLE)
}

pub fn body(typed: &str) -> Result<String, TextError> {
    text::paragraphs(typed, 1..=LONGEST_BODY)
}

/// The first words of a post on one line, without its marks: at most `OPENING` characters, to the end of a word.
pub fn opening(body: &str) -> String {
    let plain = markdown::plain(&markdown::parse_people(body));
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = words.char_indices().nth(OPENING) else { return words };
    let begun = &words[..end];
    let whole = begun.rsplit_once(' ').map_or(begun, |(whole, _)| whole);
    format!("{whole}…")
}

/// Where a page of posts begins: after this one. Posts that are published meanwhile move no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct After {
    pub at: Millis,
    pub id: PostId,
}

impl After {
    pub fn of(post: &Post) -> Option<Self> {
        Some(Self { at: post.published_at?, id: post.id })
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.0, self.id)
    }
}

/// The text is not where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the posts")]
pub struct BadPlace;

impl FromStr for After {
    type Err = BadPlace;
    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let (at, id) = text.split_once('-').ok_or(BadPlace)?;
        let at = at.parse().ok().filter(|at: &i64| *at >= 0).ok_or(BadPlace)?;
        Ok(Self { at: Millis(at), id: id.parse().map_err(|_| BadPlace)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = After { at: Millis(1_800_000_000_000), id: PostId::new() };
        assert_eq!(place.to_string().parse(), Ok(place));
        for bad in ["", "7", "-1-00", "x-00000000000000000000000000000001", "7-", "7-zz"] {
            assert_eq!(bad.parse::<After>(), Err(BadPlace), "{bad}");
        }
    }

    #[test]
    fn the_first_words_are_plain_and_end_with_a_word() {
        for (body, want) in [
            ("# One\n\n**Two** *three*\nfour", "One Two three four"),
            ("- a\n- b\n\n> [c](https://a.example) `d`", "a b c d"),
            ("---", ""),
        ] {
            assert_eq!(opening(body), want, "{body}");
        }
        let cut = opening(&"word ".repeat(100));
        assert_eq!((cut.chars().count(), cut.ends_with("word…")), (OPENING, true), "{cut}");
        let unbroken = opening(&"字".repeat(OPENING + 1));
        assert_eq!(unbroken.chars().count(), OPENING + 1, "{unbroken}");
    }

    #[test]
    fn a_post_has_a_title_and_words() {
        assert_eq!(title(" Chords\nof the week ").as_deref(), Ok("Chords of the week"));
        assert_eq!(title(""), Err(TextError::Empty));
        assert_eq!(body("  \n "), Err(TextError::Empty));
        assert_eq!(body("# One\r\n\r\n\r\ntwo").as_deref(), Ok("# One\n\ntwo"));
        assert!(matches!(body(&"x".repeat(LONGEST_BODY + 1)), Err(TextError::Long { .. })));
    }
}

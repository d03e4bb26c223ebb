//! The one rule for all user text that others see: names, titles, descriptions, reasons, chat lines.
//!
//! Text stays as written, in Unicode's composed form (NFC). Removed are invisible characters, characters that change
//! the text direction beyond its own end, and marks that would stack over other lines.

pub mod documents;
pub mod language;
pub mod markdown;

use std::{borrow::Cow, ops::RangeInclusive};
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::canonical_combining_class, char::is_combining_mark,
    is_nfc_quick,
};

/// Combining marks stacked above or below one character: one more than Vietnamese or Hebrew need.
const MOST_STACKED: usize = 4;
/// All combining marks on one character: Burmese syllables have five.
const MOST_MARKS: usize = 6;
/// The black flag: tags after it name a region (England, Scotland) and are shown. They end with [`LAST_TAG`].
const TAGGED_FLAG: char = '\u{1F3F4}';
const LAST_TAG: char = '\u{E007F}';
/// Tags of the longest region, including the last tag.
const MOST_TAGS: u8 = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("This cannot be empty.")]
    Empty,
    #[error("This has nothing in it that can be seen.")]
    Invisible,
    #[error("At most {most} characters; this has {count}.")]
    Long { most: usize, count: usize },
    #[error("At least {least} characters; this has {count}.")]
    Short { least: usize, count: usize },
}

/// One line: line breaks become spaces. `length` is in characters after cleaning.
///
/// # Errors
/// When nothing is visible, unless the text may be empty, or when the length does not fit.
pub fn line(text: &str, length: RangeInclusive<usize>) -> Result<String, TextError> {
    measured(text, clean(text), length)
}

/// Lines and paragraphs: line breaks stay, with at most one empty line in a row.
///
/// # Errors
/// As [`line()`].
pub fn paragraphs(text: &str, length: RangeInclusive<usize>) -> Result<String, TextError> {
    let text =
        text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{B}', '\u{C}'], "\n");
    let mut cleaned = String::with_capacity(text.len());
    let mut breaks = 0;
    for part in text.split('\n').map(clean) {
        if part.is_empty() {
            breaks += 1;
            continue;
        }
        if !cleaned.is_empty() {
            cleaned.push_str(if breaks > 0 { "\n\n" } else { "\n" });
        }
        cleaned.push_str(&part);
        breaks = 0;
    }
    measured(&text, cleaned, length)
}

fn measured(given: &str, cleaned: String, length: RangeInclusive<usize>) -> Result<String, TextError> {
    let (least, most) = length.into_inner();
    let count = cleaned.chars().count();
    match count {
        0 if least > 0 && given.trim().is_empty() => Err(TextError::Empty),
        0 if least > 0 => Err(TextError::Invisible),
        _ if count < least => Err(TextError::Short { least, count }),
        _ if count > most => Err(TextError::Long { most, count }),
        _ => Ok(cleaned),
    }
}

/// The visible text as one line, trimmed; empty if nothing is visible.
pub fn clean(text: &str) -> String {
    let text = text.trim();
    if is_clean(text) { text.to_owned() } else { clean_each(text) }
}

/// Finds most texts that are clean as they are: Latin letters, which are composed, with single spaces between the words. The text
/// is trimmed.
fn is_clean(text: &str) -> bool {
    let seen = |c| matches!(c, ' '..='~' | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{2FF}');
    text.chars().all(seen) && !text.contains("  ")
}

/// Cleans character by character.
fn clean_each(text: &str) -> String {
    let rtl = text.chars().any(|c| is_right_to_left(c) && !is_combining_mark(c));
    let mut line = LineCleaner { rtl, ..LineCleaner::default() };
    compose(text).chars().for_each(|c| line.push(c));
    // A removed character may have stood between two that compose.
    match compose(&line.kept) {
        Cow::Borrowed(_) => line.kept,
        Cow::Owned(composed) => composed,
    }
}

/// The text in NFC. Most texts are already, which is quick to find out.
fn compose(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// State of cleaning one line, character by character.
#[derive(Default)]
struct LineCleaner {
    kept: String,
    /// The last visible character except marks; `None` at the start and after a space.
    base: Option<char>,
    /// Marks on it: stacked ones, and all.
    stacked: usize,
    marks: usize,
    /// A space that is written if something follows.
    blank: Option<char>,
    /// A joiner or direction mark that is written if something follows.
    pending: Option<char>,
    /// Tags that may still follow as part of a flag.
    tags: u8,
    /// The text contains right-to-left letters, so direction marks have an effect.
    rtl: bool,
}

impl LineCleaner {
    fn push(&mut self, c: char) {
        let tag = matches!(c, '\u{E0020}'..=LAST_TAG);
        if tag && self.tags > 0 {
            self.kept.push(c);
            self.tags = if c == LAST_TAG { 0 } else { self.tags - 1 };
            return;
        }
        self.tags = 0;
        match c {
            _ if c.is_whitespace() => self.push_blank(c),
            _ if c.is_control() => {}
            '\u{200C}' | '\u{200D}' => self.push_pending(c),
            '\u{200E}' | '\u{200F}' | '\u{61C}' if self.rtl => self.push_pending(c),
            // Variation selectors: text or emoji form, a variant of an ideograph.
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => self.push_mark(c, true),
            _ if is_ignorable(c) => {}
            _ if is_combining_mark(c) => self.push_mark(c, canonical_combining_class(c) != 0),
            _ => self.push_base(c),
        }
    }

    /// Keeps one of several spaces: a plain one, unless there is only one and it is of another kind.
    fn push_blank(&mut self, c: char) {
        let plain = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || self.blank.is_some();
        self.blank = Some(if plain { ' ' } else { c });
        (self.base, self.pending) = (None, None);
    }

    fn push_pending(&mut self, c: char) {
        if !self.kept.is_empty() && (self.base.is_some() || self.blank.is_some()) {
            self.pending.get_or_insert(c);
        }
    }

    /// A mark without a base character would be drawn over what stands before the text.
    fn push_mark(&mut self, c: char, stacked: bool) {
        let Some(base) = self.base else { return };
        if self.marks < MOST_MARKS && (!stacked || self.stacked < MOST_STACKED) {
            self.write_pending(base, c);
            self.kept.push(c);
            self.marks += 1;
            self.stacked += usize::from(stacked);
        }
    }

    fn push_base(&mut self, c: char) {
        if let Some(blank) = self.blank.take().filter(|_| !self.kept.is_empty()) {
            self.kept.push(blank);
        }
        let before = self.base.unwrap_or(' ');
        self.write_pending(before, c);
        self.kept.push(c);
        (self.base, self.stacked, self.marks) = (Some(c), 0, 0);
        self.tags = if c == TAGGED_FLAG { MOST_TAGS } else { 0 };
    }

    /// Joiners shape Arabic and Indic letters and emoji; elsewhere they only make equal words differ.
    fn write_pending(&mut self, before: char, after: char) {
        let Some(pending) = self.pending.take() else { return };
        let joins = before >= '\u{600}' && after >= '\u{600}';
        if joins || !matches!(pending, '\u{200C}' | '\u{200D}') {
            self.kept.push(pending);
        }
    }
}

/// Characters that are not drawn: Unicode's `Default_Ignorable_Code_Point`, blank letters, placeholders.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' | '\u{13430}'..='\u{1345F}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Hebrew, Arabic and related scripts.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{61B}' | '\u{61D}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_stays_and_invisible_characters_go() {
        for (given, want) in [
            ("  hello\tthere\r\n ", "hello there"),
            ("a\u{202E}b\u{2066}c\u{7}\u{9B}d\u{FEFF}\u{1B}[31m\u{0}", "abcd[31m"),
            ("May\u{200B}a\u{AD} \u{2060}Lin", "Maya Lin"),
            ("Ma\u{200D}ya L\u{200C}in\u{200E}", "Maya Lin"),
            ("Maya  \u{A0}\u{2003} Lin", "Maya Lin"),
            ("山田\u{3000}太郎", "山田\u{3000}太郎"),
            ("e\u{301}te\u{301}", "été"),
            ("\u{301}\u{302}x", "x"),
            ("a \u{301}b", "a b"),
            ("tag\u{E0041}\u{E0042}ged", "tagged"),
            (
                "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}!",
                "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}!",
            ),
            (
                "👩\u{200D}👧 ❤\u{FE0F} می\u{200C}خواهم ש\u{200F}!",
                "👩\u{200D}👧 ❤\u{FE0F} می\u{200C}خواهم ש\u{200F}!",
            ),
            ("လျှို့ဝှက်", "လျှို့ဝှက်"),
            ("葛\u{E0100}城", "葛\u{E0100}城"),
        ] {
            assert_eq!(clean(given), want, "{given:?}");
        }
    }

    #[test]
    fn invisible_text_is_refused() {
        for nothing in [
            "\u{200B}\u{200D}",
            "\u{2800}\u{3164} \u{FE0F}",
            "\u{0}\u{202E}\n",
            "\u{115F}\u{FFA0}",
            "\u{301}\u{488}",
        ] {
            assert_eq!(line(nothing, 1..=60), Err(TextError::Invisible), "{nothing:?}");
            assert_eq!(line(nothing, 0..=60).as_deref(), Ok(""), "{nothing:?}");
        }
        for empty in ["", "  ", "\n\t"] {
            assert_eq!(line(empty, 1..=60), Err(TextError::Empty), "{empty:?}");
        }
    }

    #[test]
    fn stacked_marks_are_bounded() {
        let zalgo =
            |marks: &[char], n: usize| format!("a{}b", marks.iter().cycle().take(n).collect::<String>());
        for marks in [&['\u{301}'][..], &['\u{316}', '\u{489}', '\u{E47}'], &['\u{E47}'], &['\u{FE0F}']] {
            for n in [59, 300] {
                let kept = clean(&zalgo(marks, n)).chars().count();
                assert!((2..=2 + MOST_MARKS).contains(&kept), "{marks:?} × {n}: {kept}");
            }
        }
        assert_eq!(clean(&zalgo(&['\u{316}'], 300)).chars().count(), 2 + MOST_STACKED);
    }

    #[test]
    fn characters_are_counted_after_cleaning() {
        assert!(line(&format!("  {}\u{202E} ", "ü".repeat(60)), 1..=60).is_ok());
        assert_eq!(line(&"ü".repeat(61), 1..=60), Err(TextError::Long { most: 60, count: 61 }));
        assert_eq!(line("a", 2..=60), Err(TextError::Short { least: 2, count: 1 }));
    }

    #[test]
    fn paragraphs_keep_their_breaks() {
        let told = "One  line\r\nnext\r\n\r\n\r\n\u{200B}\r\nthird\u{1B}\u{2028}fourth\n\n";
        assert_eq!(paragraphs(told, 0..=99).as_deref(), Ok("One line\nnext\n\nthird\nfourth"));
        assert_eq!(paragraphs("\n\u{3164}\n", 1..=99), Err(TextError::Invisible));
    }

    proptest! {
        #[test]
        fn what_is_clean_at_once_is_what_cleaning_leaves(text in "([ -~]|[\\x7f-\\u{2ff}]|\\PC|[\\t\\n]){0,12}") {
            prop_assert_eq!(clean(&text), clean_each(&text));
        }

        #[test]
        fn cleaning_is_idempotent(text in any::<String>()) {
            let cleaned = clean(&text);
            prop_assert_eq!(&clean(&cleaned), &cleaned);
            prop_assert!(!cleaned.chars().any(|c| c.is_control()));
            prop_assert_eq!(cleaned.trim(), &cleaned);
        }

        #[test]
        fn cleaning_special_characters_is_idempotent(text in proptest::collection::vec(proptest::sample::select(
            vec!['a', 'ü', 'ש', '👩', ' ', '\u{3000}', '\n', '\u{301}', '\u{316}', '\u{E47}', '\u{200D}', '\u{200F}',
                 '\u{202E}', '\u{FE0F}', '\u{1F3F4}', '\u{E0067}', '\u{E007F}', '\u{3164}', '\u{1161}', '\u{1100}']), 0..24)) {
            let text: String = text.into_iter().collect();
            let cleaned = clean(&text);
            prop_assert_eq!(&clean(&cleaned), &cleaned, "{:?}", text);
        }
    }
}

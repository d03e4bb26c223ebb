//! What a line may look like. Words are kept as they are; what would break a page or pretend to be somebody else is not.

use crate::chat::{room::LONGEST_LINE, rules::Refusal};

/// Trimmed and cleaned, 1 to [`LONGEST_LINE`] characters, at least one of them to be seen.
pub fn line(body: &str) -> Result<String, Refusal> {
    let body = clean(body);
    if !body.chars().any(shows) {
        return Err(Refusal::Empty);
    }
    if body.chars().count() > LONGEST_LINE { Err(Refusal::TooLong) } else { Ok(body) }
}

/// One line without control characters and without marks that turn the direction of what follows.
pub fn clean(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    kept.extend(text.chars().filter_map(keep));
    kept.truncate(kept.trim_end().len());
    kept.drain(..kept.len() - kept.trim_start().len());
    kept
}

/// Breaks become spaces. Left: joiners and marks of direction (emoji, Persian, Arabic and Hebrew need them).
fn keep(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        // Embeddings, overrides and isolates: they reach over the end of the line.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        // Deprecated format characters, interlinear annotation, byte order mark.
        '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FEFF}' => None,
        c => Some(c),
    }
}

/// Whether there is something to see: a line of joiners and blanks is no line.
fn shows(c: char) -> bool {
    let invisible = matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    );
    !c.is_whitespace() && !invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_tricks_go() {
        assert_eq!(line("  hello\tthere\r\n ").as_deref(), Ok("hello there"));
        assert_eq!(line("a\u{202E}b\u{2066}c\u{7}\u{9B}d\u{FEFF}").as_deref(), Ok("abcd"));
        let family = "👩\u{200D}👧 می\u{200C}خواهم ש\u{200F}!";
        assert_eq!(line(family).as_deref(), Ok(family));
    }

    #[test]
    fn a_line_has_something_to_see() {
        for nothing in ["", "   ", "\u{200B}\u{200D}", "\u{2800}\u{3164} \u{FE0F}", "\u{0}\u{202E}\n"] {
            assert_eq!(line(nothing), Err(Refusal::Empty), "{nothing:?}");
        }
    }

    #[test]
    fn characters_are_counted_after_cleaning() {
        assert!(line(&format!("  {}\u{202E} ", "ü".repeat(LONGEST_LINE))).is_ok());
        assert_eq!(line(&"ü".repeat(LONGEST_LINE + 1)), Err(Refusal::TooLong));
    }
}

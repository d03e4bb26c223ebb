//! Validation of a chat line: the general rule for text, with the room's maximum length and refusals.

use crate::{
    chat::{room::LONGEST_LINE, rules::ChatRefusal},
    text::{self, TextError},
};

/// The cleaned text: 1 to [`LONGEST_LINE`] characters, at least one of them visible.
pub fn line(body: &str) -> Result<String, ChatRefusal> {
    text::line(body, 1..=LONGEST_LINE).map_err(|error| match error {
        TextError::Empty | TextError::Invisible | TextError::Short { .. } => ChatRefusal::Empty,
        TextError::Long { .. } => ChatRefusal::TooLong,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cleaned_and_measured() {
        assert_eq!(line("  hello\tthere\r\n ").as_deref(), Ok("hello there"));
        for nothing in ["", "   ", "\u{200B}\u{200D}", "\u{2800}\u{3164} \u{FE0F}", "\u{0}\u{202E}\n"] {
            assert_eq!(line(nothing), Err(ChatRefusal::Empty), "{nothing:?}");
        }
        assert!(line(&format!("  {}\u{202E} ", "ü".repeat(LONGEST_LINE))).is_ok());
        assert_eq!(line(&"ü".repeat(LONGEST_LINE + 1)), Err(ChatRefusal::TooLong));
        let piled = line(&format!("x{}", "\u{316}".repeat(300))).unwrap();
        assert!(piled.chars().count() < 8, "{} marks cover the lines below", piled.chars().count());
    }
}

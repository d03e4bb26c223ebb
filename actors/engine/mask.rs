//! Removes personal data from error texts that operators read.

/// Replaces e-mail addresses and quoted text.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '“', '`']) {
        let mark = rest[at..].chars().next().unwrap_or('"');
        let end = if mark == '“' { '”' } else { mark };
        let (before, quoted) = (&rest[..at], &rest[at + mark.len_utf8()..]);
        masked.push_str(before);
        masked.push(mark);
        masked.push('…');
        masked.push(end);
        // An unterminated quotation is cut off at its start.
        rest = quoted.split_once(end).map_or("", |(_, after)| after);
    }
    masked.push_str(rest);
    let words = masked.split(' ').map(|word| if word.contains('@') { "…@…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn people_and_their_words_are_taken_out() {
        assert_eq!(mask("the database is away"), "the database is away");
        assert_eq!(mask("no mail to ann@example.com, twice"), "no mail to …@… twice");
        assert_eq!(mask("called `unwrap` on \"my secret line\" and “more”"), "called `…` on \"…\" and “…”");
        assert_eq!(mask("began \"and never en"), "began \"…\"");
    }
}

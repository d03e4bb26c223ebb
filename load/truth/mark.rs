//! The mark that every posted line carries, so that it is recognised wherever its text appears.

use crate::truth::moves::Moves;
use memchr::memmem::{Finder, FinderRev};
use std::{fmt::Write, sync::Arc};

/// Names one run, so that lines of an earlier run in the same room are not taken for ours.
#[derive(Clone, Debug)]
pub struct RunTag {
    prefix: String,
    /// Set in a run whose marks are changes of slow mode instead of lines.
    moves: Option<Arc<Moves>>,
}

/// A line as it appears in a page or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Lines are numbered from 0 in the order in which they are due.
    pub number: u32,
    /// Microseconds on the tool's own clock, taken right before the first request with the line.
    pub sent_us: u64,
}

impl RunTag {
    /// Letters, digits and dashes only: neither form encoding nor HTML escaping changes them.
    pub fn new(id: u32) -> Self {
        Self { prefix: format!("load-{id:08x}-"), moves: None }
    }

    /// A run of mode changes, recorded in `moves`.
    pub fn of_moves(id: u32, moves: Arc<Moves>) -> Self {
        Self { moves: Some(moves), ..Self::new(id) }
    }

    pub const fn moves(&self) -> Option<&Arc<Moves>> {
        self.moves.as_ref()
    }

    /// The text of a line: its mark, then padding up to `bytes` (a line is never shorter than its mark).
    pub fn line(&self, mark: Mark, bytes: usize) -> String {
        let mut line = String::with_capacity(bytes.max(40));
        self.write(&mut line, mark, bytes);
        line
    }

    /// The same, written into an empty string.
    pub fn write(&self, line: &mut String, mark: Mark, bytes: usize) {
        write!(line, "{}{}-{}.", self.prefix, mark.number, mark.sent_us).expect("writing into a string");
        while line.len() < bytes {
            line.push(if line.len() % 8 == 7 { ' ' } else { 'o' });
        }
    }

    /// Distinguishes this run from others, in characters that are valid in a URL.
    pub fn name(&self) -> &str {
        self.prefix.trim_end_matches('-')
    }

    pub fn scanner(&self) -> Scanner {
        Scanner { finder: Finder::new(self.prefix.as_bytes()).into_owned(), moves: self.moves.clone() }
    }
}

/// Finds marks of one run in text. Created once: building the search tables costs more than a search.
pub struct Scanner {
    finder: Finder<'static>,
    moves: Option<Arc<Moves>>,
}

impl Scanner {
    /// Calls `each` for every mark, in the order of the text. `id`: the journal number of the text, if it has one.
    pub fn each(&self, text: &[u8], id: Option<u64>, mut each: impl FnMut(Mark)) {
        if let Some(moves) = &self.moves {
            return moves.find(text, id).into_iter().for_each(each);
        }
        let mut rest = text;
        while let Some(at) = self.finder.find(rest) {
            rest = &rest[at + self.finder.needle().len()..];
            if let Some(mark) = parse(rest) {
                each(mark);
            }
        }
    }
}

fn parse(text: &[u8]) -> Option<Mark> {
    let (number, rest) = digits(text)?;
    let (sent_us, rest) = digits(rest.strip_prefix(b"-")?)?;
    // A truncated mark does not count: its number would be another line's.
    rest.first().filter(|b| **b == b'.')?;
    Some(Mark { number: u32::try_from(number).ok()?, sent_us })
}

pub fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let value = std::str::from_utf8(&text[..len]).ok()?.parse().ok()?;
    Some((value, &text[len..]))
}

pub fn contains(page: &[u8], words: &str) -> bool {
    memchr::memmem::find(page, words.as_bytes()).is_some()
}

/// The number of people that a fragment shows, if it contains the element `people` or the partial that replaces its
/// content: the last number in its text.
pub fn people(fragment: &[u8]) -> Option<u32> {
    let finder = |needle: &'static [u8]| FinderRev::new(needle).rfind(fragment);
    let at = finder(b"\"#people\"").or_else(|| finder(b"id=\"people\""))?;
    let inside = std::str::from_utf8(&fragment[at..]).ok()?.split_once('>')?.1;
    let ends = [inside.find("</hx-partial"), inside.find("</output")].into_iter().flatten().min();
    let (mut words, mut tag) = (String::new(), false);
    for letter in inside[..ends.unwrap_or(inside.len())].chars() {
        match letter {
            '<' => tag = true,
            '>' => tag = false,
            // A thousands separator inside a number.
            ',' | '\u{202f}' | '\u{a0}' => {}
            _ if !tag => words.push(letter),
            _ => {}
        }
    }
    words.split(|c: char| !c.is_ascii_digit()).rfind(|digits| !digits.is_empty())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(run: &RunTag, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        run.scanner().each(text.as_bytes(), None, |mark| found.push(mark.number));
        found
    }

    #[test]
    fn a_line_is_known_again_inside_a_page() {
        let run = RunTag::new(7);
        let (one, two) = (Mark { number: 12, sent_us: 99 }, Mark { number: 3, sent_us: 100 });
        let page = format!("<li>{}</li><li title='x'>{}</li>", run.line(one, 80), run.line(two, 0));
        let mut found = Vec::new();
        run.scanner().each(page.as_bytes(), None, |mark| found.push(mark));
        assert_eq!(found, [one, two]);
        assert_eq!(run.line(one, 80).len(), 80);
    }

    #[test]
    fn lines_of_other_runs_and_cut_lines_are_not_ours() {
        let run = RunTag::new(7);
        let other = RunTag::new(8).line(Mark { number: 1, sent_us: 2 }, 0);
        assert_eq!(marks(&run, &other), [0; 0]);
        assert_eq!(marks(&run, "load-00000007-12"), [0; 0]);
        assert_eq!(marks(&run, "load-00000007-12-99"), [0; 0]);
        assert_eq!(marks(&run, "load-00000007-x load-00000007-5-6."), [5]);
    }

    #[test]
    fn people_are_read_from_the_fragment_that_shows_them() {
        assert_eq!(people(b"<output id=\"people\" class=\"n\">1,234</output>"), Some(1234));
        assert_eq!(people(b"<hx-partial><output id=\"people\">7 <span>here</span></output>"), Some(7));
        let partial = "<hx-partial hx-target=\"#people\" hx-swap=\"innerHTML\"><svg viewBox=\"0 0 24 24\"><path d=\"M1 2\"/></svg>\
            <span class=\"hidden\">People here: </span>12,345</hx-partial>";
        assert_eq!(people(partial.as_bytes()), Some(12_345));
        assert_eq!(people(b"<output id=\"peoples\">7</output>"), None);
        assert_eq!(people(b"<output id=\"people\">nobody</output>"), None);
    }
}

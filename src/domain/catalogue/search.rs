//! How texts are compared in a search. Stored texts and queries are folded here by the same rules, because no database
//! knows a word's case, accents and script as we need it. So both databases find the same.
//!
//! A stored text becomes a list of folded words with two spaces between them. A query's word matches anywhere inside a
//! stored word; one of one or two letters matches only the beginning of a stored word. Text in scripts without spaces,
//! such as Japanese, is also stored as pairs of letters, so that any two neighbouring letters can be found.

use std::fmt::Write;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The number of words of a query that count; further words are ignored.
pub const MOST_WORDS: usize = 4;
/// The shortest word that is found anywhere inside another: databases index three letters in a row.
const ANYWHERE: usize = 3;
/// What stands between two words. Two spaces, so that one letter at the beginning of a word also makes three.
const BETWEEN: &str = "  ";
/// Ends a first letter among the beginnings of words; the next one ends first two letters. No word contains them.
const ONE: char = '/';
const TWO: char = '|';
/// Begins a tag. No word contains it.
const TAG: char = '#';
/// Combining marks of Latin, Greek and Cyrillic letters. Those of other scripts are letters of their own.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36F}';

/// Whether a character is part of a word: letters and digits with their marks, and symbols such as emoji.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || is_symbol(c)
}

/// Pictures that people search for, such as emoji.
const fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Scripts that write words without spaces between them.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' // Thai, Lao, Burmese, Khmer
        | '\u{3005}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..='\u{3FFFF}')
        || is_symbol(c)
}

/// Folds case, accents, width and kana, and replaces everything that is not part of a word by a space.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase).nfkd().filter(|c| !ACCENTS.contains(c)).nfc() {
        match c {
            // Katakana become hiragana.
            '\u{30A1}'..='\u{30F6}' => folded.extend(char::from_u32(c as u32 - 0x60)),
            '\u{30FC}' => folded.push(c),
            // Letters with a stroke, ligatures, sharp s: what is left of Latin.
            '\u{80}'..='\u{24F}' if c.is_alphabetic() => folded.push_str(latin(c)),
            c if is_word(c) => folded.push(c),
            _ => folded.push(' '),
        }
    }
    folded
}

fn latin(c: char) -> &'static str {
    match deunicode::deunicode_char(c) {
        Some(ascii) if ascii.bytes().all(|b| b.is_ascii_lowercase()) => ascii,
        _ => "",
    }
}

/// The folded words of a text. A change between a script without spaces and another one begins a word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for c in fold(text).chars() {
        let kind = (c != ' ').then(|| is_unspaced(c));
        match (kind, words.last_mut()) {
            (None, _) => {}
            // Marks belong to the letter before them.
            (Some(_), Some(word)) if before.is_some() && (before == kind || is_combining_mark(c)) => {
                word.push(c)
            }
            (Some(_), _) => words.push(c.into()),
        }
        before = if is_combining_mark(c) { before } else { kind };
    }
    words
}

/// Words in which German writes ä, ö or ü, with these letters spelled out: `für` is also found as `fuer`.
fn spelled_out(text: &str) -> Vec<String> {
    let composed: String = text.nfc().flat_map(char::to_lowercase).collect();
    let with_umlauts = composed.split(|c| !is_word(c)).filter(|word| word.contains(['ä', 'ö', 'ü']));
    with_umlauts
        .flat_map(|word| words(&word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")))
        .collect()
}

/// The stored search text of one entry: its folded words, each once, and its tags.
pub fn indexed(texts: &[&str], tags: &[String]) -> String {
    let mut all: Vec<String> = tags.iter().map(|tag| format!("{TAG}{}", tag_key(tag))).collect();
    for text in texts.iter().copied().chain(tags.iter().map(String::as_str)) {
        for word in words(text).into_iter().chain(spelled_out(text)) {
            let letters: Vec<char> = word.chars().collect();
            if letters.first().is_some_and(|c| is_unspaced(*c)) {
                all.extend(letters.windows(2).map(|pair| pair.iter().collect()));
                all.extend(letters.last().map(|last| String::from(*last)));
            }
            all.push(word);
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|word| seen.insert(word.clone()));
    let mut stored = String::from(BETWEEN);
    for word in all {
        let _ = write!(stored, "{word}{BETWEEN}");
    }
    stored
}

/// The first letter and the first two of each word of a stored text, each once. A search for them alone, which most texts
/// match, reads less.
pub fn beginnings(stored: &str) -> String {
    let (mut seen, mut all) = (std::collections::HashSet::new(), String::new());
    for word in stored.split(' ') {
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        for beginning in [Some((first, None)), letters.next().map(|second| (first, Some(second)))] {
            if let Some(new) = beginning.filter(|beginning| seen.insert(*beginning)) {
                all.push(new.0);
                all.extend(new.1);
                all.push(if new.1.is_some() { TWO } else { ONE });
            }
        }
    }
    all
}

/// The key of a tag: tags with the same key are equal.
pub fn tag_key(tag: &str) -> String {
    words(tag).concat()
}

/// The terms of a query. A stored text matches if it contains all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchTerms(Vec<String>);

impl SearchTerms {
    /// The terms for a query, and for a tag unless it is empty. `None` if the query has no word, so that nothing
    /// matches.
    pub fn of(query: &str, tag: &str) -> Option<Self> {
        let mut terms = Vec::new();
        if !tag.is_empty() {
            terms.push(format!("{TAG}{}{BETWEEN}", tag_key(tag)));
        }
        let words = words(query);
        if words.is_empty() && !query.trim().is_empty() {
            return None;
        }
        terms.extend(words.into_iter().take(MOST_WORDS).map(term));
        Some(Self(terms))
    }

    /// Whether every text matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// At most [`MOST_WORDS`] and a tag. None contains a quote, a backslash, or a character with a meaning in a
    /// pattern.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Those that match the beginning of a word, as [`beginnings`] writes them.
    pub fn beginnings(&self) -> impl Iterator<Item = String> {
        self.each().filter(|term| is_beginning(term)).map(|term| {
            let word = term.trim_start_matches(' ');
            format!("{word}{}", if word.chars().count() == 1 { ONE } else { TWO })
        })
    }

    /// The others, which a stored text contains somewhere.
    pub fn inside(&self) -> impl Iterator<Item = &str> {
        self.each().filter(|term| !is_beginning(term))
    }

    /// Whether a stored text matches. The databases do the same.
    pub fn find(&self, stored: &str) -> bool {
        self.each().all(|term| stored.contains(term))
    }
}

fn is_beginning(term: &str) -> bool {
    term.starts_with(' ')
}

fn term(word: String) -> String {
    match ANYWHERE.saturating_sub(word.chars().count()) {
        0 => word,
        missing => format!("{}{word}", &BETWEEN[..missing]),
    }
}

/// The sort key of a name: its folded words with single spaces.
pub fn name_order(name: &str) -> String {
    words(name).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same as [`SearchTerms::find`], as the databases do it.
    fn stored_apart(terms: &SearchTerms, stored: &str) -> bool {
        let begun = beginnings(stored);
        let begins = terms.beginnings().all(|term| begun.contains(&term));
        begins && terms.inside().all(|term| stored.contains(term))
    }

    #[test]
    fn beginnings_are_kept_once_each() {
        assert_eq!(beginnings("  a  ab  abc  夜の  b  "), "a/ab|夜/夜の|b/");
        let terms = SearchTerms::of("b ab 夜 long", "jazz").unwrap();
        assert_eq!(terms.beginnings().collect::<Vec<_>>(), ["b/", "ab|", "夜/"]);
        assert_eq!(terms.inside().collect::<Vec<_>>(), ["#jazz  ", "long"]);
    }

    /// The store runs both databases on the same table, which it also includes.
    #[test]
    fn words_are_found_whatever_their_case_accents_and_script() {
        let table = include_str!("../tests/search.txt").lines().filter(|line| !line.starts_with("//"));
        for line in table {
            let [text, query, found] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
            let terms = SearchTerms::of(query, "");
            let stored = indexed(&[text], &[]);
            let got = terms.as_ref().is_some_and(|terms| terms.find(&stored));
            assert_eq!(got, found == "found", "{line}: {terms:?} in {stored:?}");
            assert_eq!(terms.is_some_and(|terms| stored_apart(&terms, &stored)), got, "{line}");
        }
    }

    #[test]
    fn a_tag_is_found_as_a_whole() {
        let stored = indexed(&["Maya"], &["jazz".into(), "song-writing".into(), "für-elise".into()]);
        let has = |tag: &str| SearchTerms::of("", tag).is_some_and(|terms| terms.find(&stored));
        assert!(has("jazz") && has("JAZZ") && has("song-writing") && has("fur-elise"));
        assert!(!has("jaz") && !has("azz") && !has("maya") && !has("song"));
        assert!(SearchTerms::of("writing may", "jazz").unwrap().find(&stored), "tags are searched, too");
        assert!(!SearchTerms::of("writing", "rock").unwrap().find(&stored));
    }

    #[test]
    fn a_query_without_words_finds_nothing_and_none_finds_all() {
        assert_eq!(SearchTerms::of("  ", ""), Some(SearchTerms::default()));
        for query in ["%", "_%_", "\"'\\", "…", "#"] {
            assert_eq!(SearchTerms::of(query, ""), None, "{query}");
        }
        assert_eq!(SearchTerms::of("a b c d e f", "").unwrap().each().count(), MOST_WORDS);
    }

    #[test]
    fn names_are_sorted_without_case_and_accents() {
        let mut names = ["zoe", "Émile", "adam", "Ärger", "  Éa", "Straße 9", "strasse 10"];
        names.sort_by_key(|name| name_order(name));
        assert_eq!(names, ["adam", "Ärger", "  Éa", "Émile", "strasse 10", "Straße 9", "zoe"]);
    }

    proptest! {
        /// A name finds itself, by its first words and in capitals.
        #[test]
        fn a_text_is_found_by_its_own_words(text in any::<String>()) {
            let stored = indexed(&[&text], &[]);
            let Some(terms) = SearchTerms::of(&text, "") else { return Ok(()) };
            prop_assert!(terms.find(&stored), "{:?} in {:?}", terms, stored);
            prop_assert_eq!(words(&text), words(&text.nfd().collect::<String>()));
        }

        #[test]
        fn beginnings_find_what_the_words_do(text in "[ab夜の ü1-]{0,20}", query in "[ab夜の ü1]{1,6}") {
            let stored = indexed(&[&text], &["ba".into()]);
            for terms in SearchTerms::of(&query, "").iter().chain(&SearchTerms::of(&query, "ba")) {
                let found = stored_apart(terms, &stored);
                prop_assert_eq!(found, terms.find(&stored), "{:?} in {:?}", terms, stored);
            }
        }

        /// Both databases get terms literally, in a pattern and in a quoted phrase of at least three characters.
        #[test]
        fn terms_mean_themselves_in_patterns(query in any::<String>(), tag in "\\PC{0,20}") {
            for term in SearchTerms::of(&query, &tag).iter().flat_map(SearchTerms::beginnings) {
                prop_assert!(!term.contains(['%', '_', '\\', '"', '\'', '\0']), "{:?}", term);
            }
            for term in SearchTerms::of(&query, &tag).iter().flat_map(SearchTerms::each) {
                prop_assert!(!term.contains(['%', '_', '\\', '"', '\'', '\0']), "{:?}", term);
                prop_assert!(term.chars().count() >= ANYWHERE, "{:?}", term);
            }
        }
    }
}

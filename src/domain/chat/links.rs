//! URLs in user text.

/// A part of a text. The parts in order are the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Finds `http` and `https` URLs. They do not include punctuation at the end of a sentence, or a closing bracket that
/// was opened before the URL.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    if !text.is_empty() && !text.contains("://") {
        return vec![Piece::Text(text)];
    }
    let (mut found, mut text_from, mut at) = (Vec::new(), 0, 0);
    while let Some(start) = next_scheme(text, at) {
        let link = link_at(&text[start..]);
        at = start + link.len().max(1);
        if link.is_empty() || text[..start].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        if text_from < start {
            found.push(Piece::Text(&text[text_from..start]));
        }
        found.push(Piece::Link(link));
        text_from = at;
    }
    if text_from < text.len() {
        found.push(Piece::Text(&text[text_from..]));
    }
    found
}

/// The position of the next scheme, at a byte that is a letter.
fn next_scheme(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find(|at| {
        SCHEMES.iter().any(|scheme| {
            bytes[*at..].get(..scheme.len()).is_some_and(|b| b.eq_ignore_ascii_case(scheme.as_bytes()))
        })
    })
}

/// The URL at the start of `text`; empty if it has no public host, or hides the host behind user information.
fn link_at(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"“”«»「」『』。、（）".contains(c);
    let link = &text[..text.find(ends).unwrap_or(text.len())];
    let link = without_tail(link);
    let rest = link.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let named = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    if named && !authority.contains('@') { link } else { "" }
}

fn without_tail(mut link: &str) -> &str {
    while let Some(last) = link.chars().next_back() {
        let closes = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find(|(_, close)| *close == last);
        let cut = match closes {
            Some((open, close)) => link.matches(close).count() > link.matches(open).count(),
            None => ".,;:!?'’‘`*_~…|".contains(last),
        };
        if !cut {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_end_where_a_reader_would_end_them() {
        for (text, want) in [
            ("https://a.b/c).", &["https://a.b/c"][..]),
            ("(https://a.b/c)", &["https://a.b/c"]),
            (
                "see https://en.wikipedia.org/wiki/Rust_(language), then",
                &["https://en.wikipedia.org/wiki/Rust_(language)"],
            ),
            ("(https://a.b/x_(y))!", &["https://a.b/x_(y)"]),
            ("https://a.b/c?q=1&r=[2]; https://d.e.", &["https://a.b/c?q=1&r=[2]", "https://d.e"]),
            (
                "“https://a.b”, \"https://c.d\", <https://e.f>, 'https://g.h'",
                &["https://a.b", "https://c.d", "https://e.f", "https://g.h"],
            ),
            ("HTTPS://A.B/c… and http://a.b:8080/", &["HTTPS://A.B/c", "http://a.b:8080/"]),
            ("https://a.b/日本。次は https://a.b/」", &["https://a.b/日本", "https://a.b/"]),
            ("https://a.b/c/#d!?", &["https://a.b/c/#d"]),
            ("**https://a.b/c**", &["https://a.b/c"]),
            ("https://x.y/https://a.b", &["https://x.y/https://a.b"]),
        ] {
            let links: Vec<_> = pieces(text)
                .into_iter()
                .filter_map(|p| if let Piece::Link(l) = p { Some(l) } else { None })
                .collect();
            assert_eq!(links, want, "{text}");
        }
    }

    #[test]
    fn invalid_urls_stay_text() {
        for text in [
            "",
            "words",
            "https://",
            "http://.",
            "https://localhost",
            "https://a",
            "xhttps://a.b",
            "javascript:alert(1)",
            "https://bank.example@evil.example/",
            "https://a..b",
            "ftp://a.b",
            "https:// a.b",
        ] {
            let all: Vec<_> = pieces(text);
            assert!(all.iter().all(|p| matches!(p, Piece::Text(_))), "{text}: {all:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(https?://|[a-c.)(日 ]|\\PC){0,12}") {
            let all: String = pieces(&text).iter().map(|p| match p { Piece::Text(t) | Piece::Link(t) => *t }).collect();
            prop_assert_eq!(all, text);
        }
    }
}

//! Markdown as a tree with only what our texts need. HTML stays text, pictures become their words, links lead only where a
//! browser may go: so whatever is typed, nothing has to be taken out of the page afterwards.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Quotes and lists within each other.
pub const MOST_NESTED: usize = 6;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// From 1 to 6.
    Heading(u8, Vec<Inline>),
    Paragraph(Vec<Inline>),
    List {
        ordered: bool,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    Code(String),
    Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Code(String),
    Link { to: String, words: Vec<Inline> },
    Break,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Lists, quotes and emphasis can stand in each other at most {most} times.", most = MOST_NESTED)]
pub struct TooDeep;

/// Reads a text.
///
/// # Errors
/// If too much stands within each other.
pub fn parse(text: &str) -> Result<Vec<Block>, TooDeep> {
    blocks(&mut Parser::new_ext(text, Options::empty()), 0)
}

const fn deeper(depth: usize) -> Result<usize, TooDeep> {
    if depth < MOST_NESTED { Ok(depth + 1) } else { Err(TooDeep) }
}

/// Reads up to the end of what contains them.
fn blocks<'a, E: Iterator<Item = Event<'a>>>(events: &mut E, depth: usize) -> Result<Vec<Block>, TooDeep> {
    let (mut found, mut loose) = (Vec::new(), Vec::new());
    while let Some(event) = events.next() {
        let block = match event {
            Event::End(_) => break,
            Event::Rule => Block::Rule,
            Event::Start(Tag::Paragraph) => Block::Paragraph(inlines(events, depth)?),
            Event::Start(Tag::Heading { level, .. }) => Block::Heading(level as u8, inlines(events, depth)?),
            Event::Start(Tag::BlockQuote(_)) => Block::Quote(blocks(events, deeper(depth)?)?),
            Event::Start(Tag::List(first)) => {
                Block::List { ordered: first.is_some(), items: items(events, deeper(depth)?)? }
            }
            Event::Start(Tag::CodeBlock(_)) => Block::Code(plain(events)),
            Event::Start(Tag::HtmlBlock) => Block::Paragraph(vec![Inline::Text(plain(events))]),
            // The words of a list's item need not stand in a paragraph.
            other => {
                loose.extend(inline(other, events, depth)?);
                continue;
            }
        };
        flush(&mut loose, &mut found);
        found.push(block);
    }
    flush(&mut loose, &mut found);
    Ok(found)
}

fn flush(loose: &mut Vec<Inline>, found: &mut Vec<Block>) {
    if !loose.is_empty() {
        found.push(Block::Paragraph(std::mem::take(loose)));
    }
}

/// The items of a list.
fn items<'a, E: Iterator<Item = Event<'a>>>(
    events: &mut E,
    depth: usize,
) -> Result<Vec<Vec<Block>>, TooDeep> {
    let mut items = Vec::new();
    while let Some(Event::Start(_)) = events.next() {
        items.push(blocks(events, depth)?);
    }
    Ok(items)
}

fn inlines<'a, E: Iterator<Item = Event<'a>>>(events: &mut E, depth: usize) -> Result<Vec<Inline>, TooDeep> {
    let mut found = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(_) => break,
            other => found.extend(inline(other, events, depth)?),
        }
    }
    Ok(found)
}

/// One piece, or the pieces in something that is not kept.
fn inline<'a, E: Iterator<Item = Event<'a>>>(
    event: Event<'a>,
    events: &mut E,
    depth: usize,
) -> Result<Vec<Inline>, TooDeep> {
    Ok(match event {
        Event::Start(Tag::Strong) => vec![Inline::Strong(inlines(events, deeper(depth)?)?)],
        Event::Start(Tag::Emphasis) => vec![Inline::Emphasis(inlines(events, deeper(depth)?)?)],
        Event::Start(Tag::Link { dest_url, .. }) => {
            let words = inlines(events, deeper(depth)?)?;
            match may_lead(&dest_url) {
                true => vec![Inline::Link { to: dest_url.into_string(), words }],
                false => words,
            }
        }
        Event::Start(_) => inlines(events, deeper(depth)?)?,
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
            vec![Inline::Text(text.into_string())]
        }
        Event::Code(code) => vec![Inline::Code(code.into_string())],
        Event::SoftBreak => vec![Inline::Text(" ".into())],
        Event::HardBreak => vec![Inline::Break],
        _ => Vec::new(),
    })
}

/// The text up to the end of what contains it.
fn plain<'a, E: Iterator<Item = Event<'a>>>(events: &mut E) -> String {
    let mut text = String::new();
    for event in events.by_ref() {
        match event {
            Event::End(_) => break,
            Event::Text(words) | Event::Html(words) => text.push_str(&words),
            _ => {}
        }
    }
    text
}

/// Our own pages, the web, and mail.
fn may_lead(to: &str) -> bool {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>".contains(&byte));
    let ours = to.starts_with('/') && !to.starts_with("//");
    let lowered = to.to_ascii_lowercase();
    plain && (ours || ["https://", "http://", "mailto:"].iter().any(|scheme| lowered.starts_with(scheme)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.into())
    }

    fn paragraph(words: &str) -> Block {
        Block::Paragraph(vec![text(words)])
    }

    #[test]
    fn what_our_texts_need_is_read() {
        let read =
            parse("# Top\n\nOne *two* **three** `four`\nfive\n\n1. a\n2. b\n   * c\n\n> said\n\n---\n");
        let inner = Block::List { ordered: false, items: vec![vec![paragraph("c")]] };
        let want = vec![
            Block::Heading(1, vec![text("Top")]),
            Block::Paragraph(vec![
                text("One "),
                Inline::Emphasis(vec![text("two")]),
                text(" "),
                Inline::Strong(vec![text("three")]),
                text(" "),
                Inline::Code("four".into()),
                text(" "),
                text("five"),
            ]),
            Block::List { ordered: true, items: vec![vec![paragraph("a")], vec![paragraph("b"), inner]] },
            Block::Quote(vec![paragraph("said")]),
            Block::Rule,
        ];
        assert_eq!(read, Ok(want));
    }

    #[test]
    fn links_lead_only_where_a_browser_may_go() {
        for (to, kept) in [
            ("/terms", true),
            ("https://example.org/a?b=c", true),
            ("mailto:kim@example.org", true),
            ("HTTPS://EXAMPLE.ORG", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("javascript:alert(1)", false),
            ("JaVaScRiPt:alert(1)", false),
            ("data:text/html,x", false),
            ("vbscript:x", false),
            ("terms", false),
        ] {
            let Ok(read) = parse(&format!("[words]({to})")) else { panic!("{to}") };
            let link = format!("{read:?}").contains("Link");
            assert_eq!(link, kept, "{to}");
        }
    }

    #[test]
    fn html_and_pictures_stay_words() {
        let read =
            format!("{:?}", parse("<script>x()</script>\n\nIt is <b>bold</b> ![a face](https://x/y.png)"));
        assert!(
            read.contains("<script>x()</script>") && read.contains("<b>") && read.contains("a face"),
            "{read}"
        );
        assert!(!read.contains("y.png"), "{read}");
    }

    #[test]
    fn what_stands_too_deep_is_refused() {
        assert!(parse(&format!("{}x", "> ".repeat(MOST_NESTED))).is_ok());
        assert_eq!(parse(&format!("{}x", "> ".repeat(MOST_NESTED + 1))), Err(TooDeep));
        let list: String = (0..=MOST_NESTED).map(|n| format!("{}* x\n", "  ".repeat(n))).collect();
        assert_eq!(parse(&list), Err(TooDeep));
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "[ -~\\n*_>#`<\\[\\]()!-]{0,200}") {
            let _ = parse(&typed);
        }
    }
}

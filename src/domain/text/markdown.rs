//! Markdown as a tree with only what our texts and those of people need. HTML stays text, pictures become their words, links lead
//! only where a browser may go: so whatever is typed, nothing has to be taken out of the page afterwards.

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
    /// Only in what people wrote.
    Struck(Vec<Inline>),
    Code(String),
    Link {
        to: String,
        words: Vec<Inline>,
    },
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
    blocks(&mut Parser::new_ext(text, Options::empty()), At { depth: 0, voice: Voice::Ours })
}

/// Reads what people wrote about their own things. Nothing is refused: what stands too deep stands in what contains it. Lines
/// stay lines, words may be struck out, and links lead to other sites only, never into this one.
pub fn parse_people(text: &str) -> Vec<Block> {
    let events = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH);
    let mut flat = Flat { events, open: Vec::new(), nested: 0 };
    // `Flat` lets nothing through that is too deep.
    blocks(&mut flat, At { depth: 0, voice: Voice::People }).unwrap_or_default()
}

/// The words of a text without its marks. Blocks and lines are separated by white space.
pub fn plain(blocks: &[Block]) -> String {
    let mut words = String::new();
    for block in blocks {
        match block {
            Block::Heading(_, inline) | Block::Paragraph(inline) => add_plain(inline, &mut words),
            Block::List { items, .. } => items.iter().for_each(|item| words.push_str(&plain(item))),
            Block::Quote(blocks) => words.push_str(&plain(blocks)),
            Block::Code(code) => words.push_str(code),
            Block::Rule => {}
        }
        words.push('\n');
    }
    words
}

fn add_plain(inline: &[Inline], words: &mut String) {
    for part in inline {
        match part {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Struck(inner)
            | Inline::Link { words: inner, .. } => add_plain(inner, words),
            Inline::Break => words.push('\n'),
        }
    }
}

/// Whose text it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    Ours,
    People,
}

impl Voice {
    fn may_lead(self, to: &str) -> bool {
        match self {
            Self::Ours => may_lead(to),
            Self::People => to.starts_with("https://") || to.starts_with("http://"),
        }
    }
}

/// Where the reader is.
#[derive(Clone, Copy)]
struct At {
    depth: usize,
    voice: Voice,
}

impl At {
    const fn deeper(self) -> Result<Self, TooDeep> {
        if self.depth < MOST_NESTED { Ok(Self { depth: self.depth + 1, ..self }) } else { Err(TooDeep) }
    }
}

/// Leaves out where something begins and ends that stands too deep, so that its words stand in what contains it.
struct Flat<E> {
    events: E,
    /// For all that is open: whether it is kept, and whether it counts.
    open: Vec<(bool, bool)>,
    nested: usize,
}

impl<'a, E: Iterator<Item = Event<'a>>> Iterator for Flat<E> {
    type Item = Event<'a>;
    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            let event = self.events.next()?;
            let kept = match &event {
                Event::Start(tag) => self.begin(tag),
                Event::End(_) => {
                    let (kept, counts) = self.open.pop().unwrap_or((true, false));
                    self.nested -= usize::from(counts);
                    kept
                }
                _ => true,
            };
            if kept {
                return Some(event);
            }
        }
    }
}

impl<E> Flat<E> {
    fn begin(&mut self, tag: &Tag<'_>) -> bool {
        let flat = matches!(
            tag,
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Item
        );
        let kept = match tag {
            // As its list.
            Tag::Item => self.open.last().is_none_or(|(kept, _)| *kept),
            _ => flat || self.nested < MOST_NESTED,
        };
        let counts = kept && !flat;
        self.nested += usize::from(counts);
        self.open.push((kept, counts));
        kept
    }
}

/// Reads up to the end of what contains them.
fn blocks<'a, E: Iterator<Item = Event<'a>>>(events: &mut E, at: At) -> Result<Vec<Block>, TooDeep> {
    let (mut found, mut loose) = (Vec::new(), Vec::new());
    while let Some(event) = events.next() {
        let block = match event {
            Event::End(_) => break,
            Event::Rule => Block::Rule,
            Event::Start(Tag::Paragraph) => Block::Paragraph(inlines(events, at)?),
            Event::Start(Tag::Heading { level, .. }) => Block::Heading(level as u8, inlines(events, at)?),
            Event::Start(Tag::BlockQuote(_)) => Block::Quote(blocks(events, at.deeper()?)?),
            Event::Start(Tag::List(first)) => {
                Block::List { ordered: first.is_some(), items: items(events, at.deeper()?)? }
            }
            Event::Start(Tag::CodeBlock(_)) => Block::Code(raw_text(events)),
            Event::Start(Tag::HtmlBlock) => Block::Paragraph(vec![Inline::Text(raw_text(events))]),
            // The words of a list's item need not stand in a paragraph.
            other => {
                loose.extend(inline(other, events, at)?);
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
fn items<'a, E: Iterator<Item = Event<'a>>>(events: &mut E, at: At) -> Result<Vec<Vec<Block>>, TooDeep> {
    let mut items = Vec::new();
    while let Some(Event::Start(_)) = events.next() {
        items.push(blocks(events, at)?);
    }
    Ok(items)
}

fn inlines<'a, E: Iterator<Item = Event<'a>>>(events: &mut E, at: At) -> Result<Vec<Inline>, TooDeep> {
    let mut found = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(_) => break,
            other => found.extend(inline(other, events, at)?),
        }
    }
    Ok(found)
}

/// One piece, or the pieces in something that is not kept.
fn inline<'a, E: Iterator<Item = Event<'a>>>(
    event: Event<'a>,
    events: &mut E,
    at: At,
) -> Result<Vec<Inline>, TooDeep> {
    Ok(match event {
        Event::Start(Tag::Strong) => vec![Inline::Strong(inlines(events, at.deeper()?)?)],
        Event::Start(Tag::Emphasis) => vec![Inline::Emphasis(inlines(events, at.deeper()?)?)],
        Event::Start(Tag::Strikethrough) => vec![Inline::Struck(inlines(events, at.deeper()?)?)],
        Event::Start(Tag::Link { dest_url, .. }) => {
            let words = inlines(events, at.deeper()?)?;
            match at.voice.may_lead(&dest_url) {
                true => vec![Inline::Link { to: dest_url.into_string(), words }],
                false => words,
            }
        }
        Event::Start(_) => inlines(events, at.deeper()?)?,
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
            vec![Inline::Text(text.into_string())]
        }
        Event::Code(code) => vec![Inline::Code(code.into_string())],
        Event::SoftBreak if at.voice == Voice::People => vec![Inline::Break],
        Event::SoftBreak => vec![Inline::Text(" ".into())],
        Event::HardBreak => vec![Inline::Break],
        _ => Vec::new(),
    })
}

/// The text up to the end of what contains it.
fn raw_text<'a, E: Iterator<Item = Event<'a>>>(events: &mut E) -> String {
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

    #[test]
    fn people_keep_their_lines_and_lead_only_elsewhere() {
        let read = parse_people("One\ntwo ~~three~~ [x](/ops) [y](https://a.example) [z](mailto:a@b.c)");
        let [Block::Paragraph(words)] = &read[..] else { panic!("{read:?}") };
        assert_eq!(words[..3], [text("One"), Inline::Break, text("two ")]);
        assert_eq!(words[3], Inline::Struck(vec![text("three")]));
        let leads = words.iter().filter(|word| matches!(word, Inline::Link { .. })).count();
        assert_eq!(leads, 1, "{words:?}");
    }

    #[test]
    fn what_people_put_too_deep_is_flattened() {
        let depth = |text: &str| format!("{:?}", parse_people(text)).matches("Quote(").count();
        assert_eq!(depth(&format!("{} deep", "> ".repeat(3))), 3);
        assert_eq!(depth(&format!("{} deep", ">".repeat(4000))), MOST_NESTED);
        let list: String = (0..=MOST_NESTED).map(|n| format!("{}* x{n}\n", "  ".repeat(n))).collect();
        let read = format!("{:?}", parse_people(&list));
        assert_eq!(read.matches("List {").count(), MOST_NESTED);
        assert!(read.contains(&format!("x{MOST_NESTED}")), "its words stay: {read}");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "[ -~\\n*_>#`<\\[\\]()!-]{0,200}") {
            let _ = parse(&typed);
            let _ = parse_people(&typed);
        }
    }
}

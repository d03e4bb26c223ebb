//! Markdown as HTML: the one writer for our own texts and for those of people. The tree holds nothing that would have to be taken
//! out.

use domain::text::markdown::{Block, Inline};
use maud::{Markup, html};

/// Whose text it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    Ours,
    People,
}

/// A text of ours. A page has a heading of its own, so the text's begin one level below it.
pub fn markdown(blocks: &[Block]) -> Markup {
    all(blocks, Voice::Ours)
}

/// A text of somebody else's. Its headings are of one level, below those of the page: people choose them for their size.
pub fn of_people(blocks: &[Block]) -> Markup {
    all(blocks, Voice::People)
}

fn all(blocks: &[Block], voice: Voice) -> Markup {
    html! { @for block in blocks { (one(block, voice)) } }
}

fn one(block: &Block, voice: Voice) -> Markup {
    match block {
        Block::Heading(1 | 2, words) if voice == Voice::Ours => html! { h2 { (inline(words, voice)) } },
        Block::Heading(_, words) => html! { h3 { (inline(words, voice)) } },
        Block::Paragraph(words) => html! { p { (inline(words, voice)) } },
        Block::List { ordered: true, items } => html! { ol { (list(items, voice)) } },
        Block::List { ordered: false, items } => html! { ul { (list(items, voice)) } },
        Block::Quote(blocks) => html! { blockquote { (all(blocks, voice)) } },
        Block::Code(code) => html! { pre { (code) } },
        Block::Rule => html! { hr; },
    }
}

fn list(items: &[Vec<Block>], voice: Voice) -> Markup {
    html! {
        @for item in items {
            li {
                @match item.as_slice() {
                    [Block::Paragraph(words)] => (inline(words, voice)),
                    blocks => (all(blocks, voice)),
                }
            }
        }
    }
}

fn inline(words: &[Inline], voice: Voice) -> Markup {
    html! {
        @for word in words {
            @match word {
                Inline::Text(text) => (text),
                Inline::Strong(words) => strong { (inline(words, voice)) },
                Inline::Emphasis(words) => em { (inline(words, voice)) },
                Inline::Struck(words) => s { (inline(words, voice)) },
                Inline::Code(code) => code { (code) },
                Inline::Link { to, words } => (link(to, inline(words, voice), voice)),
                Inline::Break => br;,
            }
        }
    }
}

fn link(to: &str, words: Markup, voice: Voice) -> Markup {
    match voice {
        Voice::Ours => {
            html! { a href=(to) rel=[to.contains(':').then_some("noopener noreferrer")] { (words) } }
        }
        Voice::People => {
            html! { a rel="nofollow ugc noopener noreferrer" target="_blank" href=(to) { (words) } }
        }
    }
}

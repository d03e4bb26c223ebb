//! Markdown as HTML. The tree holds nothing that would have to be taken out.

use domain::text::markdown::{Block, Inline};
use maud::{Markup, html};

/// A page has a heading of its own, so the text's begin one level below it.
pub fn markdown(blocks: &[Block]) -> Markup {
    html! { @for block in blocks { (one(block)) } }
}

fn one(block: &Block) -> Markup {
    match block {
        Block::Heading(1 | 2, words) => html! { h2 { (inline(words)) } },
        Block::Heading(_, words) => html! { h3 { (inline(words)) } },
        Block::Paragraph(words) => html! { p { (inline(words)) } },
        Block::List { ordered: true, items } => html! { ol { (list(items)) } },
        Block::List { ordered: false, items } => html! { ul { (list(items)) } },
        Block::Quote(blocks) => html! { blockquote { (markdown(blocks)) } },
        Block::Code(code) => html! { pre { (code) } },
        Block::Rule => html! { hr; },
    }
}

fn list(items: &[Vec<Block>]) -> Markup {
    html! {
        @for item in items {
            li {
                @match item.as_slice() {
                    [Block::Paragraph(words)] => (inline(words)),
                    blocks => (markdown(blocks)),
                }
            }
        }
    }
}

fn inline(words: &[Inline]) -> Markup {
    html! {
        @for word in words {
            @match word {
                Inline::Text(text) => (text),
                Inline::Strong(words) => strong { (inline(words)) },
                Inline::Emphasis(words) => em { (inline(words)) },
                Inline::Code(code) => code { (code) },
                Inline::Link { to, words } => a href=(to) rel=[to.contains(':').then_some("noopener noreferrer")] { (inline(words)) },
                Inline::Break => br;,
            }
        }
    }
}

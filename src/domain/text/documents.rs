//! The service's own texts: help, terms and the like. Each ships with the product, and operators may replace it; each
//! version is kept.

use super::{
    TextError,
    markdown::{self, TooDeep},
};

/// One of the texts, at a fixed address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    Help,
    Contact,
    Terms,
    Privacy,
    Refunds,
    Content,
}

impl Document {
    /// In the order of the footer.
    pub const ALL: [Self; 6] =
        [Self::Help, Self::Contact, Self::Terms, Self::Privacy, Self::Refunds, Self::Content];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Contact => "contact",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::Refunds => "refunds",
            Self::Content => "content",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.code() == code)
    }

    /// The first segment is reserved: no space has it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Help => "/help",
            Self::Contact => "/contact",
            Self::Terms => "/terms",
            Self::Privacy => "/privacy",
            Self::Refunds => "/legal/refunds",
            Self::Content => "/legal/content",
        }
    }

    /// The text that this release ships.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::Help => include_str!("shipped/help.md"),
            Self::Contact => include_str!("shipped/contact.md"),
            Self::Terms => include_str!("shipped/terms.md"),
            Self::Privacy => include_str!("shipped/privacy.md"),
            Self::Refunds => include_str!("shipped/refunds.md"),
            Self::Content => include_str!("shipped/content.md"),
        }
    }
}

/// The longest text, in characters.
pub const LONGEST: usize = 30_000;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
}

/// A text that an operator typed. Its lines stay as they are, because leading spaces mean something in Markdown.
pub fn body(typed: &str) -> Result<String, DocumentError> {
    let lines = typed.replace("\r\n", "\n");
    let kept: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let kept = kept.trim_end();
    let count = kept.chars().count();
    if kept.trim().is_empty() {
        return Err(TextError::Empty.into());
    }
    if count > LONGEST {
        return Err(TextError::Long { most: LONGEST, count }.into());
    }
    markdown::parse(kept)?;
    Ok(format!("{kept}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use markdown::{Block, Inline};

    #[test]
    fn each_shipped_text_could_have_been_typed() {
        for document in Document::ALL {
            assert_eq!(Document::from_code(document.code()), Some(document));
            assert_eq!(body(document.shipped()).as_deref(), Ok(document.shipped()), "{document:?}");
        }
    }

    /// Every link within the shipped texts leads to one of our pages.
    #[test]
    fn links_of_shipped_texts_lead_to_pages() {
        let known = ["/account/purchases", "/account/sessions", "/status"];
        for document in Document::ALL {
            for to in links(&markdown::parse(document.shipped()).expect("it is flat")) {
                let ours =
                    Document::ALL.iter().any(|other| other.path() == to) || known.contains(&to.as_str());
                assert!(ours, "{document:?} leads to {to}");
            }
        }
    }

    fn links(blocks: &[Block]) -> Vec<String> {
        blocks.iter().flat_map(of_block).collect()
    }

    fn of_block(block: &Block) -> Vec<String> {
        match block {
            Block::Heading(_, words) | Block::Paragraph(words) => words.iter().flat_map(of_inline).collect(),
            Block::List { items, .. } => items.iter().flat_map(|item| links(item)).collect(),
            Block::Quote(blocks) => links(blocks),
            Block::Code(_) | Block::Rule => Vec::new(),
        }
    }

    fn of_inline(inline: &Inline) -> Vec<String> {
        match inline {
            Inline::Link { to, .. } => vec![to.clone()],
            Inline::Strong(words) | Inline::Emphasis(words) | Inline::Struck(words) => {
                words.iter().flat_map(of_inline).collect()
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Break => Vec::new(),
        }
    }

    #[test]
    fn empty_long_and_deep_texts_are_refused() {
        assert_eq!(body(" \r\n "), Err(TextError::Empty.into()));
        assert!(matches!(body(&"x".repeat(LONGEST + 1)), Err(DocumentError::Text(TextError::Long { .. }))));
        assert_eq!(body(&format!("{}deep", "> ".repeat(30))), Err(TooDeep.into()));
        assert_eq!(body("a\r\n\u{7}b\r\n"), Ok("a\nb\n".into()));
    }
}

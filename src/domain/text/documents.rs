//! The service's own texts: help, terms and the like. Each ships with the product, and operators may replace it; each
//! version is kept.

use super::{
    TextError,
    language::Language,
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

    /// The text that this release ships in a language.
    pub const fn shipped(self, language: Language) -> &'static str {
        match language {
            Language::English => self.shipped_in_english(),
            Language::German => self.shipped_in_german(),
        }
    }

    /// The texts that this release ships.
    pub fn all_shipped(self) -> Vec<Text> {
        Language::ALL.map(|language| Text::of(language, self.shipped(language))).into()
    }

    const fn shipped_in_english(self) -> &'static str {
        match self {
            Self::Help => include_str!("shipped/help.md"),
            Self::Contact => include_str!("shipped/contact.md"),
            Self::Terms => include_str!("shipped/terms.md"),
            Self::Privacy => include_str!("shipped/privacy.md"),
            Self::Refunds => include_str!("shipped/refunds.md"),
            Self::Content => include_str!("shipped/content.md"),
        }
    }

    const fn shipped_in_german(self) -> &'static str {
        match self {
            Self::Help => include_str!("shipped/de/help.md"),
            Self::Contact => include_str!("shipped/de/contact.md"),
            Self::Terms => include_str!("shipped/de/terms.md"),
            Self::Privacy => include_str!("shipped/de/privacy.md"),
            Self::Refunds => include_str!("shipped/de/refunds.md"),
            Self::Content => include_str!("shipped/de/content.md"),
        }
    }
}

/// A version of a document in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// `None`: an operator wrote it before texts had languages.
    pub language: Option<Language>,
    pub body: String,
}

impl Text {
    pub fn of(language: Language, body: &str) -> Self {
        Self { language: Some(language), body: body.into() }
    }
}

/// The text that readers of a language are shown: the one in it, or else the first one.
pub fn shown(texts: &[Text], language: Language) -> Option<&Text> {
    texts.iter().find(|text| text.language == Some(language)).or(texts.first())
}

/// The text that stands under a language in the editor. What is in no known language stands under the first one.
pub fn edited(texts: &[Text], language: Language) -> &str {
    let stands = |text: &&Text| text.language.unwrap_or_default() == language;
    texts.iter().find(stands).map_or("", |text| text.body.as_str())
}

/// The language whose text was left as it came with a release, although another one was changed: it may say something else now.
/// `shipped`: the texts of the version that was edited, if it came with a release.
pub fn outdated(shipped: &[Text], typed: &[Text]) -> Option<Language> {
    let kept = |text: &&Text| shipped.contains(text);
    match typed.iter().all(|text| kept(&text)) {
        true => None,
        false => typed.iter().find(kept).and_then(|text| text.language),
    }
}

/// What shall stand under a language in the editor once somebody else was faster: what was typed, or, if that is what was there
/// `before`, what the `newest` version says. Nobody takes back what they did not touch.
pub fn rebased<'a>(typed: &'a str, language: Language, before: &[Text], newest: &'a [Text]) -> &'a str {
    let lines = typed.replace("\r\n", "\n");
    match lines.trim_end() == edited(before, language).trim_end() {
        true => edited(newest, language),
        false => typed,
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
            for language in Language::ALL {
                let shipped = document.shipped(language);
                assert_eq!(body(shipped).as_deref(), Ok(shipped), "{document:?} {language:?}");
            }
        }
    }

    fn parsed(document: Document, language: Language) -> Vec<Block> {
        markdown::parse(document.shipped(language)).expect("it is flat")
    }

    /// Every link within the shipped texts leads to one of our pages.
    #[test]
    fn links_of_shipped_texts_lead_to_pages() {
        let known = [
            "/account/deletion",
            "/account/export",
            "/account/purchases",
            "/account/sessions",
            "/account/subscriptions",
            "/help/connection",
            "/status",
        ];
        for document in Document::ALL {
            for to in Language::ALL.into_iter().flat_map(|language| links(&parsed(document, language))) {
                let ours =
                    Document::ALL.iter().any(|other| other.path() == to) || known.contains(&to.as_str());
                assert!(ours, "{document:?} leads to {to}");
            }
        }
    }

    /// Headings, lists with the number of their items, and links are the same in each language.
    #[test]
    fn a_shipped_text_has_the_same_parts_in_each_language() {
        fn shape(block: &Block) -> String {
            match block {
                Block::Heading(level, _) => format!("heading {level}"),
                Block::Paragraph(_) => "paragraph".into(),
                Block::List { ordered, items } => format!("list {ordered} {}", items.len()),
                Block::Quote(_) | Block::Code(_) | Block::Rule => "other".into(),
            }
        }
        for document in Document::ALL {
            let [english, german] = Language::ALL.map(|language| parsed(document, language));
            let shapes = |blocks: &[Block]| blocks.iter().map(shape).collect::<Vec<_>>();
            assert_eq!(shapes(&english), shapes(&german), "{document:?}");
            assert_eq!(links(&english), links(&german), "{document:?}");
        }
    }

    #[test]
    fn a_text_that_only_one_language_has_is_shown_in_all() {
        let english = Text::of(Language::English, "Be fair.");
        let german = Text::of(Language::German, "Fair.");
        let unknown = Text { language: None, body: "Sei fair.".into() };
        for (texts, language, want) in [
            (&[english.clone(), german.clone()][..], Language::German, Some(&german)),
            (&[english.clone(), german.clone()][..], Language::English, Some(&english)),
            (&[german.clone()][..], Language::English, Some(&german)),
            (&[unknown.clone()][..], Language::German, Some(&unknown)),
            (&[][..], Language::German, None),
        ] {
            assert_eq!(shown(texts, language), want, "{texts:?} {language:?}");
        }
        assert_eq!(edited(std::slice::from_ref(&unknown), Language::English), "Sei fair.");
        assert_eq!(edited(&[unknown], Language::German), "");
        assert_eq!(edited(&[english, german], Language::German), "Fair.");
    }

    #[test]
    fn a_shipped_text_is_outdated_once_another_language_was_changed() {
        let text = Text::of;
        let (en, de) = (Language::English, Language::German);
        let shipped = [text(en, "Terms."), text(de, "Bedingungen.")];
        for (typed, want) in [
            (&[text(en, "Terms!"), text(de, "Bedingungen.")][..], Some(de)),
            (&[text(en, "Terms."), text(de, "Bedingungen!")][..], Some(en)),
            (&[text(en, "Terms!"), text(de, "Bedingungen!")][..], None),
            (&[text(en, "Terms."), text(de, "Bedingungen.")][..], None),
            (&[text(en, "Terms!")][..], None),
        ] {
            assert_eq!(outdated(&shipped, typed), want, "{typed:?}");
            assert_eq!(outdated(&[], typed), None, "an operator wrote them");
        }
    }

    #[test]
    fn who_was_slower_keeps_what_they_changed_and_gets_the_rest_of_others() {
        let (en, de) = (Language::English, Language::German);
        let before = [Text::of(en, "Terms.\nFair.\n"), Text::of(de, "Bedingungen.\n")];
        let newest = [Text::of(en, "Terms!\n")];
        for (typed, language, want) in [
            ("Terms.\r\nFair.", en, "Terms!\n"),
            ("Terms?", en, "Terms?"),
            ("", en, ""),
            ("Bedingungen.\n", de, ""),
            ("Bedingungen?", de, "Bedingungen?"),
        ] {
            assert_eq!(rebased(typed, language, &before, &newest), want, "{typed:?}");
        }
        assert_eq!(rebased("Bedingungen.", de, &newest, &before), "Bedingungen.");
        assert_eq!(rebased("", de, &newest, &before), "Bedingungen.\n", "one that was added");
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

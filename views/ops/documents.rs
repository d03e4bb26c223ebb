//! The service's own texts for operators: the list, and one with its history.

use super::engine;
use crate::{
    dom,
    form::{self, Errors},
    layout::Shell,
    names,
    parts::{self, When},
    rich, t,
    text::markdown,
};
use domain::{
    text::{
        documents::{Document, LONGEST},
        language::Language,
        markdown::Block,
    },
    time::Millis,
};
use maud::{Markup, html};

pub const DOCUMENTS_PATH: &str = "/ops/documents";

/// A version in the history of a text.
#[derive(Clone, Debug)]
pub struct VersionRow {
    pub version: i64,
    pub at: Millis,
    /// A username; `None` if it came with a release.
    pub by: Option<String>,
}

/// A text in one language.
#[derive(Clone, Copy, Debug)]
pub struct EditedText<'a> {
    pub language: Language,
    /// Empty if there is none.
    pub body: &'a str,
    /// What was typed, shown as a page.
    pub look: Option<&'a [Block]>,
}

#[derive(Clone, Copy, Debug)]
pub struct Editor<'a> {
    pub document: Document,
    /// The version that is edited.
    pub version: i64,
    /// One for each language.
    pub texts: &'a [EditedText<'a>],
    /// It is shown how they look: the first step.
    pub is_shown: bool,
    /// The language whose text came with the release and was not changed, although another one was.
    pub outdated: Option<Language>,
    /// The operator said that both still say the same.
    pub same: bool,
    pub history: &'a [VersionRow],
    pub errors: &'a Errors,
}

/// The name of the form in [`Errors`].
pub const EDITOR: &str = "document";

/// The field in which the text of a language is typed.
pub const fn field(language: Language) -> &'static str {
    match language {
        Language::English => "body",
        Language::German => "body_de",
    }
}

pub fn list(shell: &Shell, documents: &[(Document, VersionRow)]) -> Markup {
    engine(
        shell,
        &t!("ops-texts"),
        &[],
        html! {
            h1 { (t!("ops-texts")) }
            p.lead { (t!("ops-texts-about")) }
            ul.statuses {
                @for (document, version) in documents {
                    li.row {
                        a href={ (DOCUMENTS_PATH) "/" (document.code()) } { (names::document(*document)) }
                        span.push { (t!("ops-text-version", version = version.version)) ", " (who(version)) ", " (parts::time(version.at, When::Date)) }
                    }
                }
            }
        },
    )
}

fn who(version: &VersionRow) -> Markup {
    html! { @if let Some(by) = &version.by { "@" (by) } @else { (t!("ops-text-shipped")) } }
}

pub fn editor(shell: &Shell, e: &Editor<'_>) -> Markup {
    let path = format!("{DOCUMENTS_PATH}/{}", e.document.code());
    let title = names::document(e.document);
    engine(
        shell,
        &title,
        &[],
        html! {
            (parts::trail(&[(DOCUMENTS_PATH, &t!("ops-texts"))]))
            h1 { (title) }
            (form::summary(e.errors))
            p { (rich!("ops-text-stands"; path => |_| html! { a href=(e.document.path()) { (e.document.path()) } })) }
            @if e.is_shown {
                h2 { (t!("ops-text-preview")) }
                @for text in e.texts { (look(text)) }
            }
            form.stack method="post" action=(path) {
                input type="hidden" name="version" value=(e.version);
                @for text in e.texts { (typed(text, e.errors)) }
                @if let Some(language) = e.outdated { (outdated(language, e.same)) }
                div.row {
                    @if e.is_shown { button.button.primary name="publish" value="yes" { (t!("ops-text-publish", version = e.version + 1)) } }
                    button.button.primary[!e.is_shown] name="publish" value="" { (t!("ops-text-show")) }
                }
            }
            h2 { (t!("ops-text-versions")) }
            ul.statuses {
                @for version in e.history {
                    li.row {
                        a href={ (e.document.path()) "?version=" (version.version) } { (t!("ops-text-version", version = version.version)) }
                        span.push { (who(version)) ", " (parts::time(version.at, When::Second)) }
                    }
                }
            }
        },
    )
}

fn look(text: &EditedText<'_>) -> Markup {
    let language = text.language;
    html! {
        p lang=(language.code()) { b { (language.name()) } }
        @match text.look {
            Some(blocks) => div.card.stack.document lang=(language.code()) { (markdown(blocks)) },
            None => p.muted { (t!("ops-text-none")) },
        }
    }
}

fn typed(text: &EditedText<'_>, errors: &Errors) -> Markup {
    let (name, language) = (field(text.language), text.language);
    let (id, about) = (dom::field(EDITOR, name), dom::hint(EDITOR, name));
    let wrong = errors.has(EDITOR, name);
    html! {
        div.field {
            label for=(id) { (t!("ops-text")) " (" span lang=(language.code()) { (language.name()) } ")" }
            textarea.long id=(id) name=(name) lang=(language.code()) rows="24" maxlength=(LONGEST) aria-describedby=(about) aria-invalid=[wrong.then_some("true")] { (text.body) }
            (form::group_error(EDITOR, name, errors))
            small id=(about) { (t!("ops-text-markdown")) " " (t!("ops-text-one")) }
        }
    }
}

/// Readers of this language are shown the text that was changed, unless somebody says that both say the same.
fn outdated(language: Language, same: bool) -> Markup {
    let language = names::language(language);
    html! {
        label.choice {
            input type="checkbox" name="same" value="true" checked[same];
            span { b { (t!("ops-text-same", language = &*language)) } br; small { (t!("ops-text-same-about", language = &*language)) } }
        }
    }
}

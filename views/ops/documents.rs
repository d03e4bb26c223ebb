//! The service's own texts for operators: the list, and one with its history.

use super::engine;
use crate::{
    dom,
    form::{self, Errors},
    layout::Shell,
    parts::{self, When},
    text::markdown,
};
use domain::{
    text::{
        documents::{Document, LONGEST},
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

#[derive(Clone, Copy, Debug)]
pub struct Editor<'a> {
    pub document: Document,
    /// The version that is edited.
    pub version: i64,
    pub body: &'a str,
    /// What was typed, shown as a page: the first step.
    pub preview: Option<&'a [Block]>,
    pub history: &'a [VersionRow],
    pub errors: &'a Errors,
}

/// The name of the form in [`Errors`].
pub const EDITOR: &str = "document";

pub fn list(shell: &Shell, documents: &[(Document, VersionRow)]) -> Markup {
    engine(
        shell,
        "Texts",
        &[],
        html! {
            h1 { "Texts" }
            p.lead { "Linked at the foot of every page. Each version is kept. A new version of the terms asks everybody once to accept it." }
            ul.statuses {
                @for (document, version) in documents {
                    li.row {
                        a href={ (DOCUMENTS_PATH) "/" (document.code()) } { (document.title()) }
                        span.push { "Version " (version.version) ", " (who(version)) ", " (parts::time(version.at, When::Date)) }
                    }
                }
            }
        },
    )
}

fn who(version: &VersionRow) -> Markup {
    html! { @if let Some(by) = &version.by { "@" (by) } @else { "with the release" } }
}

pub fn editor(shell: &Shell, e: &Editor<'_>) -> Markup {
    let (path, id) = (format!("{DOCUMENTS_PATH}/{}", e.document.code()), dom::field(EDITOR, "body"));
    let (wrong, about) = (e.errors.has(EDITOR, "body"), dom::hint(EDITOR, "body"));
    engine(
        shell,
        e.document.title(),
        &[],
        html! {
            (parts::trail(&[(DOCUMENTS_PATH, "Texts")]))
            h1 { (e.document.title()) }
            (form::summary(e.errors))
            p { "It stands at " a href=(e.document.path()) { (e.document.path()) } "." }
            @if let Some(blocks) = e.preview {
                h2 { "How it will look" }
                div.card.stack.document { (markdown(blocks)) }
            }
            form.stack method="post" action=(path) {
                input type="hidden" name="version" value=(e.version);
                div.field {
                    label for=(id) { "Text" }
                    textarea.long id=(id) name="body" rows="24" required maxlength=(LONGEST) aria-describedby=(about) aria-invalid=[wrong.then_some("true")] { (e.body) }
                    (form::group_error(EDITOR, "body", e.errors))
                    small id=(about) { "Markdown: ## headings, * lists, **strong**, *emphasis*, [words](/address). HTML stays text." }
                }
                div.row {
                    @if e.preview.is_some() { button.button.primary name="publish" value="yes" { "Publish version " (e.version + 1) } }
                    button.button.primary[e.preview.is_none()] name="publish" value="" { "Show how it looks" }
                }
            }
            h2 { "Versions" }
            ul.statuses {
                @for version in e.history {
                    li.row {
                        a href={ (e.document.path()) "?version=" (version.version) } { "Version " (version.version) }
                        span.push { (who(version)) ", " (parts::time(version.at, When::Second)) }
                    }
                }
            }
        },
    )
}

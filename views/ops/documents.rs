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
    let (path, id) = (format!("{DOCUMENTS_PATH}/{}", e.document.code()), dom::field(EDITOR, "body"));
    let title = names::document(e.document);
    let (wrong, about) = (e.errors.has(EDITOR, "body"), dom::hint(EDITOR, "body"));
    engine(
        shell,
        &title,
        &[],
        html! {
            (parts::trail(&[(DOCUMENTS_PATH, &t!("ops-texts"))]))
            h1 { (title) }
            (form::summary(e.errors))
            p { (rich!("ops-text-stands"; path => |_| html! { a href=(e.document.path()) { (e.document.path()) } })) }
            @if let Some(blocks) = e.preview {
                h2 { (t!("ops-text-preview")) }
                div.card.stack.document { (markdown(blocks)) }
            }
            form.stack method="post" action=(path) {
                input type="hidden" name="version" value=(e.version);
                div.field {
                    label for=(id) { (t!("ops-text")) }
                    textarea.long id=(id) name="body" rows="24" required maxlength=(LONGEST) aria-describedby=(about) aria-invalid=[wrong.then_some("true")] { (e.body) }
                    (form::group_error(EDITOR, "body", e.errors))
                    small id=(about) { (t!("ops-text-markdown")) }
                }
                div.row {
                    @if e.preview.is_some() { button.button.primary name="publish" value="yes" { (t!("ops-text-publish", version = e.version + 1)) } }
                    button.button.primary[e.preview.is_none()] name="publish" value="" { (t!("ops-text-show")) }
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

//! One of the service's own texts.

use super::markdown;
use crate::{
    dom,
    layout::{self, Page, Shell},
    names,
    parts::{self, When},
    rich, t, words,
};
use domain::{
    text::{documents::Document, language::Language, markdown::Block},
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct DocumentPage<'a> {
    pub document: Document,
    pub body: &'a [Block],
    /// Of the text; `None` if it is not known.
    pub language: Option<Language>,
    pub version: i64,
    pub at: Millis,
    /// The number of the current version, if this is another one.
    pub current: Option<i64>,
}

pub fn page(shell: &Shell, p: &DocumentPage<'_>) -> Markup {
    let title = names::document(p.document);
    let description = t!("text-description", title = &*title);
    let description = if p.current.is_some() { "" } else { description.as_str() };
    let head = Page { title: &title, description, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack.document #(dom::MAIN) tabindex="-1" {
                h1 { (title) }
                @if p.current.is_some() { p.notice { (rich!("text-earlier"; current => |words| html! { a href=(p.document.path()) { (words) } })) } }
                (body(p))
                (versions(p))
            }
        },
    )
}

/// The text, which may be in another language than the page.
pub(super) fn body(p: &DocumentPage<'_>) -> Markup {
    let text = markdown(p.body);
    match p.language.filter(|language| *language != words::spoken()) {
        Some(language) => html! { div.stack lang=(language.code()) { (text) } },
        None => text,
    }
}

/// The number of the version, and the one before it.
pub(super) fn versions(p: &DocumentPage<'_>) -> Markup {
    html! {
        p.muted {
            (rich!("text-version", version = p.version; at => |_| parts::time(p.at, When::Date)))
            @if p.version > 1 { " " a href={ (p.document.path()) "?version=" (p.version - 1) } { (t!("text-version-before")) } }
        }
    }
}

//! Refusals and failures: what happened, what is safe, what to do.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::sentence,
};
use domain::chat::room::UNDO;
use maud::{Markup, html};

/// A refusal as a page. `request_id` finds its log records. `back` is the page that the reader came from, if known: its
/// path and the text of the link.
pub fn page(
    shell: &Shell,
    status: u16,
    message: &str,
    request_id: &str,
    back: Option<(&str, &str)>,
) -> Markup {
    let title = title(status);
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                p.status { (status) }
                h1 { (title) }
                p.lead { (sentence(message)) }
                @if let Some(safe) = safe(status) { p.muted { (safe) } }
                div.row {
                    @if status == 401 { a.button.primary href={ "/sign-in?next=" (shell.path) } { "Sign in" } }
                    @else if let Some((href, words)) = back { a.button.primary href=(href) { (words) } }
                    @else if status >= 500 || status == 429 { a.button.primary href=(shell.path) { "Try again" } }
                    @else { a.button.primary href="/explore" { "Explore spaces" } }
                }
                @if !request_id.is_empty() { p.muted { "If you write to us about this, name " code { (request_id) } "." } }
            }
        },
    )
}

/// The same message as a toast: the answer to any htmx request.
pub fn toast(message: &str) -> Markup {
    let toast = html! { div.toast.bad role="alert" { p { (sentence(message)) } } };
    dom::partial(dom::TOASTS, "beforeend", toast)
}

/// A toast that says what was done and offers to undo it. `done`: a selector of what is on the page as long as it is not
/// undone. `lapses`: the server refuses the undo after [`UNDO`], so the toast goes then; otherwise it stays at least as long.
pub fn toast_undo(message: Markup, done: &str, undo: Markup, lapses: bool) -> Markup {
    let (until, at_least) = (lapses.then_some(UNDO.0), (!lapses).then_some(UNDO.0));
    let toast = html! { div.toast data-undo=[until] data-stays=[at_least] data-while=(done) { p { (message) } (undo) } };
    dom::partial(dom::TOASTS, "beforeend", toast)
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "We could not read that",
        401 => "Sign in first",
        402 => "This needs a pass",
        403 => "Not open to you",
        404 => "Nothing here",
        405 => "Not at this address",
        409 => "That is not possible now",
        410 => "This space has closed",
        413 => "Too much at once",
        422 => "Something needs another look",
        429 => "A little slower",
        503 => "We are full for a moment",
        500.. => "Something broke on our side",
        _ => "That was refused",
    }
}

fn safe(status: u16) -> Option<&'static str> {
    match status {
        500.. => Some("No partial change was saved. Your earlier data is unchanged."),
        409 => Some("Go back and reload the page to see how things stand now."),
        _ => None,
    }
}

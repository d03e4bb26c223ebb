//! Captions: the line under the picture with its switches, the host's address for programs, the track of a replay, and the page on
//! which its team gives it a file.

use super::studio::encoder::copied;
use crate::{
    dom,
    form::{self, Errors},
    icons,
    in_words::InWords,
    layout::{self, Page, Shell},
    live::recording::{list_path, path},
    parts, t,
    words::numbers::size,
};
use domain::{
    catalogue::offer::Space,
    id::StreamId,
    live::{
        captions::{
            Caption, LONGEST, MOST,
            file::{CaptionFileError, LARGEST_FILE, LONGEST_CUE},
        },
        recording::Recording,
    },
};
use maud::{Markup, html};

/// Where the line appears that is said now. `captions.js` lets screen readers announce it if the person wishes that.
pub fn place() -> Markup {
    html! { p.caption #(dom::CAPTION) dir="auto" aria-live="off" {} }
}

/// A line as an SSE message.
pub fn frame(caption: &Caption) -> Markup {
    dom::partial(dom::CAPTION, "innerHTML", html! { span { (caption.text) } })
}

/// The switches of the player; `captions.js` shows them once there is something to switch.
pub fn switches() -> Markup {
    html! {
        button type="button" data-do="captions" aria-label=(t!("captions-captions")) aria-pressed="true" hidden { (icons::captions()) }
        button type="button" data-do="aloud" aria-label=(t!("captions-aloud")) aria-pressed="false" hidden { (icons::speech()) }
    }
}

/// The part of the studio. `address`: where lines are sent, with scheme and host.
pub fn panel(id: StreamId, address: &str) -> Markup {
    html! {
        details.card {
            summary { (t!("captions-captions")) }
            div.stack {
                p { (t!("captions-about")) }
                p { code { (t!("captions-example")) } }
                p { (t!("captions-secret")) }
                (access(id, address))
                p.muted { small { (t!("captions-kept", most = LONGEST)) } }
            }
        }
    }
}

/// The address for programs; also the answer when the host asks for another one.
pub fn access(id: StreamId, address: &str) -> Markup {
    let path = format!("/streams/{id}/caption_key");
    html! {
        div.stack id=(dom::CAPTION_ACCESS) {
            (copied(dom::CAPTION_ADDRESS, &t!("captions-address"), address, "password"))
            form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::CAPTION_ACCESS) } hx-swap="outerHTML" hx-disable="find button" {
                button.button { (t!("captions-new-address")) }
                p.muted { small { (t!("captions-new-address-means")) } }
            }
        }
    }
}

fn file_path(recording: &Recording) -> String {
    format!("{}/captions.vtt", path(recording))
}

/// Inside the player of a replay.
pub fn track(recording: &Recording) -> Markup {
    html! { track kind="captions" label=(t!("captions-captions")) src=(file_path(recording)); }
}

/// Why a file is not taken.
impl InWords for CaptionFileError {
    fn in_words(&self) -> String {
        match *self {
            Self::NoFile => t!("captions-file-none").into(),
            Self::Large => t!("captions-file-large", size = size(LARGEST_FILE as i64)),
            Self::Encoding => t!("captions-file-encoding").into(),
            Self::Head => t!("captions-file-head").into(),
            Self::Times(line) => t!("captions-file-times", line = line),
            Self::Backwards(line) => t!("captions-file-backwards", line = line),
            Self::Long(line) => t!("captions-file-long", line = line, most = LONGEST_CUE),
            Self::Many => t!("captions-file-many", most = MOST),
            Self::Empty => t!("captions-file-empty").into(),
        }
    }
}

/// The name of the form in [`Errors`].
pub const FORM: &str = "captions";

pub fn desk_path(stream: StreamId) -> String {
    format!("/account/recordings/{stream}/captions")
}

#[derive(Clone, Copy, Debug)]
pub struct CaptionsPage<'a> {
    pub space: &'a Space,
    pub recording: &'a Recording,
    /// It has some.
    pub exist: bool,
    pub errors: &'a Errors,
}

/// Where the team of a show gives its replay a file.
pub fn desk(shell: &Shell, p: &CaptionsPage<'_>) -> Markup {
    let title = t!("captions-of", title = p.recording.title.as_str());
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    let (base, id) = (format!("/account/spaces/{}", p.space.id), dom::field(FORM, "file"));
    let (wrong, hint) = (p.errors.has(FORM, "file"), dom::hint(FORM, "file"));
    let described = if wrong { format!("{} {hint}", dom::error(FORM, "file")) } else { hint.clone() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &p.space.name), (&list_path(p.space.id), &t!("recordings-title"))]))
                h1 { (title) }
                (form::summary(p.errors))
                @if p.exist { p { (t!("captions-there")) " " a href=(file_path(p.recording)) { (t!("captions-file-see")) } } }
                @else { p { (t!("captions-none")) } }
                form.card.stack method="post" action=(desk_path(p.recording.stream)) enctype="multipart/form-data" {
                    div.field {
                        label for=(id) { (t!("captions-file")) }
                        input id=(id) name="file" type="file" accept=".vtt,text/vtt" required aria-describedby=(described) aria-invalid=[wrong.then_some("true")];
                        (form::group_error(FORM, "file", p.errors))
                        small id=(hint) { (t!("captions-file-hint", size = size(LARGEST_FILE as i64))) }
                    }
                    div.row { button.button.primary { (t!("captions-file-send")) } }
                }
            }
        },
    )
}

//! Files of an experience: the page of people who are in, what others see of it, and the team's pages.

use super::videos;
use crate::{
    dom,
    form::{self, Errors, Field},
    icons,
    in_words::InWords,
    layout::{self, Page, Shell},
    parts::{self, When},
    t,
    words::numbers::size,
};
use domain::catalogue::{
    content::files::{ABOUT, File, FileRefusal, NameError},
    offer::{Experience, ExperienceKind, Space},
    slug::page_path,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct FilesPage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// The newest first.
    pub files: &'a [File],
    /// The viewer may change what is here.
    pub manages: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct ManagePage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub files: &'a [File],
    /// What this person began to send, and can go on with.
    pub open: &'a [File],
    /// Bytes that a file may have.
    pub most: i64,
    /// The description that was typed.
    pub about: &'a str,
    pub errors: &'a Errors,
}

#[derive(Clone, Copy, Debug)]
pub struct EditPage<'a> {
    pub space: &'a Space,
    pub file: &'a File,
    pub draft: &'a FileDraft,
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct FileDraft {
    pub name: String,
    pub about: String,
}

impl From<&File> for FileDraft {
    fn from(file: &File) -> Self {
        Self { name: file.name.clone(), about: file.about.clone() }
    }
}

impl InWords for NameError {
    fn in_words(&self) -> String {
        let words = match self {
            Self::Text(error) => return error.in_words(),
            Self::Character => t!("files-name-character"),
            Self::Dot => t!("files-name-dot"),
            Self::Device => t!("files-name-device"),
        };
        words.into_owned()
    }
}

impl InWords for FileRefusal {
    fn in_words(&self) -> String {
        let words = match self {
            Self::TooLarge => t!("files-error-large"),
            Self::Files => t!("files-error-many"),
            Self::OnTheirWay => t!("files-error-open"),
            Self::Room => t!("files-error-room"),
            Self::OwnRoom => t!("files-error-own-room"),
            Self::AllRoom => t!("files-error-all-room"),
            Self::Ended => t!("files-error-ended"),
            Self::Offset => t!("files-error-offset"),
        };
        words.into_owned()
    }
}

/// What is said when the object store fails.
pub fn unkept() -> Cow<'static, str> {
    t!("files-error-objects")
}

pub fn page(shell: &Shell, p: &FilesPage<'_>) -> Markup {
    let head = Page { title: &p.experience.title, accent: p.space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name)]))
                (parts::cover(p.space))
                h1 { bdi { (p.experience.title) } }
                (parts::paragraphs(&p.experience.about))
                @if p.files.is_empty() {
                    @if p.manages { (parts::begin(&t!("files-empty-team"), &manage_path(p.experience), &t!("files-manage"))) }
                    @else { (parts::empty(&t!("files-empty"), None)) }
                } @else {
                    @if p.manages { p { a.button href=(manage_path(p.experience)) { (t!("files-manage")) } } }
                    ul.plain.stack role="list" { @for file in p.files { li.card.row.file { (described(file)) (save(file)) } } }
                }
            }
        },
    )
}

/// The team's page of it.
pub fn manage_path(experience: &Experience) -> String {
    format!("/account/experiences/{}/files", experience.id)
}

/// Name, size and date, and what is said about it.
fn described(file: &File) -> Markup {
    html! {
        div {
            b { bdi { (file.name) } } br;
            small { (size(file.size)) " · " (parts::time(file.created_at, When::Date)) }
            @if !file.about.is_empty() { (parts::paragraphs(&file.about)) }
        }
    }
}

fn save(file: &File) -> Markup {
    html! {
        @if file.is_ready() {
            a.button.push href={ "/media/files/" (file.id) } aria-label=(t!("files-download-name", name = file.name.as_str())) { (t!("files-download")) }
        } @else { small.push { (t!("files-preparing")) } }
    }
}

/// For whoever has no pass: what there is, without a way to it.
pub fn teaser(kind: ExperienceKind, files: &[File]) -> Markup {
    if kind == ExperienceKind::Videos {
        return videos::teaser(files);
    }
    html! {
        @if !files.is_empty() {
            section.stack aria-labelledby=(dom::FILES_INSIDE) {
                h2 #(dom::FILES_INSIDE) { (t!("files-inside", count = files.len())) }
                ul.plain.inside role="list" {
                    @for file in files { li.row { (icons::locked()) span { bdi { (file.name) } } small { (size(file.size)) } } }
                }
            }
        }
    }
}

pub fn manage(shell: &Shell, p: &ManagePage<'_>) -> Markup {
    let (about_videos, name) = (p.experience.kind == ExperienceKind::Videos, p.experience.title.as_str());
    let (title, listed, none) = match about_videos {
        true => (t!("videos-title", name = name), t!("videos-list"), t!("videos-empty-team")),
        false => (t!("files-title", name = name), t!("files-list"), t!("files-empty-team")),
    };
    let head = Page { title: &title, scripts: &["files.js"], ..Page::default() };
    let (space, experience) =
        (format!("/account/spaces/{}", p.space.id), format!("/account/experiences/{}", p.experience.id));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&space, &p.space.name), (&experience, &p.experience.title)]))
                h1 { (title) }
                p { a href=(page_path(&p.space.slug, &p.experience.slug)) { (t!("files-see")) } }
                (form::summary(p.errors))
                (upload(p))
                @if !p.open.is_empty() { (on_their_way(p.open)) }
                h2 { (listed) }
                @if p.files.is_empty() { (parts::empty(&none, None)) }
                ul.plain.stack role="list" {
                    @for file in p.files {
                        li.card.row.file {
                            @match &file.video {
                                Some(state) => (videos::row(file, state)),
                                None => { (described(file)) (controls(file)) },
                            }
                        }
                    }
                }
            }
        },
    )
}

/// With scripts, files are sent piece by piece and shown in the list below the form. Without, one small file is sent at once.
fn upload(p: &ManagePage<'_>) -> Markup {
    let (id, hint) = (dom::field("files", "upload"), dom::hint("files", "upload"));
    let wrong = p.errors.has("files", "upload");
    let (accept, choose, what, send) = match p.experience.kind {
        ExperienceKind::Videos => (
            Some("video/mp4,video/webm"),
            t!("videos-choose"),
            t!("videos-choose-hint", size = size(p.most)),
            t!("videos-send"),
        ),
        _ => (None, t!("files-choose"), t!("files-choose-hint", size = size(p.most)), t!("files-send")),
    };
    let described = if wrong { format!("{} {hint}", dom::error("files", "upload")) } else { hint.clone() };
    html! {
        form.card.stack method="post" action=(manage_path(p.experience)) enctype="multipart/form-data"
            data-files={ "/account/experiences/" (p.experience.id) "/uploads" } {
            div.field {
                label for=(id) { (choose) }
                input id=(id) name="file" type="file" required accept=[accept] data-most=(p.most) data-refusal=(t!("files-error-large"))
                    data-nothing=(t!("files-error-empty")) aria-describedby=(described) aria-invalid=[wrong.then_some("true")];
                (form::group_error("files", "upload", p.errors))
                small id=(hint) { (what) }
                noscript { small { (t!("files-choose-plain")) } }
            }
            (Field::area("files", "about", &t!("files-about"), p.about).max(ABOUT).show(p.errors))
            div.row { button.button.primary { (send) } }
            ul.plain.stack role="list" data-sending aria-label=(t!("files-sending-list")) {}
            (template())
        }
    }
}

/// What a script shows for each file that it sends.
fn template() -> Markup {
    html! {
        template data-file data-sending=(t!("files-state-sending")) data-paused=(t!("files-state-paused"))
            data-waiting=(t!("files-state-waiting")) data-ending=(t!("files-state-ending")) data-done=(t!("files-state-done"))
            data-failed=(t!("files-state-failed")) {
            li.card.stack {
                div.row { b { bdi data-name {} } small.push { span data-state role="status" {} " " span data-share aria-hidden="true" {} } }
                progress max="100" value="0" {}
                div.row {
                    button.button type="button" data-pause { (t!("files-pause")) }
                    button.button type="button" data-resume hidden { (t!("files-resume")) }
                    button.button type="button" data-cancel { (t!("files-cancel")) }
                }
            }
        }
    }
}

fn on_their_way(open: &[File]) -> Markup {
    html! {
        section.stack aria-labelledby=(dom::FILES_OPEN) {
            h2 #(dom::FILES_OPEN) { (t!("files-open")) }
            p.muted { (t!("files-open-hint")) }
            ul.plain.stack role="list" {
                @for file in open {
                    li.card.row.file data-open=(file.id) data-name=(file.name) data-size=(file.size) {
                        div { b { bdi { (file.name) } } br; small { (t!("files-arrived", received = size(file.received), size = size(file.size))) } }
                        div.push { (form::action(&format!("/account/files/{}/deletion", file.id), "", &t!("files-cancel"))) }
                    }
                }
            }
        }
    }
}

fn controls(file: &File) -> Markup {
    html! {
        div.row.push {
            small { (t!("files-downloads", count = file.downloads)) }
            @if file.is_ready() { a.button href={ "/media/files/" (file.id) } aria-label=(t!("files-download-name", name = file.name.as_str())) { (t!("files-download")) } }
            @else { small { (t!("files-preparing")) } }
            a.button href={ "/account/files/" (file.id) } aria-label=(t!("files-edit-name", name = file.name.as_str())) { (t!("files-edit")) }
        }
    }
}

pub fn edit(shell: &Shell, p: &EditPage<'_>) -> Markup {
    let (file, d) = (p.file, p.draft);
    let base = format!("/account/files/{}", file.id);
    // A video has a title; another file has a name, whose ending says what opens it.
    let [title, listed, label, hint, save, ask, means, delete] = match file.video {
        Some(_) => [
            t!("videos-edit-title"),
            t!("videos-list"),
            t!("form-field-title"),
            "".into(),
            t!("videos-save-text"),
            t!("videos-delete-open"),
            t!("videos-delete-words"),
            t!("videos-delete"),
        ],
        None => [
            t!("files-edit-title"),
            t!("files-list"),
            t!("files-name"),
            t!("files-name-hint"),
            t!("files-save"),
            t!("files-delete-open"),
            t!("files-delete-words"),
            t!("files-delete"),
        ],
    };
    let (styles, scripts) = match file.watchable() {
        Some(_) => (layout::VENUE, &["upload.js", "poster.js"][..]),
        None => (&[][..], &[][..]),
    };
    let head = Page { title: &title, styles, scripts, ..Page::default() };
    let list = format!("/account/experiences/{}/files", file.experience);
    let space = format!("/account/spaces/{}", p.space.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&space, &p.space.name), (&list, &listed)]))
                h1 { (title) }
                (form::summary(p.errors))
                form.card.stack method="post" action=(base) {
                    (Field::input("file", "name", &label, &d.name).required().max(120).hint(&hint).show(p.errors))
                    (Field::area("file", "about", &t!("files-about"), &d.about).max(ABOUT).show(p.errors))
                    div.row { button.button.primary { (save) } }
                }
                @if file.watchable().is_some() { (videos::poster_form(file, p.errors)) }
                p.muted { (size(file.size)) @if file.is_ready() { " · SHA-256 " code { (file.sha256) } } }
                details.confirm {
                    summary.button { (ask) }
                    div.menu.stack { p { (means) } (form::action(&format!("{base}/deletion"), "danger", &delete)) }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::text::language::Language;

    #[test]
    fn a_name_is_refused_in_the_words_of_the_domain() {
        for error in [NameError::Character, NameError::Dot, NameError::Device] {
            assert_eq!(error.in_words(), error.to_string());
            assert_ne!(speak(Language::German, || error.in_words()), error.to_string());
        }
    }
}

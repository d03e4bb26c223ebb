//! Videos of an experience: the page of people who are in, the page of one, and what the team sees of them.

use super::files::{FilesPage, manage_path};
use crate::{
    catalogue::look,
    dom,
    form::{self, Errors},
    icons,
    in_words::InWords,
    layout::{self, Page, Shell},
    live::recording::clock,
    parts::{self, When},
    t,
    words::numbers::size,
};
use domain::{
    catalogue::{
        content::{
            files::File,
            videos::{PictureCodec, Video, VideoRefusal, VideoState},
        },
        offer::{Experience, Space},
        slug::page_path,
    },
    ops::reports::Kind,
    picture::{PictureFile, Purpose},
};
use maud::{Markup, html};
use std::borrow::Cow;

/// What came, and what is taken instead.
impl InWords for VideoRefusal {
    fn in_words(&self) -> String {
        let came = match self {
            Self::Kind(kind) => t!("videos-refused-kind", kind = kind.as_str()),
            Self::Unknown => t!("videos-refused-unknown").into_owned(),
            Self::Codec { container, codec } => {
                t!("videos-refused-codec", container = container.name(), codec = codec.as_str())
            }
            Self::NoPicture => t!("videos-refused-no-picture").into_owned(),
            Self::Broken => t!("videos-refused-broken").into_owned(),
        };
        format!("{came} {}", t!("videos-taken"))
    }
}

#[derive(Clone, Copy, Debug)]
pub struct VideoPage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub file: &'a File,
    /// What the file is.
    pub video: &'a Video,
    /// The viewer may change it.
    pub manages: bool,
}

/// The page of a video.
pub fn path(file: &File) -> String {
    format!("/experiences/{}/videos/{}", file.experience, file.id)
}

fn source(file: &File) -> String {
    format!("/media/videos/{}", file.id)
}

/// The videos that can be watched, for whoever is in.
pub fn page(shell: &Shell, p: &FilesPage<'_>) -> Markup {
    let head =
        Page { title: &p.experience.title, accent: p.space.accent, styles: layout::VENUE, ..Page::default() };
    let manage = manage_path(p.experience);
    let shown: Vec<_> = p.files.iter().filter_map(|file| Some((file, file.watchable()?))).collect();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name)]))
                (parts::cover(p.space))
                h1 { bdi { (p.experience.title) } }
                (parts::paragraphs(&p.experience.about))
                @if shown.is_empty() {
                    @if p.manages { (parts::begin(&t!("videos-empty-team"), &manage, &t!("videos-manage"))) }
                    @else { (parts::empty(&t!("videos-empty"), None)) }
                } @else {
                    @if p.manages { p { a.button href=(manage) { (t!("videos-manage")) } } }
                    ul.tiles.films role="list" { @for (file, video) in shown { li { (tile(file, video)) } } }
                }
            }
        },
    )
}

fn tile(file: &File, video: &Video) -> Markup {
    html! {
        a.card.tile href=(path(file)) {
            (picture(file))
            h2 { bdi { (file.name) } }
            small { (facts(file, video)) }
        }
    }
}

/// What it shows before it plays; drawn from its title if nobody has chosen it.
fn picture(file: &File) -> Markup {
    match poster(file) {
        Some(path) => html! { img.cover src=(path) width="800" height="450" alt="" loading="lazy"; },
        None => parts::card_cover(&file.name, None),
    }
}

fn poster(file: &File) -> Option<String> {
    let size = Purpose::Post.sizes()[1];
    file.poster.map(|id| format!("{}/posters/{}", path(file), PictureFile { id, size }))
}

/// How long and how large it is.
fn facts(file: &File, video: &Video) -> Markup {
    let length = video.length.map_or_else(|| t!("videos-length-unknown"), |length| clock(length.0).into());
    html! { (length) " · " (size(file.size)) }
}

pub fn one(shell: &Shell, p: &VideoPage<'_>) -> Markup {
    let (file, video) = (p.file, p.video);
    let head = Page { title: &file.name, accent: p.space.accent, styles: layout::VENUE, ..Page::default() };
    let place = page_path(&p.space.slug, &p.experience.slug);
    let saved = format!("{}?download=true", source(file));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), (&place, &p.experience.title)]))
                h1 { bdi { (file.name) } }
                small { (facts(file, video)) " · " (parts::time(file.created_at, When::Date)) }
                video.replay #(dom::REPLAY) controls playsinline preload="metadata" poster=[poster(file)] src=(source(file)) aria-label=(file.name) {
                    a href=(saved) { (t!("videos-save")) }
                }
                (parts::paragraphs(&file.about))
                p.muted { (plays_where(video.picture)) " " a href=(saved) { (t!("videos-save")) } }
                @if p.manages { p { a.button href={ "/account/files/" (file.id) } { (t!("files-edit")) } } }
                @else { p.muted { (parts::report(Kind::Space, p.space.id, &t!("catalogue-report-space"))) } }
            }
        },
    )
}

/// Which browsers play it by themselves.
fn plays_where(picture: PictureCodec) -> Cow<'static, str> {
    match picture {
        PictureCodec::H264 => t!("recordings-plays-everywhere"),
        PictureCodec::Av1 => t!("recordings-plays-newest"),
        PictureCodec::Vp8 | PictureCodec::Vp9 => t!("recordings-plays-where"),
    }
}

/// For whoever has no pass: what there is, without a way to it.
pub fn teaser(files: &[File]) -> Markup {
    let shown: Vec<_> = files.iter().filter_map(|file| Some((file, file.watchable()?))).collect();
    html! {
        @if !shown.is_empty() {
            section.stack aria-labelledby=(dom::FILES_INSIDE) {
                h2 #(dom::FILES_INSIDE) { (t!("videos-inside", count = shown.len())) }
                ul.plain.inside role="list" {
                    @for (file, video) in shown { li.row { (icons::locked()) span { bdi { (file.name) } } small { (facts(file, video)) } } }
                }
            }
        }
    }
}

/// The picture of a video: one that was made elsewhere, or, with scripts, what the player shows.
pub fn poster_form(file: &File, errors: &Errors) -> Markup {
    let fields =
        form::picture(Purpose::Post.code(), &t!("form-field-file"), &t!("videos-poster-hint"), errors);
    html! {
        section.card.stack aria-label=(t!("videos-poster")) {
            h2 { (t!("videos-poster")) }
            video.replay #(dom::REPLAY) controls playsinline preload="metadata" poster=[poster(file)] src=(source(file)) aria-label=(file.name) {}
            button.button type="button" data-moment hidden { (t!("videos-poster-take")) }
            (look::upload(Purpose::Post, &format!("/account/files/{}/poster", file.id), fields, &t!("videos-poster-save")))
        }
    }
}

/// A video in the list of its team.
pub fn row(file: &File, state: &VideoState) -> Markup {
    html! {
        div {
            b { bdi { (file.name) } } br;
            small {
                @match file.watchable() {
                    Some(video) => { (facts(file, video)) " · " (video.width) " × " (video.height) },
                    None => (size(file.size)),
                }
                " · " (parts::time(file.created_at, When::Date))
            }
            @match state {
                VideoState::Refused(why) => p.notice { (why.in_words()) },
                VideoState::Plays(video) if !video.indexed => p.muted { (t!("videos-no-index")) },
                VideoState::Plays(_) | VideoState::Waits => {},
            }
            @if !file.about.is_empty() { (parts::paragraphs(&file.about)) }
        }
        div.row.push {
            @if file.watchable().is_some() { a.button href=(path(file)) aria-label=(t!("videos-watch-name", name = file.name.as_str())) { (t!("videos-watch")) } }
            @if let VideoState::Refused(_) = state { (form::action(&format!("/account/files/{}/deletion", file.id), "danger", &t!("videos-delete"))) }
            @else {
                @if !file.is_ready() { small { (t!("files-preparing")) } }
                a.button href={ "/account/files/" (file.id) } aria-label=(t!("files-edit-name", name = file.name.as_str())) { (t!("files-edit")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::{catalogue::content::videos::VideoContainer, text::language::Language};

    #[test]
    fn a_refusal_names_what_came_and_what_is_taken() {
        let codec = "H.265 (HEVC)".to_owned();
        let why = VideoRefusal::Codec { container: VideoContainer::Mp4, codec };
        for language in [Language::English, Language::German] {
            let words = speak(language, || why.in_words());
            for part in ["MP4", "H.265 (HEVC)", "VP9", "H.264", "AAC"] {
                assert!(words.contains(part), "{words}");
            }
        }
        let all = [
            why,
            VideoRefusal::Kind("AVI".into()),
            VideoRefusal::Unknown,
            VideoRefusal::NoPicture,
            VideoRefusal::Broken,
        ];
        for why in all {
            assert_ne!(speak(Language::German, || why.in_words()), why.in_words());
        }
    }
}

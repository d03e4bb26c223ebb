//! Pages of files and of videos.

use crate::sample::*;
use domain::catalogue::{
    content::{
        files::{File, NameError},
        videos::{PictureCodec, SoundCodec, Video, VideoContainer, VideoRefusal, VideoState},
    },
    offer::{Experience, ExperienceKind},
};
use domain::{
    picture::{PictureError, PictureId},
    time::Span,
};
use maud::Markup;
use views::{
    catalogue::{
        content::{
            files::{self, EditPage, FileDraft, FilesPage, ManagePage},
            videos::{self, VideoPage},
        },
        pass::{self, Door},
    },
    form::{Errors, FieldError},
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let refused = Errors::one("files", FieldError::new("upload", "This file is empty."));
    vec![
        ("files", page(&sample(), false)),
        ("files-host", page(&sample(), true)),
        ("files-empty", page(&[], false)),
        ("files-empty-host", page(&[], true)),
        ("files-door", door()),
        ("files-manage", manage(&sample(), &[arriving()], &Errors::default())),
        ("files-manage-refused", manage(&[], &[], &refused)),
        ("files-edit", edit("Liner notes.pdf", &Errors::default())),
        (
            "files-edit-refused",
            edit("../notes.pdf", &Errors::one("file", FieldError::new("name", NameError::Character))),
        ),
        ("videos", films_page(&films(), false)),
        ("videos-host", films_page(&films(), true)),
        ("videos-empty", films_page(&[], false)),
        ("videos-empty-host", films_page(&[], true)),
        ("videos-door", door_to(&films_place(), &films())),
        ("videos-manage", manage_in(&films_place(), &films(), &[], &Errors::default())),
        ("videos-edit", edit_of(&films()[3], "The long night", &Errors::default())),
        (
            "videos-edit-refused",
            edit_of(
                &films()[3],
                "The long night",
                &Errors::one("post", FieldError::new("file", PictureError::Gif)),
            ),
        ),
        ("video", film(false)),
        ("video-host", film(true)),
    ]
}

fn place() -> Experience {
    Experience {
        id: id(26),
        kind: ExperienceKind::Files,
        slug: "liner-notes".into(),
        title: "Liner notes".into(),
        about: "To read along while you listen.".into(),
        ..experiences().remove(0)
    }
}

fn file(n: u64, name: &str, about: &str, size: i64) -> File {
    File {
        id: id(n),
        space: id(10),
        experience: id(26),
        name: name.into(),
        about: about.into(),
        size,
        received: size,
        progress: String::new(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        downloads: 14,
        video: None,
        poster: None,
        created_at: NOW,
        expires_at: None,
    }
}

fn sample() -> [File; 3] {
    let preparing =
        File { sha256: String::new(), downloads: 0, ..file(63, "Demo tapes.zip", "", 812_400_000) };
    let long = "מילים ותווים לשיר הרביעי, כפי שנכתבו בלילה ההוא.pdf";
    let about = "The words of all songs,\nwith what was crossed out.";
    [preparing, file(62, long, "", 96_200), file(61, "Liner notes.pdf", about, 1_440_000)]
}

fn arriving() -> File {
    let until = Some(NOW);
    let begun = file(64, "Concert.flac", "", 402_000_000);
    File { sha256: String::new(), received: 88_000_000, expires_at: until, ..begun }
}

fn page(files: &[File], manages: bool) -> Markup {
    let (space, experience, me) = (space(), place(), account(2, "Ada"));
    let page = FilesPage { space: &space, experience: &experience, files, manages };
    files::page(&shell("/maya/liner-notes", Some(&me)), &page)
}

fn door() -> Markup {
    door_to(&place(), &sample())
}

fn door_to(experience: &Experience, files: &[File]) -> Markup {
    let (space, maya) = (space(), maya());
    let door = Door {
        space: &space,
        owner: &maya,
        experience,
        stream: None,
        still: None,
        people: None,
        posts: &[],
        offers: &[],
        files,
        others: &[],
        follows: false,
        asks: None,
        free: None,
    };
    pass::door(&shell("/maya/liner-notes", None), &door)
}

fn manage(files: &[File], open: &[File], errors: &Errors) -> Markup {
    manage_in(&place(), files, open, errors)
}

fn manage_in(experience: &Experience, files: &[File], open: &[File], errors: &Errors) -> Markup {
    let (space, maya) = (space(), maya());
    let about = if errors.is_empty() { "" } else { "What I wrote" };
    let page = ManagePage { space: &space, experience, files, open, most: 2 << 30, about, errors };
    files::manage(&shell("/account/experiences/26/files", Some(&maya)), &page)
}

fn edit(name: &str, errors: &Errors) -> Markup {
    let [.., file] = sample();
    edit_of(&file, name, errors)
}

fn edit_of(file: &File, name: &str, errors: &Errors) -> Markup {
    let (space, maya) = (space(), maya());
    let draft = FileDraft { name: name.into(), about: file.about.clone() };
    let page = EditPage { space: &space, file, draft: &draft, errors };
    files::edit(&shell("/account/files/61", Some(&maya)), &page)
}

fn films_place() -> Experience {
    Experience {
        id: id(27),
        kind: ExperienceKind::Videos,
        slug: "films".into(),
        title: "Films".into(),
        about: "The shows of last year, as a whole.".into(),
        ..place()
    }
}

fn video() -> Video {
    Video {
        container: VideoContainer::WebM,
        picture: PictureCodec::Vp9,
        sound: Some(SoundCodec::Opus),
        length: Some(Span::secs(3_723)),
        width: 1280,
        height: 720,
        indexed: true,
    }
}

fn films() -> [File; 4] {
    let of = |n: u64, name: &str, state: VideoState| File {
        experience: id(27),
        video: Some(state),
        ..file(n, name, "", 84_000_000)
    };
    let live = Video { length: None, indexed: false, ..video() };
    let codec = "H.265 (HEVC)".to_owned();
    let refused = VideoRefusal::Codec { container: VideoContainer::Mp4, codec };
    let preparing = of(74, "Rehearsal", VideoState::Waits);
    [
        File { sha256: String::new(), ..preparing },
        of(73, "Holiday on the river", VideoState::Refused(refused)),
        of(72, "הלילה הארוך", VideoState::Plays(live)),
        File { poster: Some(PictureId([7; 32])), ..of(71, "The long night", VideoState::Plays(video())) },
    ]
}

fn films_page(files: &[File], manages: bool) -> Markup {
    let (space, experience, me) = (space(), films_place(), account(2, "Ada"));
    let page = FilesPage { space: &space, experience: &experience, files, manages };
    videos::page(&shell("/maya/films", Some(&me)), &page)
}

fn film(manages: bool) -> Markup {
    let (space, experience, me, [.., file]) = (space(), films_place(), account(2, "Ada"), films());
    let page = VideoPage { space: &space, experience: &experience, file: &file, video: &video(), manages };
    videos::one(&shell(&videos::path(&file), Some(&me)), &page)
}

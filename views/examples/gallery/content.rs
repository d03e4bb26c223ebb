//! Experiences beside shows: posts as their readers and writers see them, and communities.

use crate::sample::*;
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    catalogue::{
        content::posts::{After, Post, PostPicture, Teaser},
        offer::{Experience, ExperienceKind},
    },
    chat::room::{JournalEntry, Modes},
    id::AccountId,
    people::account::TeamRole,
    picture::PictureId,
    time::Span,
};
use maud::Markup;
use views::{
    Audience,
    catalogue::{
        content::{
            posts::{self, Feed, One},
            writing::{self, FORM, PostDraft, PostForm, PostRow},
        },
        experiences::{self, ExperienceDraft, ExperienceForm},
        pass::{self, Door},
        planned::StreamDraft,
    },
    chat::{Chat, ChatOf, composer::Speaking},
    form::{Errors, FieldError},
    live::community::{self, Community, Members},
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let ours = [read(), written(), talked()];
    ours.into_iter().flatten().collect()
}

fn experience(kind: ExperienceKind) -> Experience {
    let (slug, title) = match kind {
        ExperienceKind::Posts => ("notebook", "Notebook"),
        _ => ("green-room", "Green room"),
    };
    Experience { kind, slug: slug.into(), title: title.into(), ..experiences()[0].clone() }
}

fn post(n: u64) -> Post {
    let picture = |n: u8, width, height| PostPicture {
        id: PictureId([n; 32]),
        alt: "The second verse, crossed out".into(),
        width,
        height,
    };
    Post {
        id: id(80 + n),
        space: id(10),
        experience: id(20),
        author: id(1),
        title: format!("Verse {n}, which nobody wanted"),
        body: "It rhymed, and that was *all* it did.\n\n# What it says now\n\n- the street\n- the **kettle**\n- [the chords](https://mayalin.example/chords)".into(),
        version: 3,
        created_at: NOW,
        edited_at: (n == 2).then_some(NOW + Span::hours(1)),
        published_at: Some(NOW),
        pictures: if n == 1 { vec![picture(1, 1600, 900), picture(2, 300, 800)] } else { Vec::new() },
    }
}

fn read() -> Vec<(&'static str, Markup)> {
    let (space, e, maya, ada) = (space(), experience(ExperienceKind::Posts), maya(), account(2, "Ada"));
    let all = [post(1), post(2), Post { published_at: None, ..post(3) }];
    let place = After { at: NOW, id: id(82) };
    let feed = |posts: &[Post], after, next, edits| {
        let page = Feed { space: &space, experience: &e, posts, after, next, edits };
        let me = if edits { &maya } else { &ada };
        posts::feed(&shell("/maya/notebook", Some(me)), &page)
    };
    let one = |post: &Post, edits| {
        let page = One { space: &space, experience: &e, post, edits };
        posts::one(&shell(&posts::path(post), Some(if edits { &maya } else { &ada })), &page)
    };
    let teasers: Vec<Teaser> =
        all[..2].iter().map(|post| Teaser { title: post.title.clone(), published_at: NOW }).collect();
    let door = Door {
        space: &space,
        owner: &maya,
        experience: &e,
        stream: None,
        still: None,
        people: None,
        posts: &teasers,
        offers: &[],
        files: &[],
        others: &[],
        follows: true,
        asks: None,
        free: None,
    };
    vec![
        ("posts", feed(&all[..2], None, Some(place), false)),
        ("posts-older", feed(&all[1..2], Some(place), None, false)),
        ("posts-none", feed(&[], None, None, false)),
        ("posts-team", feed(&all[..2], None, None, true)),
        ("post", one(&all[0], false)),
        ("post-draft", one(&all[2], true)),
        ("posts-door", pass::door(&shell("/maya/notebook", None), &door)),
    ]
}

fn written() -> Vec<(&'static str, Markup)> {
    let (space, maya, fine) = (space(), maya(), Errors::default());
    let e = experience(ExperienceKind::Posts);
    let mut full = post(1);
    full.pictures.extend(post(1).pictures);
    let wrong = Errors::one(FORM, FieldError::new("title", "This cannot be empty."));
    let overtaken = Errors::one(FORM, FieldError::new("", "Somebody else saved this post while you wrote."));
    let form = |post: Option<&Post>, draft: &PostDraft, theirs, errors| {
        let form = PostForm { space: &space, experience: &e, post, draft, theirs, errors };
        writing::page(&shell("/account/posts/81", Some(&maya)), &form)
    };
    let (draft, mine) = (PostDraft::default(), PostDraft { body: "Mine.".into(), ..PostDraft::default() });
    let rows = [
        PostRow { id: id(83), title: "Half a chorus", created_at: NOW, published_at: None },
        PostRow { id: id(81), title: "Verse 1", created_at: NOW, published_at: Some(NOW) },
    ];
    let of_team = |e: &Experience, posts: &[PostRow<'_>]| {
        let form = ExperienceForm {
            space: &space,
            existing: Some(e),
            asks_entry: false,
            draft: &ExperienceDraft::from(e),
            streams: &[],
            posts,
            next: &StreamDraft::default(),
            errors: &fine,
        };
        experiences::form(&shell("/account/experiences/20", Some(&maya)), &form)
    };
    vec![
        ("post-new", form(None, &draft, None, &fine)),
        ("post-refused", form(None, &mine, None, &wrong)),
        ("post-edit", form(Some(&post(2)), &PostDraft::from(&post(2)), None, &fine)),
        ("post-full", form(Some(&full), &PostDraft::from(&full), None, &fine)),
        ("post-overtaken", form(Some(&post(2)), &mine, Some(&post(2)), &overtaken)),
        ("experience-posts", of_team(&e, &rows)),
        ("experience-posts-none", of_team(&e, &[])),
        ("experience-community", of_team(&experience(ExperienceKind::Community), &[])),
    ]
}

fn talked() -> Vec<(&'static str, Markup)> {
    let (lines, many, bans) = (lines(8), lines(60), [ban(BanKind::Mute)]);
    let named: Vec<(AccountId, String)> =
        [(1, "Maya Lin"), (2, "Ada"), (51, "Kim")].map(|(n, name)| (id(n), name.to_owned())).into();
    vec![
        ("community", talk(Role::Viewer, &lines, &[], &named, 9)),
        ("community-crowd", talk(Role::Viewer, &many, &[], &named, 1284)),
        ("community-empty", talk(Role::Viewer, &[], &[], &[], 0)),
        ("community-moderator", talk(Role::Moderator, &lines, &bans, &named, 4)),
        ("community-host", talk(Role::Host, &lines, &[], &named[..1], 1)),
    ]
}

fn talk(
    role: Role,
    lines: &[JournalEntry],
    bans: &[Ban],
    named: &[(AccountId, String)],
    people: usize,
) -> Markup {
    let (space, e) = (space(), experience(ExperienceKind::Community));
    let (team, of) = ([(id(1), TeamRole::Owner)], ChatOf::Community(e.id));
    let chat = Chat {
        of,
        lines,
        seq: lines.len() as u64,
        modes: Modes::slow(0),
        audience: Audience::of(role),
        speaking: Speaking::Yes,
        client: id(99),
        bans,
        parked: false,
    };
    let me = if role == Role::Viewer { account(2, "Ada") } else { maya() };
    let page = Community {
        space: &space,
        experience: &e,
        role,
        pass: (role == Role::Viewer).then_some("Front Row"),
        members: Members { of, people, named, team: &team, me: Some(me.id) },
        chat,
    };
    community::page(&shell("/maya/green-room", Some(&me)), &page)
}

//! Posts as readers see them: a page of them, one of them, and what a visitor without a pass sees.

use crate::{
    catalogue::content,
    dom,
    layout::{self, LIVE, Page, Shell},
    live::stream,
    markdown,
    parts::{self, When},
    picture::Picture,
    rich, t,
};
use domain::{
    catalogue::{
        content::posts::{After, Post, PostPicture, Teaser},
        offer::{Experience, Space},
        slug::page_path,
    },
    id::{ExperienceId, PostId},
    ops::reports::Kind,
    picture::Purpose,
};
use maud::{Markup, html};

/// One page of posts.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// The newest first.
    pub posts: &'a [Post],
    /// Where this page and the next one begin.
    pub after: Option<After>,
    pub next: Option<After>,
    /// The reader may edit them.
    pub edits: bool,
}

/// The page of one post.
#[derive(Clone, Copy, Debug)]
pub struct One<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub post: &'a Post,
    pub edits: bool,
}

pub fn path(post: &Post) -> String {
    path_of(post.experience, post.id)
}

/// Whoever may not read the post is led from here to the page that offers a pass.
pub fn path_of(experience: ExperienceId, post: PostId) -> String {
    format!("/experiences/{experience}/posts/{post}")
}

/// The part that moves, also on the page of one post.
pub fn picture(posts: &[Post], edits: bool) -> Picture {
    let parts = posts.iter().map(|post| (dom::post(post.id), article(post, edits)));
    Picture::default().with_parts(dom::POSTS.into(), parts)
}

pub fn feed(shell: &Shell, f: &Feed<'_>) -> Markup {
    let (space, e) = (f.space, f.experience);
    let head = Page { title: &e.title, accent: space.accent, scripts: LIVE, ..Page::default() };
    let base = page_path(&space.slug, &e.slug);
    let after = f.after.map(|after| after.to_string()).unwrap_or_default();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                div.row {
                    h1 { (e.title) }
                    @if f.edits { a.button.primary.push href={ "/account/experiences/" (e.id) "/posts/new" } { (t!("experiences-post-write")) } }
                }
                p { (content::label(e.kind)) }
                @if f.after.is_none() { (parts::paragraphs(&e.about)) }
                div.stack.posts #(dom::POSTS) { (picture(f.posts, f.edits).content(dom::POSTS)) }
                p.none.muted { @if f.after.is_some() { (t!("experiences-posts-end")) } @else { (t!("experiences-posts-empty")) } }
                nav.row aria-label=(t!("experiences-posts-pages")) {
                    @if f.after.is_some() { a.button href=(base) { (t!("experiences-posts-newest")) } }
                    @if let Some(next) = f.next { a.button.push rel="next" href={ (base) "?after=" (next) } { (t!("experiences-posts-older")) } }
                }
            }
            (followed(e, &format!("after={after}")))
        },
    )
}

pub fn one(shell: &Shell, o: &One<'_>) -> Markup {
    let (space, e) = (o.space, o.experience);
    let head = Page { title: &o.post.title, accent: space.accent, scripts: LIVE, ..Page::default() };
    let back = page_path(&space.slug, &e.slug);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name), (&back, &e.title)]))
                h1.hidden { (o.post.title) }
                div.stack.posts #(dom::POSTS) { (picture(std::slice::from_ref(o.post), o.edits).content(dom::POSTS)) }
            }
            (followed(e, &format!("post={}", o.post.id)))
        },
    )
}

/// The element that owns the page's feed.
fn followed(e: &Experience, query: &str) -> Markup {
    stream::follow(&format!("/experiences/{}", e.id), &format!("?{query}"))
}

fn article(post: &Post, edits: bool) -> Markup {
    html! {
        article.card.stack.post id=(dom::post(post.id)) {
            header {
                h2 dir="auto" { a href=(path(post)) { (post.title) } }
                small.row {
                    @match post.published_at {
                        Some(at) => (parts::time(at, When::Moment)),
                        None => span.badge { (t!("experiences-post-draft")) },
                    }
                    @if let Some(at) = post.edited_at { span { (rich!("experiences-post-edited"; when => |_| parts::time(at, When::Moment))) } }
                    @if edits { a href={ "/account/posts/" (post.id) } { (t!("experiences-post-edit")) } }
                }
            }
            (markdown::formatted(&post.body))
            @for shown in &post.pictures { (figure(post, shown)) }
            @if !edits { p.muted { (parts::report(Kind::Post, post.id, &t!("experiences-post-report"))) } }
        }
    }
}

/// Served only to those who may read the post.
fn figure(post: &Post, shown: &PostPicture) -> Markup {
    let (large, small) = (Purpose::Post.sizes()[0], Purpose::Post.sizes()[1]);
    let file = |name: &str| picture_path(post, shown, name);
    let files = format!("{} {}w, {} {}w", file(small.name), small.width, file(large.name), large.width);
    html! {
        img.shown src=(file(large.name)) srcset=(files) sizes="(max-width: 48rem) 100vw, 44rem" width=(shown.width) height=(shown.height)
            alt=(shown.alt) loading="lazy";
    }
}

/// The path of one file of a picture in a post.
pub fn picture_path(post: &Post, shown: &PostPicture, size: &str) -> String {
    format!("{}/pictures/{}-{size}", path(post), shown.id)
}

/// Titles and dates, for whoever has no pass.
pub fn teasers(teasers: &[Teaser]) -> Markup {
    html! {
        @if !teasers.is_empty() {
            h2 { (t!("experiences-posts-inside")) }
            ul.stack.teasers role="list" {
                @for teaser in teasers { li.row { b dir="auto" { bdi { (teaser.title) } } small.push { (parts::time(teaser.published_at, When::Date)) } } }
            }
        }
    }
}

//! The team's page of one post, and its list of them.

use crate::{
    catalogue::{content::posts, experiences::confirmed},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    t,
};
use domain::{
    catalogue::{
        content::posts::{LONGEST_ALT, LONGEST_BODY, LONGEST_TITLE, MOST_PICTURES, Post},
        offer::{Experience, Space},
        slug::page_path,
    },
    id::PostId,
    picture::Purpose,
    time::Millis,
};
use maud::{Markup, html};

/// The name of the form, by which errors find their fields.
pub const FORM: &str = "post";

#[derive(Clone, Debug, Default)]
pub struct PostDraft {
    pub title: String,
    pub body: String,
    /// What the picture shows that is sent with it.
    pub alt: String,
    /// What the words are based on.
    pub version: i64,
}

impl From<&Post> for PostDraft {
    fn from(post: &Post) -> Self {
        let Post { title, body, version, .. } = post.clone();
        Self { title, body, alt: String::new(), version }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct PostForm<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// `None` for a new one.
    pub post: Option<&'a Post>,
    pub draft: &'a PostDraft,
    /// What somebody else saved while these words were written.
    pub theirs: Option<&'a Post>,
    pub errors: &'a Errors,
}

/// A post in the team's list.
#[derive(Clone, Copy, Debug)]
pub struct PostRow<'a> {
    pub id: PostId,
    pub title: &'a str,
    pub created_at: Millis,
    /// `None`: a draft.
    pub published_at: Option<Millis>,
}

/// The newest posts of an experience, drafts first, on the page of its team.
pub fn rows(space: &Space, e: &Experience, posts: &[PostRow<'_>]) -> Markup {
    let new = format!("/account/experiences/{}/posts/new", e.id);
    html! {
        h2 { (t!("experiences-posts")) }
        @if posts.is_empty() {
            (parts::begin(&t!("experiences-posts-none"), &new, &t!("experiences-post-write")))
        } @else {
            ul.stack role="list" {
                @for post in posts {
                    li { a.card.row href={ "/account/posts/" (post.id) } {
                        b dir="auto" { bdi { (post.title) } }
                        small.push {
                            @match post.published_at {
                                Some(at) => (parts::time(at, When::Moment)),
                                None => span.badge { (t!("experiences-post-draft")) },
                            }
                        }
                    } }
                }
            }
            p.row {
                a.button.primary href=(new) { (t!("experiences-post-write")) }
                a href=(page_path(&space.slug, &e.slug)) { (t!("experiences-posts-all")) }
            }
        }
    }
}

pub fn page(shell: &Shell, f: &PostForm<'_>) -> Markup {
    let title = match f.post {
        Some(post) => post.title.clone(),
        None => t!("experiences-post-new").into_owned(),
    };
    let head = Page { title: &title, scripts: &["upload.js"], ..Page::default() };
    let (space, e) = (f.space, f.experience);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(space, &[(&format!("/account/experiences/{}", e.id), &e.title)]))
                h1 dir="auto" { (title) }
                (form::summary(f.errors))
                @if let Some(theirs) = f.theirs { (overtaken(theirs)) }
                (edit(f))
                @if let Some(post) = f.post {
                    @if !post.pictures.is_empty() { (pictures(post)) }
                    p { a href=(posts::path(post)) { (t!("experiences-post-see")) } }
                    (confirmed(&t!("experiences-post-delete-open"), &t!("experiences-post-delete-means"), &format!("/account/posts/{}/deletion", post.id), &t!("experiences-post-delete")))
                }
            }
        },
    )
}

/// What somebody else saved: it can be copied from here into one's own words.
fn overtaken(theirs: &Post) -> Markup {
    html! {
        section.card.stack aria-label=(t!("experiences-post-theirs")) {
            h2 { (t!("experiences-post-theirs")) }
            p { b dir="auto" { (theirs.title) } }
            pre.quoted dir="auto" { (theirs.body) }
        }
    }
}

fn edit(f: &PostForm<'_>) -> Markup {
    let (d, published) = (f.draft, f.post.is_some_and(|post| post.published_at.is_some()));
    let action = match f.post {
        Some(post) => format!("/account/posts/{}", post.id),
        None => format!("/account/experiences/{}/posts", f.experience.id),
    };
    let full = f.post.is_some_and(|post| post.pictures.len() >= MOST_PICTURES as usize);
    html! {
        form.card.stack method="post" action=(action) enctype="multipart/form-data" data-upload[!full] {
            input type="hidden" name="version" value=(d.version);
            (Field::input(FORM, "title", &t!("experiences-post-title"), &d.title).required().max(LONGEST_TITLE).show(f.errors))
            (Field::area(FORM, "body", &t!("experiences-post-body"), &d.body).required().max(LONGEST_BODY).hint(&t!("experiences-post-marks")).show(f.errors))
            @if full { p.muted { (t!("experiences-post-pictures-full", most = MOST_PICTURES)) } }
            @else {
                (form::picture(FORM, &t!("experiences-post-picture"), &t!("experiences-post-picture-hint", most = MOST_PICTURES), f.errors))
                (Field::input(FORM, "alt", &t!("experiences-post-alt"), &d.alt).max(LONGEST_ALT).hint(&t!("experiences-post-alt-hint")).show(f.errors))
            }
            div.row {
                @if published {
                    button.button.primary name="published" value="true" { (t!("experiences-post-save")) }
                    button.button name="published" value="false" { (t!("experiences-post-take-back")) }
                } @else {
                    button.button.primary name="published" value="true" { (t!("experiences-post-publish")) }
                    button.button name="published" value="false" { (t!("experiences-post-save-draft")) }
                }
                progress hidden aria-label=(t!("experiences-post-sending")) {}
            }
        }
    }
}

fn pictures(post: &Post) -> Markup {
    let size = Purpose::Post.sizes()[1];
    html! {
        section.card.stack aria-label=(t!("experiences-post-pictures")) {
            h2 { (t!("experiences-post-pictures")) }
            ul.stack role="list" {
                @for shown in &post.pictures {
                    li.row {
                        img.thumb src=(posts::picture_path(post, shown, size.name)) width=(shown.width) height=(shown.height) alt=(shown.alt);
                        (form::action(&format!("/account/posts/{}/pictures/{}/removal", post.id, shown.id), "", &t!("experiences-post-picture-remove")))
                    }
                }
            }
        }
    }
}

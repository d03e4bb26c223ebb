//! Posts as readers see them: the feed of an experience, one post, and the pictures in it.

use crate::{
    app::App,
    web::{
        access::doors::{CachePolicy, Caller},
        catalogue::pictures,
        error::{WebError, WebResult},
        extract::Path,
        live::sse::FollowQuery,
        people::session::Visitor,
        pump::Pumps,
        snapshots,
    },
};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::admit::{Admission, Door, Role},
    catalogue::{
        content::posts::{After, PAGE, Post},
        offer::{Experience, ExperienceKind, Space},
        slug::page_path,
    },
    change::{Bus, Change},
    id::{ExperienceId, PostId, RoomId},
    picture::PictureFile,
};
use tokio::sync::broadcast;
use views::{
    Picture,
    catalogue::content::posts::{self as pages, Feed, One},
};

/// Posts as one person sees them. Pages with the same posts share a pump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostsPage {
    experience: ExperienceId,
    what: PostSelection,
    /// Sees drafts, and links to edit.
    edits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum PostSelection {
    /// A page of them, which begins after this place.
    Page(Option<After>),
    One(PostId),
}

/// The pumps of all pages with posts, and what notifies them.
pub struct PostPages {
    pumps: Pumps<PostsPage>,
    /// The experiences whose posts were changed.
    changes: broadcast::Sender<ExperienceId>,
}

impl PostPages {
    pub fn new(bus: &dyn Bus) -> Self {
        let changes = broadcast::Sender::new(snapshots::KEPT);
        let sender = changes.clone();
        bus.listen(Box::new(move |change| {
            if let Change::Posts { experience, .. } = *change {
                // Fails while no page is open.
                let _ = sender.send(experience);
            }
        }));
        Self { pumps: Pumps::default(), changes }
    }
}

impl PostsPage {
    /// What an open page follows.
    pub fn of(caller: &Caller, admission: &Admission, follow: &FollowQuery) -> WebResult<Self> {
        let what = match follow.post.as_str() {
            "" => PostSelection::Page(place(&follow.after)?),
            id => PostSelection::One(id.parse().map_err(|_| WebError::not_found())?),
        };
        Ok(Self { experience: caller.facts.place.experience.id, what, edits: edits(admission) })
    }
}

impl snapshots::Subject for PostsPage {
    const PAGE: &'static str = "posts";
    const GONE: &'static str = "experiences-post-gone";
    type Changes = broadcast::Receiver<ExperienceId>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.post_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.post_pages.changes.subscribe()
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        snapshots::await_change(changes, |experience| *experience == self.experience).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        match self.what {
            PostSelection::One(id) => {
                let post = readable(app, self.experience, id, self.edits).await?;
                Ok(pages::picture(std::slice::from_ref(&post), self.edits))
            }
            PostSelection::Page(after) => {
                let (posts, _) = page_of(app, self.experience, after).await?;
                Ok(pages::picture(&posts, self.edits))
            }
        }
    }
}

/// Who may change what the space offers.
fn edits(admission: &Admission) -> bool {
    admission.role == Role::Host
}

/// Where a page begins, as an address says it.
fn place(after: &str) -> WebResult<Option<After>> {
    match after {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WebError::not_found()),
    }
}

/// The posts of one page, and where the next one begins.
async fn page_of(
    app: &App,
    experience: ExperienceId,
    after: Option<After>,
) -> WebResult<(Vec<Post>, Option<After>)> {
    let mut posts = app.store.posts().page(experience, after, PAGE + 1).await?;
    let more = posts.len() > PAGE;
    posts.truncate(PAGE);
    let next = posts.last().filter(|_| more).and_then(After::of);
    Ok((posts, next))
}

/// A post of this experience that is published, or that the reader may edit.
async fn readable(app: &App, experience: ExperienceId, id: PostId, edits: bool) -> WebResult<Post> {
    let post = app.store.posts().by_id(id).await?;
    let shown = post.experience == experience && (edits || post.published_at.is_some());
    if shown { Ok(post) } else { Err(WebError::not_found()) }
}

/// The page of an experience with posts, for whoever was admitted.
pub async fn feed(
    app: &App,
    visitor: &Visitor,
    (space, experience): (&Space, &Experience),
    admission: &Admission,
    after: &str,
) -> WebResult {
    let after = place(after)?;
    let (posts, next) = page_of(app, experience.id, after).await?;
    let page = Feed { space, experience, posts: &posts, after, next, edits: edits(admission) };
    let shell = app.shell(visitor.account(), &page_path(&space.slug, &experience.slug));
    Ok(pages::feed(&shell, &page).into_response())
}

/// The caller before an experience with posts, and what its door decides.
async fn at_the_door(app: &App, visitor: &Visitor, id: ExperienceId) -> WebResult<(Caller, Admission)> {
    let room = RoomId::of_experience(id);
    let caller = Caller::at(app, visitor.identity(), room, CachePolicy::Store).await?;
    if caller.facts.place.experience.kind != ExperienceKind::Posts {
        return Err(WebError::not_found());
    }
    let admission = caller.decide(Door::Enter);
    Ok((caller, admission))
}

/// `/experiences/{id}/posts/{post}`: one post. Who needs a pass, or uses it elsewhere, is led to the page that says so.
pub async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, post)): Path<(ExperienceId, PostId)>,
) -> WebResult {
    let (caller, admission) = at_the_door(&app, &visitor, id).await?;
    if admission.reason.has_remedy() {
        return Ok(Redirect::to(&caller.path()).into_response());
    }
    caller.enter(Door::Enter)?;
    let edits = edits(&admission);
    let post = readable(&app, id, post, edits).await?;
    let place = &caller.facts.place;
    let page = One { space: &place.space, experience: &place.experience, post: &post, edits };
    let shell = app.shell(visitor.account(), &pages::path(&post));
    Ok(pages::one(&shell, &page).into_response())
}

/// `/experiences/{id}/posts/{post}/pictures/{name}`: a file of a picture in a post. The door decides about each request, so
/// the address alone opens nothing.
pub async fn picture(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path((id, post, name)): Path<(ExperienceId, PostId, String)>,
) -> WebResult {
    let (caller, admission) = at_the_door(&app, &visitor, id).await?;
    caller.enter(Door::Enter)?;
    let file: PictureFile = name.parse().map_err(|_| WebError::not_found())?;
    let post = readable(&app, id, post, edits(&admission)).await?;
    if !file.size.is_gated() || !post.pictures.iter().any(|picture| picture.id == file.id) {
        return Err(WebError::not_found());
    }
    gated(&app, &headers, file).await
}

/// A file of a picture, for somebody who may see it.
pub async fn gated(app: &App, headers: &HeaderMap, file: PictureFile) -> WebResult {
    let tag = HeaderValue::from_str(&format!("\"{file}\"")).map_err(|_| WebError::not_found())?;
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok(private(tag, StatusCode::NOT_MODIFIED, Bytes::new()));
    }
    Ok(private(tag, StatusCode::OK, pictures::read(app, file).await?))
}

/// Browsers ask again each time whether they may still show it.
fn private(tag: HeaderValue, status: StatusCode, bytes: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::ETAG, tag),
    ];
    (status, headers, bytes).into_response()
}

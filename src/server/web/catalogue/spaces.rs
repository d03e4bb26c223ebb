//! The public pages: front page, people, spaces, passes and experiences.

mod experience;
mod front;

pub use front::{cards, front};

use crate::app::App;
use crate::web::{
    access::sales,
    audience::visiting::Visiting,
    catalogue::on_air::still_of,
    error::{WebError, WebResult},
    extract::{self, Path},
    people::session::Visitor,
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::{grant::Grant, relation::Customer},
    audience::visits::VisitStep,
    catalogue::{
        offer::{Experience, Pass, Space},
        slug::page_path,
    },
    clock::Clock,
    error::StoreError,
    id::{AccountId, ExperienceId, PassId},
    live::{calendar, stream::Stream},
    time::Millis,
};
use experience::experience;
use front::profile;
use serde::Deserialize;
use service::money::buying::cards as saved_cards;
use std::sync::Arc;
use store::{Resolved, Viewer, Visit};
use views::{
    catalogue::{
        pass::{PassPage, WishDraft},
        space::{Offer, SpacePage, Upcoming},
        spaces::LiveCard,
    },
    form::Errors,
};

pub fn viewer(app: &App, visitor: &Visitor) -> Viewer {
    Viewer { account: visitor.account().map(|me| me.id), now: app.clock.now() }
}

/// `/@name` and `/{space}` share one route, because both are a first segment.
pub async fn first_segment(
    State(app): State<App>,
    visitor: Visitor,
    visiting: Visiting,
    Path(segment): Path<String>,
    extract::Query(choice): extract::Query<SpaceQuery>,
) -> WebResult {
    match segment.strip_prefix('@') {
        Some(name) => profile(&app, &visitor, name).await,
        None => space(&app, &visitor, visiting, &segment, &choice).await,
    }
}

#[derive(Deserialize)]
pub struct SpaceQuery {
    #[serde(default)]
    pass: String,
    /// What a link to a preview carries.
    #[serde(default)]
    preview: String,
}

/// A space that this person may see, or the slug that it has moved to.
pub enum Seen {
    Here(Box<Visit>),
    Moved(String),
}

/// Only their team sees unpublished spaces, and where they have moved to. Whoever could see one before it was suspended or
/// closed is told so at all its links.
pub async fn see(app: &App, visitor: &Visitor, slug: &str) -> WebResult<Seen> {
    see_or_preview(app, visitor, slug, "").await.map(|(seen, _)| seen)
}

/// The same for whoever may have a link to a preview. Also returns until when it is good, if they see the space by it.
async fn see_or_preview(
    app: &App,
    visitor: &Visitor,
    slug: &str,
    link: &str,
) -> WebResult<(Seen, Option<Millis>)> {
    let visit = app.store.access().visit(slug, viewer(app, visitor)).await?;
    let visit = visit.ok_or_else(WebError::not_found)?;
    if let (None, Some(closure)) = (visit.role, &visit.suspended) {
        return Err(if closure.was_public { WebError::space_suspended() } else { WebError::not_found() });
    }
    let hidden = visit.space.published_at.is_none() && visit.role.is_none();
    let preview = sales::previewed(app, &visit.space, visit.sales.preview, link).filter(|_| hidden);
    if hidden && preview.is_none() {
        let closed = visit.space.closed_at.is_some() && visit.was_public;
        return Err(if closed { WebError::closed(&visit.space.name) } else { WebError::not_found() });
    }
    let seen = if visit.moved { Seen::Moved(visit.space.slug) } else { Seen::Here(Box::new(visit)) };
    Ok((seen, preview))
}

/// A permanent redirect after a rename.
pub fn moved(to: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, crate::web::encode(to))]).into_response()
}

/// The grants of a visitor in a space.
async fn grants(app: &App, visitor: Option<AccountId>, space: &Space) -> Result<Vec<Grant>, StoreError> {
    match visitor {
        Some(me) => app.store.grants().in_space(me, space.id).await,
        None => Ok(Vec::new()),
    }
}

fn customer<'a>(app: &App, visit: &Visit, passes: &'a [Pass], grants: &'a [Grant]) -> Customer<'a> {
    let (team, kept_out) = (visit.role.is_some(), visit.kept_out);
    Customer { team, kept_out, passes, grants, now: app.clock.now() }
}

/// The passes of a space that are on offer, with what their viewer is to each of them.
fn offers<'a>(app: &App, customer: &Customer<'a>) -> Vec<Offer<'a>> {
    let listed = customer.passes.iter().filter(|pass| pass.is_listed());
    listed.map(|pass| offer(app, customer, pass)).collect()
}

fn offer<'a>(app: &App, customer: &Customer<'_>, pass: &'a Pass) -> Offer<'a> {
    let (relation, sale) = (customer.relation(pass), pass.sale(customer.now));
    Offer { pass, relation, payable: app.services.sells(pass.price.kind), sale }
}

async fn space(
    app: &App,
    visitor: &Visitor,
    visiting: Visiting,
    slug: &str,
    choice: &SpaceQuery,
) -> WebResult {
    let (visit, preview) = match see_or_preview(app, visitor, slug, &choice.preview).await? {
        (Seen::Here(visit), preview) => (*visit, preview),
        (Seen::Moved(to), _) => return Ok(moved(&format!("/{to}"))),
    };
    visiting.note(app, &visit, VisitStep::Space);
    let shown = SpaceView::read(app, visitor.account().map(|me| me.id), visit).await?;
    let shell = app.shell(visitor.account(), &format!("/{}", shown.visit.space.slug));
    let page = shown.draw(app, preview, &choice.pass, |page| views::catalogue::space::page(&shell, page));
    Ok(page.into_response())
}

/// What the page of a space shows one visitor.
pub struct SpaceView {
    visit: Visit,
    grants: Vec<Grant>,
    passes: Vec<Pass>,
    experiences: Vec<Experience>,
    streams: Vec<Stream>,
    now: Millis,
}

impl SpaceView {
    pub async fn read(app: &App, visitor: Option<AccountId>, visit: Visit) -> Result<Self, StoreError> {
        let (store, id) = (&app.store, visit.space.id);
        Ok(Self {
            grants: grants(app, visitor, &visit.space).await?,
            passes: store.passes().list(id).await?,
            experiences: store.experiences().list(id).await?,
            streams: store.streams().not_ended(id).await?,
            now: app.clock.now(),
            visit,
        })
    }

    /// The passes that are not listed.
    pub fn not_listed(&self) -> Vec<PassId> {
        self.passes.iter().filter(|pass| !pass.is_listed()).map(|pass| pass.id).collect()
    }

    pub fn passes(&self) -> Arc<Vec<Pass>> {
        Arc::new(self.passes.clone())
    }

    /// What is on air, for whoever may see it.
    fn on_air(&self) -> Option<&Stream> {
        let open = self.visit.space.published_at.is_some() && self.visit.kept_out.is_none();
        self.streams.iter().find(|s| s.state.on_air() && open)
    }

    fn live(&self, app: &App) -> Option<LiveCard<'_>> {
        let space = &self.visit.space;
        let stream = self.on_air()?;
        Some(LiveCard {
            space_slug: &space.slug,
            space_name: &space.name,
            experience_slug: slug_of(&self.experiences, stream)?,
            title: &stream.title,
            cover: space.cover,
            logo: space.logo,
            still: still_of(app, stream),
            people: stream.public_count(app.engine.people(stream.room)),
            lowest_price: None,
        })
    }

    /// Draws it with the pass of this slug chosen, or the first. `preview`: until when it is seen by a link to a preview.
    pub fn draw<T>(
        &self,
        app: &App,
        preview: Option<Millis>,
        chosen: &str,
        draw: impl FnOnce(&SpacePage<'_>) -> T,
    ) -> T {
        let visit = &self.visit;
        let customer = customer(app, visit, &self.passes, &self.grants);
        let opened: Vec<ExperienceId> =
            self.experiences.iter().map(|e| e.id).filter(|e| customer.opens(*e)).collect();
        let mut offers = offers(app, &customer);
        if let Some(stream) = self.on_air() {
            // The sort is stable: among the others, the creator's order stays.
            offers.sort_by_key(|offer| !offer.pass.opens(stream.experience));
        }
        draw(&SpacePage {
            space: &visit.space,
            url: &app.url(&format!("/{}", visit.space.slug)),
            sales: &visit.sales,
            preview,
            owner: &visit.owner,
            chosen: offers.iter().position(|o| o.pass.slug == chosen).unwrap_or(0),
            offers: &offers,
            experiences: &self.experiences,
            opened: &opened,
            live: self.live(app),
            upcoming: &upcoming(&self.experiences, &self.streams, self.now),
            team: visit.role.is_some(),
            follows: visit.follows,
            followers: visit.followers.unsigned_abs(),
            kept_out: visit.kept_out,
            suspended: visit.suspended.as_ref().map(|closure| (closure.since, closure.reason.as_str())),
        })
    }
}

fn slug_of<'a>(experiences: &'a [Experience], stream: &Stream) -> Option<&'a str> {
    experiences.iter().find(|e| e.id == stream.experience).map(|e| e.slug.as_str())
}

/// What is announced of these streams, the soonest first.
fn upcoming<'a>(experiences: &'a [Experience], streams: &'a [Stream], now: Millis) -> Vec<Upcoming<'a>> {
    let coming = streams.iter().filter(|s| calendar::is_coming(s, now));
    let told = coming.filter_map(|s| {
        let (experience_slug, at) = (slug_of(experiences, s)?, s.scheduled_at?);
        Some(Upcoming { stream: s.id, experience_slug, title: &s.title, at })
    });
    let mut upcoming: Vec<Upcoming> = told.collect();
    upcoming.sort_by_key(|u| u.at);
    upcoming
}

#[derive(Deserialize)]
pub struct PostsQuery {
    /// Where a page of posts begins.
    #[serde(default)]
    after: String,
}

/// `/{space}/{slug}`: a pass or an experience, in one namespace.
pub async fn second_segment(
    State(app): State<App>,
    visitor: Visitor,
    visiting: Visiting,
    Path((space, slug)): Path<(String, String)>,
    extract::Query(begin): extract::Query<PostsQuery>,
) -> WebResult {
    let visit = match see(&app, &visitor, &space).await? {
        Seen::Here(visit) => *visit,
        Seen::Moved(to) => return Ok(moved(&page_path(&to, &slug))),
    };
    match app.store.spaces().resolve(visit.space.id, &slug).await? {
        Resolved::Pass(id) => {
            visiting.note(&app, &visit, VisitStep::Pass);
            pass(&app, &visitor, &visit, id, (&WishDraft::default(), &Errors::default())).await
        }
        Resolved::Experience(id) => experience(&app, &visitor, &visit, id, &begin.after).await,
        Resolved::Moved(to) => Ok(moved(&page_path(&visit.space.slug, &to))),
        Resolved::Nothing => Err(WebError::not_found()),
    }
}

/// The page of a pass. `wish`: what was sent with the wish for it, and what is wrong with that.
pub async fn pass(
    app: &App,
    visitor: &Visitor,
    visit: &Visit,
    id: PassId,
    (wish, errors): (&WishDraft, &Errors),
) -> WebResult {
    let space = &visit.space;
    let grants = grants(app, visitor.account().map(|me| me.id), space).await?;
    let passes = app.store.passes().list(space.id).await?;
    let pass = passes.iter().find(|pass| pass.id == id).ok_or_else(WebError::not_found)?;
    let customer = customer(app, visit, &passes, &grants);
    if !pass.is_offered() && !customer.team && !customer.holds(pass) {
        return Err(WebError::not_found());
    }
    let all = app.store.experiences().list(space.id).await?;
    let opens: Vec<Experience> = all.into_iter().filter(|e| pass.opens(e.id)).collect();
    let card = saved_cards::offered(&app.services, visitor.account().map(|me| me.id), pass).await?;
    let page = PassPage {
        space,
        owner: &visit.owner,
        offer: offer(app, &customer, pass),
        opens: &opens,
        kept_out: visit.kept_out,
        card: card.as_ref(),
        refunds: app.services.caches.refunds.current(),
        wish,
        errors,
    };
    let shell = app.shell(visitor.account(), &page_path(&space.slug, &pass.slug));
    Ok(views::catalogue::pass::page(&shell, &page).into_response())
}

//! The public pages: front page, people, spaces, passes and experiences.

use crate::app::App;
use crate::web::{
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
    access::{
        admit::{Door as AccessDoor, admit},
        grant::Grant,
        relation::Customer,
    },
    catalogue::{
        explore::Query,
        offer::{Experience, Pass, PriceKind, Space},
    },
    clock::Clock,
    error::StoreError,
    id::{ExperienceId, PassId},
    live::{calendar, stream::Stream},
};
use serde::Deserialize;
use store::{Listing, OnAir, Place, Resolved, Viewer, Visit};
use views::{
    catalogue::{
        pass::{Door, PassPage},
        space::{Offer, SpacePage, Upcoming},
        spaces::{LiveCard, SpaceCard},
    },
    people::profile::Profile,
};

/// Spaces on the front page.
const FRONT: usize = 12;

pub async fn front(State(app): State<App>, visitor: Visitor) -> WebResult {
    let viewer = viewer(&app, &visitor);
    let newest = app.store.spaces().discover(&Query::default(), None, viewer, FRONT).await?;
    let on_air = app.store.spaces().on_air(viewer).await?;
    let live: Vec<LiveCard> = open_to_viewer(&on_air).map(|show| live_card(&app, show)).collect();
    let cards = cards(&newest.spaces);
    Ok(views::catalogue::spaces::front(&app.shell(visitor.account(), "/"), &live, &cards).into_response())
}

pub fn viewer(app: &App, visitor: &Visitor) -> Viewer {
    Viewer { account: visitor.account().map(|me| me.id), now: app.clock.now() }
}

/// Nobody is invited to where a ban keeps them out.
fn open_to_viewer(on_air: &[OnAir]) -> impl Iterator<Item = &OnAir> {
    on_air.iter().filter(|show| show.kept_out.is_none())
}

fn live_card<'a>(app: &App, show: &'a OnAir) -> LiveCard<'a> {
    LiveCard {
        space_slug: &show.space_slug,
        space_name: &show.space_name,
        experience_slug: &show.experience_slug,
        title: &show.stream.title,
        people: show.stream.tells_count(false).then(|| app.engine.people(show.stream.room)),
    }
}

pub fn cards(listings: &[Listing]) -> Vec<SpaceCard<'_>> {
    let cards = listings.iter().map(|listing| SpaceCard {
        space: &listing.space,
        owner: &listing.owner,
        from: listing.from,
        live: listing.live,
        kept_out: listing.kept_out.is_some(),
    });
    cards.collect()
}

/// `/@name` and `/:space` share one route, because both are a first segment.
pub async fn first_segment(
    State(app): State<App>,
    visitor: Visitor,
    Path(segment): Path<String>,
    extract::Query(choice): extract::Query<Choice>,
) -> WebResult {
    match segment.strip_prefix('@') {
        Some(name) => profile(&app, &visitor, name).await,
        None => space(&app, &visitor, &segment, &choice).await,
    }
}

async fn profile(app: &App, visitor: &Visitor, name: &str) -> WebResult {
    let lowered = name.to_ascii_lowercase();
    let account = app.store.accounts().by_username(&lowered).await?.ok_or_else(WebError::not_found)?;
    let viewer = viewer(app, visitor);
    let listings = app.store.spaces().of_owner(account.id, viewer).await?;
    let on_air = app.store.spaces().on_air_of_owner(account.id, viewer).await?;
    let live = open_to_viewer(&on_air).next().map(|show| live_card(app, show));
    let page = Profile { account: &account, spaces: &cards(&listings), live };
    let shell = app.shell(visitor.account(), &format!("/@{}", account.username));
    Ok(views::people::profile::page(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    pass: String,
}

/// A space that this person may see, or the slug that it has moved to.
pub enum Seen {
    Here(Box<Visit>),
    Moved(String),
}

/// Only their team sees unpublished spaces, and where they have moved to.
pub async fn see(app: &App, visitor: &Visitor, slug: &str) -> WebResult<Seen> {
    let visit = app.store.access().visit(slug, viewer(app, visitor)).await?;
    let visit = visit.ok_or_else(WebError::not_found)?;
    if visit.space.published_at.is_none() && visit.role.is_none() {
        return Err(WebError::not_found());
    }
    Ok(if visit.moved { Seen::Moved(visit.space.slug) } else { Seen::Here(Box::new(visit)) })
}

/// A permanent redirect after a rename.
pub fn moved(to: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, crate::web::encode(to))]).into_response()
}

/// The grants of a visitor in a space.
async fn grants(app: &App, visitor: &Visitor, space: &Space) -> Result<Vec<Grant>, StoreError> {
    match visitor.account() {
        Some(me) => app.store.grants().in_space(me.id, space.id).await,
        None => Ok(Vec::new()),
    }
}

fn customer<'a>(app: &App, visit: &Visit, passes: &'a [Pass], grants: &'a [Grant]) -> Customer<'a> {
    let (team, kept_out) = (visit.role.is_some(), visit.kept_out);
    Customer { team, kept_out, passes, grants, now: app.clock.now() }
}

/// The passes of a space that are on offer, with what their viewer is to each of them.
fn offers<'a>(app: &App, customer: &Customer<'a>) -> Vec<Offer<'a>> {
    let offered = customer.passes.iter().filter(|pass| pass.is_offered());
    offered
        .map(|pass| Offer { pass, relation: customer.relation(pass), payable: payable(app, pass) })
        .collect()
}

/// What costs money needs somebody to take it.
fn payable(app: &App, pass: &Pass) -> bool {
    pass.price.kind == PriceKind::Free || app.services.payments.is_some()
}

async fn space(app: &App, visitor: &Visitor, slug: &str, choice: &Choice) -> WebResult {
    let visit = match see(app, visitor, slug).await? {
        Seen::Here(visit) => *visit,
        Seen::Moved(to) => return Ok(moved(&format!("/{to}"))),
    };
    let (space, team) = (&visit.space, visit.role.is_some());
    let grants = grants(app, visitor, space).await?;
    let passes = app.store.passes().list(space.id).await?;
    let experiences = app.store.experiences().list(space.id).await?;
    let streams = app.store.streams().not_ended(space.id).await?;
    let at = |s: &Stream| experiences.iter().find(|e| e.id == s.experience).map(|e| e.slug.as_str());
    let now = app.clock.now();
    let mut upcoming: Vec<Upcoming> = streams
        .iter()
        .filter(|s| calendar::is_coming(s, now))
        .filter_map(|s| Some(Upcoming { experience_slug: at(s)?, title: &s.title, at: s.scheduled_at? }))
        .collect();
    upcoming.sort_by_key(|u| u.at);
    let open = space.published_at.is_some() && visit.kept_out.is_none();
    let show = streams.iter().find(|s| s.state.on_air() && open);
    let live = show.and_then(|stream| {
        Some(LiveCard {
            space_slug: &space.slug,
            space_name: &space.name,
            experience_slug: at(stream)?,
            title: &stream.title,
            people: stream.tells_count(false).then(|| app.engine.people(stream.room)),
        })
    });
    let customer = customer(app, &visit, &passes, &grants);
    let opened: Vec<ExperienceId> = experiences.iter().map(|e| e.id).filter(|e| customer.opens(*e)).collect();
    let offers = offers(app, &customer);
    let page = SpacePage {
        space,
        owner: &visit.owner,
        chosen: offers.iter().position(|o| o.pass.slug == choice.pass).unwrap_or(0),
        offers: &offers,
        experiences: &experiences,
        opened: &opened,
        live,
        upcoming: &upcoming,
        team,
        follows: visit.follows,
        followers: visit.followers.unsigned_abs(),
        kept_out: visit.kept_out,
    };
    Ok(views::catalogue::space::page(&app.shell(visitor.account(), &format!("/{}", space.slug)), &page)
        .into_response())
}

/// `/:space/:slug`: a pass or an experience, in one namespace.
pub async fn second_segment(
    State(app): State<App>,
    visitor: Visitor,
    Path((space, slug)): Path<(String, String)>,
) -> WebResult {
    let visit = match see(&app, &visitor, &space).await? {
        Seen::Here(visit) => *visit,
        Seen::Moved(to) => return Ok(moved(&format!("/{to}/{slug}"))),
    };
    match app.store.spaces().resolve(visit.space.id, &slug).await? {
        Resolved::Pass(id) => pass(&app, &visitor, &visit, id).await,
        Resolved::Experience(id) => experience(&app, &visitor, &visit, id).await,
        Resolved::Moved(to) => Ok(moved(&format!("/{}/{to}", visit.space.slug))),
        Resolved::Nothing => Err(WebError::not_found()),
    }
}

async fn pass(app: &App, visitor: &Visitor, visit: &Visit, id: PassId) -> WebResult {
    let space = &visit.space;
    let grants = grants(app, visitor, space).await?;
    let passes = app.store.passes().list(space.id).await?;
    let pass = passes.iter().find(|pass| pass.id == id).ok_or_else(WebError::not_found)?;
    let customer = customer(app, visit, &passes, &grants);
    if !pass.is_offered() && !customer.team && !customer.holds(pass) {
        return Err(WebError::not_found());
    }
    let all = app.store.experiences().list(space.id).await?;
    let opens: Vec<Experience> = all.into_iter().filter(|e| pass.opens(e.id)).collect();
    let page = PassPage {
        space,
        owner: &visit.owner,
        offer: Offer { pass, relation: customer.relation(pass), payable: payable(app, pass) },
        opens: &opens,
        kept_out: visit.kept_out,
    };
    let shell = app.shell(visitor.account(), &format!("/{}/{}", space.slug, pass.slug));
    Ok(views::catalogue::pass::page(&shell, &page).into_response())
}

async fn experience(app: &App, visitor: &Visitor, visit: &Visit, id: ExperienceId) -> WebResult {
    let me = visitor.account();
    let now = app.clock.now();
    let facts = app.store.access().of_experience(me.map(|a| a.id), id, now).await?;
    let admission = admit(&facts.as_facts(), AccessDoor::Enter, now);
    let Place { space, experience, passes, stream } = &*facts.place;
    let shell = app.shell(me, &format!("/{}/{}", space.slug, experience.slug));
    if !admission.admitted() {
        use domain::access::admit::Reason;
        if !matches!(admission.reason, Reason::SignIn | Reason::NeedsPass) {
            return Err(WebError::refused(&admission, now));
        }
        let mut offers = offers(app, &customer(app, visit, passes, &facts.standing.grants));
        offers.retain(|offer| offer.pass.opens(experience.id));
        let door = Door { space, owner: &visit.owner, experience, stream: stream.as_ref(), offers: &offers };
        return Ok(views::catalogue::pass::door(&shell, &door).into_response());
    }
    match stream {
        Some(stream) => crate::web::live::streams::watch_page(app, visitor, stream.room).await,
        None => {
            Ok(views::live::stream::quiet(&shell, space, experience, admission.role.moderates())
                .into_response())
        }
    }
}

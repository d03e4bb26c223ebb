//! The public pages: front page, explore, people, spaces, passes and experiences.

use crate::app::App;
use crate::web::extract::{Path, Query};
use crate::web::{
    error::{WebError, WebResult},
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
    },
    catalogue::offer::{Experience, Pass, Space},
    clock::Clock,
    error::StoreError,
    id::{AccountId, ExperienceId},
    live::stream::{Stream, StreamState},
    people::account::Account,
    time::{Millis, Span},
};
use serde::Deserialize;
use store::{Found, Listing, Resolved};
use views::{
    catalogue::{
        pass::{Door, PassPage},
        space::{Offer, Relation, SpacePage, Upcoming},
        spaces::{Explore, LiveCard, SpaceCard},
    },
    people::profile::Profile,
};

const PAGE: usize = 24;
/// A stream that has not begun this long after its scheduled time is no longer announced.
const LATE: Span = Span::hours(6);

pub async fn front(State(app): State<App>, visitor: Visitor) -> WebResult {
    let (listings, _) = app.store.spaces().explore("", None, 12).await?;
    let places = places(&app, app.store.streams().on_air().await?).await?;
    let live: Vec<LiveCard> = places.iter().map(|p| p.card(&app)).collect();
    let cards = cards(&app, &listings).await?;
    Ok(views::catalogue::spaces::front(&app.shell(visitor.account(), "/"), &live, &cards).into_response())
}

/// A stream on air with where it is to be found.
struct Place {
    stream: Stream,
    experience: Experience,
    space: Space,
}

impl Place {
    fn card(&self, app: &App) -> LiveCard<'_> {
        LiveCard {
            space_slug: &self.space.slug,
            space_name: &self.space.name,
            experience_slug: &self.experience.slug,
            title: &self.stream.title,
            people: self.stream.tells_count(false).then(|| app.engine.people(self.stream.room)),
        }
    }
}

async fn places(app: &App, streams: Vec<Stream>) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::new();
    for stream in streams.into_iter().filter(|s| s.state.on_air()) {
        let space = app.store.spaces().by_id(stream.space).await?;
        if space.published_at.is_some() {
            let experience = app.store.experiences().by_id(stream.experience).await?;
            places.push(Place { stream, experience, space });
        }
    }
    Ok(places)
}

async fn cards<'a>(app: &App, listings: &'a [Listing]) -> Result<Vec<SpaceCard<'a>>, StoreError> {
    let mut cards = Vec::new();
    for listing in listings {
        let passes = app.store.passes().list(listing.space.id).await?;
        let offered = passes.iter().filter(|p| p.is_offered());
        let from = offered.map(|p| p.price).min_by_key(|price| match price {
            domain::catalogue::offer::Price::Free => 0,
            domain::catalogue::offer::Price::Once(money) => money.minor,
        });
        cards.push(SpaceCard { space: &listing.space, owner: &listing.owner, from, live: listing.live });
    }
    Ok(cards)
}

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

pub async fn explore(State(app): State<App>, visitor: Visitor, Query(search): Query<Search>) -> WebResult {
    let query: String = search.q.trim().chars().take(80).collect();
    let after = match search.after.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| WebError::field("after", "This is no page of the list."))?),
    };
    let (listings, next) = app.store.spaces().explore(&query, after, PAGE).await?;
    let cards = cards(&app, &listings).await?;
    let next = next.map(|cursor| cursor.to_string());
    let page =
        Explore { query: &query, cards: &cards, further: !search.after.is_empty(), next: next.as_deref() };
    Ok(views::catalogue::spaces::explore(&app.shell(visitor.account(), "/explore"), &page).into_response())
}

/// `/@name` and `/:space` share one route, because both are a first segment.
pub async fn first_segment(
    State(app): State<App>,
    visitor: Visitor,
    Path(segment): Path<String>,
    Query(choice): Query<Choice>,
) -> WebResult {
    match segment.strip_prefix('@') {
        Some(name) => profile(&app, &visitor, name).await,
        None => space(&app, &visitor, &segment, &choice).await,
    }
}

async fn profile(app: &App, visitor: &Visitor, name: &str) -> WebResult {
    let lowered = name.to_ascii_lowercase();
    let account = app.store.accounts().by_username(&lowered).await?.ok_or_else(WebError::not_found)?;
    let spaces = app.store.spaces().of_owner(account.id).await?;
    let mut streams = Vec::new();
    for space in &spaces {
        streams.extend(app.store.streams().list(space.id).await?);
    }
    let places = places(app, streams).await?;
    let listings: Vec<Listing> = spaces
        .into_iter()
        .map(|space| Listing {
            live: places.iter().any(|p| p.space.id == space.id),
            owner: account.name.clone(),
            username: account.username.clone(),
            space,
        })
        .collect();
    let cards = cards(app, &listings).await?;
    let page = Profile { account: &account, spaces: &cards, live: places.first().map(|p| p.card(app)) };
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
    Here { space: Space, team: bool },
    Moved(String),
}

/// Only their team sees unpublished spaces.
pub async fn see(app: &App, visitor: &Visitor, slug: &str) -> WebResult<Seen> {
    let space = match app.store.spaces().by_slug(slug).await? {
        Found::Here(space) => space,
        Found::Moved(to) => return Ok(Seen::Moved(to)),
        Found::Nothing => return Err(WebError::not_found()),
    };
    let team = match visitor.account() {
        Some(me) => app.store.teams().role(space.team, me.id).await?.is_some(),
        None => false,
    };
    if space.published_at.is_none() && !team {
        return Err(WebError::not_found());
    }
    Ok(Seen::Here { space, team })
}

/// A permanent redirect after a rename.
fn moved(to: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, crate::web::encode(to))]).into_response()
}

async fn owner(app: &App, space: &Space) -> WebResult<Account> {
    let members = app.store.teams().members(space.team).await?;
    let owner = members.into_iter().find(|(_, role)| *role == domain::people::account::TeamRole::Owner);
    owner.map(|(account, _)| account).ok_or_else(WebError::not_found)
}

/// The passes of a space that are on offer, with what this person is to each of them.
async fn offers(app: &App, space: &Space, viewer: Viewer) -> WebResult<Vec<(Pass, Relation)>> {
    let now = app.clock.now();
    let grants = match viewer.account {
        Some(me) => app.store.grants().in_space(me, space.id).await?,
        None => Vec::new(),
    };
    let passes = app.store.passes().list(space.id).await?;
    let relations: Vec<Relation> =
        passes.iter().map(|p| relation(p, &passes, &grants, viewer.team, now)).collect();
    let offered = passes.into_iter().zip(relations).filter(|(p, _)| p.is_offered());
    Ok(offered.collect())
}

/// Who looks at a space.
#[derive(Clone, Copy)]
struct Viewer {
    account: Option<AccountId>,
    team: bool,
}

fn relation(pass: &Pass, passes: &[Pass], grants: &[Grant], team: bool, now: Millis) -> Relation {
    let opened = |experience: ExperienceId| {
        let mut held = grants.iter().filter(|g| g.holds_at(now));
        held.any(|g| passes.iter().any(|p| p.id == g.pass && p.opens_since(experience, g.starts_at)))
    };
    if team {
        Relation::Team
    } else if grants.iter().any(|g| g.pass == pass.id && g.lasts_at(now)) {
        Relation::Holder
    } else if !pass.includes.is_empty() && pass.includes.iter().all(|e| opened(*e)) {
        Relation::Covered
    } else {
        Relation::Buyer
    }
}

fn shown<'a>(app: &App, offers: &'a [(Pass, Relation)]) -> Vec<Offer<'a>> {
    let offer = |(pass, relation): &'a (Pass, Relation)| Offer {
        pass,
        relation: *relation,
        payable: payable(app, pass),
    };
    offers.iter().map(offer).collect()
}

/// What costs money needs somebody to take it.
fn payable(app: &App, pass: &Pass) -> bool {
    pass.price == domain::catalogue::offer::Price::Free || app.services.payments.is_some()
}

async fn space(app: &App, visitor: &Visitor, slug: &str, choice: &Choice) -> WebResult {
    let (space, team) = match see(app, visitor, slug).await? {
        Seen::Here { space, team } => (space, team),
        Seen::Moved(to) => return Ok(moved(&format!("/{to}"))),
    };
    let owner = owner(app, &space).await?;
    let viewer = Viewer { account: visitor.account().map(|a| a.id), team };
    let offers = offers(app, &space, viewer).await?;
    let experiences = app.store.experiences().list(space.id).await?;
    let streams = app.store.streams().list(space.id).await?;
    let at = |s: &Stream| experiences.iter().find(|e| e.id == s.experience).map(|e| e.slug.as_str());
    let now = app.clock.now();
    let mut upcoming: Vec<Upcoming> = streams
        .iter()
        .filter(|s| matches!(s.state, StreamState::Scheduled | StreamState::Rehearsal))
        .filter_map(|s| Some(Upcoming { experience_slug: at(s)?, title: &s.title, at: s.scheduled_at? }))
        .filter(|u| u.at + LATE > now)
        .collect();
    upcoming.sort_by_key(|u| u.at);
    let places = places(app, streams.clone()).await?;
    let offers = shown(app, &offers);
    let page = SpacePage {
        space: &space,
        owner: &owner,
        chosen: offers.iter().position(|o| o.pass.slug == choice.pass).unwrap_or(0),
        offers: &offers,
        experiences: &experiences,
        live: places.first().map(|p| p.card(app)),
        upcoming: &upcoming,
        team,
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
    let (space, team) = match see(&app, &visitor, &space).await? {
        Seen::Here { space, team } => (space, team),
        Seen::Moved(to) => return Ok(moved(&format!("/{to}/{slug}"))),
    };
    match app.store.spaces().resolve(space.id, &slug).await? {
        Resolved::Pass(id) => pass(&app, &visitor, &space, team, app.store.passes().by_id(id).await?).await,
        Resolved::Experience(id) => {
            experience(&app, &visitor, &space, app.store.experiences().by_id(id).await?).await
        }
        Resolved::Moved(to) => Ok(moved(&format!("/{}/{to}", space.slug))),
        Resolved::Nothing => Err(WebError::not_found()),
    }
}

async fn pass(app: &App, visitor: &Visitor, space: &Space, team: bool, pass: Pass) -> WebResult {
    let grants = match visitor.account() {
        Some(me) => app.store.grants().in_space(me.id, space.id).await?,
        None => Vec::new(),
    };
    let passes = app.store.passes().list(space.id).await?;
    let relation = relation(&pass, &passes, &grants, team, app.clock.now());
    let held = matches!(relation, Relation::Holder | Relation::Team);
    if !pass.is_offered() && !held {
        return Err(WebError::not_found());
    }
    let all = app.store.experiences().list(space.id).await?;
    let opens: Vec<Experience> = all.into_iter().filter(|e| pass.opens(e.id)).collect();
    let owner = owner(app, space).await?;
    let page = PassPage {
        space,
        owner: &owner,
        offer: Offer { pass: &pass, relation, payable: payable(app, &pass) },
        opens: &opens,
    };
    let shell = app.shell(visitor.account(), &format!("/{}/{}", space.slug, pass.slug));
    Ok(views::catalogue::pass::page(&shell, &page).into_response())
}

async fn experience(app: &App, visitor: &Visitor, space: &Space, experience: Experience) -> WebResult {
    let me = visitor.account();
    let now = app.clock.now();
    let facts = app.store.access().of_experience(me.map(|a| a.id), experience.id, now).await?;
    let admission = admit(&facts.as_facts(), AccessDoor::Enter, now);
    let shell = app.shell(me, &format!("/{}/{}", space.slug, experience.slug));
    let stream = app.store.streams().current(experience.id).await?;
    if !admission.admitted() {
        use domain::access::admit::Reason;
        if !matches!(admission.reason, Reason::SignIn | Reason::NeedsPass) {
            return Err(WebError::refused(&admission, now));
        }
        // The team is admitted: who stands here is none of it.
        let viewer = Viewer { account: me.map(|a| a.id), team: false };
        let offers = offers(app, space, viewer).await?;
        let opening: Vec<_> = offers.into_iter().filter(|(p, _)| p.opens(experience.id)).collect();
        let owner = owner(app, space).await?;
        let offers = shown(app, &opening);
        let door =
            Door { space, owner: &owner, experience: &experience, stream: stream.as_ref(), offers: &offers };
        return Ok(views::catalogue::pass::door(&shell, &door).into_response());
    }
    match stream {
        Some(stream) => crate::web::live::streams::watch_page(app, visitor, stream.room).await,
        None => Ok(views::live::stream::quiet(&shell, space, &experience, admission.role.moderates())
            .into_response()),
    }
}

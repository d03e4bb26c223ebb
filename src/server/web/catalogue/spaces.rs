//! The public pages: front page, people, spaces, passes and experiences.

use crate::app::App;
use crate::web::{
    access::{
        devices::{self, OpenOutcome},
        guests, sales,
    },
    audience::visiting::Visiting,
    catalogue::{
        content::{files, posts},
        on_air::{self, lowest_price, still_of},
    },
    chat::community,
    error::{WebError, WebResult},
    extract::{self, Path},
    people::{naming, session::Visitor},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::{
        admit::{Door as AccessDoor, admit},
        entry::LockRule,
        grant::Grant,
        may::{Action, may},
        relation::Customer,
    },
    audience::visits::VisitStep,
    catalogue::{
        explore::Query,
        offer::{Experience, ExperienceKind, Pass, Space},
        slug::page_path,
    },
    clock::Clock,
    error::StoreError,
    id::{AccountId, ExperienceId, PassId},
    live::{calendar, stream::Stream},
    ops::suspension::Subject,
    time::Millis,
};
use serde::Deserialize;
use service::{access::entry, catalogue::programme, money::buying::cards};
use std::sync::Arc;
use store::{AccessFacts, Entrant, Listing, OnAir, Place, Resolved, Viewer, Visit};
use views::{
    catalogue::{
        pass::{Door, PassPage, WishDraft},
        space::{Offer, SpacePage, Upcoming},
        spaces::{LiveCard, SpaceCard},
    },
    form::Errors,
    layout::Shell,
    live::now::Coming,
    people::profile::Profile,
};

/// Spaces on the front page.
const FRONT: usize = 12;
/// Titles of posts that a visitor without a pass sees.
const TEASERS: usize = 10;
/// Planned shows on the front page.
const NEXT: usize = 6;
/// Other planned shows of a space on the page of one of its shows.
const OTHERS: usize = 3;

pub async fn front(State(app): State<App>, visitor: Visitor) -> WebResult {
    let viewer = viewer(&app, &visitor);
    let newest = app.store.spaces().discover(&Query::default(), None, viewer, FRONT).await?;
    let mut on_air = app.store.spaces().on_air(viewer).await?;
    let (followed, without) = match viewer.account {
        Some(me) => {
            let followed = app.store.follows().of_account(me, viewer.now).await?;
            (followed, app.store.bans().spaces_closed_to(me, viewer.now).await?)
        }
        None => Default::default(),
    };
    // What the viewer follows comes first.
    on_air.sort_by_key(|show| !followed.iter().any(|one| one.space.id == show.stream.space));
    let live: Vec<LiveCard> = open_to_viewer(&on_air).map(|show| live_card(&app, show)).collect();
    let cards = cards(&newest.spaces);
    let shows = programme::coming(&app.services, None).await?;
    let shows = shows.iter().filter(|show| !without.contains(&show.stream.space));
    let coming: Vec<Coming> = shows.filter_map(on_air::planned).take(NEXT).collect();
    let shell = app.shell(visitor.account(), "/");
    Ok(views::catalogue::spaces::front(&shell, &live, &coming, &cards).into_response())
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
        cover: show.cover,
        logo: show.logo,
        still: still_of(app, &show.stream),
        people: show.stream.public_count(app.engine.people(show.stream.room)),
        lowest_price: lowest_price(app, show),
    }
}

pub fn cards(listings: &[Listing]) -> Vec<SpaceCard<'_>> {
    let cards = listings.iter().map(|listing| SpaceCard {
        space: &listing.space,
        owner: &listing.owner,
        lowest_price: listing.lowest_price,
        live: listing.live,
        kept_out: listing.kept_out.is_some(),
    });
    cards.collect()
}

/// `/@name` and `/:space` share one route, because both are a first segment.
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

async fn profile(app: &App, visitor: &Visitor, name: &str) -> WebResult {
    let lowered = name.to_ascii_lowercase();
    let account = app.store.accounts().by_username(&lowered).await?.ok_or_else(WebError::not_found)?;
    if app.store.suspensions().of(Subject::Account(account.id)).await?.is_some() {
        return Err(WebError::not_found());
    }
    let viewer = viewer(app, visitor);
    let listings = app.store.spaces().of_owner(account.id, viewer).await?;
    let on_air = app.store.spaces().on_air_of_owner(account.id, viewer).await?;
    let live = open_to_viewer(&on_air).next().map(|show| live_card(app, show));
    let page = Profile { account: &account, spaces: &cards(&listings), live };
    let shell = app.shell(visitor.account(), &format!("/@{}", account.username));
    Ok(views::people::profile::page(&shell, &page).into_response())
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

/// `/:space/:slug`: a pass or an experience, in one namespace.
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
    let card = cards::offered(&app.services, visitor.account().map(|me| me.id), pass).await?;
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

/// The page of an experience for whoever has no way in yet. `asks`: what the passphrase is for that would be one.
async fn door(
    app: &App,
    shell: &Shell,
    visit: &Visit,
    facts: &AccessFacts,
    asks: Option<LockRule>,
) -> WebResult {
    let Place { space, experience, passes, stream, .. } = &*facts.place;
    let mut offers = offers(app, &customer(app, visit, passes, &facts.standing.grants));
    offers.retain(|offer| offer.pass.opens(experience.id));
    let posts = match experience.kind {
        ExperienceKind::Posts => app.store.posts().teasers(experience.id, TEASERS).await?,
        _ => Vec::new(),
    };
    let files = match experience.kind {
        kind if kind.has_files() => app.store.files().list(experience.id).await?,
        _ => Vec::new(),
    };
    let (experiences, mut streams) =
        (app.store.experiences().list(space.id).await?, app.store.streams().not_ended(space.id).await?);
    streams.retain(|other| stream.as_ref().is_none_or(|shown| shown.id != other.id));
    let mut others = upcoming(&experiences, &streams, app.clock.now());
    others.truncate(OTHERS);
    let on_air = stream.as_ref().filter(|stream| stream.state.on_air());
    let free = if asks == Some(LockRule::Also) { None } else { guests::free_minutes(app, facts).await? };
    let door = Door {
        space,
        owner: &visit.owner,
        experience,
        stream: stream.as_ref(),
        still: stream.as_ref().and_then(|stream| still_of(app, stream)),
        people: on_air.and_then(|stream| stream.public_count(app.engine.people(stream.room))),
        posts: &posts,
        offers: &offers,
        files: &files,
        others: &others,
        follows: visit.follows,
        asks,
        free,
    };
    Ok(views::catalogue::pass::door(shell, &door).into_response())
}

/// `after`: where a page of posts begins.
async fn experience(app: &App, visitor: &Visitor, visit: &Visit, id: ExperienceId, after: &str) -> WebResult {
    let me = visitor.account();
    let now = app.clock.now();
    let who = visitor.identity().map(Entrant::from);
    let facts = app.store.access().of_experience(who, id, now).await?;
    let admission = admit(&facts.as_facts(), AccessDoor::Enter, now);
    let (facts, admission) = match devices::open(app, visitor, facts, admission).await? {
        OpenOutcome::Decided(facts, admission) => (facts, admission),
        OpenOutcome::Elsewhere(page) => return Ok(page),
    };
    let Place { space, experience, stream, .. } = &*facts.place;
    let shell = app.shell(me, &page_path(&space.slug, &experience.slug));
    if !admission.admitted() {
        if !admission.reason.shows_door() {
            return Err(WebError::refused(&admission, now));
        }
        return door(app, &shell, visit, &facts, entry::asks(&facts, &admission)).await;
    }
    if let Some(asked) = naming::ask_first(me, &shell.path) {
        return Ok(asked);
    }
    match (experience.kind, stream) {
        (ExperienceKind::Posts, _) => posts::feed(app, visitor, (space, experience), &admission, after).await,
        (ExperienceKind::Community, _) => community::page(app, visitor, id).await,
        (kind, _) if kind.has_files() => {
            let manages = facts.standing.team.is_some_and(|role| may(role, Action::EditOffer));
            files::page(app, me, (space, experience), manages).await
        }
        (_, Some(stream)) => crate::web::live::streams::watch_page(app, visitor, stream.room).await,
        (_, None) => {
            Ok(views::live::stream::quiet(&shell, space, experience, admission.role.moderates())
                .into_response())
        }
    }
}

//! The town: creators beside Maya, with what happened there in the last weeks and what is planned. Everything is made by the
//! use cases that people's requests call; only the clock is set back for what has happened.

mod content;
mod creators;
mod files;
mod found;
mod market;
mod orders;
mod payouts;
pub mod pictures;
mod plan;
mod seeds;
mod settled;
mod shows;
mod viewers;

use super::{air, past::PastClock, wire::Wire};
use crate::{Service, app::App};
use anyhow::{Context, Result};
use creators::{CLAY, LINE};
use domain::{
    catalogue::offer::Space,
    id::{AccountId, PassId, StreamId},
    live::stream::{Stream, StreamState},
    time::{Millis, Span},
};
use media::Film;
use orders::ORDERS;
pub use seeds::address;
use seeds::{Creator, PastShow};
use service::{
    catalogue::streams,
    live::participants::{self, Hosting},
    money::checkouts,
};
use settled::Settled;
use store::{Found, NewStreams, Resolved};
use viewers::VIEWERS;

/// The first people came this long ago. Maya was the first creator.
pub const FIRST: Span = Span::days(60);

/// What is on air in the first room of a creator when one looks.
struct Act {
    creator: &'static Creator,
    title: &'static str,
    film: Film,
    lasts: Span,
}

const THROWING: Act =
    Act { creator: &CLAY, title: "A tea bowl from one lump", film: Film::Wheel, lasts: Span::minutes(34) };
/// By an encoder: the program in which she draws is what she shows.
const DRAWING: Act = Act {
    creator: &LINE,
    title: "Ten minutes: without lifting the pen",
    film: Film::Line,
    lasts: Span::minutes(4),
};

/// Who is on the stage beside the potter.
const GUEST: &str = "bea";

/// What of the town the demo server refers to.
pub struct Town {
    /// The potter, and the show that is on air.
    pub potter: AccountId,
    pub wheel: StreamId,
}

impl Town {
    /// The public spaces of the town: slug and name, with Maya's first.
    pub fn spaces() -> impl Iterator<Item = (&'static str, &'static str)> {
        let others = creators::ALL.into_iter().map(|creator| (creator.space.slug, creator.space.name));
        std::iter::once(("maya", "Maya Lin")).chain(others)
    }

    pub const WHEEL: &'static str = "/slow-clay/wheel-hours";
    /// What an encoder sends.
    pub const LINE: &'static str = "/one-line/ten-minutes";
    /// What begins in less than half an hour.
    pub const SOON: &'static str = "/night-build/bench";
}

/// Something that happened, and how long ago.
enum Event {
    Found(&'static Creator),
    Show(&'static Creator, &'static PastShow),
    Order(&'static orders::Order),
    Post(&'static content::PostSeed),
    Line(&'static content::ChatLineSeed),
    Market(market::MarketStep),
    Payout,
}

/// Everything up to today, in its order.
fn history(now: Millis) -> Result<Vec<(Span, Event)>> {
    let mut all = Vec::new();
    for creator in creators::ALL {
        all.push((Span::days(creator.since), Event::Found(creator)));
        for over in creator.over {
            all.push((now - shows::begin(&creator.space, over, now)?, Event::Show(creator, over)));
        }
    }
    let orders = ORDERS.iter().filter(|order| order.days_ago > 0);
    all.extend(orders.map(|order| (Span::days(order.days_ago), Event::Order(order))));
    let steps = market::steps().into_iter();
    all.extend(steps.map(|(days_ago, step)| (Span::days(days_ago), Event::Market(step))));
    all.extend(content::POSTS.iter().map(|post| (Span::hours(post.hours_ago), Event::Post(post))));
    all.extend(content::LINES.iter().map(|line| (Span::hours(line.hours_ago), Event::Line(line))));
    all.push((Span::days(payouts::DAYS_AGO), Event::Payout));
    all.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
    Ok(all)
}

/// Makes the town, in the database of a demo that has Maya's house only. `now`: the present.
pub async fn settle(service: &Service, past: &mut PastClock<'_>, now: Millis) -> Result<()> {
    let app = &service.app;
    let (mut settled, wire) = (Settled::default(), Wire::new(app));
    settled.maya = front_row(app).await?;
    for viewer in &VIEWERS {
        let account = viewers::arrive(app, viewer.username, viewer.name, "").await?;
        settled.people.insert(viewer.username, account);
    }
    let mut ended = Vec::new();
    for (ago, event) in history(now)? {
        past.reach(ago);
        match event {
            Event::Found(creator) => {
                settled.founded.push(found::found(app, creator).await?);
                past.pass(Span::hours(5));
                take(app, &settled, creator.space.slug).await?;
            }
            Event::Show(creator, over) => {
                let of = settled.at(creator.space.slug).context(creator.space.slug)?;
                ended.push(shows::hold(service, &settled, of, over, past).await?);
            }
            Event::Order(order) => orders::place(service, &wire, &settled, order).await?,
            Event::Post(post) => content::publish(app, &settled, post).await?,
            Event::Line(line) => content::say(app, &settled, line).await?,
            Event::Market(step) => market::take(app, &mut settled, &step, now).await?,
            Event::Payout => payouts::pay_out(service, &wire, &settled).await.context("the payout")?,
        }
    }
    past.set(Span::default());
    for of in &settled.founded {
        plan::plan(app, of).await?;
    }
    files::bring(app, &settled).await?;
    for order in ORDERS.iter().filter(|order| order.days_ago == 0) {
        orders::place(service, &wire, &settled, order).await?;
    }
    market::catch_up(app, &settled).await?;
    // The tree of actors begins without shows of the past. Whoever looks at one starts its actors again.
    ended.iter().for_each(|stream| app.engine.retire_stream(stream.id, stream.room));
    Ok(())
}

async fn front_row(app: &App) -> Result<Option<PassId>> {
    let Found::Here(maya) = app.store.spaces().by_slug("maya").await? else { return Ok(None) };
    match app.store.spaces().resolve(maya.id, "front-row").await? {
        Resolved::Pass(pass) => Ok(Some(pass)),
        _ => Ok(None),
    }
}

/// Everybody who likes the space takes its free pass.
async fn take(app: &App, settled: &Settled, space: &str) -> Result<()> {
    for viewer in &VIEWERS {
        for (at, slug) in viewer.takes.iter().filter(|(at, _)| *at == space) {
            let (account, ..) = settled.viewer(viewer.username)?;
            checkouts::purchase(&app.services, account, settled.pass(at, slug)?).await?;
        }
    }
    Ok(())
}

/// Puts both acts on air. `None` if this demo has no town.
pub async fn go_live(service: &Service, past: &mut PastClock<'_>) -> Result<Option<Town>> {
    let wheel = perform(service, past, &THROWING).await?;
    perform(service, past, &DRAWING).await?;
    past.set(Span::default());
    let Some((potter, stream)) = wheel else { return Ok(None) };
    bring_up(service, &stream, potter).await?;
    Ok(Some(Town { potter, wheel: stream.id }))
}

/// Puts an act on air: again, if it was on air when the server stopped. Returns its host and its show; `None` if they are not here.
async fn perform(
    service: &Service,
    past: &mut PastClock<'_>,
    Act { creator, title, film, lasts }: &Act,
) -> Result<Option<(AccountId, Stream)>> {
    let app = &service.app;
    let Some(host) = app.store.accounts().by_email(&address(creator.username)).await? else {
        return Ok(None);
    };
    let Found::Here(Space { id: space, .. }) = app.store.spaces().by_slug(creator.space.slug).await? else {
        return Ok(None);
    };
    let rooms = app.store.experiences().list(space).await?;
    let Some(room) = rooms.iter().find(|room| room.slug == creator.rooms[0].slug) else { return Ok(None) };
    let on_air = |state: StreamState| !matches!(state, StreamState::Scheduled | StreamState::Ended);
    let current = app.store.streams().current(room.id).await?.filter(|stream| on_air(stream.state));
    let stream = match current {
        Some(stream) => stream,
        None => {
            past.set(*lasts);
            let new = NewStreams { title, at: &[], count_hidden: false };
            streams::schedule(&app.services, host.id, room.id, &new).await?
        }
    };
    air::put_on_air(service, &stream, *film, Some(host.id)).await?;
    Ok(Some((host.id, stream)))
}

/// Somebody is on the stage beside the potter, and sends the test card: as before, if the show goes on.
async fn bring_up(service: &Service, stream: &Stream, potter: AccountId) -> Result<()> {
    let app = &service.app;
    let Some(guest) = app.store.accounts().by_email(&address(GUEST)).await? else { return Ok(()) };
    participants::raise(&app.services, &guest, stream, true).await?;
    let place = async || -> Result<_> {
        let stage = app.engine.stream(stream.id).stage().await?;
        stage.participants.of(guest.id).cloned().context("the guest has no place")
    };
    let id = place().await?.id;
    participants::host(&app.services, potter, stream, id, Hosting::Accept).await?;
    service.media.play_film(place().await?.room(), Film::TestCard).await?;
    Ok(())
}

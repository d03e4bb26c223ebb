//! Who is live now, in all spaces or those of one category. Visitors follow the page, too; one pump serves all whom the same
//! spaces are open to.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebError, WebResult},
        extract::Query,
        follow::Right,
        people::session::Visitor,
        pump::Pumps,
        snapshots::{self, Subject as _},
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    catalogue::{offer::PriceKind, topics::Category},
    clock::Clock,
    id::SpaceId,
    live::stream::Stream,
};
use maud::Markup;
use serde::Deserialize;
use service::catalogue::programme;
use std::{cmp::Reverse, time::Duration};
use store::Viewer;
use tokio::sync::watch;
use views::{
    Picture, Still,
    live::now::{self, Coming, Now, OnAir},
};

/// How often the counts are updated while no stream changes.
const LOOK: Duration = Duration::from_secs(1);
/// Streams on the page.
const MOST: usize = 60;
/// Planned shows below them.
const NEXT: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OnAirPage {
    category: Option<Category>,
    /// The spaces from which bans keep the viewer out, as of when the page was opened: nobody is invited there.
    without: Vec<SpaceId>,
}

impl snapshots::Subject for OnAirPage {
    const PAGE: &'static str = "live";
    const GONE: &'static str = "page-ended";
    type Changes = watch::Receiver<u64>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.followed.on_air
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.engine.watch_streams()
    }

    async fn changed(&self, streams: &mut Self::Changes) {
        // The sender lives in the engine that `App` holds.
        let _ = tokio::time::timeout(LOOK, streams.changed()).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let viewer = Viewer { account: None, now: app.clock.now() };
        let found = app.store.spaces().on_air(viewer).await?;
        let fits = |show: &&store::OnAir| {
            self.category.is_none_or(|wanted| show.category == Some(wanted))
                && !self.without.contains(&show.stream.space)
        };
        let mut live: Vec<(usize, &store::OnAir)> =
            found.iter().filter(fits).map(|show| (app.engine.people(show.stream.room), show)).collect();
        live.sort_by_key(|(people, show)| (Reverse(*people), show.stream.id));
        let further = live.len().saturating_sub(MOST);
        let shown = live.iter().take(MOST);
        let cards: Vec<OnAir> = shown.map(|(people, show)| card(app, show, *people)).collect();
        let coming = programme::coming(&app.services, self.category).await?;
        let coming = coming.iter().filter(|show| !self.without.contains(&show.stream.space));
        let coming: Vec<Coming> = coming.filter_map(planned).take(NEXT).collect();
        Ok(now::picture(&Now { category: self.category, live: &cards, further, coming: &coming }))
    }
}

fn card<'a>(app: &App, show: &'a store::OnAir, people: usize) -> OnAir<'a> {
    OnAir {
        space_slug: &show.space_slug,
        space_name: &show.space_name,
        cover: show.cover,
        logo: show.logo,
        experience_slug: &show.experience_slug,
        title: &show.stream.title,
        category: show.category,
        still: still_of(app, &show.stream),
        people: show.stream.public_count(people),
        lowest_price: lowest_price(app, show),
    }
}

/// The lowest price of a pass that opens what is on air, if it can be had.
pub fn lowest_price(app: &App, show: &store::OnAir) -> Option<PriceKind> {
    show.lowest_price.filter(|price| app.services.sells(*price))
}

/// The still of a stream that is on air, if one was taken.
pub fn still_of(app: &App, stream: &Stream) -> Option<Still> {
    let at = app.stills.taken_at(stream.id).filter(|_| stream.state.on_air())?;
    Some(Still { stream: stream.id, at })
}

/// A show as a row of a page; `None` without a date.
pub fn planned(show: &store::Show) -> Option<Coming<'_>> {
    Some(Coming {
        stream: show.stream.id,
        space_slug: &show.space_slug,
        space_name: &show.space_name,
        experience_slug: &show.experience_slug,
        title: &show.stream.title,
        at: show.stream.scheduled_at?,
    })
}

#[derive(Deserialize)]
pub struct OnAirQuery {
    #[serde(default)]
    category: String,
}

/// What this visitor follows.
async fn subject(app: &App, visitor: &Visitor, asked: &OnAirQuery) -> WebResult<OnAirPage> {
    let category = match asked.category.as_str() {
        "" => None,
        code => Some(Category::from_code(code).ok_or_else(WebError::not_found)?),
    };
    let without = match visitor.account() {
        Some(me) => app.store.bans().spaces_closed_to(me.id, app.clock.now()).await?,
        None => Vec::new(),
    };
    Ok(OnAirPage { category, without })
}

pub async fn page(State(app): State<App>, visitor: Visitor, Query(asked): Query<OnAirQuery>) -> WebResult {
    let subject = subject(&app, &visitor, &asked).await?;
    let picture = subject.picture(&app).await?;
    let shell = app.shell(visitor.account(), now::PATH);
    Ok(now::page(&shell, subject.category, &picture).into_response())
}

pub async fn fragment(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<OnAirQuery>,
) -> WebResult<Markup> {
    Ok(subject(&app, &visitor, &asked).await?.picture(&app).await?.frame())
}

pub async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<OnAirQuery>,
    address: ClientAddress,
) -> WebResult {
    let right = visitor.identity().map_or(Right::Public, Right::Session);
    snapshots::follow_found(&app, subject(&app, &visitor, &asked), right, address).await
}

//! The front page, and the page of a person: spaces as cards, and what is on air.

use super::viewer;
use crate::{
    app::App,
    web::{
        catalogue::on_air::{self, lowest_price, still_of},
        error::{WebError, WebResult},
        people::session::Visitor,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{catalogue::explore::Query, ops::suspension::Subject};
use service::catalogue::programme;
use store::{Listing, OnAir};
use views::{
    catalogue::spaces::{LiveCard, SpaceCard},
    live::now::Coming,
    people::profile::Profile,
};

/// Spaces on the front page.
const FRONT: usize = 12;
/// Planned shows on the front page.
const NEXT: usize = 6;

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

pub async fn profile(app: &App, visitor: &Visitor, name: &str) -> WebResult {
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

//! The team's page of why one person can see what is in their space, and the way to it from a chat.

use crate::app::App;
use crate::web::{
    access::doors::{Admitted, MODERATE},
    error::WebResult,
    extract::Path,
    people::session::SignedIn,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::id::{AccountId, SpaceId};
use service::access::why::{self, AccessOverview};
use views::access::why::{self as pages, ExperienceAccess, WhyPage};

pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path((space, account)): Path<(SpaceId, AccountId)>,
) -> WebResult {
    let found = why::why(&app.services, me.0.account.id, space, account).await?;
    let AccessOverview { space, account, places, passes, grants, subscribed, now } = &found;
    let places: Vec<ExperienceAccess> = places
        .iter()
        .map(|place| ExperienceAccess {
            experience: &place.experience,
            enter: &place.enter,
            post: place.post,
            play: place.play,
        })
        .collect();
    let page = WhyPage { space, account, places: &places, passes, grants, subscribed, now: *now };
    let shell = app.shell(Some(&me.0.account), &pages::path(space.id, account.id));
    Ok(pages::page(&shell, &page).into_response())
}

/// From the chat of a stream or a community to the page.
pub async fn find(
    door: Admitted<MODERATE>,
    Path((_, account)): Path<(String, AccountId)>,
) -> WebResult<Redirect> {
    Ok(Redirect::to(&pages::path(door.caller.facts.place.space.id, account)))
}

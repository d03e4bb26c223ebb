//! Following a space, and the list of what one follows.

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{clock::Clock, id::SpaceId};
use serde::Deserialize;
use service::{ServiceError, access::spaces, people::follows};
use views::people::following::{self, Followed};

pub async fn list(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let found = app.store.follows().of_account(account.id, app.clock.now()).await?;
    let rows = found.iter().map(|one| Followed {
        space: &one.space,
        live: one.live,
        open: one.space.published_at.is_some() && one.kept_out.is_none(),
    });
    let rows: Vec<Followed> = rows.collect();
    let version = app.store.preferences().calendar_version(account.id).await?;
    let shell = app.shell(Some(account), following::PATH);
    Ok(following::page(&shell, &rows, &app.calendar_link(account.id, version)).into_response())
}

/// Where somebody comes back to who had to sign in first.
pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let account = &me.0.account;
    let space = spaces::visible(&app.services, account.id, id).await?;
    let follows = app.store.follows().has(id, account.id).await?;
    let shell = app.shell(Some(account), &format!("/spaces/{id}/follow"));
    Ok(following::confirm(&shell, &space, follows).into_response())
}

#[derive(Deserialize)]
pub struct FollowForm {
    follow: bool,
}

pub async fn wish(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(wish): Form<FollowForm>,
) -> WebResult {
    let by = me.0.account.id;
    if !wish.follow {
        let space = follows::unfollow(&app.services, by, id).await?;
        let words = views::t!("catalogue-unfollowed", space = &space.name);
        // Nobody is led to a page that they cannot see.
        let path = match spaces::visible(&app.services, by, id).await {
            Ok(space) => format!("/{}", space.slug),
            Err(_) => following::PATH.into(),
        };
        return Ok(flash::redirect(&app, &path, &words));
    }
    let space = follows::follow(&app.services, by, id).await.map_err(|error| match error {
        ServiceError::Conflict("follows") => WebError::conflict(views::t!("catalogue-follows-many")),
        other => other.into(),
    })?;
    let words = views::t!("catalogue-followed", space = &space.name);
    Ok(flash::redirect(&app, &format!("/{}", space.slug), &words))
}

/// Makes a new address for the calendar.
pub async fn renew_calendar(State(app): State<App>, me: SignedIn) -> WebResult {
    service::people::calendar::renew(&app.services, me.0.account.id).await?;
    Ok(flash::redirect(&app, following::PATH, &views::t!("catalogue-calendar-renewed")))
}

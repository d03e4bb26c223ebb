//! What a person subscribes to. Whatever is pressed here happens at the provider, whose answer is applied like any other.

use crate::{
    app::App,
    web::{error::WebResult, extract::Path, flash, people::session::SignedIn},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::id::SubscriptionId;
use service::{
    ServiceError,
    money::{plan_changes, subscriptions},
};
use views::{
    money::subscriptions::{self as pages, PATH, SubscriptionRow},
    t,
};

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let mut rows = Vec::new();
    for one in app.store.subscriptions().of_account(account.id).await? {
        let other = plan_changes::other(&app.services, &one).await?;
        let until = match one.grant.filter(|_| !one.status.is_over()) {
            Some(grant) => app.store.grants().by_id(grant).await?.expires_at,
            None => None,
        };
        rows.push(SubscriptionRow { subscription: one, other, until });
    }
    Ok(pages::page(&app.shell(Some(account), PATH), &rows).into_response())
}

/// Asks what the other plan costs, and leads to the page that says it.
pub async fn ask(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    plan_changes::ask(&app.services, me.0.account.id, id).await?;
    Ok(Redirect::to(&pages::path(id, "plan")).into_response())
}

pub async fn plan(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    let account = &me.0.account;
    let (known, told) = plan_changes::asked(&app.services, account.id, id).await?;
    let shell = app.shell(Some(account), &pages::path(id, "plan"));
    Ok(pages::plan(&shell, &known, told.as_ref()).into_response())
}

/// Changes the plan at the price that the page has said.
pub async fn change(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    match plan_changes::change(&app.services, me.0.account.id, id).await {
        Ok(true) => Ok(flash::redirect(&app, PATH, &t!("plans-changed"))),
        Ok(false) => Ok(flash::refuse(&app, PATH, &t!("plans-change-refused"))),
        // The page says that it has to be asked again.
        Err(ServiceError::Conflict("preview")) => Ok(Redirect::to(&pages::path(id, "plan")).into_response()),
        Err(error) => Err(error.into()),
    }
}

pub async fn cancel(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    subscriptions::cancel(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, PATH, &t!("plans-ending-done")))
}

pub async fn undo_cancellation(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SubscriptionId>,
) -> WebResult {
    subscriptions::undo_cancellation(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, PATH, &t!("plans-resumed-done")))
}

pub async fn pause(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    match subscriptions::pause(&app.services, me.0.account.id, id).await {
        Ok(()) => Ok(flash::redirect(&app, PATH, &t!("plans-pause-done"))),
        Err(ServiceError::Conflict("pause")) => Ok(flash::refuse(&app, PATH, &t!("plans-pause-refused"))),
        Err(error) => Err(error.into()),
    }
}

/// Ends a pause.
pub async fn resume(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    match subscriptions::resume(&app.services, me.0.account.id, id).await {
        Ok(true) => Ok(flash::redirect(&app, PATH, &t!("plans-resumed-done"))),
        Ok(false) => Ok(flash::refuse(&app, PATH, &t!("plans-resume-refused"))),
        // The page says when it ends.
        Err(ServiceError::Conflict("pause")) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Tries to collect what is owed.
pub async fn pay(State(app): State<App>, me: SignedIn, Path(id): Path<SubscriptionId>) -> WebResult {
    match subscriptions::pay(&app.services, me.0.account.id, id).await? {
        true => Ok(flash::redirect(&app, PATH, &t!("plans-paid-now"))),
        false => Ok(flash::refuse(&app, PATH, &t!("plans-pay-refused"))),
    }
}

/// Leads to the provider's page with the cards of the caller.
pub async fn portal(State(app): State<App>, me: SignedIn) -> WebResult {
    let page = subscriptions::portal(&app.services, me.0.account.id, app.url(PATH)).await?;
    Ok(Redirect::to(&page).into_response())
}

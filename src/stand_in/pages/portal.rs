//! Pages of Stripe that a shop sends people to: the customer portal, the bank's question, and a seller's onboarding.

use crate::{
    StandIn,
    book::{
        Book,
        billing::{Method, Portal},
        connect::AccountState,
        records::IntentStatus,
        subscriptions::Subscription,
    },
    pages::{self, Page, card_fields},
    rules::{
        self,
        billing::{
            Moment,
            cards::{self, Buyer, Typed, Verdict},
            connect, customers, intents, subscriptions,
        },
        url,
    },
};
use axum::{
    Form, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use std::io;

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/portal/{id}", get(portal))
        .route("/portal/{id}/cancel", post(cancel))
        .route("/portal/{id}/resume", post(resume))
        .route("/portal/{id}/card", post(card))
        .route("/bank/{intent}", get(question))
        .route("/bank/{intent}/yes", post(yes))
        .route("/bank/{intent}/no", post(no))
        .route("/connect/{account}", get(onboarding).post(onboard))
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Page::notice("Nothing here", "The stand-in knows nothing under this address."))
        .into_response()
}

/// What the portal shows.
struct Visit {
    portal: Portal,
    subscriptions: Vec<Subscription>,
    card: Option<Method>,
}

fn visit(book: &Book, id: &str) -> Option<Visit> {
    let portal = book.billing().portals.get(id)?.clone();
    let subscriptions: Vec<_> =
        book.billing().subscriptions_of(&portal.customer).into_iter().cloned().collect();
    let own = subscriptions.first().and_then(|subscription| subscription.method.as_ref());
    let card = book.billing().method_for(&portal.customer, own).cloned();
    Some(Visit { portal, subscriptions, card })
}

async fn portal(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    let shown = stand_in.change(move |book, now| {
        rules::sweep(book, now);
        visit(book, &id)
    });
    match shown.await {
        Ok(Some(visit)) => {
            let back: Vec<&str> = visit.portal.return_url.as_deref().into_iter().collect();
            Page::leading_to("Your subscriptions", portal_page(&visit), &back).into_response()
        }
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

fn portal_page(visit: &Visit) -> Markup {
    let at = |verb: &str| format!("/portal/{}/{verb}", visit.portal.id);
    html! {
        h1 { "Your subscriptions" }
        @for subscription in &visit.subscriptions {
            section.ticket {
                p { strong { (subscription.price) } " · " (format!("{:?}", subscription.status)) }
                @if !subscription.status.is_over() {
                    @let (verb, words) = if subscription.cancel_at_period_end { ("resume", "Keep it") } else { ("cancel", "Cancel at the end of the period") };
                    form method="post" action=(at(verb)) { button name="subscription" value=(subscription.id) { (words) } }
                }
            }
        }
        @if visit.subscriptions.is_empty() { p.quiet { "None." } }
        h2 { "Card" }
        @match &visit.card {
            Some(card) => { p { "Pays with the card " (card.number) ", good until " (card.exp_month) "/" (card.exp_year) "." } }
            None => { p.quiet { "No card is saved." } }
        }
        form method="post" action=(at("card")) { (card_fields(&[])) button { "Use this card" } }
        @if let Some(back) = &visit.portal.return_url { p { a href=(back) { "Go back" } } }
    }
}

#[derive(Debug, Deserialize)]
struct Chosen {
    subscription: String,
}

async fn cancel(stand_in: State<StandIn>, id: Path<String>, Form(chosen): Form<Chosen>) -> Response {
    ends_with_period(stand_in, id, chosen, true).await
}

async fn resume(stand_in: State<StandIn>, id: Path<String>, Form(chosen): Form<Chosen>) -> Response {
    ends_with_period(stand_in, id, chosen, false).await
}

async fn ends_with_period(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    chosen: Chosen,
    ends: bool,
) -> Response {
    after(stand_in, id, move |book, visit, moment| {
        let Ok(mut subscription) = subscriptions::living(book, &chosen.subscription) else { return };
        if subscription.customer != visit.portal.customer {
            return;
        }
        subscription.cancel_at_period_end = ends;
        subscription.canceled_at = ends.then_some(moment.at);
        subscription.end_reason = ends.then(|| "cancellation_requested".to_owned());
        subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
    })
    .await
}

/// Saves a card that its bank accepts, and lets everything of the customer be paid with it.
async fn card(State(stand_in): State<StandIn>, Path(id): Path<String>, body: Bytes) -> Response {
    let typed = Typed::of_form(&body);
    after(stand_in, id, move |book, visit, moment| {
        let method = cards::create(book, typed, moment);
        if cards::verdict(&method, Buyer::Confirmed, moment.at) != Verdict::Approved {
            return;
        }
        let customer = visit.portal.customer.as_str();
        let method = cards::attach(book, Method { authenticated: true, ..method }, customer, moment);
        customers::prefer(book, customer, &method.id, moment);
        for subscription in visit.subscriptions.iter().filter(|one| !one.status.is_over()) {
            let subscription = Subscription { method: Some(method.id.clone()), ..subscription.clone() };
            subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
        }
    })
    .await
}

async fn after<F>(stand_in: StandIn, id: String, act: F) -> Response
where
    F: FnOnce(&mut Book, &Visit, Moment) + Send + 'static,
{
    let page = format!("/portal/{id}");
    let done = stand_in.change(move |book, now| {
        rules::sweep(book, now);
        let visit = visit(book, &id)?;
        let moment = Moment::new(book, now);
        act(book, &visit, moment);
        Some(())
    });
    match done.await {
        Ok(Some(())) => Redirect::to(&page).into_response(),
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

async fn question(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    let Some(intent) = stand_in.read(|book| book.intent(&id).cloned()) else { return unknown() };
    let back: Vec<&str> = intent.return_url.as_deref().into_iter().collect();
    let amount = pages::money::text(intent.amount, &intent.currency);
    let main = html! {
        h1 { "Your bank asks" }
        @if intent.status == IntentStatus::RequiresAction {
            p { "Is it you who pays " (amount) " with this card?" }
            form method="post" action=(format!("/bank/{}/yes", intent.id)) { button.primary { "Yes, it is me" } }
            form method="post" action=(format!("/bank/{}/no", intent.id)) { button { "No" } }
        } @else {
            p { "Nothing is asked any more." }
        }
        @for address in &back { p { a href=(address) { "Go back" } } }
    };
    Page::leading_to("Your bank asks", main, &back).into_response()
}

async fn yes(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    answered(stand_in, id, true).await
}

async fn no(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    answered(stand_in, id, false).await
}

/// Keeps the answer; a second one changes nothing. The buyer goes back to the shop.
async fn answered(stand_in: StandIn, id: String, yes: bool) -> Response {
    let page = format!("/bank/{id}");
    let done: io::Result<_> = stand_in
        .change(move |book, now| {
            let moment = Moment::new(book, now);
            let intent = intents::answer(book, &id, yes, moment).ok();
            intent.or_else(|| book.intent(&id).cloned())
        })
        .await;
    match done {
        Ok(Some(intent)) => Redirect::to(intent.return_url.as_deref().unwrap_or(&page)).into_response(),
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

#[derive(Debug, Deserialize)]
struct Link {
    back: String,
    again: String,
    until: i64,
}

async fn onboarding(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Query(link): Query<Link>,
) -> Response {
    let now = (stand_in.config().now)().div_euclid(1000);
    let known = stand_in.read(|book| book.billing().accounts.contains_key(&id));
    if !known || url::origin(&link.back).is_none() || url::origin(&link.again).is_none() {
        return unknown();
    }
    if now > link.until {
        return Redirect::to(&link.again).into_response();
    }
    let main = html! {
        h1 { "Get paid" }
        form method="post" {
            input type="hidden" name="back" value=(link.back);
            button.primary name="act" value="ready" { "Enter everything that is needed" }
            button name="act" value="checking" { "Enter what has to be checked" }
            button name="act" value="incomplete" { "Leave out a document" }
            button.quiet name="act" value="leave" { "Leave it for later" }
        }
    };
    Page::leading_to("Get paid", main, &[&link.back]).into_response()
}

#[derive(Debug, Deserialize)]
struct Entered {
    back: String,
    act: String,
}

async fn onboard(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Form(entered): Form<Entered>,
) -> Response {
    if url::origin(&entered.back).is_none() {
        return unknown();
    }
    let done = stand_in.change(move |book, now| {
        let moment = Moment::new(book, now);
        match entered.act.as_str() {
            "ready" => connect::set_state(book, &id, AccountState::Ready, moment)?,
            "checking" => connect::set_state(book, &id, AccountState::Checking, moment)?,
            "incomplete" => connect::set_state(book, &id, AccountState::Restricted, moment)?,
            _ => {}
        }
        Ok::<_, rules::error::ApiError>(entered.back)
    });
    match done.await {
        Ok(Ok(back)) => Redirect::to(&back).into_response(),
        Ok(Err(_)) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

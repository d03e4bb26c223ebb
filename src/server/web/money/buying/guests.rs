//! Visitors who pay first and prove their address after. Their order has an address of its own, which nobody else knows; it shows and
//! pays the order, and opens nothing.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        catalogue::spaces::{self, Seen, see},
        error::{WebError, WebResult, refused, too_often},
        extract::Path,
        flash, form_pairs,
        money::checkouts::shown,
        people::{
            browser::AskingBrowser,
            session::{SignedIn, Visitor},
        },
    },
};
use axum::{
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::slug::page_path,
    clock::Clock,
    money::{
        checkout::{Checkout, Payment, PaymentUrls},
        settlement::Refund,
    },
    people::address,
};
use service::{
    ServiceError,
    money::{
        buying::guests::{self, ClaimedOrder},
        checkouts,
    },
};
use store::Resolved;
use views::{
    catalogue::pass::{PAY_FIRST, WishDraft},
    form::{Errors, FieldError},
    money::buying::guests::{self as pages, GuestPage},
    t,
    words::spoken,
};

/// Fields of the form, and some that are not ours.
const MOST_FIELDS: usize = 8;
/// How soon the page of an order that is being paid looks again, in seconds.
const LOOK_AGAIN: &str = "5";

/// The order that an address names, if the address is ours.
async fn find(app: &App, given: &str) -> WebResult<Checkout> {
    let id = app.guest_order_of(given).ok_or_else(WebError::not_found)?;
    Ok(app.store.checkouts().by_id(id).await?)
}

/// Opens the order of a visitor and leads on to the payment.
pub async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path((space, slug)): Path<(String, String)>,
    network: ClientAddress,
    headers: HeaderMap,
    form: Bytes,
) -> WebResult {
    let Seen::Here(visit) = see(&app, &visitor, &space).await? else {
        return Err(WebError::not_found());
    };
    let Resolved::Pass(pass) = app.store.spaces().resolve(visit.space.id, &slug).await? else {
        return Err(WebError::not_found());
    };
    if visitor.account().is_some() {
        return Ok(Redirect::to(&page_path(&visit.space.slug, &slug)).into_response());
    }
    let email = form_pairs(&form, MOST_FIELDS).into_iter().find(|(key, _)| key == "email");
    let email = email.map(|(_, value)| value).unwrap_or_default();
    let mut errors = Errors::of(PAY_FIRST);
    let opened = match errors.check("email", address::parse(&email)) {
        Some(to) => match count(&app, network, &headers, &to) {
            Ok(()) => match guests::buy(&app.services, pass, &to, spoken()).await {
                Err(ServiceError::Conflict("given")) => {
                    Err(Errors::one(PAY_FIRST, FieldError::new("email", t!("guest-given"))))
                }
                Err(ServiceError::TooMany { limit, what, wait }) => {
                    Err(too_often(PAY_FIRST, limit, what, wait))
                }
                opened => Ok(opened?),
            },
            Err(errors) => Err(errors),
        },
        None => Err(errors),
    };
    match opened {
        Ok(id) => lead_on(&app, &app.store.checkouts().by_id(id).await?, &form).await,
        Err(errors) => {
            let wish = WishDraft { email, ..WishDraft::default() };
            let page = spaces::pass(&app, &visitor, &visit, pass, (&wish, &errors)).await?;
            Ok(refused(page, &errors))
        }
    }
}

/// An order of a visitor counts as a wish for a code: strangers can make us keep only so many.
fn count(app: &App, network: ClientAddress, headers: &HeaderMap, email: &str) -> Result<(), Errors> {
    let browser = AskingBrowser::of(app, headers).unwrap_or_else(AskingBrowser::first);
    let known = browser.knows(app, email);
    let asked = app.sign_in_limits.ask(network, email, browser.key(), known, app.clock.now());
    asked.map_err(|(words, wait)| Errors::too_often(PAY_FIRST, FieldError::new("email", words), wait))
}

/// To the provider's page, or else to the page of the order.
async fn lead_on(app: &App, order: &Checkout, form: &[u8]) -> WebResult {
    let here = app.guest_order_path(order.id);
    let urls = PaymentUrls { success: app.url(&here), cancel: app.url(&here) };
    let begun = checkouts::begin_payment(&app.services, order.account, order.id, urls, shown(form)).await;
    let begun = match begun {
        Err(ServiceError::Conflict("refunds")) => {
            return Ok(flash::refuse(app, &here, &t!("order-refunds-changed")));
        }
        begun => begun?,
    };
    let open = begun.ended_by(app.clock.now()).is_none();
    let to = match (&begun.state, &begun.pay_url) {
        (Payment::Paying, Some(url)) if open => url.as_str(),
        _ => here.as_str(),
    };
    Ok(Redirect::to(to).into_response())
}

pub async fn page(State(app): State<App>, visitor: Visitor, Path(given): Path<String>) -> WebResult {
    let order = find(&app, &given).await?;
    if !order.guest {
        // Somebody has proven the address: it is an order like any other.
        return Ok(Redirect::to(&format!("/checkouts/{}", order.id)).into_response());
    }
    let space = app.store.spaces().by_id(order.space).await?;
    let pass = app.store.passes().by_id(order.pass).await?;
    let purchase = app.store.purchases().of_checkout(order.id).await?;
    let refund = purchase.map_or(Refund::None, |purchase| purchase.money().refund());
    let path = app.guest_order_path(order.id);
    let own = visitor.account().is_some_and(|me| order.gift.as_ref() == Some(&me.email));
    let page = GuestPage {
        order: &order,
        space: &space,
        pass: &pass,
        path: &path,
        own,
        ended: order.ended_by(app.clock.now()),
        refunds: app.services.caches.refunds.current(),
        returned: !matches!(refund, Refund::None | Refund::Part),
    };
    let page = pages::page(&app.shell(visitor.account(), &path), &page);
    let waits = !order.state.settled() && order.request.is_some();
    if waits { Ok(([("refresh", LOOK_AGAIN)], page).into_response()) } else { Ok(page.into_response()) }
}

pub async fn pay(State(app): State<App>, Path(given): Path<String>, form: Bytes) -> WebResult {
    let order = find(&app, &given).await?;
    if !order.guest {
        return Ok(Redirect::to(&format!("/checkouts/{}", order.id)).into_response());
    }
    lead_on(&app, &order, &form).await
}

pub async fn cancel(State(app): State<App>, Path(given): Path<String>) -> WebResult {
    let order = find(&app, &given).await?;
    if order.guest {
        checkouts::cancel(&app.services, order.account, order.id).await?;
    }
    Ok(Redirect::to(&app.guest_order_path(order.id)).into_response())
}

/// For whoever is signed in with the address already.
pub async fn claim(State(app): State<App>, me: SignedIn, Path(given): Path<String>) -> WebResult {
    let order = find(&app, &given).await?;
    let claimed = guests::claim(&app.services, &me.0.account).await?;
    let here = app.guest_order_path(order.id);
    let words = pages::claimed(claimed.iter().map(ClaimedOrder::words));
    if words.is_empty() {
        Ok(Redirect::to(&here).into_response())
    } else {
        Ok(flash::redirect(&app, &here, &words))
    }
}

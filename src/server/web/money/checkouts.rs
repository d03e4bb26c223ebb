//! Taking and buying a pass. The amount comes from the pass, and the provider's page takes the money. The waiting page
//! updates itself when a signed event has settled the order.

use crate::app::App;
use crate::language::speaking;
use crate::limits::ClientAddress;
use crate::web::extract::Path;
use crate::web::{
    catalogue::spaces::{Seen, see},
    error::{WebError, WebResult},
    follow::{self, Right, Start},
    opening,
    people::{
        browser,
        session::{SignedIn, Visitor},
    },
};
use actors::CheckoutFailure;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::{
        offer::{Pass, Space},
        slug::page_path,
    },
    clock::Clock,
    id::CheckoutId,
    money::{
        checkout::{Checkout, OrderEnd, Payment, PaymentUrls},
        settlement::PaidMoney,
    },
    people::account::Account,
};
use fanout::Event;
use service::money::checkouts::{self, Purchased};
use store::{Purchase, Resolved};
use views::{in_words::InWords, money::checkout::Order, t, words::spoken};

/// `POST /:space/:pass/purchase`: grants a free pass at once, and opens a checkout for a paid one.
pub async fn purchase(
    State(app): State<App>,
    visitor: Visitor,
    Path((space, slug)): Path<(String, String)>,
) -> WebResult {
    let Seen::Here(visit) = see(&app, &visitor, &space).await? else {
        return Err(WebError::not_found());
    };
    let space = visit.space;
    let Resolved::Pass(id) = app.store.spaces().resolve(space.id, &slug).await? else {
        return Err(WebError::not_found());
    };
    let pass = app.store.passes().by_id(id).await?;
    let Some(me) = visitor.account() else {
        return Ok(browser::sign_in_first(&app, &page_path(&space.slug, &slug)));
    };
    match checkouts::purchase(&app.services, me.id, pass.id).await? {
        Purchased::Order(id) => Ok(Redirect::to(&format!("/checkouts/{id}")).into_response()),
        Purchased::Held => Ok(Redirect::to(&opened_door(&app, &space, &pass).await?).into_response()),
    }
}

/// The page that a pass leads to: its first experience, or else its space.
async fn opened_door(app: &App, space: &Space, pass: &Pass) -> WebResult<String> {
    let experiences = app.store.experiences().list(space.id).await?;
    let first = experiences.iter().find(|e| pass.opens(e.id));
    Ok(first.map_or(format!("/{}", space.slug), |e| page_path(&space.slug, &e.slug)))
}

async fn own(app: &App, me: &SignedIn, id: CheckoutId) -> WebResult<Checkout> {
    Ok(checkouts::own(&app.services, me.0.account.id, id).await?)
}

/// The data of the order's page.
struct CheckoutModel {
    checkout: Checkout,
    space: Space,
    pass: Pass,
    opens: Vec<domain::catalogue::offer::Experience>,
    /// The buyer wants to pay, but the provider could not be reached yet.
    away: bool,
    ended: Option<OrderEnd>,
    closed: Option<OrderEnd>,
    money: Option<PaidMoney>,
    unnamed: Option<Account>,
}

impl CheckoutModel {
    async fn read(app: &App, buyer: &Account, checkout: Checkout) -> WebResult<Self> {
        let space = app.store.spaces().by_id(checkout.space).await?;
        let pass = app.store.passes().by_id(checkout.pass).await?;
        let mut opens = app.store.experiences().list(space.id).await?;
        opens.retain(|e| pass.opens_since(e.id, checkout.created_at));
        let away = checkout.state == Payment::Held && checkout.request.is_some();
        let purchase = match checkout.state {
            Payment::Paid => app.store.purchases().of_checkout(checkout.id).await?,
            _ => None,
        };
        let unnamed =
            (checkout.state == Payment::Paid && buyer.name_asked_at.is_none()).then(|| buyer.clone());
        let money = purchase.as_ref().map(Purchase::money);
        let now = app.clock.now();
        let (ended, closed) = (checkout.ended_by(now), checkouts::closed_to_buyer(&checkout, &pass, now));
        Ok(Self { checkout, space, pass, opens, away, ended, closed, money, unnamed })
    }
    fn order(&self) -> Order<'_> {
        Order {
            checkout: &self.checkout,
            space: &self.space,
            pass: &self.pass,
            opens: &self.opens,
            away: self.away,
            ended: self.ended,
            closed: self.closed,
            money: self.money,
            unnamed: self.unnamed.as_ref(),
        }
    }
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>) -> WebResult {
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    let shell = app.shell(Some(&me.0.account), &format!("/checkouts/{id}"));
    Ok(views::money::checkout::page(&shell, &model.order()).into_response())
}

/// Redirects to the provider's page or, if the provider cannot be reached, to the waiting page, which says so.
pub async fn pay(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>) -> WebResult {
    let here = format!("/checkouts/{id}");
    let urls = PaymentUrls { success: app.url(&here), cancel: app.url(&here) };
    let begun = checkouts::begin_payment(&app.services, me.0.account.id, id, urls).await?;
    let open = begun.ended_by(app.clock.now()).is_none();
    match (&begun.state, &begun.pay_url) {
        (Payment::Paying, Some(url)) if open => Ok(Redirect::to(url).into_response()),
        _ => Ok(Redirect::to(&here).into_response()),
    }
}

pub async fn cancel(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>) -> WebResult {
    checkouts::cancel(&app.services, me.0.account.id, id).await?;
    Ok(Redirect::to(&format!("/checkouts/{id}")).into_response())
}

/// The feed of a checkout page, private to its connection.
pub async fn events(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CheckoutId>,
    address: ClientAddress,
) -> WebResult {
    opening::count(&app, me.0.account.id, address)?;
    own(&app, &me, id).await?;
    let mut watch = app.engine.checkout(id).watch().await?;
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    let private = app.fanout.log(0);
    let start = Start { first: vec![frame(&model)], cursor: private.head() };
    let right = Right::Session(me.0.identity());
    let (link, response) = follow::open_linked(&app, right, address, start).await?;
    // On its way it renders in the language of the request.
    tokio::spawn(speaking(spoken(), async move {
        loop {
            tokio::select! {
                changed = watch.changed() => if changed.is_err() { break },
                _ = link.closed() => return,
            }
            let checkout = Checkout::clone(&watch.borrow_and_update());
            // End the stream without a final event: the page reconnects and gets what it missed.
            let Ok(model) = CheckoutModel::read(&app, &me.0.account, checkout).await else { return };
            if link.send(frame(&model)).is_err() {
                break;
            }
            if model.checkout.state.settled() {
                break;
            }
        }
        link.end(Event::named(views::dom::events::END, ""));
    }));
    Ok(response)
}

/// The live part of the page, for a page without a feed.
pub async fn fragment(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>) -> WebResult {
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    Ok(views::money::checkout::frame(&model.order()).into_response())
}

fn frame(model: &CheckoutModel) -> fanout::Frame {
    Event::new(&views::money::checkout::frame(&model.order()).into_string()).into()
}

impl From<CheckoutFailure> for WebError {
    fn from(failure: CheckoutFailure) -> Self {
        match failure {
            CheckoutFailure::Refused(refusal) => Self::unavailable(refusal.in_words()),
            CheckoutFailure::NoPayments => Self::unavailable(t!("money-not-set-up")),
            CheckoutFailure::Unavailable => Self::unavailable(t!("money-unavailable")),
            CheckoutFailure::Call(call) => call.into(),
        }
    }
}

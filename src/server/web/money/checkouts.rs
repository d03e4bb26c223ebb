//! Taking and buying a pass. The amount comes from the pass, and the provider's page takes the money. The waiting page
//! updates itself when a signed event has settled the order.

use crate::app::App;
use crate::language::speaking;
use crate::limits::ClientAddress;
use crate::web::extract::Path;
use crate::web::{
    catalogue::spaces::{self, Seen, see},
    error::{WebError, WebResult, refused},
    flash,
    follow::{self, Right, Start},
    money::buying::own_page,
    opening,
    people::{
        browser,
        session::{SignedIn, Visitor},
    },
};
use actors::CheckoutFailure;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::{
        offer::{Pass, Space},
        slug::page_path,
    },
    clock::Clock,
    id::{AccountId, CheckoutId},
    money::{
        billing::Interval,
        buying::consent::ShownTill,
        checkout::{Checkout, OrderEnd, Payment, PaymentUrls},
        payments::PaymentError,
        settlement::PaidMoney,
    },
    people::account::Account,
};
use fanout::Event;
use service::{
    ServiceError, ServiceResult,
    money::{
        buying::cards::{self, PayingCard, SeenPrice},
        checkouts::{self, Purchased, Wish},
    },
};
use std::sync::Arc;
use store::{Purchase, Resolved};
use views::{
    catalogue::{
        pass::{self, ANSWERS, PURCHASE, WishDraft},
        selling::{chosen::LONGEST_AMOUNT, till},
    },
    form::{Errors, FieldError},
    in_words::InWords,
    money::checkout::Order,
    t,
    words::spoken,
};

/// The fields of a purchase, and some that are not ours.
const MOST_FIELDS: usize = ANSWERS.len() + 8;

/// What is sent with the wish for a pass, and what was asked then. Buttons that only buy send no form.
pub fn read_wish(form: &[u8]) -> (WishDraft, Option<String>) {
    let (mut wish, mut asked) =
        (WishDraft { answers: vec![String::new(); ANSWERS.len()], ..WishDraft::default() }, None);
    for (key, value) in crate::web::form_pairs(form, MOST_FIELDS) {
        match ANSWERS.iter().position(|name| *name == key) {
            Some(place) => wish.answers[place] = value,
            // Not `code`: signing in goes on to a purchase with its own form, whose `code` was mailed.
            None if key == "promo" => wish.code = value,
            None if key == "asked" => asked = Some(value),
            None if key == "every" => wish.every = value,
            None if key == "amount" => wish.amount = value,
            None if key == "card" => wish.card = value,
            None => {}
        }
    }
    (wish, asked)
}

/// What a visitor chose before they sign in, as a query. Only who is signed in is asked for answers.
fn chosen(wish: &WishDraft) -> String {
    let every = Interval::from_code(&wish.every).map_or("", Interval::code);
    let code: String = wish.code.chars().take(pass::LONGEST_CODE).collect();
    let amount: String = wish.amount.chars().take(LONGEST_AMOUNT).collect();
    let sent = [("every", every), ("promo", code.as_str()), ("amount", amount.as_str())];
    let sent = sent.into_iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(sent).finish()
}

/// What is wrong with answers if other questions were asked: their places are those of others.
pub fn outdated(asked: Option<&str>, pass: &Pass) -> Option<Errors> {
    let other = asked.is_some_and(|asked| asked != pass::asked(&pass.asked));
    other.then(|| Errors::one(PURCHASE, FieldError::new(ANSWERS[0], t!("asking-changed"))))
}

/// What is wrong with a wish, for the form on the page of the pass; other errors end the request.
pub fn wrong(error: ServiceError) -> WebResult<Errors> {
    let mut errors = Errors::of(PURCHASE);
    match error {
        ServiceError::NoDiscount(why) => errors.push(FieldError::new("promo", why)),
        ServiceError::Amount(why) => errors.push(FieldError::new("amount", why)),
        ServiceError::Unanswered(wrong) => {
            for (place, why) in wrong {
                errors.push(FieldError::new(ANSWERS.get(place).copied().unwrap_or_default(), why));
            }
        }
        error => return Err(error.into()),
    }
    Ok(errors)
}

/// `POST /{space}/{pass}/purchase`: grants a free pass at once, and opens a checkout for a paid one. A query holds the wish of whoever
/// has just signed in: the form is that of the sign-in then.
pub async fn purchase(
    State(app): State<App>,
    visitor: Visitor,
    Path((space, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    form: Bytes,
) -> WebResult {
    let Seen::Here(visit) = see(&app, &visitor, &space).await? else {
        return Err(WebError::not_found());
    };
    let Resolved::Pass(id) = app.store.spaces().resolve(visit.space.id, &slug).await? else {
        return Err(WebError::not_found());
    };
    let pass = app.store.passes().by_id(id).await?;
    let sent = query.as_deref().map_or(&form[..], str::as_bytes);
    let (draft, asked) = read_wish(sent);
    let Some(me) = visitor.account() else {
        let path = page_path(&visit.space.slug, &slug);
        return Ok(browser::sign_in_first(&app, &path, &chosen(&draft)));
    };
    let every = Interval::from_code(&draft.every);
    let WishDraft { code, answers, amount, .. } = draft.clone();
    let wish = Wish { code, answers, every, amount };
    let errors = match outdated(asked.as_deref(), &pass) {
        Some(errors) => errors,
        None => match checkouts::purchase_with(&app.services, me.id, pass.id, &wish).await {
            Ok(Purchased::Order(id)) => {
                if !draft.card.is_empty()
                    && let Err(error) =
                        cards::pay(&app.services, me.id, id, card_of(&draft), urls(&app, id), shown(sent))
                            .await
                {
                    return not_begun(&app, id, error);
                }
                return Ok(Redirect::to(&format!("/checkouts/{id}")).into_response());
            }
            Ok(Purchased::Held) => {
                return Ok(Redirect::to(&opened_door(&app, &visit.space, &pass).await?).into_response());
            }
            Err(error) => wrong(error)?,
        },
    };
    let page = spaces::pass(&app, &visitor, &visit, pass.id, (&draft, &errors)).await?;
    Ok(refused(page, &errors))
}

/// The saved card to pay with, and the price that its button said.
fn card_of(wish: &WishDraft) -> PayingCard<'_> {
    let mut parts = wish.card.splitn(3, ':');
    let (id, currency, minor) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let minor = minor.and_then(|minor| minor.parse().ok());
    let currency = currency.and_then(|code| code.parse().ok());
    let seen = currency.map(|currency| SeenPrice { currency, minor });
    PayingCard { id, seen, absent: false }
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
    refunds: i64,
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
        let refunds = app.services.caches.refunds.current();
        Ok(Self { checkout, space, pass, opens, away, ended, closed, money, unnamed, refunds })
    }
    fn order<'a>(&'a self, app: &'a App) -> Order<'a> {
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
            refunds: self.refunds,
            form: app.payment_form.as_ref().map(own_page::PaymentForm::source),
        }
    }
}

/// Only with the provider's form on it the page may load something of the provider's.
pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CheckoutId>,
    RawQuery(query): RawQuery,
) -> WebResult {
    let path = format!("/checkouts/{id}");
    if own_page::comes_from_form(query.as_deref()) {
        checkouts::came_back(&app.services, me.0.account.id, id).await?;
        return Ok(Redirect::to(&path).into_response());
    }
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    let (shell, order) = (app.shell(Some(&me.0.account), &path), model.order(&app));
    let page = views::money::checkout::page(&shell, &order);
    Ok(match app.payment_form.as_ref().filter(|_| order.shows_form()) {
        Some(form) => form.around(page),
        None => page.into_response(),
    })
}

/// Where the provider sends the buyer back to.
pub(super) fn urls(app: &App, id: CheckoutId) -> PaymentUrls {
    let here = app.url(&format!("/checkouts/{id}"));
    PaymentUrls { success: here.clone(), cancel: here }
}

/// The provider was not reached before it knew of the order: its page says so, and the buyer presses the button again.
fn not_begun(app: &App, id: CheckoutId, error: ServiceError) -> WebResult {
    match error {
        ServiceError::Payment(PaymentError::Away(why) | PaymentError::Failed(why)) => {
            tracing::warn!(checkout = %id, %why, "a payment cannot begin");
            Ok(flash::refuse(app, &format!("/checkouts/{id}"), &t!("money-away-again")))
        }
        ServiceError::Conflict("refunds") => {
            Ok(flash::refuse(app, &format!("/checkouts/{id}"), &t!("order-refunds-changed")))
        }
        error => Err(error.into()),
    }
}

/// What the page with the button showed.
pub fn shown(form: &[u8]) -> ShownTill {
    let pairs = crate::web::form_pairs(form, MOST_FIELDS);
    let refunds = pairs.iter().find(|(key, _)| key == till::REFUNDS);
    ShownTill { language: spoken(), refunds: refunds.and_then(|(_, version)| version.parse().ok()) }
}

/// The form says whether the card is saved.
pub(super) async fn keep_card(app: &App, by: AccountId, id: CheckoutId, form: &[u8]) -> WebResult<()> {
    let keeps =
        crate::web::form_pairs(form, MOST_FIELDS).iter().any(|(key, value)| key == "keep" && value == "1");
    Ok(cards::keep(&app.services, by, id, keeps).await?)
}

/// Redirects to the provider's page or, if the order is paid on ours or the provider cannot be reached, to that of the order.
pub(super) fn lead_on(app: &App, id: CheckoutId, begun: ServiceResult<Arc<Checkout>>) -> WebResult {
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => return not_begun(app, id, error),
    };
    let open = begun.ended_by(app.clock.now()).is_none() && begun.next_request.is_none();
    match (&begun.state, &begun.pay_url) {
        (Payment::Paying, Some(url)) if open => Ok(Redirect::to(url).into_response()),
        _ => Ok(Redirect::to(&format!("/checkouts/{id}")).into_response()),
    }
}

pub async fn pay(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>, form: Bytes) -> WebResult {
    let by = me.0.account.id;
    keep_card(&app, by, id, &form).await?;
    let begun = checkouts::begin_payment(&app.services, by, id, urls(&app, id), shown(&form)).await;
    lead_on(&app, id, begun)
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
    let order = app.engine.checkout(id);
    let mut watch = order.watch().await?;
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    let private = app.fanout.log(0);
    let mut shown = text(&app, &model);
    let start = Start { first: vec![Event::new(&shown).into()], cursor: private.head() };
    let right = Right::Session(me.0.identity());
    let (link, response) = follow::open_linked(&app, right, address, start).await?;
    // On its way it renders in the language of the request.
    tokio::spawn(speaking(spoken(), async move {
        // The actor of a settled order sleeps; what it publishes when it is woken stays while somebody has its handle.
        let _awake = order;
        let mut over = is_over(&model.checkout);
        while !over {
            tokio::select! {
                // End the stream without a final event: the page reconnects and gets what it missed.
                changed = watch.changed() => if changed.is_err() { return },
                _ = link.closed() => return,
            }
            let checkout = Checkout::clone(&watch.borrow_and_update());
            let Ok(now) = CheckoutModel::read(&app, &me.0.account, checkout).await else { return };
            // Not everything that the provider tells of a payment changes what the page says.
            let next = text(&app, &now);
            if next != shown {
                if link.send(Event::new(&next)).is_err() {
                    return;
                }
                shown = next;
            }
            over = is_over(&now.checkout);
        }
        link.end(Event::named(views::dom::events::END, ""));
    }));
    Ok(response)
}

/// Nothing becomes of it any more, unless money comes late. What is paid may go back.
fn is_over(order: &Checkout) -> bool {
    order.state.settled() && order.state != Payment::Paid
}

/// The live part of the page, for a page without a feed.
pub async fn fragment(State(app): State<App>, me: SignedIn, Path(id): Path<CheckoutId>) -> WebResult {
    let model = CheckoutModel::read(&app, &me.0.account, own(&app, &me, id).await?).await?;
    Ok(views::money::checkout::frame(&model.order(&app)).into_response())
}

fn text(app: &App, model: &CheckoutModel) -> String {
    views::money::checkout::frame(&model.order(app)).into_string()
}

/// What the provider said is for operators.
impl From<PaymentError> for WebError {
    fn from(error: PaymentError) -> Self {
        match error {
            // It may have done it, and not have said so.
            PaymentError::Away(why) | PaymentError::Failed(why) => {
                tracing::warn!(%why, "the payment provider does not answer");
                Self::new(StatusCode::BAD_GATEWAY, "provider_away", t!("refusals-provider-away"))
            }
            PaymentError::Refused(why) | PaymentError::Short(why) => {
                tracing::error!(%why, "the payment provider refused");
                let words = t!("refusals-provider-refused");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "provider_refused", words)
            }
        }
    }
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

//! The orders of a team: the list with its search, one order, and its refund.

use super::{back::wishes, desk::line};
use crate::{
    app::App,
    web::{
        begins_after,
        error::{WebResult, refused},
        extract::{Form, Path, Query},
        flash,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::may::Action,
    amount::Money,
    id::{PurchaseId, SpaceId},
    money::{number::OrderSearch, payments::MOST_REFUNDS},
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, money::seller_refunds};
use store::{OrderAfter, SellerRefund, SoldOrder};
use views::{
    form::{Errors, FieldError},
    money::{
        back::wishes::WishRow,
        desk::Line,
        orders::{self as pages, Decided, FORM, OneOrder, OrderRow, Orders},
    },
    ops::money as amount_words,
    t,
};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct OrdersQuery {
    #[serde(default)]
    q: String,
    /// Only those whose buyers ask for a refund.
    #[serde(default)]
    asking: String,
    /// The last order of the page before.
    #[serde(default)]
    after: String,
}

pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(asked): Query<OrdersQuery>,
) -> WebResult {
    let space = app.services.authorise(me.0.account.id, id, Action::ManageMoney).await?;
    let after = begins_after(&asked.after, place)?;
    let only_asking = asked.asking == "1";
    let search = if only_asking { OrderSearch::Asking } else { OrderSearch::read(&asked.q) };
    let mut found = app.store.orders().search(space.team, &search, after, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        let purchase = &last.purchase;
        format!("{}-{}", purchase.paid_at.0, purchase.id)
    });
    let rows: Vec<OrderRow> = found.iter().map(row).collect();
    let asking = app.store.refund_wishes().open_in(space.team).await?;
    let orders = Orders {
        asking,
        only_asking,
        space: &space,
        search: asked.q.trim(),
        rows: &rows,
        further: after.is_some(),
        next: next.as_deref(),
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &orders).into_response())
}

fn place(text: &str) -> Option<OrderAfter> {
    let (at, purchase) = text.split_once('-')?;
    Some(OrderAfter { at: Millis(at.parse().ok()?), purchase: purchase.parse().ok()? })
}

fn row(order: &SoldOrder) -> OrderRow<'_> {
    OrderRow {
        id: order.purchase.id,
        number: order.number,
        title: &order.purchase.title,
        buyer: &order.buyer_name,
        email: &order.buyer_email,
        at: order.purchase.paid_at,
        money: order.purchase.money(),
        asks: order.asks,
    }
}

/// What was submitted of the forms of an order.
#[derive(Clone, Copy, Default)]
pub(super) struct OrderDrafts<'a> {
    pub amount: &'a str,
    /// Why a refund is declined.
    pub words: &'a str,
}

pub async fn one(State(app): State<App>, me: SignedIn, Path(id): Path<PurchaseId>) -> WebResult {
    let found = seller_refunds::order(&app.services, me.0.account.id, id).await?;
    show(&app, &me, &found, OrderDrafts::default(), &Errors::default()).await
}

/// The page of an order, with drafts of its forms and what is wrong with them.
pub(super) async fn show(
    app: &App,
    me: &SignedIn,
    (order, refunds): &(SoldOrder, Vec<SellerRefund>),
    drafts: OrderDrafts<'_>,
    errors: &Errors,
) -> WebResult {
    let purchase = &order.purchase;
    let story = app.store.ledger().story(purchase.id, order.team).await?;
    let story: Vec<Line> = story.iter().map(line).collect();
    let decided: Vec<Decided> = refunds.iter().map(decided).collect();
    let asked = app.store.refund_wishes().of_purchase(purchase.id).await?;
    let asked: Vec<WishRow> = asked.iter().map(wishes::row).collect();
    let page = OneOrder {
        space_id: purchase.space,
        space: &order.space_name,
        row: row(order),
        gift: order.gift.as_deref(),
        invoice: order.invoice,
        fee: Money { minor: purchase.fee, ..purchase.amount },
        story: &story,
        refunds: &decided,
        left: refundable(app, order, refunds),
        used_up: is_used_up(refunds) && seller_refunds::left(order, refunds) > 0,
        wishes: &asked,
        draft: drafts.amount,
        words: drafts.words,
        errors,
    };
    let shell = app.shell(Some(&me.0.account), &pages::one_path(purchase.id));
    let page = pages::one(&shell, &page);
    let page = page.into_response();
    Ok(if errors.is_empty() { page } else { refused(page, errors) })
}

fn decided(refund: &SellerRefund) -> Decided {
    Decided {
        amount: refund.amount,
        at: refund.created_at,
        done: refund.done_at.is_some(),
        refused: refund.refused_at.is_some(),
    }
}

/// What the team can refund now.
fn refundable(app: &App, order: &SoldOrder, refunds: &[SellerRefund]) -> Option<Money> {
    let possible = app.services.payments.is_some() && !is_used_up(refunds);
    let minor = seller_refunds::refundable(order, refunds);
    (possible && minor > 0).then_some(Money { minor, ..order.purchase.amount })
}

/// Whether the team has decided all the refunds that one order may have.
fn is_used_up(refunds: &[SellerRefund]) -> bool {
    refunds.len() as i64 >= MOST_REFUNDS
}

#[derive(Deserialize)]
pub struct RefundForm {
    #[serde(default)]
    amount: String,
    /// What was left when the form was drawn, in minor units.
    #[serde(default)]
    left: String,
}

/// `POST /account/orders/{id}/refunds`: decides a refund; a job carries it out.
pub async fn refund(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
    Form(wish): Form<RefundForm>,
) -> WebResult<Response> {
    let by = me.0.account.id;
    let found = seller_refunds::order(&app.services, by, id).await?;
    let Some(left) = refundable(&app, &found.0, &found.1) else { return Ok(changed(&app, id)) };
    let draft = OrderDrafts { amount: &wish.amount, ..OrderDrafts::default() };
    let amount = match Money::parse(&wish.amount, left.currency) {
        Ok(amount) if amount.minor <= left.minor => amount,
        Ok(_) => {
            let words = t!("desk-refund-most", amount = amount_words(left));
            let errors = Errors::one(FORM, FieldError::new("amount", words));
            return show(&app, &me, &found, draft, &errors).await;
        }
        Err(error) => {
            let errors = Errors::one(FORM, FieldError::new("amount", error));
            return show(&app, &me, &found, draft, &errors).await;
        }
    };
    let seen = wish.left.parse().unwrap_or(-1);
    match seller_refunds::give_back(&app.services, by, id, amount.minor, seen).await {
        Ok(_) => Ok(flash::redirect(&app, &pages::one_path(id), &t!("desk-refund-done"))),
        Err(ServiceError::Conflict("refund")) => Ok(changed(&app, id)),
        Err(error) => Err(error.into()),
    }
}

/// Back to the order, which shows what is left of it now.
fn changed(app: &App, id: PurchaseId) -> Response {
    flash::refuse(app, &pages::one_path(id), &t!("desk-refund-changed"))
}

//! Refunds that buyers ask for: the buyer's page, and the seller's answer.

use crate::{
    app::App,
    web::{
        error::{WebResult, refused, too_often},
        extract::{Form, Path},
        flash,
        money::orders::{OrderDrafts, show as show_order},
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{id::PurchaseId, money::back::wishes::LONGEST_REASON, text};
use serde::Deserialize;
use service::{
    ServiceError,
    money::{
        back::wishes::{self, MayAsk},
        seller_refunds,
    },
};
use store::RefundWish;
use views::{
    form::{Errors, FieldError},
    money::{
        back::wishes::{self as pages, DECLINE, FORM, WishPage, WishRow, WishState},
        orders,
    },
    t,
};

pub(in crate::web::money) fn row(wish: &RefundWish) -> WishRow<'_> {
    WishRow { reason: &wish.reason, asked_at: wish.asked_at, answer: wish.answer, words: &wish.words }
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<PurchaseId>) -> WebResult {
    show(&app, &me, id, "", &Errors::default()).await
}

async fn show(app: &App, me: &SignedIn, id: PurchaseId, draft: &str, errors: &Errors) -> WebResult<Response> {
    let own = wishes::own(&app.services, me.0.account.id, id).await?;
    let rows: Vec<WishRow> = own.wishes.iter().map(row).collect();
    let state = match own.may {
        MayAsk::Yes => WishState::Open,
        MayAsk::Waits => WishState::Waits,
        MayAsk::UsedUp => WishState::UsedUp,
        MayAsk::Nothing => WishState::Nothing,
    };
    let purchase = &own.order.purchase;
    let page = WishPage {
        order: id,
        number: own.order.number,
        title: &purchase.title,
        space: &own.order.space_name,
        paid: purchase.amount,
        at: purchase.paid_at,
        wishes: &rows,
        state,
        draft,
        errors,
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

#[derive(Deserialize)]
pub struct ReasonForm {
    #[serde(default)]
    reason: String,
}

/// `POST /account/purchases/{id}/refund`: asks the seller.
pub async fn ask(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
    Form(form): Form<ReasonForm>,
) -> WebResult {
    let by = me.0.account.id;
    // Whose order it is not learns nothing of it.
    wishes::own(&app.services, by, id).await?;
    let errors = match text::paragraphs(&form.reason, 1..=LONGEST_REASON) {
        Err(error) => Errors::one(FORM, FieldError::new("reason", error)),
        Ok(reason) => match wishes::ask(&app.services, by, id, &reason).await {
            Ok(()) => return Ok(flash::redirect(&app, &pages::path(id), &t!("wish-asked-done"))),
            Err(ServiceError::Conflict("wish")) => {
                return Ok(flash::refuse(&app, &pages::path(id), &t!("wish-changed")));
            }
            Err(ServiceError::TooMany { limit, what, wait }) => too_often(FORM, limit, what, wait),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(refused(show(&app, &me, id, &form.reason, &errors).await?, &errors))
}

#[derive(Deserialize)]
pub struct AnswerForm {
    #[serde(default)]
    words: String,
}

/// `POST /account/orders/{id}/refusals`: answers that no refund is made.
pub async fn decline(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
    Form(form): Form<AnswerForm>,
) -> WebResult {
    let by = me.0.account.id;
    let found = seller_refunds::order(&app.services, by, id).await?;
    let errors = match text::paragraphs(&form.words, 1..=LONGEST_REASON) {
        Err(error) => Errors::one(DECLINE, FieldError::new("words", error)),
        Ok(words) => match wishes::decline(&app.services, by, id, &words).await {
            Ok(()) => return Ok(flash::redirect(&app, &orders::one_path(id), &t!("wish-declined"))),
            Err(ServiceError::Conflict("wish")) => {
                return Ok(flash::refuse(&app, &orders::one_path(id), &t!("wish-answered")));
            }
            Err(ServiceError::TooMany { limit, what, wait }) => too_often(DECLINE, limit, what, wait),
            Err(error) => return Err(error.into()),
        },
    };
    show_order(&app, &me, &found, OrderDrafts { words: &form.words, ..OrderDrafts::default() }, &errors).await
}

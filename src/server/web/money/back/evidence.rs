//! The seller's answer to a bank about a disputed payment.

use crate::{
    app::App,
    web::{
        error::{WebResult, refused, too_often},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    id::PurchaseId, money::back::evidence::LONGEST_EVIDENCE, money::back::wishes::LONGEST_REASON, text,
};
use serde::Deserialize;
use service::{
    ServiceError,
    money::back::evidence::{self, DisputedOrder},
};
use store::Evidence;
use views::{
    form::{Errors, FieldError},
    money::back::evidence::{self as pages, AnswerState, EvidencePage, FORM},
    t,
};

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<PurchaseId>) -> WebResult {
    let found = evidence::of_order(&app.services, me.0.account.id, id).await?;
    Ok(show(&app, &me, &found, "", &Errors::default()))
}

fn show(app: &App, me: &SignedIn, found: &DisputedOrder, draft: &str, errors: &Errors) -> Response {
    let (order, facts) = (&found.order, pages::text(&found.facts));
    let page = EvidencePage {
        order: order.purchase.id,
        number: order.number,
        space_id: order.purchase.space,
        space: &order.space_name,
        facts: &facts,
        answer: found.answer.as_ref().map(|answer| (answer.body.as_str(), state(answer))),
        open: found.may_be_answered(),
        draft,
        errors,
    };
    let shell = app.shell(Some(&me.0.account), &pages::path(order.purchase.id));
    pages::page(&shell, &page).into_response()
}

fn state(answer: &Evidence) -> AnswerState {
    match (answer.sent_at, answer.refused_at) {
        (Some(at), _) => AnswerState::Sent(at),
        (None, Some(_)) => AnswerState::Refused,
        (None, None) => AnswerState::OnItsWay,
    }
}

#[derive(Deserialize)]
pub struct EvidenceForm {
    #[serde(default)]
    words: String,
}

/// `POST /account/orders/{id}/evidence`: sends the facts as they are now, with the seller's words.
pub async fn submit(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
    Form(form): Form<EvidenceForm>,
) -> WebResult {
    let by = me.0.account.id;
    let found = evidence::of_order(&app.services, by, id).await?;
    let errors = match text::paragraphs(&form.words, 0..=LONGEST_REASON) {
        Err(error) => Errors::one(FORM, FieldError::new("words", error)),
        Ok(words) => {
            let body = format!("{}\n\n{words}", pages::text(&found.facts));
            let body: String = body.trim_end().chars().take(LONGEST_EVIDENCE).collect();
            match evidence::submit(&app.services, by, id, &body).await {
                Ok(()) => return Ok(flash::redirect(&app, &pages::path(id), &t!("evidence-done"))),
                Err(ServiceError::Conflict("dispute")) => {
                    return Ok(flash::refuse(&app, &pages::path(id), &t!("evidence-not-open")));
                }
                Err(ServiceError::TooMany { limit, what, wait }) => too_often(FORM, limit, what, wait),
                Err(error) => return Err(error.into()),
            }
        }
    };
    Ok(refused(show(&app, &me, &found, &form.words, &errors), &errors))
}

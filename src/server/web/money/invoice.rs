//! The invoice of an order, for its buyer alone.

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult, refused},
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
    id::PurchaseId,
    money::buying::billed::{BilledCompany, BilledPart},
};
use serde::Deserialize;
use service::money::purchases;
use views::{
    form::{Errors, FieldError},
    money::invoice::{self as pages, FORM, Invoice},
    t,
};

/// The company as it is typed.
#[derive(Deserialize)]
pub struct CompanyDraft {
    #[serde(default)]
    company: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    tax_id: String,
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<PurchaseId>) -> WebResult {
    show(&app, &me, id, None, &Errors::default()).await
}

/// Orders of other people do not exist for the caller.
async fn show(
    app: &App,
    me: &SignedIn,
    id: PurchaseId,
    draft: Option<&BilledCompany>,
    errors: &Errors,
) -> WebResult<Response> {
    let order = app.store.orders().by_id(id).await?;
    if order.purchase.account != me.0.account.id {
        return Err(WebError::not_found());
    }
    let parties = &order.parties;
    let seller_url = app.url(&format!("/{}", parties.seller_slug));
    let invoice = Invoice {
        order: id,
        checkout: order.purchase.checkout,
        invoice: order.invoice,
        number: order.number,
        at: order.purchase.paid_at,
        seller: &parties.seller,
        seller_url: &seller_url,
        buyer: &parties.buyer,
        email: &parties.email,
        company: parties.company.as_ref(),
        title: &order.purchase.title,
        money: order.purchase.money(),
        draft,
        errors,
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &invoice).into_response())
}

/// `POST /account/purchases/{id}/invoice`: makes it out to a company, or to the buyer alone again.
pub async fn bill(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
    Form(draft): Form<CompanyDraft>,
) -> WebResult {
    let CompanyDraft { company, address, tax_id } = draft;
    match BilledCompany::read(&company, &address, &tax_id) {
        Ok(read) => {
            purchases::bill(&app.services, me.0.account.id, id, read.as_ref()).await?;
            Ok(flash::redirect(&app, &pages::path(id), &t!("invoice-billed")))
        }
        Err(wrong) => {
            let mut errors = Errors::of(FORM);
            for (part, error) in wrong {
                let field = match part {
                    BilledPart::Name => "company",
                    BilledPart::Address => "address",
                    BilledPart::TaxId => "tax_id",
                };
                errors.push(FieldError::new(field, error));
            }
            let typed = BilledCompany { name: company, address, tax_id };
            Ok(refused(show(&app, &me, id, Some(&typed), &errors).await?, &errors))
        }
    }
}

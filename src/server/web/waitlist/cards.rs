//! The card of somebody who waits: it pays as soon as a seat is offered to them.

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    amount::Money,
    id::WaitlistEntryId,
    money::{buying::consent::ShownTill, checkout::PaymentUrls, payments::PaymentError},
};
use serde::Deserialize;
use service::{ServiceError, waitlist::charges};
use views::{t, waitlist::entry::path, words::spoken};

#[derive(Deserialize)]
pub struct CardForm {
    #[serde(default)]
    card: String,
    /// The version of the text on refunds to which the page led.
    #[serde(default)]
    refunds: String,
}

/// What a button said: a saved card, or none for another one, and the price. `pm_1:eur:1200`
fn read(text: &str) -> Option<(&str, Money)> {
    let mut parts = text.splitn(3, ':');
    let (card, currency, minor) = (parts.next()?, parts.next()?, parts.next()?);
    Some((card, Money { minor: minor.parse().ok()?, currency: currency.parse().ok()? }))
}

/// `POST /account/waitlist/{id}/card`: a saved card pays, or one that is saved on the provider's page, to which this leads.
pub async fn leave(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<WaitlistEntryId>,
    Form(form): Form<CardForm>,
) -> WebResult {
    let by = me.0.account.id;
    service::waitlist::own(&app.services, by, id).await?;
    let Some((card, seen)) = read(&form.card) else {
        return Err(WebError::field("card", t!("waitlist-card-wrong")));
    };
    let shown = ShownTill { language: spoken(), refunds: form.refunds.parse().ok() };
    let left = if card.is_empty() {
        let here = app.url(&path(id));
        let urls = PaymentUrls { success: format!("{here}/card"), cancel: here };
        charges::open_page(&app.services, by, id, seen, urls, shown).await.map(Some)
    } else {
        charges::leave_card(&app.services, by, id, (card, seen), shown).await.map(|()| None)
    };
    match left {
        Ok(Some(page)) => Ok(Redirect::to(&page).into_response()),
        Ok(None) => Ok(flash::redirect(&app, &path(id), &t!("waitlist-card-left"))),
        Err(error) => not_left(&app, id, error),
    }
}

fn not_left(app: &App, id: WaitlistEntryId, error: ServiceError) -> WebResult {
    let words = match error {
        ServiceError::Conflict("price") => t!("waitlist-card-price"),
        ServiceError::Conflict("refunds") => t!("order-refunds-changed"),
        ServiceError::Conflict("charge") => t!("waitlist-card-late"),
        ServiceError::Payment(PaymentError::Away(why) | PaymentError::Failed(why)) => {
            tracing::warn!(entry = %id, %why, "a card cannot be left");
            t!("money-away-again")
        }
        error => return Err(error.into()),
    };
    Ok(flash::refuse(app, &path(id), &words))
}

/// `GET /account/waitlist/{id}/card`: back from the provider's page.
pub async fn came_back(State(app): State<App>, me: SignedIn, Path(id): Path<WaitlistEntryId>) -> WebResult {
    match charges::came_back(&app.services, me.0.account.id, id).await {
        Ok(true) => Ok(flash::redirect(&app, &path(id), &t!("waitlist-card-left"))),
        Ok(false) => Ok(flash::refuse(&app, &path(id), &t!("waitlist-card-none"))),
        Err(ServiceError::Payment(PaymentError::Away(why) | PaymentError::Failed(why))) => {
            tracing::warn!(entry = %id, %why, "nobody knows which card was saved");
            Ok(flash::refuse(&app, &path(id), &t!("waitlist-card-later")))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/waitlist/{id}/card/removal`: no card pays any more.
pub async fn take_back(State(app): State<App>, me: SignedIn, Path(id): Path<WaitlistEntryId>) -> WebResult {
    charges::take_card(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &t!("waitlist-card-taken")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::amount::Currency;

    #[test]
    fn a_button_says_a_card_and_a_price() {
        let price = Money { minor: 1200, currency: Currency::Eur };
        assert_eq!(read("pm_1:eur:1200"), Some(("pm_1", price)));
        assert_eq!(read(":eur:1200"), Some(("", price)));
        for text in ["", "pm_1", "pm_1:eur", "pm_1:eur:x", "pm_1:none:1200"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

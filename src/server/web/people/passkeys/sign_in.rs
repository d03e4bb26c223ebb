//! Signing in with a passkey, and proving with one that an account is its person's.

use super::{PasskeyAnswer, StartedCeremony, options, words};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        encode,
        error::{WebError, WebResult},
        extract::Form,
        flash,
        people::{
            browser::AskingBrowser,
            session::{SignedIn, Visitor},
            sign_in::{Next, signed_in, user_agent},
        },
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect},
};
use domain::people::passkeys::PasskeyRefusal;
use serde::Deserialize;
use service::{ServiceError, people::passkeys};

/// What the browser is asked for: any passkey that it has for us.
pub async fn begin(State(app): State<App>, visitor: Visitor, network: ClientAddress) -> WebResult {
    let asked = app.passkeys.party()?.ask_for_use();
    let (public_key, asked) = asked.map_err(|refusal| WebError::unavailable(words(refusal)))?;
    let account = visitor.account().map(|account| account.id);
    let token = app.passkeys.begin(&app, StartedCeremony::Use(asked), account, network)?;
    Ok(options(&token, &public_key))
}

#[derive(Deserialize)]
pub struct PasskeySignInForm {
    #[serde(flatten)]
    answered: PasskeyAnswer,
    #[serde(flatten)]
    next: Next,
}

/// Starts a session. One of the same person in this browser ends, so that whoever has stolen its cookie gains nothing.
pub async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<PasskeySignInForm>,
) -> WebResult {
    let back = match visitor.0 {
        Some(_) => format!("/account/passkeys/requirement?next={}", encode(form.next.local())),
        None => format!("/sign-in?next={}", encode(form.next.local())),
    };
    let used = match app.passkeys.used(&app, &form.answered).await? {
        Ok(used) => used,
        Err(refusal) => return Ok(flash::refuse(&app, &back, &words(refusal))),
    };
    let before = visitor.identity().filter(|me| me.account == used.account).map(|me| me.session);
    let session = match passkeys::sign_in(&app.services, &used, &user_agent(&headers), before).await {
        Err(ServiceError::Conflict("passkey")) => {
            return Ok(flash::refuse(&app, &back, &words(PasskeyRefusal::Unknown)));
        }
        started => started?,
    };
    let email = app.store.accounts().by_id(used.account).await?.email;
    let browser = AskingBrowser::of(&app, &headers).unwrap_or_else(AskingBrowser::first);
    let known = browser.known_cookie(&app, &email);
    let mut answer = signed_in(&app, &session, form.next.local(), Some(known));
    answer.headers_mut().append(header::SET_COOKIE, browser.asking_cookie(&app));
    Ok(answer)
}

/// Makes the session fresh.
pub async fn confirm(State(app): State<App>, me: SignedIn, Form(form): Form<PasskeySignInForm>) -> WebResult {
    let back = format!("/account/confirmation?next={}", encode(form.next.local()));
    let used = app.passkeys.used(&app, &form.answered).await?;
    // A passkey of somebody else proves nothing about this account.
    let own =
        used.and_then(
            |used| {
                if used.account == me.0.account.id { Ok(used) } else { Err(PasskeyRefusal::Unknown) }
            },
        );
    let refusal = match own {
        Ok(used) => match passkeys::confirm(&app.services, me.0.id, &used).await {
            Err(ServiceError::Conflict("passkey")) => PasskeyRefusal::Unknown,
            confirmed => {
                confirmed?;
                return Ok(Redirect::to(form.next.local()).into_response());
            }
        },
        Err(refusal) => refusal,
    };
    Ok(flash::refuse(&app, &back, &words(refusal)))
}

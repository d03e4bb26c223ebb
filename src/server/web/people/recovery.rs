//! Recovery codes: made on request and shown once; and the way in with one of them.

use super::{
    address::{Links, said},
    browser::AskingBrowser,
    confirmation::refused,
    session::{Fresh, SignedIn},
    sign_in::{signed_in, user_agent},
};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebResult, in_words, too_many},
        extract::Form,
        flash,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use domain::{
    clock::Clock,
    id::AccountId,
    people::{
        address,
        recovery::{self as codes, CODES},
    },
    time::Millis,
};
use rand::Rng;
use serde::Deserialize;
use service::people::recovery::{self, Attempt, Recovered};
use views::{
    form::{Errors, FieldError},
    people::{former, mail, recovery as pages},
    t,
};

/// The stored form of a code.
fn hash(app: &App, account: AccountId, code: &str) -> String {
    app.secret.sign("recovery code", &[&account.to_string(), code])
}

fn new_codes() -> Vec<String> {
    let mut rng = rand::rng();
    (0..CODES).map(|_| codes::new_code(|below| rng.random_range(0..below))).collect()
}

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let left = app.store.recovery().left(me.0.account.id).await?;
    let shell = app.shell(Some(&me.0.account), "/account/recovery");
    Ok(pages::page(&shell, left.codes, left.made_at).into_response())
}

/// Makes new codes and shows them, this once.
pub async fn make(State(app): State<App>, Fresh(me): Fresh) -> WebResult {
    let account = &me.0.account;
    let made = new_codes();
    let hashes: Vec<String> = made.iter().map(|code| hash(&app, account.id, code)).collect();
    let (when, links) = (said(app.clock.now()), Links::of(&app));
    let told = |good_until: Option<Millis>| {
        let until = good_until.map(said);
        let mail = former::codes_made(&account.email, &when, until.as_deref(), links.ways());
        (former::codes_made_notice(&when, until.as_deref()), mail)
    };
    let good_until = recovery::make(&app.services, account.id, me.0.id, &hashes, &told).await?;
    let shell = app.shell(Some(account), "/account/recovery");
    Ok(pages::made(&shell, &made, good_until.map(said).as_deref()).into_response())
}

pub async fn enter_page(State(app): State<App>) -> WebResult {
    let shell = app.shell(None, "/sign-in");
    Ok(pages::enter(&shell, "", &Errors::default()).into_response())
}

#[derive(Deserialize)]
pub struct RecoveryCodeForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    code: String,
}

pub async fn enter(
    State(app): State<App>,
    network: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<RecoveryCodeForm>,
) -> WebResult {
    let again = |errors: &Errors| pages::enter(&app.shell(None, "/sign-in"), &form.email, errors);
    let mut errors = Errors::of("recovery");
    let email = errors.check("email", address::parse(&form.email));
    let code = codes::parse(&form.code).ok_or_else(|| t!("people-recovery-form"));
    let code = errors.check("code", code);
    let (Some(email), Some(code)) = (email, code) else { return Ok(refused(again(&errors), None)) };
    let browser = AskingBrowser::of(&app, &headers).unwrap_or_else(AskingBrowser::first);
    let (asker, now) = (browser.as_asker(&app, &email), app.clock.now());
    if let Err((words, wait)) = app.sign_in_limits.try_code(network, &email, asker.known, now) {
        return Ok(too_many(again(&Errors::one("recovery", FieldError::new("code", words))), wait));
    }
    let when = said(now);
    let notice = t!("people-notice-code-used", when = when.as_str());
    let mail = mail::code_used(&email, &when, &app.url("/account/sessions"));
    let hash = |account| hash(&app, account, &code);
    let agent = user_agent(&headers);
    let attempt = Attempt { email: &email, asker, hash: &hash, browser: &agent };
    match recovery::enter(&app.services, attempt, &notice, mail).await? {
        Recovered::Started { session, back } => {
            let mut answer = signed_in(&app, &session, "/account/email", None);
            if back {
                flash::add(&app, &mut answer, &t!("recovery-entered-back"));
            }
            answer.headers_mut().append(header::SET_COOKIE, browser.asking_cookie(&app));
            Ok(answer)
        }
        Recovered::No => {
            let words = t!("people-recovery-wrong");
            Ok(refused(again(&Errors::one("recovery", FieldError::new("code", words))), None))
        }
        Recovered::TooMany { retry_at } => {
            let wait = retry_at - now;
            let words = t!("people-recovery-tried", wait = in_words(wait));
            Ok(too_many(again(&Errors::one("recovery", FieldError::new("code", words))), wait))
        }
    }
}

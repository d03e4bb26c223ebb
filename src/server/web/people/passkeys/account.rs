//! A person's own passkeys: adding, naming and removing them.

use super::{PasskeyAnswer, StartedCeremony, options, words};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        encode,
        error::{OWES_PASSKEY, WebError, WebResult, refused, too_often},
        extract::{Form, Path},
        flash,
        people::{address::said, session::SignedIn},
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    clock::Clock,
    id::PasskeyId,
    people::{account::Began, passkeys as rules},
};
use serde::Deserialize;
use service::{
    ServiceError,
    people::passkeys::{self, Edit},
};
use views::{
    form::{Errors, FieldError},
    in_words::InWords,
    people::passkeys::{self as pages, PasskeysPage},
    t,
};

const PATH: &str = "/account/passkeys";
const FORM: &str = "passkey";

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    show(&app, &me, "", &Errors::of(FORM)).await
}

async fn show(app: &App, me: &SignedIn, name: &str, errors: &Errors) -> WebResult {
    let (account, now) = (&me.0.account, app.clock.now());
    let list = app.store.passkeys().of_account(account.id).await?;
    let required = passkeys::is_required(&app.services, account).await?;
    let page = PasskeysPage {
        list: &list,
        place: app.passkeys.place_here(),
        fresh: me.0.is_fresh(now),
        owed: required && me.0.began != Began::Passkey,
        may_add: passkeys::is_owner_proved(&app.services, account).await?,
        name,
        errors,
    };
    let shell = app.shell(Some(account), PATH);
    Ok(pages::page(&shell, &page).into_response())
}

/// Whoever has not proved lately that the account is theirs does so first.
fn stale(app: &App, me: &SignedIn) -> Option<Response> {
    let to = format!("/account/confirmation?next={}", encode(PATH));
    (!me.0.is_fresh(app.clock.now())).then(|| Redirect::to(&to).into_response())
}

/// What the browser is asked to make.
pub async fn begin(State(app): State<App>, me: SignedIn, network: ClientAddress) -> WebResult {
    let (account, party) = (&me.0.account, app.passkeys.party()?);
    if !me.0.is_fresh(app.clock.now()) {
        return Err(WebError::forbidden("confirm", t!("passkeys-confirm-first")));
    }
    let have = app.store.passkeys().credentials(account.id).await?;
    if have.len() as i64 >= rules::MOST_PASSKEYS {
        return Err(WebError::conflict(t!("passkeys-most", most = rules::MOST_PASSKEYS)));
    }
    if !passkeys::is_owner_proved(&app.services, account).await? {
        return Err(WebError::forbidden(OWES_PASSKEY, t!("passkeys-add-owed")));
    }
    let asked = party.ask_for_new(account.id, (&account.email, &account.name), &have);
    let (public_key, asked) = asked.map_err(|refusal| WebError::unavailable(words(refusal)))?;
    let begun = StartedCeremony::Registration { session: me.0.id, asked };
    let token = app.passkeys.begin(&app, begun, Some(account.id), network)?;
    Ok(options(&token, &public_key))
}

#[derive(Deserialize)]
pub struct AddPasskeyForm {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    answered: PasskeyAnswer,
}

pub async fn add(State(app): State<App>, me: SignedIn, Form(form): Form<AddPasskeyForm>) -> WebResult {
    let party = app.passkeys.party()?;
    if let Some(first) = stale(&app, &me) {
        return Ok(first);
    }
    let mut errors = Errors::of(FORM);
    let name = errors.check("name", rules::name(&form.name));
    let begun = app.passkeys.take(&app, &form.answered.ceremony);
    if let Some(name) = name {
        let made = match begun {
            Some(StartedCeremony::Registration { session, asked }) if session == me.0.id => {
                party.new_credential(&form.answered.credential, &asked)
            }
            _ => Err(rules::PasskeyRefusal::Over),
        };
        let made = match made {
            Ok(made) => made,
            Err(refusal) => {
                let errors = Errors::one(FORM, FieldError::new("name", words(refusal)));
                return Ok(refused(show(&app, &me, &form.name, &errors).await?, &errors));
            }
        };
        let told = told(&app, &me, true, &name);
        match passkeys::add(&app.services, me.0.account.id, &made, &name, told.edit(&me)).await {
            Ok(_) => return Ok(flash::redirect(&app, PATH, &t!("passkeys-added"))),
            Err(error) => errors = failed(error)?,
        }
    }
    Ok(refused(show(&app, &me, &form.name, &errors).await?, &errors))
}

/// The form's error for a failure that it caused.
fn failed(error: ServiceError) -> WebResult<Errors> {
    let words = match error {
        ServiceError::Conflict("passkeys") => t!("passkeys-most", most = rules::MOST_PASSKEYS),
        ServiceError::OwesPasskey => t!("passkeys-add-owed").into_owned(),
        ServiceError::Conflict("credential") => t!("passkeys-known").into_owned(),
        ServiceError::TooMany { limit, what, wait } => return Ok(too_often(FORM, limit, what, wait)),
        error => return Err(error.into()),
    };
    Ok(Errors::one(FORM, FieldError::new("name", words)))
}

#[derive(Deserialize)]
pub struct PasskeyNameForm {
    #[serde(default)]
    name: String,
}

pub async fn rename(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PasskeyId>,
    Form(form): Form<PasskeyNameForm>,
) -> WebResult {
    let list = app.store.passkeys().of_account(me.0.account.id).await?;
    if !list.iter().any(|passkey| passkey.id == id) {
        return Err(WebError::not_found());
    }
    let name = match rules::name(&form.name) {
        Ok(name) => name,
        Err(error) => {
            let words = format!("{} {}", t!("passkeys-not-renamed"), error.in_words());
            return Ok(flash::refuse(&app, PATH, &words));
        }
    };
    passkeys::rename(&app.services, me.0.account.id, id, &name).await?;
    Ok(flash::redirect(&app, PATH, &t!("passkeys-renamed")))
}

pub async fn remove(State(app): State<App>, me: SignedIn, Path(id): Path<PasskeyId>) -> WebResult {
    let account = me.0.account.id;
    let list = app.store.passkeys().of_account(account).await?;
    let passkey = list.iter().find(|passkey| passkey.id == id).ok_or_else(WebError::not_found)?;
    if let Some(first) = stale(&app, &me) {
        return Ok(first);
    }
    let told = told(&app, &me, false, &passkey.name);
    match passkeys::remove(&app.services, account, id, told.edit(&me)).await {
        Err(ServiceError::Conflict("required")) => {
            Err(WebError::new(StatusCode::CONFLICT, "required", t!("passkeys-last-required")))
        }
        // Programs read the words; people are led to the page that asks for a passkey.
        Err(ServiceError::OwesPasskey) => Err(WebError::forbidden(OWES_PASSKEY, t!("passkeys-remove-owed"))),
        removed => {
            removed?;
            Ok(flash::redirect(&app, PATH, &t!("passkeys-removed")))
        }
    }
}

struct PasskeyNotice {
    notice: String,
    mail: domain::mail::Mail,
}

/// What the other sessions and the address are told.
fn told(app: &App, me: &SignedIn, added: bool, name: &str) -> PasskeyNotice {
    let (when, account) = (said(app.clock.now()), &me.0.account);
    let notice = match added {
        true => t!("passkeys-notice-added", when = when.as_str()),
        false => t!("passkeys-notice-removed", when = when.as_str()),
    };
    let mail = match added {
        true => pages::mail_added(&account.email, name, &when, &app.url(PATH)),
        false => pages::mail_removed(&account.email, name, &when, &app.url(PATH)),
    };
    PasskeyNotice { notice, mail }
}

impl PasskeyNotice {
    fn edit(&self, me: &SignedIn) -> Edit<'_> {
        Edit { session: me.0.id, notice: &self.notice, mail: self.mail.clone() }
    }
}

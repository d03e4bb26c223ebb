//! The team's page of what lets people into an experience beside passes.

use super::{guests, passphrase};
use crate::app::App;
use crate::web::{
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::entry::{self as rules, LockRule},
    clock::Clock,
    id::{ExperienceId, InviteId},
};
use serde::Deserialize;
use service::{
    ServiceError, ServiceResult,
    access::entry::{self, Rules},
};
use std::ops::RangeInclusive;
use views::{
    access::entry::{self as pages, EntryPage, InviteDraft, InviteRow, LockDraft},
    form::{Errors, FieldError, WHOLE_FORM},
    t,
};

fn path(id: ExperienceId) -> String {
    format!("/account/experiences/{id}/entry")
}

/// What was written into the two forms.
#[derive(Default)]
struct EntryDrafts {
    lock: LockDraft,
    invite: InviteDraft,
    /// The free minutes, if they were written.
    minutes: Option<String>,
    errors: Errors,
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    show(&app, &me, id, &EntryDrafts::default()).await
}

async fn show(app: &App, me: &SignedIn, id: ExperienceId, drafts: &EntryDrafts) -> WebResult {
    let found = entry::rules(&app.services, me.0.account.id, id).await?;
    let Rules { space, experience, lock, invites, preview } = &found;
    let minutes = preview.map(|minutes| minutes.to_string()).unwrap_or_default();
    let row = |invite| InviteRow { invite, url: app.url(&guests::path(app, invite)) };
    let invites: Vec<InviteRow> = invites.iter().map(row).collect();
    let page = EntryPage {
        space,
        experience,
        lock: lock.as_ref().map(|known| known.lock.rule),
        invites: &invites,
        draft: &drafts.lock,
        invite: &drafts.invite,
        minutes: drafts.minutes.as_deref().unwrap_or(&minutes),
        errors: &drafts.errors,
        now: app.clock.now(),
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(id)), &page).into_response())
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct LockForm {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    rule: String,
}

/// Asks for a passphrase, or changes what it is for.
pub async fn lock(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(form): Form<LockForm>,
) -> WebResult {
    let by = me.0.account.id;
    let mut errors = Errors::of("lock");
    let rule = errors.check("rule", LockRule::from_code(&form.rule).ok_or_else(|| t!("entry-rule-choose")));
    let phrase = match form.passphrase.trim() {
        "" => Some(None),
        typed => errors.check("passphrase", rules::passphrase(typed)).map(Some),
    };
    let done = match rule.zip(phrase) {
        None => Err(errors),
        Some((rule, phrase)) => {
            let secret = app.secret.clone();
            let hashing =
                phrase.map(|phrase: String| async move { passphrase::hash(&secret, &phrase).await });
            form_result("lock", entry::lock(&app.services, by, id, rule, hashing).await)?
        }
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &t!("entry-locked"))),
        Err(errors) => {
            let lock = LockDraft { passphrase: form.passphrase, rule: form.rule };
            let drafts = EntryDrafts { lock, errors, ..EntryDrafts::default() };
            Ok(refused(show(&app, &me, id, &drafts).await?, &drafts.errors))
        }
    }
}

pub async fn unlock(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    entry::unlock(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &t!("entry-unlocked")))
}

/// The inner error is shown in the form; other failures become error responses.
fn form_result<T>(form: &'static str, result: ServiceResult<T>) -> WebResult<Result<T, Errors>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(ServiceError::TooMany { limit, what, wait }) => Ok(Err(too_often(form, limit, what, wait))),
        Err(ServiceError::Conflict("passphrase")) => {
            let words = t!("entry-passphrase-first");
            Ok(Err(Errors::one(form, FieldError::new("passphrase", words))))
        }
        Err(ServiceError::Conflict("invites")) => {
            let words = t!("entry-invites-many", most = rules::MOST_INVITES);
            Ok(Err(Errors::one(form, FieldError::new(WHOLE_FORM, words))))
        }
        // No page offers it there.
        Err(ServiceError::Conflict("kind")) => Err(WebError::not_found()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct InviteLinkForm {
    #[serde(default)]
    note: String,
    #[serde(default)]
    most: String,
    #[serde(default)]
    days: String,
}

fn number(typed: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let number = typed.trim().parse::<i64>().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| t!("entry-number", least = *range.start(), most = *range.end()))
}

/// Makes a link that invites.
pub async fn invite(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(form): Form<InviteLinkForm>,
) -> WebResult {
    let by = me.0.account.id;
    let mut errors = Errors::of("guests");
    let note = errors.check("note", rules::note(&form.note));
    let most = errors.check("most", number(&form.most, rules::USES));
    let days = errors.check("days", number(&form.days, rules::DAYS));
    let done = match (note, most, days) {
        (Some(note), Some(most), Some(days)) => {
            let until = rules::expires_at(app.clock.now(), days);
            form_result("guests", entry::invite(&app.services, by, id, (&note, most), until).await)?
        }
        _ => Err(errors),
    };
    match done {
        Ok(_) => Ok(flash::redirect(&app, &path(id), &t!("entry-invite-made"))),
        Err(errors) => {
            let invite = InviteDraft { note: form.note, most: form.most, days: form.days };
            let drafts = EntryDrafts { invite, errors, ..EntryDrafts::default() };
            Ok(refused(show(&app, &me, id, &drafts).await?, &drafts.errors))
        }
    }
}

pub async fn revoke(
    State(app): State<App>,
    me: SignedIn,
    Path((id, invite)): Path<(ExperienceId, InviteId)>,
) -> WebResult {
    if app.store.entries().invite(invite).await?.experience != id {
        return Err(WebError::not_found());
    }
    entry::revoke(&app.services, me.0.account.id, invite).await?;
    Ok(flash::redirect(&app, &path(id), &t!("entry-invite-revoked")))
}

#[derive(Deserialize)]
pub struct FreeMinutesForm {
    /// Empty: none.
    #[serde(default)]
    minutes: String,
}

/// How many minutes of each show are free.
pub async fn preview(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(form): Form<FreeMinutesForm>,
) -> WebResult {
    let mut errors = Errors::of("preview");
    let minutes = match form.minutes.trim() {
        "" | "0" => Some(None),
        typed => errors.check("minutes", number(typed, rules::PREVIEW_MINUTES)).map(Some),
    };
    let done = match minutes {
        Some(minutes) => {
            form_result("preview", entry::set_preview(&app.services, me.0.account.id, id, minutes).await)?
        }
        None => Err(errors),
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &t!("entry-preview-saved"))),
        Err(errors) => {
            let drafts = EntryDrafts { minutes: Some(form.minutes), errors, ..EntryDrafts::default() };
            Ok(refused(show(&app, &me, id, &drafts).await?, &drafts.errors))
        }
    }
}

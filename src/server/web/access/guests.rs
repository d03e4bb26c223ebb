//! The ways in that need no pass: saying a passphrase, and following a link that invites. Both work without scripts.

use super::passphrase;
use crate::{
    app::App,
    secret,
    web::{
        error::{WebError, WebResult, refused, too_often},
        extract::{Form, Path},
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    access::{
        admit::Reason,
        entry::{self as rules, Invite},
    },
    catalogue::slug::page_path,
    clock::Clock,
    error::StoreError,
    id::{ExperienceId, InviteId},
};
use serde::Deserialize;
use service::{
    ServiceError,
    access::entry::{self, Entry, Said},
};
use store::{AccessFacts, Place};
use views::{
    access::guest::{self as pages, InvitePage, PassphrasePage},
    form::{Errors, FieldError},
    t,
};

/// Characters of a signature in a link.
const SIGNED: usize = 40;

/// The address of a link: its id, signed for this experience and this end.
pub fn path(app: &App, invite: &Invite) -> String {
    format!("/experiences/{}/invites/{}", invite.experience, token(app, invite))
}

fn token(app: &App, invite: &Invite) -> String {
    let (id, experience) = (invite.id.to_string(), invite.experience.to_string());
    let signature = app.secret.sign("invite", &[&id, &experience, &invite.expires_at.0.to_string()]);
    format!("{id}-{}", &signature[..SIGNED])
}

/// The page that the experience is shown on.
fn shown_at(entry: &Entry) -> String {
    let Place { space, experience, .. } = &*entry.facts.place;
    page_path(&space.slug, &experience.slug)
}

pub async fn passphrase_page(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
) -> WebResult {
    let entry = entry::before(&app.services, me.0.account.id, id).await?;
    if entry.asks.is_none() {
        return Ok(Redirect::to(&shown_at(&entry)).into_response());
    }
    Ok(show(&app, &me, &entry, &Errors::of("passphrase")))
}

fn show(app: &App, me: &SignedIn, entry: &Entry, errors: &Errors) -> axum::response::Response {
    let Place { space, experience, .. } = &*entry.facts.place;
    let shell = app.shell(Some(&me.0.account), &format!("/experiences/{}/passphrase", experience.id));
    let page = PassphrasePage { space, experience, errors };
    pages::passphrase(&shell, &page).into_response()
}

#[derive(Deserialize)]
pub struct PassphraseForm {
    #[serde(default)]
    passphrase: String,
}

/// Says the passphrase.
pub async fn say(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(form): Form<PassphraseForm>,
) -> WebResult {
    let by = me.0.account.id;
    let entry = entry::before(&app.services, by, id).await?;
    // What cannot be one costs no guess.
    let errors = match rules::passphrase(&form.passphrase) {
        Err(error) => Errors::one("passphrase", FieldError::new("passphrase", error)),
        Ok(phrase) => {
            let secret = app.secret.clone();
            let check = |stored: String| async move { passphrase::matches(&secret, &stored, &phrase).await };
            match entry::say(&app.services, by, id, check).await {
                Ok(Said::Right | Said::NotAsked) => {
                    return Ok(Redirect::to(&shown_at(&entry)).into_response());
                }
                Ok(Said::Wrong) => {
                    Errors::one("passphrase", FieldError::new("passphrase", t!("entry-wrong")))
                }
                Err(ServiceError::TooMany { limit, what, wait }) => {
                    too_often("passphrase", limit, what, wait)
                }
                // It was replaced while it was compared.
                Err(ServiceError::Conflict("lock")) => {
                    Errors::one("passphrase", FieldError::new("passphrase", t!("entry-replaced")))
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    if entry.asks.is_none() {
        return Ok(Redirect::to(&shown_at(&entry)).into_response());
    }
    Ok(refused(show(&app, &me, &entry, &errors), &errors))
}

/// The invite that a link names, if the link is ours and of this experience.
async fn find(app: &App, experience: ExperienceId, given: &str) -> WebResult<Invite> {
    let id = given.split_once('-').and_then(|(id, _)| id.parse::<InviteId>().ok());
    let invite = app.store.entries().invite(id.ok_or_else(WebError::not_found)?).await?;
    let ours = invite.experience == experience && secret::same(given, &token(app, &invite));
    if ours { Ok(invite) } else { Err(WebError::not_found()) }
}

type InviteLinkPath = Path<(ExperienceId, String)>;

pub async fn invitation(
    State(app): State<App>,
    me: SignedIn,
    Path((id, given)): InviteLinkPath,
) -> WebResult {
    let invite = find(&app, id, &given).await?;
    let entry = entry::before(&app.services, me.0.account.id, id).await?;
    if matches!(entry.admission.reason, Reason::Team | Reason::Invited) {
        return Ok(Redirect::to(&shown_at(&entry)).into_response());
    }
    if matches!(entry.admission.reason, Reason::Banned | Reason::Closed) {
        return Err(WebError::refused(&entry.admission, app.clock.now()));
    }
    let Place { space, experience, .. } = &*entry.facts.place;
    let path = path(&app, &invite);
    let shell = app.shell(Some(&me.0.account), &path);
    let page = InvitePage { space, experience, path: &path, state: invite.state(app.clock.now()) };
    Ok(pages::invitation(&shell, &page).into_response())
}

/// Enters by a link.
pub async fn take(State(app): State<App>, me: SignedIn, Path((id, given)): InviteLinkPath) -> WebResult {
    let invite = find(&app, id, &given).await?;
    match entry::take(&app.services, me.0.account.id, invite.id).await {
        Ok(entry) => Ok(Redirect::to(&shown_at(&entry)).into_response()),
        Err(ServiceError::Conflict("invite")) => Err(WebError::conflict(t!("entry-invite-over"))),
        Err(ServiceError::Conflict("banned")) => Err(WebError::forbidden("banned", t!("refusals-banned"))),
        Err(error) => Err(error.into()),
    }
}

/// Begins the free minutes of the show. They count from here, by our clock, on whatever page and device they are spent.
pub async fn preview(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    match entry::begin_preview(&app.services, me.0.account.id, id).await {
        Ok(entry) => Ok(Redirect::to(&shown_at(&entry)).into_response()),
        Err(ServiceError::Conflict("preview")) => Err(WebError::conflict(t!("entry-preview-had"))),
        Err(error) => Err(error.into()),
    }
}

/// How many minutes of what is on air are free, and whether this visitor has had them.
pub async fn free_minutes(app: &App, facts: &AccessFacts) -> Result<Option<(i64, bool)>, StoreError> {
    let Place { preview, stream, .. } = &*facts.place;
    let on_air = stream.as_ref().filter(|stream| stream.state.on_air());
    let (Some(minutes), Some(stream)) = (*preview, on_air) else { return Ok(None) };
    let had = match facts.as_facts().account {
        Some(me) => app.store.entries().had_preview(me, stream.id).await?,
        None => false,
    };
    Ok(Some((minutes, had)))
}

//! A person's own pages: profile, spaces, passes, sessions.

use crate::app::App;
use crate::web::extract::{Form, Path, Query};
use crate::web::{
    error::{WebResult, refused, too_often},
    flash,
    people::{session::SignedIn, sign_in::signed_out_words},
    upload::{self, Upload},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::offer::Space,
    chat::links::{self, Piece},
    clock::Clock,
    id::SessionId,
    people::account::{self, Account, Began},
    picture::Purpose,
    text,
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, catalogue::pictures};
use store::{Holding, Profile};
use views::{
    catalogue::manage::Checklist,
    form::{Errors, FieldError},
    in_words::InWords,
    money::purchases::{Held, Opened},
    people::account::{Home, OwnSpace, ProfileDraft, SessionRow},
    t,
};

pub async fn home(State(app): State<App>, me: SignedIn) -> WebResult {
    let draft = ProfileDraft::from(&me.0.account);
    home_page(&app, &me, &draft, &Errors::default()).await
}

async fn home_page(app: &App, me: &SignedIn, draft: &ProfileDraft, errors: &Errors) -> WebResult {
    let account = &me.0.account;
    let own = app.store.spaces().own(account.id).await?;
    let spaces: Vec<OwnSpace> = own.iter().map(own_space).collect();
    let now = app.clock.now();
    let holdings = app.store.access().holdings(account.id, now).await?;
    let doors: Vec<_> = holdings.iter().map(doors).collect();
    let passes: Vec<Held> = holdings.iter().zip(&doors).map(|(h, d)| held(h, d, now)).collect();
    let listed = app.store.accounts().listed(account.id).await?;
    let home = Home { account, draft, listed, spaces: &spaces, passes: &passes, errors };
    Ok(views::people::account::home(&app.shell(Some(account), "/account"), &home).into_response())
}

fn own_space(own: &store::OwnSpace) -> OwnSpace<'_> {
    let checklist = checklist(&own.space, own.experiences > 0, own.passes > 0);
    OwnSpace { space: &own.space, role: own.role, checklist }
}

/// What stands between a new space and its first buyer.
pub fn checklist(space: &Space, has_experience: bool, has_pass: bool) -> Checklist {
    Checklist {
        named: !space.tagline.is_empty(),
        experience: has_experience,
        pass: has_pass,
        published: space.published_at.is_some(),
    }
}

/// The experiences that a pass opens.
pub fn doors(holding: &Holding) -> Vec<Opened<'_>> {
    holding
        .opens
        .iter()
        .map(|e| Opened { kind: e.kind, slug: &e.slug, title: &e.title, live: e.live })
        .collect()
}

/// A pass as pages show it.
pub fn held<'a>(holding: &'a Holding, doors: &'a [Opened<'a>], now: Millis) -> Held<'a> {
    Held {
        pass_title: &holding.pass_title,
        space_name: &holding.space_name,
        space_slug: &holding.space_slug,
        experiences: doors,
        since: holding.grant.starts_at,
        until: holding.grant.expires_at,
        holds: holding.grant.holds_at(now),
        kept_out: holding.kept_out,
    }
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    bio: String,
    #[serde(default)]
    site: String,
}

pub async fn update(State(app): State<App>, me: SignedIn, Form(form): Form<ProfileForm>) -> WebResult {
    let draft = ProfileDraft { name: form.name, username: form.username, bio: form.bio, site: form.site };
    let errors = match checked(&draft, &me.0.account) {
        Ok(profile) => match service::people::profile::update(&app.services, me.0.account.id, &profile).await
        {
            Ok(_) => return Ok(flash::redirect(&app, "/account", &t!("people-profile-saved"))),
            Err(ServiceError::Conflict("name")) => {
                Errors::one("profile", FieldError::new("name", t!("people-name-of-host")))
            }
            Err(ServiceError::Conflict(_)) => {
                Errors::one("profile", FieldError::new("username", t!("people-username-taken")))
            }
            Err(ServiceError::TooMany { limit, what, wait }) => too_often("profile", limit, what, wait),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    Ok(refused(home_page(&app, &me, &draft, &errors).await?, &errors))
}

/// A name that was allowed before and is not changed stays valid.
fn checked(draft: &ProfileDraft, before: &Account) -> Result<Profile, Errors> {
    let mut errors = Errors::of("profile");
    let same_name = (draft.name == before.name).then(|| Ok(before.name.clone()));
    let same_username = (draft.username == before.username).then(|| Ok(before.username.clone()));
    let name = errors.check("name", same_name.unwrap_or_else(|| account::name(&draft.name)));
    let username =
        errors.check("username", same_username.unwrap_or_else(|| account::username(&draft.username)));
    let bio = errors.check("bio", text::paragraphs(&draft.bio, 0..=1000));
    let site = errors.check("site", site(&draft.site));
    match (name, username, bio, site) {
        (Some(name), Some(username), Some(bio), Some(site)) => Ok(Profile { username, name, bio, site }),
        _ => Err(errors),
    }
}

fn site(typed: &str) -> Result<String, String> {
    let site = text::line(typed, 0..=200).map_err(|error| error.in_words())?;
    // The rule for URLs in chat, so that a site is shown as a link exactly where a line would be.
    let is_link = matches!(links::pieces(&site)[..], [Piece::Link(_)]);
    if site.is_empty() || is_link { Ok(site) } else { Err(t!("people-site-form").into()) }
}

pub async fn sessions(State(app): State<App>, me: SignedIn) -> WebResult {
    let now = app.clock.now();
    let list = app.store.sessions().list(me.0.account.id, now).await?;
    let rows: Vec<SessionRow> = list
        .iter()
        .map(|s| SessionRow {
            id: s.id,
            agent: &s.browser,
            passkey: s.began == Began::Passkey,
            created_at: s.created_at,
            seen_at: s.seen_at,
            current: s.id == me.0.id,
        })
        .collect();
    let shell = app.shell(Some(&me.0.account), "/account/sessions");
    let notice = me.0.notice.as_deref();
    Ok(views::people::account::sessions(&shell, &rows, notice).into_response())
}

pub async fn revoke_session(State(app): State<App>, me: SignedIn, Path(id): Path<SessionId>) -> WebResult {
    service::people::sessions::revoke(&app.services, me.0.account.id, id).await?;
    Ok(match id == me.0.id {
        true => flash::redirect(&app, "/", &signed_out_words()),
        false => flash::redirect(&app, "/account/sessions", &t!("people-signed-out-it")),
    })
}

#[derive(Deserialize)]
pub struct Notice {
    /// What the page said.
    #[serde(default)]
    read: String,
}

/// The person has read what this session was told.
pub async fn read_notice(State(app): State<App>, me: SignedIn, Form(notice): Form<Notice>) -> WebResult {
    // Browsers end the lines of a form's values their own way.
    let read = notice.read.replace('\r', "");
    service::people::sessions::read_notice(&app.services, me.0.account.id, me.0.id, &read).await?;
    Ok(Redirect::to("/account/sessions").into_response())
}

#[derive(Deserialize)]
pub struct RevokeSessionsQuery {
    #[serde(default)]
    here: bool,
}

/// Ends all other sessions of this person, and this one if that is wished.
pub async fn revoke_other_sessions(
    State(app): State<App>,
    me: SignedIn,
    Query(everywhere): Query<RevokeSessionsQuery>,
) -> WebResult {
    service::people::sessions::revoke_others(&app.services, me.0.account.id, me.0.id).await?;
    if everywhere.here {
        service::people::sessions::revoke(&app.services, me.0.account.id, me.0.id).await?;
        return Ok(flash::redirect(&app, "/", &t!("people-signed-out-everywhere")));
    }
    Ok(flash::redirect(&app, "/account/sessions", &t!("people-signed-out-elsewhere")))
}

/// Shows a picture of the caller to others.
pub async fn show_avatar(State(app): State<App>, me: SignedIn, upload: Upload) -> WebResult {
    let by = me.0.account.id;
    let saved = match upload::process(&app, Purpose::Avatar, upload.file).await {
        Ok(new) => {
            let saved = pictures::set_avatar(&app.services, by, Some(&new)).await;
            upload::form_result(Purpose::Avatar.code(), saved)?
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(()) => Ok(flash::redirect(&app, "/account", &t!("people-picture-saved"))),
        Err(errors) => {
            let draft = ProfileDraft::from(&me.0.account);
            Ok(refused(home_page(&app, &me, &draft, &errors).await?, &errors))
        }
    }
}

pub async fn remove_avatar(State(app): State<App>, me: SignedIn) -> WebResult {
    pictures::set_avatar(&app.services, me.0.account.id, None).await?;
    Ok(flash::redirect(&app, "/account", &t!("people-picture-removed")))
}

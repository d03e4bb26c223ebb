//! The chat's doors: speaking, and what moderators do.

use crate::app::App;
use crate::web::{
    access::doors::{Admitted, MODERATE, POST},
    error::{WebError, WebResult},
    htmx::Htmx,
};
use actors::ChatFailure;
use axum::{
    Form,
    extract::{Path, State},
    response::IntoResponse,
};
use domain::{
    access::{admit::Role, ban::BanKind},
    change::Change,
    chat::{
        room::{By, Moderate, Post},
        rules::Refusal,
    },
    id::*,
    time::Span,
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Words {
    body: String,
    /// The browser's own name for the line, so that a repeated post is one line.
    #[serde(default)]
    client_id: String,
}

pub async fn post(
    State(app): State<App>,
    door: Admitted<POST>,
    htmx: Htmx,
    Form(words): Form<Words>,
) -> WebResult {
    let client = match words.client_id.as_str() {
        "" => ClientId::new(),
        id => id.parse().map_err(|_| WebError::field("client_id", "client_id is a UUID."))?,
    };
    let account = &door.session.account;
    let post = Post {
        author: account.id,
        name: account.name.clone(),
        role: door.admission.role,
        client,
        body: words.body,
    };
    app.house.chat_room(door.caller.stream.id).post(post).await?;
    Ok(htmx.done(|| page(&door)))
}

fn page<const DOOR: u8>(door: &Admitted<DOOR>) -> String {
    format!("/{}/{}", door.caller.facts.place.space.slug, door.caller.facts.place.experience.slug)
}

pub async fn remove(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    Path((id, seq)): Path<(StreamId, u64)>,
    htmx: Htmx,
) -> WebResult {
    let order = Moderate::Remove { by: by(&door), lines: vec![seq] };
    app.house.chat_room(id).moderate(order).await?;
    audit(&app, &door, "message.remove", &id.to_string(), &format!("line {seq}")).await;
    Ok(htmx.done(|| page(&door)))
}

#[derive(Deserialize)]
pub struct BanForm {
    account: AccountId,
    #[serde(default = "ban")]
    kind: String,
    /// Empty: until lifted.
    #[serde(default)]
    seconds: String,
    #[serde(default)]
    reason: String,
}

fn ban() -> String {
    "ban".into()
}

/// A ban or a mute. When this answers, the person is out: the room, the doors and what was open agree.
pub async fn ban_someone(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    htmx: Htmx,
    Form(form): Form<BanForm>,
) -> WebResult {
    let kind =
        BanKind::from_code(&form.kind).ok_or_else(|| WebError::field("kind", "Choose ban or mute."))?;
    let lasts = match form.seconds.trim() {
        "" => None,
        text => Some(Span::secs(
            text.parse().map_err(|_| WebError::field("seconds", "A whole number of seconds."))?,
        )),
    };
    let (id, space) = (door.caller.stream.id, &door.caller.facts.place.space);
    let target = app.store.accounts().by_id(form.account).await?;
    let target_role = app.store.teams().role(space.team, target.id).await?.map_or(Role::Viewer, Role::of);
    let reason: String = form.reason.trim().chars().take(200).collect();
    let ban = BanId::new();
    let order = Moderate::Ban {
        by: by(&door),
        id: ban,
        account: target.id,
        name: target.name,
        role: target_role,
        kind,
        reason,
        lasts,
    };
    app.house.chat_room(id).moderate(order).await?;
    let (space_id, account) = (space.id, target.id);
    app.services.changed(&[match kind {
        BanKind::Ban => Change::Banned { space: space_id, account },
        BanKind::Mute => Change::Access { space: space_id, account },
    }]);
    let detail = format!("{}, {}", kind.code(), space.slug);
    audit(&app, &door, "ban.make", &target.id.to_string(), &detail).await;
    if htmx.0 {
        return Ok(views::chat::toast_banned(id, &app.store.bans().by_id(ban).await?).into_response());
    }
    Ok(htmx.done(|| page(&door)))
}

pub async fn lift(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    Path((id, ban)): Path<(StreamId, BanId)>,
    htmx: Htmx,
) -> WebResult {
    let found = app.store.bans().by_id(ban).await?;
    if found.space != door.caller.facts.place.space.id {
        return Err(WebError::not_found());
    }
    app.house.chat_room(id).moderate(Moderate::Lift { by: by(&door), ban }).await?;
    app.services.changed(&[Change::Access { space: found.space, account: found.account }]);
    let detail = format!("{}, {}", found.kind.code(), door.caller.facts.place.space.slug);
    audit(&app, &door, "ban.lift", &found.account.to_string(), &detail).await;
    Ok(htmx.done(|| page(&door)))
}

#[derive(Deserialize)]
pub struct SlowMode {
    /// 0 is off.
    seconds: i64,
}

pub async fn slow_mode(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    htmx: Htmx,
    Form(mode): Form<SlowMode>,
) -> WebResult {
    let order = Moderate::SlowMode { by: by(&door), seconds: mode.seconds };
    app.house.chat_room(door.caller.stream.id).moderate(order).await?;
    audit(&app, &door, "room.slow_mode", &door.caller.stream.id.to_string(), &format!("{} s", mode.seconds))
        .await;
    Ok(htmx.done(|| page(&door)))
}

fn by(door: &Admitted<MODERATE>) -> By {
    By { account: door.session.account.id, role: door.admission.role }
}

async fn audit(app: &App, door: &Admitted<MODERATE>, action: &str, target: &str, detail: &str) {
    let by = Some(door.session.account.id);
    app.audit(by, action, target, detail).await;
}

impl From<ChatFailure> for WebError {
    fn from(failure: ChatFailure) -> Self {
        match failure {
            ChatFailure::Refused(refusal) => refused(&refusal),
            ChatFailure::Unavailable => {
                Self::unavailable("Your line was not stored. Nothing is lost: send it again.")
            }
            ChatFailure::Call(call) => call.into(),
        }
    }
}

fn refused(refusal: &Refusal) -> WebError {
    match refusal {
        Refusal::TooFast { retry_after } | Refusal::SlowMode { retry_after } => {
            WebError::too_many(refusal.to_string(), retry_after.ceil_secs())
        }
        Refusal::Banned { .. } => WebError::forbidden("banned", refusal.to_string()),
        Refusal::Muted { .. } => WebError::forbidden("muted", refusal.to_string()),
        Refusal::NotAllowed => WebError::forbidden("not_allowed", refusal.to_string()),
        Refusal::NotFound => WebError::not_found(),
        Refusal::BadLength | Refusal::BadSlowMode => WebError::field("seconds", refusal.to_string()),
        Refusal::LongReason => WebError::field("reason", refusal.to_string()),
        Refusal::Empty | Refusal::TooLong => WebError::field("body", refusal.to_string()),
    }
}

//! The chat's doors: posting and moderation.

use crate::app::App;
use crate::web::extract::{Form, Path, Query};
use crate::web::{
    access::doors::{Admitted, ENTER, MODERATE, POST},
    error::{WebError, WebResult},
    htmx::Htmx,
};
use actors::ChatFailure;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::IntoResponse,
};
use domain::{
    access::{
        admit::Door,
        ban::{self, BanKind},
    },
    chat::{
        room::{By, ChatPost, Mode},
        rules::ChatRefusal,
    },
    id::*,
    time::Span,
};
use serde::Deserialize;
use service::chat::{self, BanDraft};
use views::{form::Errors, in_words::InWords, t};

/// The number of the stored line. Browsers take only this as success, because proxies may answer, too.
const LINE: HeaderName = HeaderName::from_static("x-line");

#[derive(Deserialize)]
pub struct MessageForm {
    body: String,
    /// The browser's id for the line, so that a repeated post yields one line.
    #[serde(default)]
    client_id: String,
}

pub async fn post(
    State(app): State<App>,
    door: Admitted<POST>,
    htmx: Htmx,
    Form(words): Form<MessageForm>,
) -> WebResult {
    let client = match words.client_id.as_str() {
        "" => ClientId::new(),
        id => id.parse().map_err(|_| WebError::field("client_id", t!("chat-client-id")))?,
    };
    let account = &door.session.account;
    let post = ChatPost {
        author: account.id,
        name: account.name.clone(),
        role: door.admission.role,
        client,
        body: words.body,
    };
    let entry = chat::say(&app.services, door.caller.room, post).await?;
    let mut response = htmx.done(|| door.caller.path());
    response.headers_mut().insert(LINE, HeaderValue::from(entry.seq));
    Ok(response)
}

/// A line with the moderator's actions for it and its author. Without scripts, it is a page of its own.
pub async fn line(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    Path((_, seq)): Path<(String, u64)>,
    htmx: Htmx,
) -> WebResult {
    let entry = app.store.journal().line(door.caller.room, seq).await?;
    let author = entry.line().ok_or_else(WebError::not_found)?.author;
    let space = door.caller.facts.place.space.id;
    let bans = app.store.bans().of_account(space, author, door.caller.now).await?;
    let card = views::chat::moderation::card(door.caller.chat()?, &entry, door.admission.role, &bans, htmx.0);
    if htmx.0 {
        return Ok(card.into_response());
    }
    let back = door.caller.path();
    let shell = app.shell(Some(&door.session.account), &back);
    Ok(views::chat::moderation::card_page(&shell, &back, card).into_response())
}

/// Moderators remove lines of lower roles; everybody may remove their own. The room decides.
pub async fn remove(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Path((_, seq)): Path<(String, u64)>,
    htmx: Htmx,
) -> WebResult {
    chat::remove(&app.services, door.caller.room, by(&door), seq).await?;
    if htmx.0 {
        return Ok(views::chat::moderation::toast_removed(door.caller.chat()?, seq).into_response());
    }
    Ok(htmx.done(|| door.caller.path()))
}

/// Undoes the caller's own removal within thirty seconds.
pub async fn restore(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Path((_, seq)): Path<(String, u64)>,
    htmx: Htmx,
) -> WebResult {
    // Moderators always may, authors while they may post.
    if !door.admission.role.moderates() {
        door.caller.enter(Door::Post)?;
    }
    chat::restore(&app.services, door.caller.room, by(&door), seq).await?;
    Ok(htmx.done(|| door.caller.path()))
}

#[derive(Deserialize)]
pub struct BanForm {
    account: AccountId,
    #[serde(default = "ban_code")]
    kind: String,
    /// Empty: until lifted.
    #[serde(default)]
    seconds: String,
    /// An alternative to `seconds`: a number of `unit`s. The unit is given in seconds.
    #[serde(default)]
    length: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    reason: String,
}

impl BanForm {
    /// What to do, or everything that is wrong.
    fn checked(&self) -> WebResult<BanDraft> {
        let mut errors = Errors::of("ban");
        let kind = errors.check("kind", BanKind::from_code(&self.kind).ok_or_else(|| t!("chat-kind")));
        let lasts = self.lasts(&mut errors);
        let reason = errors.check("reason", ban::reason(&self.reason));
        match (kind, lasts, reason) {
            (Some(kind), Some(lasts), Some(reason)) => {
                Ok(BanDraft { account: self.account, kind, lasts, reason })
            }
            _ => Err(WebError::fields(&errors)),
        }
    }

    /// `Some(None)`: until lifted.
    fn lasts(&self, errors: &mut Errors) -> Option<Option<Span>> {
        let number = |text: &str| {
            let number = text.trim().parse::<i64>().ok().filter(|n| *n <= ban::LONGEST.ceil_secs());
            number.ok_or_else(|| t!("chat-length-number"))
        };
        let (field, seconds) = if !self.length.trim().is_empty() {
            let length = errors.check("length", number(&self.length));
            let unit = errors.check("unit", number(&self.unit));
            ("length", length?.saturating_mul(unit?))
        } else if self.seconds.trim().is_empty() {
            return Some(None);
        } else {
            ("seconds", errors.check("seconds", number(&self.seconds))?)
        };
        let span = Some(Span::secs(seconds)).filter(|span| ban::may_last(*span));
        errors.check(field, span.ok_or(ChatRefusal::BadLength)).map(Some)
    }
}

fn ban_code() -> String {
    BanKind::Ban.code().into()
}

/// Bans or mutes a person. When it returns, the room and the doors enforce the ban, and open pages and media are ended.
pub async fn ban_someone(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    htmx: Htmx,
    Form(form): Form<BanForm>,
) -> WebResult {
    let draft = form.checked()?;
    let (room, space) = (door.caller.room, &door.caller.facts.place.space);
    let ban = chat::ban(&app.services, room, space, by(&door), draft).await?;
    if htmx.0 {
        return Ok(views::chat::toast_banned(door.caller.chat()?, &ban).into_response());
    }
    Ok(htmx.done(|| door.caller.path()))
}

#[derive(Deserialize)]
pub struct LiftForm {
    /// Not empty: also restore what the ban removed.
    #[serde(default)]
    undo: String,
}

pub async fn lift(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    Path((_, ban)): Path<(String, BanId)>,
    htmx: Htmx,
    Query(form): Query<LiftForm>,
) -> WebResult {
    let space = &door.caller.facts.place.space;
    chat::lift(&app.services, door.caller.room, space, by(&door), ban, !form.undo.is_empty()).await?;
    Ok(htmx.done(|| door.caller.path()))
}

#[derive(Deserialize)]
pub struct SlowMode {
    /// 0 turns it off.
    seconds: i64,
}

pub async fn slow_mode(
    State(app): State<App>,
    door: Admitted<MODERATE>,
    htmx: Htmx,
    Form(form): Form<SlowMode>,
) -> WebResult {
    chat::set_mode(&app.services, door.caller.room, by(&door), Mode::Slow(form.seconds)).await?;
    Ok(htmx.done(|| door.caller.path()))
}

fn by<const DOOR: u8>(door: &Admitted<DOOR>) -> By {
    By { account: door.session.account.id, role: door.admission.role }
}

impl From<ChatFailure> for WebError {
    fn from(failure: ChatFailure) -> Self {
        match failure {
            ChatFailure::Refused(refusal) => refused(refusal),
            ChatFailure::Unavailable => Self::unavailable(t!("chat-unavailable")),
            ChatFailure::Call(call) => call.into(),
        }
    }
}

fn refused(refusal: ChatRefusal) -> WebError {
    let words = refusal.in_words();
    match refusal {
        ChatRefusal::TooFast { retry_after } | ChatRefusal::SlowMode { retry_after } => {
            WebError::too_many(words, retry_after.ceil_secs())
        }
        ChatRefusal::Banned { .. } => WebError::forbidden("banned", words),
        ChatRefusal::Muted { .. } => WebError::forbidden("muted", words),
        ChatRefusal::NotAllowed => WebError::forbidden("not_allowed", words),
        ChatRefusal::NotFound => WebError::not_found(),
        ChatRefusal::TooLate | ChatRefusal::OtherWords => WebError::conflict(words),
        ChatRefusal::BadLength | ChatRefusal::BadSlowMode => WebError::field("seconds", words),
        ChatRefusal::LongReason => WebError::field("reason", words),
        ChatRefusal::Empty | ChatRefusal::TooLong => WebError::field("body", words),
    }
}

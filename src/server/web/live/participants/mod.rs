//! The stage beside the host: hands, invitations, and what the host does with them. What co-hosts send and viewers receive of
//! them is in `media.rs`.

pub mod media;

use crate::{
    app::App,
    web::{
        access::doors::{Admitted, ENTER, HOST, PLAY, POST},
        error::{WebError, WebResult},
        extract::{Form, Path},
        htmx::Htmx,
    },
};
use axum::extract::State;
use domain::{
    access::admit::Door,
    chat::reactions::Reaction,
    id::{ParticipantId, StreamId},
};
use serde::Deserialize;
use service::{
    ServiceError, chat,
    live::participants::{self, Hosting},
};
use views::t;

#[derive(Deserialize)]
pub struct HandForm {
    up: bool,
}

/// A viewer raises a hand, or takes it down; whoever is up leaves by that. Who may not write may not ask to speak.
pub async fn raise(
    State(app): State<App>,
    door: Admitted<ENTER>,
    htmx: Htmx,
    Form(hand): Form<HandForm>,
) -> WebResult {
    let stream = door.caller.stream()?;
    if hand.up {
        door.caller.enter(Door::Post)?;
    }
    participants::raise(&app.services, &door.session.account, stream, hand.up).await?;
    Ok(htmx.done(|| door.caller.path()))
}

#[derive(Deserialize)]
pub struct ReactionForm {
    kind: String,
}

/// Whoever may write may react, while the show is on air.
pub async fn react(
    State(app): State<App>,
    door: Admitted<POST>,
    htmx: Htmx,
    Form(sent): Form<ReactionForm>,
) -> WebResult {
    let kind = Reaction::from_code(&sent.kind);
    let kind = kind.ok_or_else(|| WebError::field("kind", t!("live-react-kinds")))?;
    if !door.caller.stream()?.state.on_air() {
        return Err(WebError::conflict(t!("live-react-off-air")));
    }
    chat::react(&app.services, door.caller.room, door.session.account.id, kind).await?;
    Ok(htmx.done(|| door.caller.path()))
}

/// An invited person comes up.
pub async fn come(State(app): State<App>, door: Admitted<PLAY>, htmx: Htmx) -> WebResult {
    participants::come(&app.services, door.session.account.id, door.caller.stream()?).await?;
    Ok(htmx.done(|| door.caller.path()))
}

#[derive(Deserialize)]
pub struct InviteForm {
    username: String,
}

pub async fn invite(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<InviteForm>,
) -> WebResult {
    let stream = door.caller.stream()?;
    let invited = participants::invite(&app.services, door.session.account.id, stream, &wanted.username);
    invited.await.map_err(|error| match error {
        ServiceError::NotFound => WebError::field("username", t!("live-stage-nobody")),
        other => other.into(),
    })?;
    Ok(htmx.done(|| studio(stream.id)))
}

#[derive(Deserialize)]
pub struct MuteForm {
    muted: bool,
}

type Whom = Path<(StreamId, ParticipantId)>;

pub async fn accept(state: State<App>, door: Admitted<HOST>, htmx: Htmx, whom: Whom) -> WebResult {
    host(state, door, htmx, whom, Hosting::Accept).await
}

pub async fn mute(
    state: State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    whom: Whom,
    Form(wanted): Form<MuteForm>,
) -> WebResult {
    host(state, door, htmx, whom, Hosting::Mute(wanted.muted)).await
}

pub async fn remove(state: State<App>, door: Admitted<HOST>, htmx: Htmx, whom: Whom) -> WebResult {
    host(state, door, htmx, whom, Hosting::Remove).await
}

async fn host(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Path((_, whom)): Whom,
    act: Hosting,
) -> WebResult {
    let stream = door.caller.stream()?;
    participants::host(&app.services, door.session.account.id, stream, whom, act).await?;
    Ok(htmx.done(|| studio(stream.id)))
}

fn studio(stream: StreamId) -> String {
    format!("/account/streams/{stream}/studio")
}

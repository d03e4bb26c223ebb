//! A stream's page in all its states, and the host's studio.

use crate::app::App;
use crate::web::extract::{Form, Path, Query};
use crate::web::{
    access::doors::{Admitted, CachePolicy, Caller, ENTER, HOST, room_of},
    error::{WebError, WebResult},
    htmx::Htmx,
    live::{attend::attend, captions, passes, restreams},
    people::session::Visitor,
};
use actors::{AttendanceKind, CallError, ChatFailure, StreamFailure};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    access::{
        admit::{Admission, Door, Reason},
        ban::Ban,
    },
    catalogue::offer::Space,
    chat::{reactions::ReactionCounts, room::JournalEntry},
    error::StoreError,
    id::{ClientId, RoomId, SpaceId, StreamId},
    live::{
        calendar,
        participants::Stage,
        passes::Ingest,
        recording::Recording,
        restream::RestreamOutput,
        stream::{Stream, StreamCommand, StreamState},
        viewership::Viewership,
    },
    time::Millis,
};
use serde::Deserialize;
use std::sync::Arc;
use views::{
    Audience,
    chat::{Chat, ChatOf, composer::Speaking},
    in_words::InWords,
    live::{now::Coming, stream::Watch, studio::Studio},
    t,
};

/// The data of the live part of a page, read once.
pub struct RoomModel {
    pub caller: Caller,
    of: ChatOf,
    pub admission: Admission,
    lines: Vec<JournalEntry>,
    seq: u64,
    modes: domain::chat::room::Modes,
    bans: Vec<Ban>,
    parked: bool,
    people: usize,
    pass: Option<String>,
    stage: Arc<Stage>,
    reactions: ReactionCounts,
}

impl RoomModel {
    pub async fn read(app: &App, caller: Caller) -> WebResult<Self> {
        let admission = caller.enter(Door::Enter)?;
        let (room, of) = (caller.room, caller.chat()?);
        let chat = match app.engine.chat_room(room).snapshot().await {
            // The show continues without its chat.
            Err(ChatFailure::Call(CallError::Parked)) => Arc::default(),
            chat => chat?,
        };
        let moderates = admission.role.moderates();
        let bans = if moderates {
            app.store.bans().in_force(caller.facts.place.space.id, caller.now).await?
        } else {
            Vec::new()
        };
        let grant = caller.facts.standing.grants.iter().find(|g| Some(g.id) == admission.grant);
        let pass = grant
            .and_then(|g| caller.facts.place.passes.iter().find(|p| p.id == g.pass))
            .map(|p| p.title.clone());
        let people = app.engine.people(room);
        let stage = match caller.stream() {
            Ok(stream) => app.engine.stream(stream.id).stage().await?,
            Err(_) => Arc::default(),
        };
        Ok(Self {
            reactions: app.engine.feed(room).reactions(),
            stage,
            parked: app.engine.feed(room).chat_parked(),
            admission,
            lines: chat.lines.iter().map(|e| JournalEntry::clone(e)).collect(),
            seq: chat.seq,
            modes: chat.modes,
            bans,
            people,
            pass,
            of,
            caller,
        })
    }

    /// The pass that admitted them; the team needs none.
    pub fn pass(&self) -> Option<&str> {
        self.pass.as_deref()
    }

    /// When the free minutes of this person end, and in how many seconds the page shows what comes then.
    fn free(&self) -> Option<(Millis, i64)> {
        let until = self.admission.until.filter(|_| self.admission.reason == Reason::Preview)?;
        Some((until, (until - self.caller.now).ceil_secs() + 1))
    }

    pub fn chat(&self) -> Chat<'_> {
        Chat {
            parked: self.parked,
            of: self.of,
            lines: &self.lines,
            seq: self.seq,
            modes: self.modes,
            audience: Audience::of(self.admission.role),
            speaking: speaking(&self.caller.decide(Door::Post)),
            client: ClientId::new(),
            bans: &self.bans,
        }
    }

    fn watch<'a>(
        &'a self,
        app: &App,
        next: Option<&'a NextShow>,
        replays: &'a [Recording],
    ) -> WebResult<Watch<'a>> {
        let stream = self.caller.stream()?;
        Ok(Watch {
            space: &self.caller.facts.place.space,
            experience: &self.caller.facts.place.experience,
            stream,
            role: self.admission.role,
            people: stream.tells_count(self.admission.role.moderates()).then_some(self.people),
            chat: self.chat(),
            pass: self.pass(),
            free: self.free(),
            stage: &self.stage,
            reactions: self.reactions,
            mine: self.caller.who.and_then(|who| self.stage.participants.of(who.account)),
            next: next.and_then(|next| next.of(&self.caller.facts.place.space)),
            replays,
            plane: app.planes.of(stream),
        })
    }

    fn studio<'a>(
        &'a self,
        app: &App,
        programs: &'a ProgramAddresses,
        health: Option<domain::live::media::MediaHealth>,
        viewership: Viewership,
        (restreams, ingests): (Option<&'a [RestreamOutput]>, Option<&'a [Ingest]>),
    ) -> WebResult<Studio<'a>> {
        let stream = self.caller.stream()?;
        Ok(Studio {
            space: &self.caller.facts.place.space,
            experience: &self.caller.facts.place.experience,
            stream,
            people: self.people,
            health,
            viewership,
            stage: &self.stage,
            chat: self.chat(),
            whip_url: &programs.whip_url,
            whip_key: &programs.whip_key,
            captions: &programs.captions,
            plane: app.planes.of(stream),
            has_livekit: app.planes.has_livekit(),
            livekit_records: app.services.recorder.is_some(),
            ingests,
            restreams,
        })
    }
}

fn speaking(post: &Admission) -> Speaking {
    match post.reason {
        Reason::Team | Reason::Holder | Reason::Invited | Reason::Passphrase => Speaking::Yes,
        Reason::SignIn => Speaking::SignIn,
        Reason::Muted => Speaking::Muted { until: post.until },
        Reason::Ended => Speaking::Ended,
        _ => Speaking::NeedsPass,
    }
}

/// The watch page of an admitted person.
pub async fn watch_page(app: &App, visitor: &Visitor, room: RoomId) -> WebResult {
    let caller = Caller::at(app, visitor.identity(), room, CachePolicy::Store).await?;
    if let Some(queue) =
        crate::web::live::queue::wait(app, &caller, visitor.account(), &caller.enter(Door::Enter)?)?
    {
        return Ok(queue);
    }
    let model = RoomModel::read(app, caller).await?;
    let shell = app.shell(visitor.account(), &model.caller.path());
    let next = after(app, &model.caller).await?;
    let replays = replays(app, &model).await?;
    Ok(views::live::stream::watch(&shell, &model.watch(app, next.as_ref(), &replays)?).into_response())
}

/// The replays beside the show. Free minutes open none.
async fn replays(app: &App, model: &RoomModel) -> WebResult<Vec<Recording>> {
    if model.admission.reason == Reason::Preview {
        return Ok(Vec::new());
    }
    let experience = model.caller.facts.place.experience.id;
    Ok(app.store.recordings().shown(experience, model.caller.now).await?)
}

/// What follows the stream of this caller, if it is over.
async fn after(app: &App, caller: &Caller) -> WebResult<Option<NextShow>> {
    if caller.stream()?.state != StreamState::Ended {
        return Ok(None);
    }
    Ok(next_show(app, caller.facts.place.space.id, caller.now).await?)
}

/// A planned show, and the slug of its experience.
pub struct NextShow {
    stream: Stream,
    slug: String,
}

impl NextShow {
    pub fn of<'a>(&'a self, space: &'a Space) -> Option<Coming<'a>> {
        Some(Coming {
            stream: self.stream.id,
            space_slug: &space.slug,
            space_name: &space.name,
            experience_slug: &self.slug,
            title: &self.stream.title,
            at: self.stream.scheduled_at?,
        })
    }
}

/// What comes next in a space.
pub async fn next_show(app: &App, space: SpaceId, now: Millis) -> Result<Option<NextShow>, StoreError> {
    let waiting = app.store.streams().not_ended(space).await?;
    let Some((next, _)) = calendar::next(&waiting, now) else { return Ok(None) };
    let experiences = app.store.experiences().list(space).await?;
    let its = experiences.into_iter().find(|e| e.id == next.experience);
    Ok(its.map(|experience| NextShow { stream: next.clone(), slug: experience.slug }))
}

/// Where programs of the host send to, with what lets them.
#[derive(Default)]
struct ProgramAddresses {
    whip_url: String,
    whip_key: String,
    captions: String,
}

impl ProgramAddresses {
    async fn of(app: &App, id: StreamId) -> WebResult<Self> {
        let versions = app.store.captions().key_versions(id).await?;
        Ok(Self {
            whip_url: app.url(&format!("/streams/{id}/whip")),
            whip_key: crate::web::live::whip::whip_key(app, id, versions.whip),
            captions: captions::address(app, id, versions.captions),
        })
    }
}

pub async fn studio_page(State(app): State<App>, door: Admitted<HOST>) -> WebResult {
    let id = door.caller.stream()?.id;
    let programs = ProgramAddresses::of(&app, id).await?;
    let model = RoomModel::read(&app, door.caller).await?;
    let health = app.engine.stream(id).health();
    let viewership = app.store.viewings().sum(id).await?;
    let shell = app.shell(Some(&door.session.account), &format!("/account/streams/{id}/studio"));
    let outputs = restreams::beside(&app, model.caller.stream()?).await?;
    let ingests = passes::encoder::opened(&app, model.caller.stream()?).await;
    let others = (outputs.as_deref(), ingests.as_deref());
    let studio = model.studio(&app, &programs, health, viewership, others)?;
    Ok(views::live::studio::page(&shell, &studio).into_response())
}

#[derive(Deserialize)]
pub struct FragmentQuery {
    #[serde(default)]
    page: String,
}

/// The live part of the page, for gaps too long to replay and for pages without a feed, which keep their seat by
/// polling.
pub async fn fragment(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Query(which): Query<FragmentQuery>,
) -> WebResult {
    crate::web::live::queue::seat(&app, &door.caller, &door.admission)?;
    let id = door.caller.stream()?.id;
    let (caller, here) = attend(&app, door.caller, Door::Enter, AttendanceKind::PollingPage, |_| {}).await?;
    app.polls.keep((door.session.id, caller.room), here);
    let hosting = caller.decide(Door::Host).admitted();
    let model = RoomModel::read(&app, caller).await?;
    if which.page == "studio" && hosting {
        let health = app.engine.stream(id).health();
        let viewership = app.store.viewings().sum(id).await?;
        let outputs = restreams::beside(&app, model.caller.stream()?).await?;
        let programs = ProgramAddresses::default();
        let studio = model.studio(&app, &programs, health, viewership, (outputs.as_deref(), None))?;
        return Ok(views::live::studio::fragment(&studio).into_response());
    }
    let next = after(&app, &model.caller).await?;
    let replays = match model.caller.stream()?.state {
        StreamState::Ended => replays(&app, &model).await?,
        _ => Vec::new(),
    };
    Ok(views::live::stream::fragment(&model.watch(&app, next.as_ref(), &replays)?).into_response())
}

/// `/streams/{id}`: redirects to the page that shows the stream.
pub async fn find(State(app): State<App>, visitor: Visitor, Path(id): Path<StreamId>) -> WebResult<Redirect> {
    let room = room_of(&app, id).await?;
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Store).await?;
    // The page gives a device its seat, or asks whether to move.
    if caller.decide(Door::Enter).reason != Reason::OtherDevice {
        caller.enter(Door::Enter)?;
    }
    Ok(Redirect::to(&caller.path()))
}

#[derive(Deserialize)]
pub struct StreamStateForm {
    state: String,
}

/// The host changes the stream's state: one atomic change, or 409.
pub async fn change_state(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<StreamStateForm>,
) -> WebResult {
    let command = match wanted.state.as_str() {
        "rehearsal" => StreamCommand::Rehearse,
        "live" => StreamCommand::GoLive,
        "ended" => StreamCommand::End,
        _ => return Err(WebError::field("state", t!("live-states"))),
    };
    let id = door.caller.stream()?.id;
    let by = door.session.account.id;
    let stream = service::live::streams::move_stream(&app.services, by, id, command).await?;
    tracing::info!(stream = %id, state = stream.state.code(), %by, "a stream moved");
    Ok(htmx.done(|| format!("/account/streams/{id}/studio")))
}

#[derive(Deserialize)]
pub struct Count {
    hidden: bool,
}

/// The host shows or hides the viewer count. All pages receive the change with the stream.
pub async fn hide_count(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<Count>,
) -> WebResult {
    let id = door.caller.stream()?.id;
    let (by, stream) = (door.session.account.id, door.caller.stream()?);
    service::live::streams::hide_count(&app.services, by, stream, wanted.hidden).await?;
    Ok(htmx.done(|| format!("/account/streams/{id}/studio")))
}

impl From<StreamFailure> for WebError {
    fn from(error: StreamFailure) -> Self {
        match error {
            StreamFailure::Refused(refusal) => Self::conflict(refusal.in_words()),
            StreamFailure::Stage(refusal) => Self::conflict(refusal.in_words()),
            StreamFailure::Conflict(what) => Self::unavailable(t!("live-refused-conflict", what = what)),
            StreamFailure::Unavailable => Self::unavailable(t!("live-refused-unavailable")),
            StreamFailure::Call(call) => call.into(),
        }
    }
}

//! A community: a chat that is always open, with the people who are there.

use crate::{
    app::App,
    web::{
        access::doors::{Admitted, CachePolicy, Caller, ENTER, Follower},
        error::WebResult,
        live::{attend::attend, queue, streams::RoomModel},
        people::session::Visitor,
    },
};
use actors::AttendanceKind;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::Door,
    id::{AccountId, ExperienceId, RoomId},
    people::account::TeamRole,
};
use views::live::community::{self as pages, Community, Members};

/// The page of an admitted person.
pub async fn page(app: &App, visitor: &Visitor, id: ExperienceId) -> WebResult {
    let room = RoomId::of_experience(id);
    let caller = Caller::at(app, visitor.identity(), room, CachePolicy::Store).await?;
    let admission = caller.enter(Door::Enter)?;
    if let Some(queue) = queue::wait(app, &caller, visitor.account(), &admission)? {
        return Ok(queue);
    }
    let model = RoomModel::read(app, caller).await?;
    let shell = app.shell(visitor.account(), &model.caller.path());
    present(app, &model, |community| pages::page(&shell, community).into_response()).await
}

/// The parts of the page that change, for pages without a feed: they keep their seat by polling.
pub async fn fragment(app: &App, follower: Follower) -> WebResult {
    let Follower { caller, who, admission } = follower;
    queue::seat(app, &caller, &admission)?;
    let (caller, here) = attend(app, caller, Door::Enter, AttendanceKind::PollingPage, |_| {}).await?;
    app.polls.keep((who.session, caller.room), here);
    let model = RoomModel::read(app, caller).await?;
    present(app, &model, |community| pages::fragment(community).into_response()).await
}

/// `/experiences/{id}/members`: who is there now, for the list beside the chat.
pub async fn members(State(app): State<App>, door: Admitted<ENTER>) -> WebResult {
    let here = RoomPresence::read(&app, &door.caller).await?;
    Ok(pages::members(&here.members(&door.caller)?).into_response())
}

async fn present(app: &App, model: &RoomModel, show: impl FnOnce(&Community<'_>) -> Response) -> WebResult {
    let here = RoomPresence::read(app, &model.caller).await?;
    let place = &model.caller.facts.place;
    let community = Community {
        space: &place.space,
        experience: &place.experience,
        role: model.admission.role,
        pass: model.pass(),
        members: here.members(&model.caller)?,
        chat: model.chat(),
    };
    Ok(show(&community))
}

/// Who is in the room now.
struct RoomPresence {
    people: usize,
    /// Those who are listed by name, the team first.
    named: Vec<(AccountId, String)>,
    team: Vec<(AccountId, TeamRole)>,
}

impl RoomPresence {
    async fn read(app: &App, caller: &Caller) -> WebResult<Self> {
        let members = app.store.teams().members(caller.facts.place.space.team).await?;
        let team: Vec<_> = members.iter().map(|member| (member.account.id, member.role)).collect();
        let is_team = |account: &AccountId| team.iter().any(|(member, _)| member == account);
        let mut accounts = app.engine.accounts(caller.room);
        // Only the first people of a crowd are named.
        accounts.sort_by_key(|account| !is_team(account));
        let mut named = app.store.accounts().named(&accounts).await?;
        named.sort_by_key(|(account, _)| !is_team(account));
        Ok(Self { people: app.engine.people(caller.room), named, team })
    }

    fn members(&self, caller: &Caller) -> WebResult<Members<'_>> {
        let of = caller.chat()?;
        let me = caller.who.map(|who| who.account);
        Ok(Members { of, people: self.people, named: &self.named, team: &self.team, me })
    }
}

//! The page of a team, and its members' roles.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{OWES_PASSKEY, WebError, WebResult},
        extract::{Form, Path},
        flash,
        follow::Right,
        people::session::SignedIn,
        pump::Pumps,
        snapshots,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::may::{Action, may},
    change::{Bus, Change},
    clock::Clock,
    id::{AccountId, TeamId},
    people::account::{Began, TeamRole},
};
use maud::Markup;
use serde::Deserialize;
use service::{ServiceError, people::teams};
use tokio::sync::watch;
use views::{
    Picture,
    access::team::{self, HandoverDraft, InvitationDraft, MemberRow, TeamPage},
    form::Errors,
};

/// Contents of the page's forms: nothing, or the rejected input.
#[derive(Default)]
pub struct TeamDrafts {
    pub invite: InvitationDraft,
    pub handover: HandoverDraft,
    pub errors: Errors,
}

pub fn path(team: TeamId) -> String {
    format!("/account/teams/{team}")
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<TeamId>) -> WebResult {
    show(&app, &me, id, &TeamDrafts::default()).await
}

/// The page as this member sees it. A team of others does not exist.
pub async fn show(app: &App, me: &SignedIn, id: TeamId, drafts: &TeamDrafts) -> WebResult {
    let account = &me.0.account;
    let shell = app.shell(Some(account), &path(id));
    let viewer = (account.id, me.0.began == Began::Passkey);
    let page = view(app, viewer, id, drafts, |page| team::page(&shell, page)).await?;
    Ok(page.into_response())
}

/// Draws what a member sees.
async fn view<T>(
    app: &App,
    (me, passkey): (AccountId, bool),
    id: TeamId,
    drafts: &TeamDrafts,
    draw: impl FnOnce(&TeamPage<'_>) -> T,
) -> WebResult<T> {
    let team = teams::of(&app.services, me, id).await?;
    let invitations = match may(team.role, Action::ManageTeam) {
        true => app.store.invitations().of_team(id).await?,
        false => Vec::new(),
    };
    let members: Vec<MemberRow> = team
        .members
        .iter()
        .map(|member| MemberRow { account: &member.account, role: member.role, since: member.joined_at })
        .collect();
    let page = TeamPage {
        team: id,
        me,
        role: team.role,
        passkeys_since: team.passkeys_since,
        passkey,
        spaces: &team.spaces,
        members: &members,
        invitations: &invitations,
        now: app.clock.now(),
        invite: &drafts.invite,
        handover: &drafts.handover,
        errors: &drafts.errors,
    };
    Ok(draw(&page))
}

/// A page of a team, as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TeamMemberPage {
    team: TeamId,
    viewer: AccountId,
    /// Whose session began with a passkey sees what the team keeps for those.
    passkey: bool,
}

/// The pumps of all pages of teams, and what notifies them.
pub struct TeamPages {
    pumps: Pumps<TeamMemberPage>,
    /// Counts the changes of teams.
    changes: watch::Sender<u64>,
}

impl TeamPages {
    pub fn new(bus: &dyn Bus) -> Self {
        let changes = watch::Sender::new(0);
        let sender = changes.clone();
        bus.listen(Box::new(move |change| {
            if matches!(change, Change::Team { .. }) {
                sender.send_modify(|count| *count += 1);
            }
        }));
        Self { pumps: Pumps::default(), changes }
    }
}

impl snapshots::Subject for TeamMemberPage {
    const PAGE: &'static str = "team";
    const GONE: &'static str = "page-team-left";
    type Changes = watch::Receiver<u64>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.team_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.team_pages.changes.subscribe()
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        // The sender lives in `App`.
        let _ = changes.changed().await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let (viewer, drafts) = ((self.viewer, self.passkey), TeamDrafts::default());
        let picture = view(app, viewer, self.team, &drafts, team::picture);
        match service::as_sender(service::Sender::reading(self.passkey), picture).await {
            // The team requires a passkey since: for this session the page is gone.
            Err(error) if error.code == OWES_PASSKEY => Err(WebError::not_found()),
            picture => picture,
        }
    }
}

pub async fn fragment(State(app): State<App>, me: SignedIn, Path(id): Path<TeamId>) -> WebResult<Markup> {
    let viewer = (me.0.account.id, me.0.began == Began::Passkey);
    Ok(view(&app, viewer, id, &TeamDrafts::default(), team::picture).await?.frame())
}

pub async fn events(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TeamId>,
    address: ClientAddress,
) -> WebResult {
    let who = me.0.identity();
    let subject = async {
        // Whoever owes a passkey is told so.
        teams::authorise_member(&app.services, who.account, id).await?;
        Ok::<_, WebError>(TeamMemberPage { team: id, viewer: who.account, passkey: who.passkey })
    };
    snapshots::follow_found(&app, subject, Right::Session(who), address).await
}

#[derive(Deserialize)]
pub struct RoleForm {
    role: String,
}

pub async fn change_role(
    State(app): State<App>,
    me: SignedIn,
    Path((id, member)): Path<(TeamId, AccountId)>,
    Form(form): Form<RoleForm>,
) -> WebResult {
    let role = TeamRole::from_code(&form.role)
        .ok_or_else(|| WebError::field("role", views::t!("access-role-choose-team")))?;
    let changed = teams::change_role(&app.services, me.0.account.id, id, member, role).await;
    answer(&app, &path(id), id, changed, &views::t!("access-role-changed"))
}

/// Removes somebody, or leaves.
pub async fn remove(
    State(app): State<App>,
    me: SignedIn,
    Path((id, member)): Path<(TeamId, AccountId)>,
) -> WebResult {
    let by = me.0.account.id;
    let removed = teams::remove(&app.services, by, id, member).await;
    match member == by {
        true => answer(&app, "/account", id, removed, &views::t!("access-left")),
        false => answer(&app, &path(id), id, removed, &views::t!("access-removed")),
    }
}

/// `to`: the page that says what was done.
fn answer(
    app: &App,
    to: &str,
    team: TeamId,
    done: Result<(), ServiceError>,
    words: &str,
) -> WebResult<Response> {
    match done {
        Err(ServiceError::Conflict("owner")) => {
            Ok(flash::refuse(app, &path(team), &views::t!("access-owner-last")))
        }
        done => {
            done?;
            Ok(flash::redirect(app, to, words))
        }
    }
}

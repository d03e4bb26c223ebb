//! Invitations into a team, roles, and what ends with a role.

use crate::support::{Browser, Database, Feed, TestServer, on_both};
use anyhow::{Context, Result};
use domain::{
    access::team::MOST_INVITATIONS,
    catalogue::offer::Space,
    clock::Clock,
    id::{AccountId, TeamId},
    people::account::TeamRole,
};
use std::time::Duration;
use tokio::time::timeout;

on_both!(owners_who_demote_each_other_at_once_leave_one);

const SOON: Duration = Duration::from_secs(2);
const DAY: i64 = 86_400;

pub struct Team<'a> {
    pub server: &'a TestServer,
    pub id: TeamId,
}

impl<'a> Team<'a> {
    /// Maya's.
    pub async fn of_maya(server: &'a TestServer) -> Result<Self> {
        let space = server.space("maya").await?;
        Ok(Self { server, id: server.app.store.spaces().by_id(space).await?.team })
    }

    /// The first space that a person owns, and its team.
    pub async fn of_owner(server: &'a TestServer, account: AccountId) -> Result<(Space, Self)> {
        let spaces = server.app.store.spaces().of_account(account).await?;
        let own = spaces.into_iter().find(|(_, role)| *role == TeamRole::Owner);
        let (space, _) = own.context("a space of their own")?;
        let team = Self { server, id: space.team };
        Ok((space, team))
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/account/teams/{}{rest}", self.id)
    }

    /// A member who has signed in.
    pub async fn member(&self, email: &str, role: TeamRole) -> Result<(Browser, AccountId)> {
        let browser = self.server.anybody();
        browser.sign_in(email).await?;
        let account = self.server.account(email).await?;
        self.server.app.store.teams().put(self.id, account, role, self.server.app.clock.now()).await?;
        Ok((browser, account))
    }

    pub async fn role(&self, account: AccountId) -> Result<Option<TeamRole>> {
        Ok(self.server.app.store.teams().role(self.id, account).await?)
    }

    async fn invite(&self, who: &Browser, email: &str, role: &str) -> Result<u16> {
        let form = [("email", email), ("role", role)];
        Ok(who.post(&self.path("/invitations"), &form).await?.status.as_u16())
    }

    pub async fn give(&self, who: &Browser, member: AccountId, role: &str) -> Result<u16> {
        let path = self.path(&format!("/members/{member}"));
        Ok(who.post(&path, &[("role", role)]).await?.status.as_u16())
    }

    pub async fn remove(&self, who: &Browser, member: AccountId) -> Result<u16> {
        Ok(who.post(&self.path(&format!("/members/{member}/removal")), &[]).await?.status.as_u16())
    }
}

/// The path of the link in a mail.
pub fn link(text: &str) -> Result<String> {
    let after = text.split_once("/account/invitations/").context("a link")?.1;
    let id = after.split_whitespace().next().context("an id")?;
    Ok(format!("/account/invitations/{id}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_by_whoever_signs_in_with_its_address() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    assert_eq!(team.invite(&host, "guest@example.org", "editor").await?, 303);
    let mail =
        server.mailed("guest@example.org", "An invitation into the team of Maya Lin", 1).await?.remove(0);
    assert!(mail.contains("as an editor"), "{mail}");
    let path = link(&mail)?;
    let visitor = server.anybody();
    let asked = visitor.get(&path).await?;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, format!("/sign-in?next={path}").as_str()));
    for other in [server.person("stranger"), host.clone()] {
        let page = other.get(&path).await?;
        assert_eq!(page.status, 403);
        assert!(
            page.text.contains("another e-mail address") && !page.text.contains("guest@"),
            "{}",
            page.text
        );
        assert_eq!(other.post(&format!("{path}/acceptance"), &[]).await?.status, 403);
        assert_eq!(other.post(&format!("{path}/refusal"), &[]).await?.status, 403);
    }
    visitor.sign_in("guest@example.org").await?;
    let page = visitor.get(&path).await?.text;
    assert!(page.contains("Join the team of") && page.contains("Maya Lin"), "{page}");
    let space = format!("/account/spaces/{}", server.space("maya").await?);
    assert_eq!(visitor.get(&space).await?.status, 404, "not yet");
    let joined = visitor.submit(&format!("{path}/acceptance"), &[]).await?.text;
    assert!(joined.contains("You are on the team now"), "{joined}");
    assert_eq!(visitor.get(&space).await?.status, 200);
    let account = server.account("guest@example.org").await?;
    assert_eq!(team.role(account).await?, Some(TeamRole::Editor));
    assert_eq!(visitor.get(&path).await?.status, 404, "an invitation is good once");
    assert_eq!(visitor.post(&format!("{path}/acceptance"), &[]).await?.status, 404);
    assert!(server.anybody().get("/maya").await?.text.contains("@maya"), "its owner is the same");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_expires_and_is_sent_again_or_withdrawn() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let guest = server.anybody();
    guest.sign_in("guest@example.org").await?;
    assert_eq!(team.invite(&host, "guest@example.org", "moderator").await?, 303);
    let subject = "An invitation into the team";
    let path = link(&server.mailed("guest@example.org", subject, 1).await?[0])?;
    server.advance(7 * DAY).await?;
    let late = guest.get(&path).await?;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("has expired"), "{}", late.text);
    assert_eq!(guest.post(&format!("{path}/acceptance"), &[]).await?.status, 409);
    assert!(host.get(&team.path("")).await?.text.contains("expired "));
    assert_eq!(guest.post(&format!("{path}/resending"), &[]).await?.status, 404, "not the guest's to send");
    assert_eq!(host.post(&format!("{path}/resending"), &[]).await?.status, 303);
    server.mailed("guest@example.org", subject, 2).await?;
    assert_eq!(guest.get(&path).await?.status, 200);
    assert_eq!(guest.post(&format!("{path}/withdrawal"), &[]).await?.status, 404);
    assert_eq!(host.post(&format!("{path}/withdrawal"), &[]).await?.status, 303);
    assert_eq!(guest.get(&path).await?.status, 404);

    // Turned down by the guest.
    assert_eq!(team.invite(&host, "guest@example.org", "analyst").await?, 303);
    let path = link(&server.mailed("guest@example.org", subject, 3).await?[0])?;
    assert_eq!(guest.post(&format!("{path}/refusal"), &[]).await?.status, 303);
    assert!(server.app.store.invitations().of_team(team.id).await?.is_empty());

    // Whoever sent it has lost the right meanwhile.
    let (admin, account) = team.member("admin@example.org", TeamRole::Admin).await?;
    assert_eq!(team.invite(&admin, "guest@example.org", "editor").await?, 303);
    let path = link(&server.mailed("guest@example.org", subject, 4).await?[0])?;
    assert_eq!(team.give(&host, account, "editor").await?, 303);
    assert_eq!(guest.post(&format!("{path}/acceptance"), &[]).await?.status, 404);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_and_how_often_is_bounded() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (admin, _) = team.member("admin@example.org", TeamRole::Admin).await?;
    let (editor, _) = team.member("editor@example.org", TeamRole::Editor).await?;
    assert_eq!(team.invite(&editor, "kim@example.org", "analyst").await?, 403);
    assert_eq!(team.invite(&server.person("stranger"), "kim@example.org", "analyst").await?, 404);
    assert_eq!(team.invite(&host, "kim@example.org", "owner").await?, 403, "ownership is handed over");
    let form = [("email", "kim at example"), ("role", "editor")];
    let refused = host.post(&team.path("/invitations"), &form).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("kim at example") && refused.text.contains("looks like name@example.org"));
    assert_eq!(team.invite(&host, "kim@example.org", "king").await?, 422);
    assert_eq!(team.invite(&admin, "editor@example.org", "admin").await?, 422, "on the team already");
    assert_eq!(team.invite(&admin, "kim@example.org", "admin").await?, 303);
    assert_eq!(team.invite(&host, "kim@example.org", "editor").await?, 422, "invited already");
    for n in 1..MOST_INVITATIONS {
        assert_eq!(team.invite(&host, &format!("kim{n}@example.org"), "analyst").await?, 303, "{n}");
    }
    let full =
        host.post(&team.path("/invitations"), &[("email", "one@example.org"), ("role", "editor")]).await?;
    assert_eq!(full.status, 422);
    assert!(full.text.contains("as many open invitations"), "{}", full.text);

    // Many teams together cannot flood a mailbox.
    let mut refused = 0;
    for n in 0..12 {
        let creator = server.anybody();
        creator.sign_in(&format!("creator{n}@example.org")).await?;
        let account = server.account(&format!("creator{n}@example.org")).await?;
        let (id, _) = server.app.store.teams().of_account(account).await?.remove(0);
        let theirs = Team { server: &server, id };
        refused += usize::from(theirs.invite(&creator, "kim+spam@example.org", "editor").await? == 429);
    }
    assert_eq!(refused, 3, "one mailbox gets ten a day");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rises_above_their_own_role_and_a_team_keeps_an_owner() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let maya = server.account("maya@demo.example").await?;
    let (admin, of_admin) = team.member("ada@example.org", TeamRole::Admin).await?;
    let (editor, of_editor) = team.member("ed@example.org", TeamRole::Editor).await?;
    for (who, whom, role) in [
        (&admin, of_admin, "owner"),
        (&admin, of_editor, "owner"),
        (&admin, maya, "analyst"),
        (&editor, of_editor, "admin"),
        (&editor, of_admin, "analyst"),
    ] {
        assert_eq!(team.give(who, whom, role).await?, 403, "{role}");
    }
    assert_eq!(team.give(&host, of_editor, "king").await?, 422);
    assert_eq!(
        team.give(&host, server.account("vera@demo.example").await?, "editor").await?,
        404,
        "no member"
    );
    assert_eq!(team.remove(&admin, maya).await?, 403);
    assert_eq!(team.remove(&editor, of_admin).await?, 403);
    for last in [team.path(&format!("/members/{maya}/removal")), team.path(&format!("/members/{maya}"))] {
        let refused = host.submit(&last, &[("role", "admin")]).await?.text;
        assert!(refused.contains("A team keeps an owner"), "{refused}");
    }
    assert_eq!(team.role(maya).await?, Some(TeamRole::Owner));

    // An admin may raise others to their own role; a second owner sets the first free.
    assert_eq!(team.give(&admin, of_editor, "admin").await?, 303);
    assert_eq!(team.give(&host, of_admin, "owner").await?, 303);
    assert_eq!(team.remove(&host, maya).await?, 303);
    assert_eq!((team.role(maya).await?, team.role(of_admin).await?), (None, Some(TeamRole::Owner)));
    assert_eq!(host.get(&team.path("")).await?.status, 404);
    assert!(server.anybody().get("/maya").await?.text.contains("@ada"), "the new owner is shown");
    assert!(server.anybody().get("/explore").await?.text.contains("<bdi>ada</bdi>"));
    let home = host.get("/account").await?.text;
    assert!(home.contains("on no team"), "{home}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_lose_with_the_role_what_it_allowed() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host, room) = (Team::of_maya(&server).await?, server.person("host"), server.live());
    let (editor, of_editor) = team.member("editor@example.org", TeamRole::Editor).await?;
    let (moderator, of_moderator) = team.member("moderator@example.org", TeamRole::Moderator).await?;
    let (stays, _) = team.member("stays@example.org", TeamRole::Moderator).await?;
    let studio = format!("/account/streams/{}/studio", room.0);
    assert_eq!(editor.get(&studio).await?.status, 200);
    let viewer = server.person("viewer");
    assert_eq!(room.say(&viewer, "Hello").await?.status, 303);
    let mut ending = [room.follow(&editor, 0).await?, room.follow(&moderator, 0).await?];
    let mut staying =
        [room.follow(&stays, 0).await?, room.follow(&viewer, 0).await?, room.follow(&host, 0).await?];
    let key = server.app.store.streams().whip_key_version(room.0).await?;

    assert_eq!(team.give(&host, of_editor, "analyst").await?, 303);
    assert_eq!(team.remove(&host, of_moderator).await?, 303);
    for feed in &mut ending {
        let words = timeout(SOON, feed.end()).await.context("an open page goes on")??;
        assert!(words.contains("Your role in the team"), "{words}");
    }
    assert_eq!(editor.get(&studio).await?.status, 403);
    let target = server.account("vera@demo.example").await?;
    assert_eq!(room.keep_out(&editor, target, "mute", "60").await?.status, 403);
    assert_eq!(room.keep_out(&moderator, target, "mute", "60").await?.status, 403);
    assert_eq!(moderator.get(&format!("/streams/{}/fragment", room.0)).await?.status, 402, "no pass, either");
    assert_eq!(moderator.get(&team.path("")).await?.status, 404);
    assert_eq!(
        server.app.store.streams().whip_key_version(room.0).await?,
        key + 1,
        "encoders need the new key"
    );
    assert_eq!(room.say(&host, "still here").await?.status, 303);
    for feed in &mut staying {
        feed.all_until("still here").await?;
    }
    server.close().await
}

async fn owners_who_demote_each_other_at_once_leave_one(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let team = Team::of_maya(&server).await?;
    let (ann, of_ann) = team.member("ann@example.org", TeamRole::Owner).await?;
    let (ben, of_ben) = team.member("ben@example.org", TeamRole::Owner).await?;
    let (host, maya) = (server.person("host"), server.account("maya@demo.example").await?);
    assert_eq!(team.remove(&host, maya).await?, 303);
    for _ in 0..8 {
        let (one, two) = tokio::join!(team.give(&ann, of_ben, "admin"), team.give(&ben, of_ann, "admin"));
        let mut statuses = [one?, two?];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 403]);
        let roles = [team.role(of_ann).await?, team.role(of_ben).await?];
        assert_eq!(roles.iter().filter(|role| **role == Some(TeamRole::Owner)).count(), 1, "{roles:?}");
        let (owner, other) = if roles[0] == Some(TeamRole::Owner) { (&ann, of_ben) } else { (&ben, of_ann) };
        assert_eq!(team.give(owner, other, "owner").await?, 303);
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_of_a_team_follow_it_and_end_for_whoever_is_removed() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (admin, of_admin) = team.member("ada@example.org", TeamRole::Admin).await?;
    let (ed, of_ed) = team.member("ed@example.org", TeamRole::Editor).await?;
    let page = admin.get(&team.path("")).await?.text;
    assert!(page.contains("Send the invitation") && page.contains("data-feed"), "{page}");
    assert!(!ed.get(&team.path("")).await?.text.contains("Send the invitation"));
    let events = team.path("/events");
    let (mut of_ada, mut of_eds) =
        (Feed::open(&admin, &events, None).await?, Feed::open(&ed, &events, None).await?);
    of_ada.all_until("Send the invitation").await?;
    of_eds.all_until("team-members").await?;

    // Demoted, the forms go from the open page; what it would still send is refused.
    assert_eq!(team.give(&host, of_admin, "analyst").await?, 303);
    let changed = timeout(SOON, of_ada.all_until("team-invite")).await??;
    let words: String = changed.iter().map(|event| event.data.as_str()).collect();
    assert!(!words.contains("Send the invitation") && !words.contains("Change the role"), "{words}");
    assert_eq!(team.invite(&admin, "kim@example.org", "analyst").await?, 403);
    timeout(SOON, of_eds.all_until("Analyst")).await??;

    assert_eq!(team.remove(&host, of_ed).await?, 303);
    timeout(SOON, of_eds.all_until("no longer on this team")).await??;
    assert_eq!(ed.get(&team.path("/fragment")).await?.status, 404);
    server.close().await
}

/// A page that is open while its person joins is loaded again with what the role allows.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_open_while_its_person_joins_ends_and_opens_anew() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host, room) = (Team::of_maya(&server).await?, server.person("host"), server.live());
    let fan = server.anybody();
    fan.sign_in("fan@example.org").await?;
    let pass = server.pass("front-row").await?;
    let account = server.account("fan@example.org").await?;
    server.app.store.grants().give(account, pass, server.app.clock.now()).await?;
    let mut feed: Feed = room.follow(&fan, 0).await?;
    assert_eq!(team.invite(&host, "fan@example.org", "moderator").await?, 303);
    let path = link(&server.mailed("fan@example.org", "An invitation", 1).await?[0])?;
    assert_eq!(fan.post(&format!("{path}/acceptance"), &[]).await?.status, 303);
    timeout(SOON, feed.end()).await.context("the page goes on as a viewer's")??;
    assert_eq!(room.slow(&fan, 10).await?.status, 303, "they moderate at once");
    server.close().await
}

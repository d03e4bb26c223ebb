//! Handing a team and its spaces over to somebody who accepts.

use super::{
    passkeys::with_passkey,
    teams::{Team, link},
};
use crate::support::{Browser, Reply, TestServer};
use anyhow::Result;
use domain::people::account::TeamRole;

async fn offer(team: &Team<'_>, who: &Browser, member: &str, email: &str, leaves: &str) -> Result<Reply> {
    who.post(&team.path("/handover"), &[("member", member), ("email", email), ("leaves", leaves)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_becomes_the_owner_when_they_accept_and_both_are_told() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let maya = server.account("maya@demo.example").await?;
    let (ann, of_ann) = team.member("ann@example.org", TeamRole::Editor).await?;
    let member = of_ann.to_string();
    assert_eq!(offer(&team, &ann, "", "ben@example.org", "false").await?.status, 403, "no owner");
    assert_eq!(offer(&team, &server.person("stranger"), "", "ben@example.org", "false").await?.status, 404);
    assert_eq!(offer(&team, &host, &maya.to_string(), "", "false").await?.status, 422, "it is theirs");
    assert_eq!(offer(&team, &host, "nobody", "", "false").await?.status, 422);
    let refused = offer(&team, &host, "", "ben at example", "true").await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("ben at example"), "the form keeps what was typed");
    assert_eq!(offer(&team, &host, &member, "", "false").await?.status, 303);
    let mail = server.mailed("ann@example.org", "Maya Lin can be yours", 1).await?.remove(0);
    assert_eq!(team.role(maya).await?, Some(TeamRole::Owner), "nothing changes before it is accepted");
    let path = link(&mail)?;
    let page = ann.get(&path).await?.text;
    assert!(page.contains("stays as an admin") && page.contains("Become the owner"), "{page}");
    assert_eq!(ann.post(&format!("{path}/acceptance"), &[]).await?.status, 303);
    assert_eq!(
        (team.role(maya).await?, team.role(of_ann).await?),
        (Some(TeamRole::Admin), Some(TeamRole::Owner))
    );
    let to_ann = server.mailed("ann@example.org", "Maya Lin is yours", 1).await?.remove(0);
    let to_maya = server.mailed("maya@demo.example", "Maya Lin has a new owner", 1).await?.remove(0);
    assert!(to_ann.contains("stays on its team as an admin") && to_maya.contains("You stay on its team"));
    assert!(server.anybody().get("/maya").await?.text.contains("@ann"), "the space shows its owner");
    assert!(!server.anybody().get("/@maya").await?.text.contains("/maya/friday-session"));
    let space = server.space("maya").await?;
    assert_eq!(host.get(&format!("/account/spaces/{space}/closing")).await?.status, 403, "no longer theirs");
    assert_eq!(ann.get(&format!("/account/spaces/{space}/closing")).await?.status, 200);
    let lines = server.app.store.audit().last(20).await?;
    let joined = lines.iter().find(|line| line.act.action == "member.join").expect("a line");
    assert_eq!((joined.act.actor, joined.act.target.as_str()), (Some(of_ann), member.as_str()));
    assert!(joined.act.detail.contains(&format!("{maya} admin")), "{}", joined.act.detail);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_leaves_with_the_handover_if_they_want_and_can_withdraw_the_offer() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let maya = server.account("maya@demo.example").await?;
    let ben = server.anybody();
    ben.sign_in("ben@example.org").await?;
    let of_ben = server.account("ben@example.org").await?;
    assert_eq!(offer(&team, &host, "", "ben@example.org", "true").await?.status, 303);
    let path = link(&server.mailed("ben@example.org", "Maya Lin can be yours", 1).await?[0])?;
    assert!(host.get(&team.path("")).await?.text.contains("hands it over"));
    assert_eq!(host.post(&format!("{path}/withdrawal"), &[]).await?.status, 303);
    assert_eq!(ben.post(&format!("{path}/acceptance"), &[]).await?.status, 404);
    assert_eq!((team.role(maya).await?, team.role(of_ben).await?), (Some(TeamRole::Owner), None));

    assert_eq!(offer(&team, &host, "", "ben@example.org", "true").await?.status, 303);
    let path = link(&server.mailed("ben@example.org", "Maya Lin can be yours", 2).await?[0])?;
    let mut page = server.live().follow(&host, 0).await?;
    assert_eq!(ben.post(&format!("{path}/acceptance"), &[]).await?.status, 303);
    assert!(page.end().await?.contains("Your role in the team"));
    assert_eq!((team.role(maya).await?, team.role(of_ben).await?), (None, Some(TeamRole::Owner)));
    assert_eq!(host.get(&team.path("")).await?.status, 404);
    let to_maya = server.mailed("maya@demo.example", "Maya Lin has a new owner", 1).await?.remove(0);
    assert!(to_maya.contains("You have left its team"), "{to_maya}");
    let space = server.space("maya").await?;
    assert_eq!(ben.get(&format!("/account/spaces/{space}")).await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_renews_no_handover_where_a_passkey_is_required() -> Result<()> {
    let server = TestServer::open().await?;
    let (maya, host) = (Team::of_maya(&server).await?, server.person("host"));
    let email = "ed.keys@example.org";
    let (editor, account) = maya.member(email, TeamRole::Editor).await?;
    let (_, own) = Team::of_owner(&server, account).await?;
    assert_eq!(offer(&own, &editor, "", "ben@example.org", "true").await?.status, 303);
    let invitation = server.app.store.invitations().of_team(own.id).await?.remove(0);
    let path = |what: &str| format!("/account/invitations/{}/{what}", invitation.id);
    let mut phone = with_passkey(&server, &editor).await?;
    with_passkey(&server, &host).await?;
    let thief = server.anybody();
    thief.sign_in(email).await?;
    assert_eq!(thief.post(&path("resending"), &[]).await?.status, 303, "nobody requires one yet");
    assert_eq!(host.post(&maya.path("/passkeys"), &[("required", "true")]).await?.status, 303);
    let before = server.app.store.invitations().by_id(invitation.id).await?;
    let refused = thief.post(&path("resending"), &[]).await?;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["error"]["code"].as_str()),
        (403, Some("needs_passkey"))
    );
    assert_eq!(server.app.store.invitations().by_id(invitation.id).await?, before, "it ends as before");
    assert_eq!(editor.enter_with(&mut phone).await?.status, 303);
    assert_eq!(editor.post(&path("resending"), &[]).await?.status, 303);
    assert_eq!(thief.post(&path("withdrawal"), &[]).await?.status, 303, "that gives nothing away");
    server.close().await
}

//! A member who deletes their account is gone from the team's pages at once, and its owners are told.

use super::teams::Team;
use crate::support::{Feed, TestServer};
use anyhow::{Context, Result};
use domain::people::account::TeamRole;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread")]
async fn owners_learn_of_a_member_who_deletes_their_account() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (editor, _) = team.member("quill@example.org", TeamRole::Editor).await?;
    let (_, _) = team.member("partner@example.org", TeamRole::Owner).await?;
    let (_, _) = team.member("mod@example.org", TeamRole::Moderator).await?;
    let mut open = Feed::open(&host, &team.path("/events"), None).await?;
    let before = open.next().await?.context("the members")?.data;
    assert!(before.contains("quill"), "{before}");

    assert_eq!(editor.post("/account/deletion", &[("username", "quill")]).await?.status, 303);
    let after = timeout(Duration::from_secs(2), open.next()).await.context("it stays")??;
    let after = after.context("it goes on")?.data;
    assert!(after.contains("partner") && !after.contains("quill"), "{after}");
    server.rest().await?;
    for owner in ["maya@demo.example", "partner@example.org"] {
        let told = server.mail_texts(owner, "has left your team").await?;
        assert!(told.len() == 1 && told[0].contains("quill (editor)"), "{owner}: {told:?}");
        assert!(told[0].contains(&team.path("")), "{told:?}");
    }
    for other in ["mod@example.org", "quill@example.org", "vera@demo.example"] {
        assert_eq!(server.mails(other, "has left your team").await?, 0, "{other}");
    }
    // Whoever runs a space alone tells nobody.
    let alone = server.holder("solo@example.org").await?;
    assert_eq!(alone.post("/account/deletion", &[("username", "solo")]).await?.status, 303);
    server.rest().await?;
    assert_eq!(server.mails("solo@example.org", "has left your team").await?, 0);
    server.close().await
}

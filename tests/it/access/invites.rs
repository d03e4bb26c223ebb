//! Links that invite: entered without a pass, bounded, listed, and taken back.

use super::{AT_ONCE, SHOW, address, doors, experience};
use crate::{
    live::media_doors::{is_open, play, session},
    people::{leaving::exported, teams::Team},
    support::{Database, TestServer, eventually, on_both},
};
use anyhow::{Context, Result};
use domain::{access::entry::InviteState, clock::Clock, id::ExperienceId, people::account::TeamRole};
use tokio::time::timeout;

on_both!(
    a_link_invites_as_many_as_it_says_and_takes_them_out_when_it_is_revoked,
    what_asked_and_let_in_at_an_experience_goes_with_it,
    a_link_is_closed_when_its_maker_may_make_none_any_more,
);

async fn a_link_invites_as_many_as_it_says_and_takes_them_out_when_it_is_revoked(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, host) = (server.live(), experience(&server).await?, server.person("host"));
    let base = format!("/account/experiences/{id}");
    let wrong =
        host.post(&format!("{base}/invites"), &[("note", "Press"), ("most", "0"), ("days", "7")]).await?;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("value=\"Press\"") && wrong.text.contains("from 1 to 10000"),
        "{}",
        wrong.text
    );
    let made =
        host.submit(&format!("{base}/invites"), &[("note", "Press"), ("most", "1"), ("days", "7")]).await?;
    let link = address(&made, &format!("{}/experiences/{id}/invites/", server.url))?;
    let (sam, late) = (server.person("stranger"), server.anybody());
    late.sign_in("late@example.org").await?;

    // A link is good as it is, and not when anything of it is changed.
    assert_eq!(sam.get(&format!("{}x", &link[..link.len() - 1])).await?.status, 404);
    assert_eq!(
        sam.get(&link.replace(&id.to_string(), &uuid::Uuid::now_v7().simple().to_string())).await?.status,
        404
    );
    assert_eq!(doors(room, &sam, "not yet").await?, [402, 402, 402], "looking at it opens nothing");
    let page = sam.get(&link).await?.text;
    assert!(page.contains("You are invited"), "{page}");
    assert_eq!(sam.post(&link, &[]).await?.location(), SHOW);
    assert_eq!(doors(room, &sam, "a guest").await?, [200, 200, 303]);
    let permits = exported(&sam).await?.remove("permits.csv").unwrap_or_default();
    assert!(permits.lines().count() == 2 && permits.contains(",invite,"), "{permits}");
    assert_eq!(sam.post(&link, &[]).await?.status, 303, "a second click costs nothing");
    assert_eq!(late.post(&link, &[]).await?.status, 409, "it was for one person");
    assert!(late.get(&link).await?.text.contains("used up"));
    let listed = host.get(&format!("{base}/entry")).await?.text;
    assert!(listed.contains("1 person of 1 came by it.") && listed.contains("Used up"), "{listed}");

    let neighbour = server.fans(1).await?.remove(0).browser;
    let (mut open, mut stays) = (room.follow(&sam, 0).await?, room.follow(&neighbour, 0).await?);
    let media = session(&play(&sam, room).send().await?)?;
    let revoke = address(&host.get(&format!("{base}/entry")).await?, &format!("{base}/invites/"))?;
    assert!(revoke.ends_with("/revocation"), "{revoke}");
    let other = server.signed_in("other.creator@example.org").await?;
    assert_eq!(other.post(&revoke, &[]).await?.status, 404);
    assert_eq!(host.post(&revoke, &[]).await?.status, 303);
    timeout(AT_ONCE, open.end()).await??;
    let ended = async || anyhow::Ok((!is_open(&media, &sam).await?).then_some(()));
    eventually("their media goes on", ended).await?;
    assert_eq!(doors(room, &sam, "out").await?, [402, 402, 402]);
    assert_eq!(sam.post(&link, &[]).await?.status, 409);
    assert_eq!(room.say(&neighbour, "still here").await?.status, 303);
    let seen = stays.all_until("still here").await?;
    assert!(seen.iter().all(|event| event.name != "end" && !event.data.contains(">out<")), "{seen:?}");

    // A banned person is not let in by one.
    let made = host.submit(&format!("{base}/invites"), &[("note", ""), ("most", "9"), ("days", "1")]).await?;
    let link = address(&made, &format!("{}/experiences/{id}/invites/", server.url))?;
    let account = server.account("late@example.org").await?;
    assert_eq!(room.keep_out(&host, account, "ban", "").await?.status, 303);
    assert_eq!(late.post(&link, &[]).await?.status, 403);
    assert_eq!(late.get(&link).await?.status, 403);
    server.close().await
}

async fn what_asked_and_let_in_at_an_experience_goes_with_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, space, kept) =
        (server.person("host"), server.space("maya").await?, experience(&server).await?);
    let made =
        host.post(&format!("/account/spaces/{space}/experiences"), &[("title", "Only a thought")]).await?;
    let made = made.location().rsplit('/').next().context("an id")?.parse::<ExperienceId>()?;
    for id in [kept, made] {
        let base = format!("/account/experiences/{id}");
        let forms: [(&str, &[(&str, &str)]); 3] = [
            ("entry", &[("passphrase", "the blue door"), ("rule", "also")]),
            ("preview", &[("minutes", "3")]),
            ("invites", &[("note", ""), ("most", "9"), ("days", "7")]),
        ];
        for (form, fields) in forms {
            assert_eq!(host.post(&format!("{base}/{form}"), fields).await?.status, 303, "{form}");
        }
    }
    let deletion = format!("/account/experiences/{made}/deletion");
    assert_eq!(host.post(&deletion, &[]).await?.status, 303);
    let entries = server.app.store.entries();
    let now = server.app.clock.now();
    for (id, stays) in [(kept, true), (made, false)] {
        assert_eq!(entries.lock(id).await?.is_some(), stays);
        assert_eq!(entries.preview(id).await?.is_some(), stays);
        let open = entries.invites(id).await?.iter().all(|one| one.state(now) == InviteState::Open);
        assert_eq!(open, stays);
    }
    server.close().await
}

async fn a_link_is_closed_when_its_maker_may_make_none_any_more(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, host) = (server.live(), experience(&server).await?, server.person("host"));
    let base = format!("/account/experiences/{id}");
    let team = Team::of_maya(&server).await?;
    let guest = server.person("stranger");
    // Removed, made a moderator, and gone for good.
    for name in ["quill", "partner", "leaver"] {
        let (editor, account) = team.member(&format!("{name}@example.org"), TeamRole::Editor).await?;
        let form = [("note", "Friends"), ("most", "9"), ("days", "365")];
        let made = editor.submit(&format!("{base}/invites"), &form).await?;
        let link = address(&made, &format!("{}/experiences/{id}/invites/", server.url))?;
        if name == "quill" {
            assert_eq!(guest.post(&link, &[]).await?.status, 303);
        }
        let status = match name {
            "quill" => team.remove(&host, account).await?,
            "partner" => team.give(&host, account, "moderator").await?,
            _ => editor.post("/account/deletion", &[("username", name)]).await?.status.as_u16(),
        };
        assert_eq!(status, 303, "{name}");
        let late = server.signed_in(&format!("late.{name}@example.org")).await?;
        assert_eq!(late.post(&link, &[]).await?.status, 409, "{name}");
        assert!(late.get(&link).await?.text.contains("used up"), "{name}");
    }
    assert_eq!(doors(room, &guest, "came in time").await?, [200, 200, 303]);
    let listed = host.get(&format!("{base}/entry")).await?.text;
    assert_eq!(listed.matches("Closed, because its maker may not invite any more").count(), 3, "{listed}");
    let revoke = address(&host.get(&format!("{base}/entry")).await?, &format!("{base}/invites/"))?;
    assert!(revoke.ends_with("/revocation"), "whoever came by it can still be put out: {revoke}");
    server.close().await
}

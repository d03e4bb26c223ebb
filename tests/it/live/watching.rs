//! What somebody watches piece by piece goes on only while they may: the door, their session and the recording itself are asked
//! again before each piece.

use super::recordings::{grown, record};
use crate::support::{Browser, Room, TestServer, chaos::confirmed, server::PATIENCE};
use anyhow::{Context, Result};
use reqwest::{Method, Response};
use tokio::time::timeout;

fn path(room: Room) -> String {
    format!("/media/rewinds/{}?seconds=300", room.0)
}

/// A player that has gone back, and has got its first bytes.
async fn gone_back(who: &Browser, room: Room) -> Result<Response> {
    let mut back = who.request(Method::GET, &path(room)).send().await?;
    assert_eq!(back.status().as_u16(), 200);
    back.chunk().await?.context("nothing comes")?;
    Ok(back)
}

/// Reads until nothing more comes, which takes as long as a segment.
pub(super) async fn ends(mut back: Response, why: &'static str) -> Result<()> {
    let rest = async {
        while back.chunk().await?.is_some() {}
        anyhow::Ok(())
    };
    timeout(PATIENCE, rest).await.context(why)?
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_comes_after_a_sign_out_a_suspension_or_when_it_is_hidden() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    record(room, &host, true).await?;
    grown(&server, room, 1).await?;
    let fans = server.fans(3).await?;
    let (leaver, suspended, stays) = (&fans[0], &fans[1], &fans[2].browser);
    let [mut of_leaver, mut of_suspended, mut of_other] = [
        gone_back(&leaver.browser, room).await?,
        gone_back(&suspended.browser, room).await?,
        gone_back(stays, room).await?,
    ];
    for back in [&mut of_leaver, &mut of_suspended, &mut of_other] {
        back.chunk().await?.context("it ended early")?;
    }
    assert_eq!(leaver.browser.post("/sign-out", &[]).await?.status, 303);
    ends(of_leaver, "it goes on after a sign-out").await?;
    let suspension = format!("/ops/people/{}/suspension", suspended.account);
    let why = [("reason", "It sold what it never gave.")];
    assert_eq!(confirmed(&server.person("operator"), &suspension, &why).await?, 303);
    ends(of_suspended, "it goes on after a suspension").await?;
    of_other.chunk().await?.context("somebody else's has ended, too")?;

    let visibility = format!("/account/recordings/{}/visibility", room.0);
    let own = gone_back(&host, room).await?;
    assert_eq!(host.post(&visibility, &[("hidden", "true")]).await?.status, 303);
    ends(of_other, "it goes on though it is hidden").await?;
    assert_eq!(stays.get(&path(room)).await?.status, 404, "it is hidden");
    drop((own, gone_back(&host, room).await?));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn free_minutes_lead_nobody_back() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, sam) = (server.live(), server.person("host"), server.person("stranger"));
    record(room, &host, true).await?;
    grown(&server, room, 1).await?;
    let id = server.app.store.streams().by_id(room.0).await?.experience;
    let minutes = format!("/account/experiences/{id}/preview");
    assert_eq!(host.post(&minutes, &[("minutes", "3")]).await?.status, 303);
    assert_eq!(sam.get(&path(room)).await?.status, 402);
    assert_eq!(sam.post(&format!("/experiences/{id}/preview"), &[]).await?.status, 303);
    let _inside = room.follow(&sam, 0).await?;
    let refused = sam.get(&path(room)).await?;
    assert_eq!(refused.status, 403, "{}", refused.text);
    drop(gone_back(&server.fans(1).await?.remove(0).browser, room).await?);
    server.close().await
}

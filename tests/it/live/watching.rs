//! What somebody watches piece by piece goes on only while they may: the door, their session and the recording itself are asked
//! again before each piece.

use super::recordings::{grown, record};
use crate::support::{Browser, Room, TestServer, chaos::confirmed, eventually, server::PATIENCE};
use anyhow::{Context, Result};
use reqwest::{Method, Response};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use tokio::{task::JoinHandle, time::timeout};

fn path(room: Room) -> String {
    format!("/media/rewinds/{}?seconds=300", room.0)
}

/// A player that has gone back. It takes what comes all the time: who takes nothing is cut off after some seconds.
struct Player {
    got: Arc<AtomicUsize>,
    rest: JoinHandle<Result<()>>,
}

impl Player {
    async fn start(who: &Browser, room: Room) -> Result<Self> {
        let back = who.request(Method::GET, &path(room)).send().await?;
        assert_eq!(back.status().as_u16(), 200);
        let got = Arc::<AtomicUsize>::default();
        let rest = tokio::spawn(read(back, got.clone()));
        let player = Self { got, rest };
        player.goes_on().await?;
        Ok(player)
    }

    /// Waits for further bytes.
    async fn goes_on(&self) -> Result<()> {
        let before = self.got.load(Relaxed);
        let more = async || anyhow::Ok((self.got.load(Relaxed) > before).then_some(()));
        eventually("nothing more comes", more).await
    }

    async fn ends(self, why: &'static str) -> Result<()> {
        timeout(PATIENCE, self.rest).await.context(why)??
    }
}

async fn read(mut back: Response, got: Arc<AtomicUsize>) -> Result<()> {
    while let Some(bytes) = back.chunk().await? {
        got.fetch_add(bytes.len(), Relaxed);
    }
    Ok(())
}

/// Reads until nothing more comes, which takes as long as a segment.
pub(super) async fn ends(back: Response, why: &'static str) -> Result<()> {
    timeout(PATIENCE, read(back, Arc::default())).await.context(why)?
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_comes_after_a_sign_out_a_suspension_or_when_it_is_hidden() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    record(room, &host, true).await?;
    grown(&server, room, 1).await?;
    let fans = server.fans(3).await?;
    let (leaver, suspended, stays) = (&fans[0], &fans[1], &fans[2].browser);
    let [of_leaver, of_suspended, of_other] = [
        Player::start(&leaver.browser, room).await?,
        Player::start(&suspended.browser, room).await?,
        Player::start(stays, room).await?,
    ];
    assert_eq!(leaver.browser.post("/sign-out", &[]).await?.status, 303);
    of_leaver.ends("it goes on after a sign-out").await?;
    let suspension = format!("/ops/people/{}/suspension", suspended.account);
    let why = [("reason", "It sold what it never gave.")];
    assert_eq!(confirmed(&server.person("operator"), &suspension, &why).await?, 303);
    of_suspended.ends("it goes on after a suspension").await?;
    of_other.goes_on().await?;

    let visibility = format!("/account/recordings/{}/visibility", room.0);
    let own = Player::start(&host, room).await?;
    assert_eq!(host.post(&visibility, &[("hidden", "true")]).await?.status, 303);
    of_other.ends("it goes on though it is hidden").await?;
    assert_eq!(stays.get(&path(room)).await?.status, 404, "it is hidden");
    own.goes_on().await?;
    Player::start(&host, room).await?;
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
    Player::start(&server.fans(1).await?.remove(0).browser, room).await?;
    server.close().await
}

//! The stage beside the host: who may ask, who lets them up, what ends what they send, and what a killed actor changes.

use super::media_doors::{is_open, offer, session};
use crate::{
    people::leaving::exported,
    support::{Browser, Feed, Room, TestServer, eventually, server::Fan},
};
use anyhow::{Context, Result};
use domain::{
    id::{AccountId, ParticipantId, RoomId},
    live::{
        media::{MediaEnd, MediaPlane},
        participants::{MOST_UP, ParticipantState},
    },
};
use reqwest::{Method, RequestBuilder, header};

async fn raise(room: Room, who: &Browser, up: bool) -> Result<u16> {
    Ok(who.post(&room.path("hand"), &[("up", &up.to_string())]).await?.status.as_u16())
}

async fn host_does(room: Room, who: &Browser, whom: ParticipantId, act: &str) -> Result<u16> {
    let path = room.path(&format!("participants/{whom}/{act}"));
    Ok(who.post(&path, &[("muted", "true")]).await?.status.as_u16())
}

fn send(who: &Browser, room: Room, whom: ParticipantId) -> RequestBuilder {
    let request = who.request(Method::POST, &room.path(&format!("participants/{whom}/whip")));
    request.header(header::CONTENT_TYPE, "application/sdp").body(offer("sendonly", &["VP8"]))
}

fn receive(who: &Browser, room: Room, whom: ParticipantId) -> RequestBuilder {
    let request = who.request(Method::POST, &room.path(&format!("participants/{whom}/whep")));
    request.header(header::CONTENT_TYPE, "application/sdp").body(offer("recvonly", &["VP8"]))
}

async fn status(request: RequestBuilder) -> Result<u16> {
    Ok(request.send().await?.status().as_u16())
}

async fn place(server: &TestServer, account: AccountId) -> Result<Option<(ParticipantId, ParticipantState)>> {
    let stage = server.app.engine.stream(server.live().0).stage().await?;
    Ok(stage.participants.of(account).map(|one| (one.id, one.state)))
}

async fn studio(room: Room, host: &Browser) -> Result<Feed> {
    Feed::open(host, &room.path("events?since=0&page=studio"), None).await
}

/// Raises a fan's hand, and lets them up.
async fn up(server: &TestServer, fan: &Fan) -> Result<ParticipantId> {
    let (room, host) = (server.live(), server.person("host"));
    assert_eq!(raise(room, &fan.browser, true).await?, 303);
    let (one, _) = place(server, fan.account).await?.context("a hand")?;
    assert_eq!(host_does(room, &host, one, "acceptance").await?, 303);
    assert_eq!(place(server, fan.account).await?, Some((one, ParticipantState::Up)));
    Ok(one)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_asks_and_only_the_host_lets_them_up() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(2).await?);
    let [ann, ben] = fans.as_slice() else { panic!("two fans") };
    let (mut page, mut desk) = (room.follow(&ben.browser, 0).await?, studio(room, &host).await?);
    assert_eq!(raise(room, &server.anybody(), true).await?, 401);
    assert_eq!(raise(room, &server.person("stranger"), true).await?, 402);
    assert_eq!(raise(room, &ann.browser, true).await?, 303);
    assert_eq!(raise(room, &ann.browser, true).await?, 303, "once more changes nothing");
    desk.all_until("raises a hand").await?;
    let (one, state) = place(&server, ann.account).await?.context("a hand")?;
    assert_eq!(state, ParticipantState::Raised);
    assert!(ann.browser.get(&room.path("fragment")).await?.text.contains("Your hand is up."));
    for who in [&ann.browser, &ben.browser, &server.person("stranger")] {
        assert_eq!(host_does(room, who, one, "acceptance").await?, 403);
    }
    assert_eq!(status(send(&ann.browser, room, one)).await?, 404, "she is not up");
    let uninvited = ann.browser.post(&room.path("stage"), &[]).await?;
    assert_eq!(uninvited.status, 409, "nobody lets herself up");

    assert_eq!(host_does(room, &host, one, "acceptance").await?, 303);
    let seen = page.all_until(&one.to_string()).await?;
    assert!(seen.iter().all(|event| !event.data.contains("raises a hand")), "viewers see no queue");
    assert!(seen.iter().all(|event| !event.data.contains("data-sends")), "nothing is sent yet");
    let theirs = server.media.play_test_card(RoomId::of_participant(one)).await?;
    page.all_until("data-sends").await?;
    desk.all_until("is on the stage").await?;
    assert_eq!(status(receive(&ben.browser, room, one)).await?, 201);
    assert_eq!(status(receive(&server.person("stranger"), room, one)).await?, 402);
    server.media.end(theirs, MediaEnd::Lost);
    desk.all_until("sends nothing yet").await?;
    let live = server.app.engine.stream(room.0).get().await?;
    assert_eq!(live.state, domain::live::stream::StreamState::Live, "the show goes on");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_sends_no_more_and_cannot_come_back() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(2).await?);
    let [ann, ben] = fans.as_slice() else { panic!("two fans") };
    let (hers, his) = (up(&server, ann).await?, up(&server, ben).await?);
    assert_eq!(status(send(&ben.browser, room, hers)).await?, 404, "each has a place of their own");
    assert_eq!(status(send(&host, room, hers)).await?, 404);
    let sent = session(&send(&ann.browser, room, hers).send().await?)?;
    let neighbour = session(&send(&ben.browser, room, his).send().await?)?;
    assert!(is_open(&sent, &ann.browser).await?);
    for who in [&ann.browser, &ben.browser] {
        assert_eq!(host_does(room, who, his, "removal").await?, 403);
        assert_eq!(host_does(room, who, his, "mute").await?, 403);
    }
    let mut page = room.follow(&ben.browser, 0).await?;
    assert_eq!(host_does(room, &host, hers, "mute").await?, 303);
    page.all_until("data-muted").await?;
    assert!(is_open(&sent, &ann.browser).await?, "who is muted stays");
    let maya = server.account("maya@demo.example").await?;
    for (who, of) in [(ann.account, Some(",up,1,")), (ben.account, Some(",up,0,")), (maya, None)] {
        let email = server.app.store.accounts().by_id(who).await?.email;
        let stages =
            exported(&server.signed_in(&email).await?).await?.remove("stages.csv").context("the file")?;
        let lines: Vec<_> = stages.lines().skip(1).collect();
        assert!(lines.len() == of.iter().len() && of.is_none_or(|of| lines[0].contains(of)), "{stages}");
    }
    assert_eq!(host_does(room, &host, hers, "removal").await?, 303);
    assert!(!is_open(&sent, &ann.browser).await?, "it has ended when the host is answered");
    assert_eq!(status(send(&ann.browser, room, hers)).await?, 404);
    assert_eq!(status(receive(&ben.browser, room, hers)).await?, 404);
    assert!(is_open(&neighbour, &ben.browser).await?);
    let again = up(&server, ann).await?;
    assert_ne!(again, hers, "another time is another place");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_access_sends_no_more() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(3).await?);
    let [ann, ben, mute] = fans.as_slice() else { panic!("three fans") };
    let (hers, his) = (up(&server, ann).await?, up(&server, ben).await?);
    let sent = session(&send(&ann.browser, room, hers).send().await?)?;
    let neighbour = session(&send(&ben.browser, room, his).send().await?)?;
    assert_eq!(room.keep_out(&host, ann.account, "ban", "").await?.status, 303);
    assert!(!is_open(&sent, &ann.browser).await?);
    assert_eq!(status(send(&ann.browser, room, hers)).await?, 403);
    assert_eq!(raise(room, &ann.browser, true).await?, 403, "banned");
    let left = async || anyhow::Ok(place(&server, ann.account).await?.is_none().then_some(()));
    eventually("she comes back with the end of the ban", left).await?;
    assert_eq!(place(&server, ben.account).await?, Some((his, ParticipantState::Up)));
    assert!(is_open(&neighbour, &ben.browser).await?);
    assert_eq!(room.keep_out(&host, mute.account, "mute", "").await?.status, 303);
    assert_eq!(raise(room, &mute.browser, true).await?, 403, "who may not write may not ask");
    assert_eq!(host.post(&room.path("state"), &[("state", "ended")]).await?.status, 303);
    assert!(!is_open(&neighbour, &ben.browser).await?, "nor does anybody after the end");
    let is_empty = async || anyhow::Ok(place(&server, ben.account).await?.is_none().then_some(()));
    eventually("the stage is empty", is_empty).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_invited_account_comes_up_and_the_stage_has_an_end() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(MOST_UP + 2).await?);
    let (guest, other) = (&fans[0], &fans[1]);
    let name = server.app.store.accounts().by_id(guest.account).await?.username;
    let invite = async |who: &Browser, name: &str| {
        anyhow::Ok(who.post(&room.path("participants"), &[("username", name)]).await?.status.as_u16())
    };
    assert_eq!(invite(&other.browser, &name).await?, 403);
    assert_eq!(invite(&host, "nobody-of-that-name").await?, 422);
    assert_eq!(invite(&host, &name).await?, 303);
    let (one, state) = place(&server, guest.account).await?.context("an invitation")?;
    assert_eq!(state, ParticipantState::Invited);
    assert_eq!(host_does(room, &host, one, "acceptance").await?, 303, "which changes nothing");
    assert_eq!(status(send(&guest.browser, room, one)).await?, 404, "only she says that she comes");
    assert!(guest.browser.get(&room.path("fragment")).await?.text.contains("The host invites you"));
    assert!(!other.browser.get(&room.path("fragment")).await?.text.contains("The host invites you"));
    assert_eq!(other.browser.post(&room.path("stage"), &[]).await?.status, 409);
    assert_eq!(guest.browser.post(&room.path("stage"), &[]).await?.status, 303);
    assert_eq!(status(send(&guest.browser, room, one)).await?, 201);
    for fan in &fans[1..MOST_UP] {
        up(&server, fan).await?;
    }
    let last = &fans[MOST_UP];
    assert_eq!(raise(room, &last.browser, true).await?, 303);
    let (hand, _) = place(&server, last.account).await?.context("a hand")?;
    assert_eq!(host_does(room, &host, hand, "acceptance").await?, 409, "the stage is full");
    assert_eq!(raise(room, &guest.browser, false).await?, 303, "she leaves");
    assert_eq!(host_does(room, &host, hand, "acceptance").await?, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_actor_changes_nothing_on_the_pages() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let [ann, ben] = fans.as_slice() else { panic!("two fans") };
    let hers = up(&server, ann).await?;
    server.media.play_test_card(RoomId::of_participant(hers)).await?;
    let mut page = room.follow(&ben.browser, 0).await?;
    page.all_until("data-sends").await?;
    let before = server.app.engine.stream(room.0).stage().await?;
    server.strike("kill", "stream", room.0).await?;
    server.strike("panic", "stream", room.0).await?;
    assert_eq!(room.say(&ben.browser, "still there?").await?.status, 303);
    let heard = page.all_until("still there?").await?;
    assert!(heard.iter().all(|event| !event.data.contains("participants")), "no page is told anything");
    assert_eq!(server.app.engine.stream(room.0).stage().await?, before);
    let host = server.person("host");
    assert_eq!(host_does(room, &host, hers, "removal").await?, 303, "and the host still decides");
    page.all_until("id=\"participants\"").await?;
    assert_eq!(place(&server, ann.account).await?, None);
    server.close().await
}

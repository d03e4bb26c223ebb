//! Doors decide after the last byte of a request. Access that ends between its head and its body is not used.

use super::media_doors::offer;
use crate::support::{Browser, Room, TestServer, raw::Raw};
use anyhow::Result;
use std::time::Duration;

/// Long enough for the server to read the head and the first half of a body.
const READ: Duration = Duration::from_millis(300);

/// A request of which half the body has been sent.
struct Half {
    raw: Raw,
    rest: String,
}

impl Half {
    async fn send(server: &TestServer, who: &Browser, path: &str, kind: &str, body: &str) -> Result<Self> {
        let (cookie, length) = (who.cookie(), body.len());
        let mut raw = Raw::connect(server.address).await?;
        raw.send(format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\n\r\n"
        ))
        .await?;
        let (first, rest) = body.split_at(length / 2);
        raw.send(first).await?;
        Ok(Self { raw, rest: rest.to_owned() })
    }

    async fn line(server: &TestServer, who: &Browser, room: Room, words: &str) -> Result<Self> {
        let form = "application/x-www-form-urlencoded";
        Self::send(server, who, &room.path("messages"), form, &format!("body={words}")).await
    }

    async fn media(server: &TestServer, who: &Browser, room: Room) -> Result<Self> {
        Self::send(server, who, &room.path("whep"), "application/sdp", &offer("recvonly", &["VP8"])).await
    }

    /// Sends the rest. Returns the status, and whether the response names a media session.
    async fn end(mut self) -> Result<(u16, bool)> {
        self.raw.send(&self.rest).await?;
        let reply = self.raw.reply().await?;
        Ok((reply.status, reply.head.contains("\nlocation: /streams/")))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_ends_during_a_body_is_not_used() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(2).await?);
    let (leaver, stayer) = (&fans[0].browser, &fans[1].browser);
    let mut feed = room.follow(&host, 0).await?;

    let mut halves = Vec::new();
    for who in [leaver, stayer] {
        let words = if std::ptr::eq(who, leaver) { "after-sign-out" } else { "slow-and-honest" };
        halves.push(Half::line(&server, who, room, words).await?);
        halves.push(Half::media(&server, who, room).await?);
    }
    tokio::time::sleep(READ).await;
    assert_eq!(leaver.post("/sign-out", &[]).await?.status, 303);
    for (half, want) in halves.into_iter().zip([(401, false), (401, false), (303, false), (201, true)]) {
        assert_eq!(half.end().await?, want);
    }

    let late = Half::line(&server, stayer, room, "after-unpublication").await?;
    let late_media = Half::media(&server, stayer, room).await?;
    let team = Half::line(&server, &host, room, "from-the-team").await?;
    tokio::time::sleep(READ).await;
    let space = server.space("maya").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert_eq!(late.end().await?, (404, false));
    assert_eq!(late_media.end().await?, (404, false));
    assert_eq!(team.end().await?.0, 303, "the team stays");
    let told = feed.all_until("from-the-team").await?;
    let tells = |words: &str| told.iter().filter(|event| event.data.contains(words)).count();
    assert_eq!(tells("slow-and-honest"), 1);
    assert_eq!((tells("after-sign-out"), tells("after-unpublication")), (0, 0));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_before_it_is_sent() -> Result<()> {
    let server = TestServer::open().await?;
    let mut raw = Raw::connect(server.address).await?;
    let head = |framing: &str| {
        format!(
            "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{framing}\r\n\r\n"
        )
    };
    raw.send(head("content-length: 65537\r\nexpect: 100-continue")).await?;
    assert_eq!(raw.reply().await?.status, 413);
    let mut raw = Raw::connect(server.address).await?;
    let chunk = format!("10001\r\n{}\r\n0\r\n\r\n", "x".repeat(0x10001));
    let reply = raw.exchange(&head("transfer-encoding: chunked"), chunk.as_bytes(), Duration::ZERO).await?;
    assert_eq!(reply.status, 413);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_send_a_text_of_the_service() -> Result<()> {
    let server = TestServer::open().await?;
    let (anybody, host, operator) = (server.anybody(), server.person("host"), server.person("operator"));
    for (who, request) in [
        (&anybody, "POST /ops/documents/terms"),
        (&host, "POST /ops/documents/terms"),
        (&operator, "PUT /ops/documents/terms"),
        (&operator, "POST /ops/documents"),
        (&operator, "POST /ops/documents-of-others"),
        (&operator, "POST /ops/documents/terms/x"),
    ] {
        let cookie = who.cookie();
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let mut raw = Raw::connect(server.address).await?;
        raw.send(format!(
            "{request} HTTP/1.1\r\nhost: localhost\r\n{cookie}content-type: application/x-www-form-urlencoded\r\n\
             content-length: 65537\r\nexpect: 100-continue\r\n\r\n"
        ))
        .await?;
        assert_eq!(raw.reply().await?.status, 413, "{request}");
    }
    server.close().await
}

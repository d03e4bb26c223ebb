//! Files with pictures that come slowly: they keep nobody else from sending theirs.

use super::pictures::{photograph, upload};
use crate::support::{Browser, TestServer, browser::BOUNDARY, eventually, raw::Raw};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// All places, of which one address has half.
const PLACES: usize = 8;

fn head(who: &Browser, address: &str, path: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nx-forwarded-for: {address}\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: 9000000\r\n\r\n",
        who.cookie()
    )
}

/// Sends `bytes` of a picture again and again until it is ended. Returns the answer, and after how long it came.
fn drip(
    server: &TestServer,
    head: String,
    bytes: usize,
    apart: Duration,
) -> JoinHandle<Result<(String, Duration)>> {
    let address = server.address;
    tokio::spawn(async move {
        let (begun, mut raw) = (Instant::now(), Raw::connect(address).await?);
        raw.send(head).await?;
        let (mut reads, mut writes) = raw.stream.split();
        let mut answer = vec![0; 200];
        let drips = async {
            while writes.write_all(&vec![b'x'; bytes]).await.is_ok() {
                sleep(apart).await;
            }
            std::future::pending::<()>().await;
        };
        let length = tokio::select! {
            length = reads.read(&mut answer) => length?,
            () = drips => 0,
        };
        Ok((String::from_utf8_lossy(&answer[..length]).into(), begun.elapsed()))
    })
}

async fn people(server: &TestServer, count: usize) -> Result<Vec<Browser>> {
    let mut people = Vec::new();
    for n in 0..count {
        let who = server.anybody().at(&format!("203.0.113.{n}"));
        who.sign_in(&format!("sender{n}@example.org")).await?;
        people.push(who);
    }
    Ok(people)
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_files_make_room_for_others() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let people = people(&server, PLACES).await?;
    let drips: Vec<_> = (people.iter().enumerate())
        .map(|(n, who)| {
            // Faster than the least that is demanded, and slower than anybody who waits.
            let head = head(who, &format!("198.51.100.{}", n % 2), "/account/avatar");
            drip(&server, head, 6000, Duration::from_millis(if n == 5 { 450 } else { 250 }))
        })
        .collect();
    sleep(Duration::from_secs(2)).await;
    let file = photograph(400, 300, 1);
    let host = server.person("host").at("192.0.2.1");
    let early = upload(&host, "/account/avatar", None, &file).await?;
    assert_eq!(early.status, 429, "all places are taken by files that nobody can call slow yet");
    ensure!(early.headers.contains_key("retry-after"), "it says when to try again");
    sleep(Duration::from_secs(4)).await;
    let begun = Instant::now();
    let sent = upload(&host, "/account/avatar", None, &file).await?;
    assert_eq!(sent.status, 303, "{}", sent.text);
    ensure!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let gone = async || anyhow::Ok(drips.iter().any(JoinHandle::is_finished).then_some(()));
    eventually("none has gone", gone).await?;
    let ended: Vec<usize> = (0..PLACES).filter(|n| drips[*n].is_finished()).collect();
    assert_eq!(ended, [5], "the slowest has gone, and nobody else");
    for drip in drips {
        drip.abort();
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_hardly_comes_is_ended() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    let drip = drip(&server, head(&host, "192.0.2.1", "/account/avatar"), 400, Duration::from_millis(100));
    let (answer, after) = timeout(Duration::from_secs(9), drip).await.context("it stays")???;
    ensure!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    ensure!(after > Duration::from_secs(4), "{after:?}");
    let sent = upload(&host, "/account/avatar", None, &photograph(300, 300, 1)).await?;
    assert_eq!(sent.status, 303, "its place is free again");
    server.close().await
}

/// Whoever may not change a space is told so before the first byte, and what somebody sends counts before it has come.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_is_not_awaited() -> Result<()> {
    let server = TestServer::open().await?;
    let (space, viewer) = (server.space("maya").await?, server.person("viewer"));
    for (path, status) in [
        (format!("/account/spaces/{space}/cover"), 404),
        (format!("/account/spaces/{space}/logo"), 404),
        ("/account/spaces/none/cover".to_owned(), 404),
    ] {
        let mut raw = Raw::connect(server.address).await?;
        raw.send(head(&viewer, "192.0.2.1", &path)).await?;
        assert_eq!(raw.reply().await?.status, status, "{path}");
    }
    let host = server.person("host");
    for _ in 0..30 {
        // It breaks off.
        let mut raw = Raw::connect(server.address).await?;
        raw.send(head(&host, "192.0.2.1", &format!("/account/spaces/{space}/cover"))).await?;
        raw.send("--x").await?;
        sleep(Duration::from_millis(20)).await;
        drop(raw);
        sleep(Duration::from_millis(20)).await;
    }
    let last = upload(&host, "/account/avatar", None, &photograph(300, 300, 1)).await?;
    assert_eq!(last.status, 429, "each of them counted: {}", last.text);
    assert_eq!(upload(&viewer, "/account/avatar", None, &photograph(300, 300, 1)).await?.status, 303);
    server.close().await
}

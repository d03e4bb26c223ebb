//! The connection check: what it answers, how often, and that it costs nobody else anything.

use super::media_doors::{is_open, offer, play, session};
use crate::support::{Browser, TestServer};
use anyhow::{Context, Result, ensure};
use reqwest::{Method, Response, header};

async fn attempt(who: &Browser, by: &str) -> Result<Response> {
    let request = who.request(Method::POST, &format!("/help/connection?by={by}"));
    let request = request.header(header::CONTENT_TYPE, "application/sdp").body(offer("recvonly", &["VP8"]));
    Ok(request.send().await?)
}

/// The candidates of an answer: transport and port.
fn candidates(sdp: &str) -> Vec<(String, String)> {
    let lines = sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
    let fields = lines.map(|line| line.split(' ').map(str::to_lowercase).collect::<Vec<_>>());
    fields.map(|fields| (fields[2].clone(), fields[5].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_is_tried_apart_at_the_port_that_the_page_names() -> Result<()> {
    let server = TestServer::open().await?;
    let visitor = server.anybody();
    let page = visitor.get("/help/connection").await?.text;
    for by in ["udp", "tcp"] {
        let answer = attempt(&visitor, by).await?;
        ensure!(answer.status() == 200 && !answer.headers().contains_key(header::LOCATION), "{answer:?}");
        let candidates = candidates(&answer.text().await?);
        ensure!(!candidates.is_empty() && candidates.iter().all(|(way, _)| way == by), "{candidates:?}");
        let port = &candidates[0].1;
        ensure!(page.contains(&format!("port {port}")), "{port} is not named");
    }
    for by in ["pigeon", ""] {
        let refused = attempt(&visitor, by).await?.status().as_u16();
        ensure!((400..=422).contains(&refused), "{by}: {refused}");
    }
    let show = server.doors["watch"].as_str().context("a show")?;
    let watching = server.fans(1).await?.remove(0).browser.get(show).await?.text;
    ensure!(watching.contains("href=\"/help/connection\""), "the player leads to it");
    ensure!(visitor.get("/help").await?.text.contains("href=\"/help/connection\""), "and so does the help");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_and_an_address_may_check_so_often_and_viewers_go_on() -> Result<()> {
    let server = TestServer::open().await?;
    let fans = server.fans(3).await?;
    let (greedy, neighbour, viewer) = (&fans[0].browser, &fans[1].browser, &fans[2].browser);
    let watching = session(&play(viewer, server.live()).send().await?)?;
    let mut taken = 0;
    let refused = loop {
        let answer = attempt(greedy, "tcp").await?;
        if answer.status() != 200 {
            break answer;
        }
        taken += 1;
        ensure!(taken < 40, "there is no limit");
    };
    ensure!(refused.status() == 429, "{refused:?}");
    refused.headers().get(header::RETRY_AFTER).context("when to come again")?;
    ensure!((12..20).contains(&taken), "{taken} attempts of one account");
    ensure!(attempt(neighbour, "udp").await?.status() == 200, "the limit is per account");
    let mut of_visitors = 0;
    while attempt(&server.anybody(), "udp").await?.status() == 200 {
        of_visitors += 1;
        ensure!(of_visitors < 200, "an address has no limit");
    }
    ensure!(of_visitors + taken + 1 >= 60, "{of_visitors} attempts of the address");
    let mut refused = false;
    for _ in 0..3 {
        refused |= attempt(neighbour, "udp").await?.status() == 429;
    }
    ensure!(refused, "it counts whoever it is");
    ensure!(is_open(&watching, viewer).await?, "who watches is not affected");
    ensure!(play(neighbour, server.live()).send().await?.status() == 201, "and who joins neither");
    server.close().await
}

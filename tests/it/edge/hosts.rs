//! A local server answers to this machine's host names only; other spellings of a path redirect; secrets in paths are
//! not logged.

use crate::support::{TestServer, child::Process, eventually, raw::Raw, shop::Order};
use anyhow::{Context, Result};
use reqwest::{Method, header};
use std::net::SocketAddr;

fn address(url: &str) -> Result<SocketAddr> {
    Ok(url.strip_prefix("http://").context("an address")?.parse()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_server_refuses_other_host_names() -> Result<()> {
    let server = TestServer::open().await?;
    let mut raw = Raw::connect(address(&server.url)?).await?;
    for (host, status) in [
        ("localhost:3000", 200),
        ("127.0.0.1", 200),
        ("[::1]:3000", 200),
        ("evil.example", 421),
        ("localhost.evil.example:3000", 421),
        ("", 421),
    ] {
        for path in ["/dev/mailbox", "/", "/healthz"] {
            raw.send(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await?;
            assert_eq!(raw.reply().await?.status, status, "{host:?} {path}");
        }
    }
    let cross = |name: &'static str, value: &'static str| {
        server
            .anybody()
            .request(Method::POST, "/dev/clock")
            .header(name, value)
            .form(&[("advance", "60")])
            .send()
    };
    assert_eq!(cross("origin", "https://evil.example").await?.status(), 403);
    assert_eq!(cross("sec-fetch-site", "cross-site").await?.status(), 403);
    server.advance(60).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_leads_back_to_the_name_by_which_a_local_server_was_asked() -> Result<()> {
    let server = TestServer::open().await?;
    let port = address(&server.url)?.port();
    let order = Order::open(server.person("stranger")).await?;
    let host = format!("localhost:{port}");
    let asked = order.buyer.request(Method::POST, &format!("{}/payment", order.path));
    let asked = order.buyer.send(asked.header(header::HOST, &host)).await?;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let paid = order.press(asked.location(), "pay").await?;
    assert_eq!(paid.location(), format!("http://{host}{}", order.path), "where the buyer's session is");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn other_spellings_redirect_to_the_page() -> Result<()> {
    let server = TestServer::open().await?;
    let nobody = server.anybody();
    for (path, leads) in [
        ("/explore/", "/explore"),
        ("/MAYA", "/maya"),
        ("/Maya/Front-Row", "/maya/front-row"),
        ("/maya/front-row/", "/maya/front-row"),
        ("/EXPLORE?q=Maya", "/explore?q=Maya"),
    ] {
        let reply = nobody.get(path).await?;
        assert_eq!((reply.status.as_u16(), reply.location()), (308, leads), "{path}");
        assert_eq!(nobody.get(reply.location()).await?.status, 200, "{leads}");
    }
    let mut raw = Raw::connect(address(&server.url)?).await?;
    for (path, location) in
        [("//maya", Some("/maya")), ("//evil.example", Some("/evil.example")), ("/\\EVIL.example", None)]
    {
        let reply = raw.get(path).await?;
        let leads = reply.head.lines().find_map(|line| line.strip_prefix("location: "));
        assert_eq!(leads, location, "{path}: {}", reply.head);
    }
    assert_eq!(nobody.get("/nobody-here").await?.status, 404);
    assert_eq!(nobody.post("/EXPLORE/", &[]).await?.status, 404, "only GET requests are redirected");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_in_paths_are_not_logged() -> Result<()> {
    let data = tempfile::tempdir()?;
    let log = data.path().join("log");
    let service = Process::demo_that_logs(&data.path().join("server"), &log, "text", "debug")?;
    let url = service.doors["url"].as_str().context("an address")?;
    let id = service.doors["events"].as_str().and_then(|path| path.split('/').nth(2)).context("a stream")?;
    let mut raw = Raw::connect(address(url)?).await?;
    let paths = [
        format!("/streams/{id}/whep/{id}/hush-hush"),
        "/dev/enter/hush-hush".into(),
        "/unsubscribe/hush-hush".into(),
        format!("/{}hush-hush{}", "a".repeat(20), "b".repeat(20)),
    ];
    for path in &paths {
        raw.get(path).await?;
    }
    raw.get("/explore").await?;
    let logged =
        async || anyhow::Ok(Some(std::fs::read_to_string(&log)?).filter(|text| text.contains("/explore")));
    let text = eventually("the last request is not logged", logged).await?;
    assert!(text.contains(&format!("/whep/{id}/…")), "{text}");
    assert!(!text.contains("hush-hush"), "a secret was logged");
    service.kill()
}

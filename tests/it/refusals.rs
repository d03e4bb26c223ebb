//! What the server refuses: incomplete settings, a data directory in use, forms from other sites, inline scripts and
//! styles.

use crate::support::{Browser, TestServer, child::Process};
use anyhow::{Context, Result};
use reqwest::{Method, header};
use server::config::Settings;
use std::{
    collections::{BTreeSet, VecDeque},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const EVERYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Why the server does not start; one line.
async fn refusal(settings: Settings) -> Result<String> {
    let error = server::build(&settings).await.err().context("it started")?;
    let line = format!("{error:#}");
    assert!(!line.contains('\n') && line.len() < 300, "one clear line: {line}");
    Ok(line)
}

fn serve(listen: SocketAddr, data: &Path) -> Settings {
    Settings { local: false, ..Settings::local(listen, Some(data.into())) }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_with_incomplete_settings_or_public_local_services() -> Result<()> {
    let data = tempfile::tempdir()?;
    let text = |s: &str| Some(s.to_string());
    let bare = || serve(LOOPBACK, data.path());
    let local = |listen| Settings::local(listen, Some(data.path().into()));
    let table = [
        (bare(), "SMTP_URL"),
        (local(EVERYWHERE), "loopback"),
        (Settings { smtp_url: text("smtp://mail.example"), ..bare() }, "MAIL_FROM"),
        (Settings { mail_from: text("us@example.org"), ..bare() }, "SMTP_URL"),
        (Settings { smtp_url: text("smtp://mail.example"), ..local(LOOPBACK) }, "MAIL_FROM"),
        (
            Settings { stripe_secret_key: text("sk_test_of_nobody"), ..local(LOOPBACK) },
            "STRIPE_WEBHOOK_SECRET",
        ),
        (
            Settings { stripe_webhook_secret: text("whsec_of_nobody_here"), ..local(LOOPBACK) },
            "STRIPE_SECRET_KEY",
        ),
        (Settings { stripe_api_base: text("http://127.0.0.1:9"), ..local(LOOPBACK) }, "STRIPE_SECRET_KEY"),
        (Settings { secret: text("short"), ..local(LOOPBACK) }, "BACKSTAGE_SECRET"),
        (Settings { public_url: text("example.org"), ..local(LOOPBACK) }, "BACKSTAGE_PUBLIC_URL"),
    ];
    for (settings, names) in table {
        let line = refusal(settings).await?;
        assert!(line.contains(names), "{names} is not named: {line}");
    }
    // With mail configured it starts, without the local mailbox and without payments.
    let mailed =
        Settings { smtp_url: text("smtp://127.0.0.1:9"), mail_from: text("us@example.org"), ..bare() };
    let service = server::build(&mailed).await?;
    assert!(
        service.local.is_none() && service.app.mailbox.is_none() && service.app.services.payments.is_none()
    );
    service.app.engine.drain().await;
    Ok(())
}

/// Sends a request by HTTP/2 with prior knowledge: there a header value may end with a space.
async fn asked_by_http2(url: &str, bearer: &str) -> Result<u16> {
    let uri: hyper::Uri = url.parse()?;
    let address = uri.authority().context("an authority")?.as_str();
    let stream = tokio::net::TcpStream::connect(address).await?;
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await?;
    let driver = tokio::spawn(connection);
    let request = hyper::Request::get(uri).header("authorization", bearer);
    let answer = sender.send_request(request.body(http_body_util::Empty::<&[u8]>::new())?).await?;
    driver.abort();
    Ok(answer.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_bearer_opens_nothing_in_any_http_version() -> Result<()> {
    const TOKEN: &str = "0123456789abcdef";
    for (set, good) in [(Some(""), None), (Some("  "), None), (None, None), (Some(TOKEN), Some(TOKEN))] {
        let server = TestServer::with_settings(|s| s.ops_token = set.map(str::to_string)).await?;
        let ask = async |path: &str, shown: &str| {
            let first = server.anybody().request(Method::GET, path).header(header::AUTHORIZATION, shown);
            let first = first.send().await?.status().as_u16();
            let second = asked_by_http2(&format!("{}{path}", server.url), shown).await?;
            assert_eq!(first, second, "{path} {shown:?}");
            anyhow::Ok(first)
        };
        for path in ["/metrics", "/ops/tree.json", "/ops/money.json"] {
            for shown in ["Bearer ", "Bearer", "Bearer  ", "bearer \"\"", "Bearer undefined", "Basic Og=="] {
                assert_eq!(ask(path, shown).await?, 401, "{path} {set:?} {shown:?}");
            }
            for shown in good.iter().flat_map(|t| [format!("Bearer {t}"), format!("bearer  {t}")]) {
                assert_eq!(ask(path, &shown).await?, 200, "{path} {shown:?}");
            }
        }
        server.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_has_one_service() -> Result<()> {
    let server = TestServer::open().await?;
    let data = Path::new(server.doors["data"].as_str().context("data")?);
    let line = refusal(Settings::local(LOOPBACK, Some(data.into()))).await?;
    assert!(line.contains("another backstage is at work in"), "{line}");
    let second = Process::demo("127.0.0.1:0", data, &[]).err().context("a second process started")?;
    assert!(second.to_string().contains("ended before it was ready"), "{second}");
    assert_eq!(server.anybody().get("/readyz").await?.status, 200, "the first instance is not affected");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    let say = |name: &'static str, value: String| {
        let form = [("body", "from elsewhere")];
        host.request(Method::POST, &room.path("messages")).header(name, value).form(&form).send()
    };
    for (name, value) in [
        ("origin", "https://evil.example".to_string()),
        ("origin", "null".into()),
        ("origin", server.stand_in.clone()),
        ("sec-fetch-site", "cross-site".into()),
        ("sec-fetch-site", "same-site".into()),
    ] {
        assert_eq!(say(name, value.clone()).await?.status(), 403, "{name}: {value}");
    }
    let none = domain::chat::journal::JournalStore::since(&server.app.store, server.room(room).await?, 0, 10)
        .await?;
    assert!(none.is_empty(), "nothing was posted");
    for path in ["/account", "/sign-out", "/maya/lobby/purchase", "/ops/actors/x/restart"] {
        let foreign = host.request(Method::POST, path).header("origin", "https://evil.example");
        assert_eq!(foreign.send().await?.status(), 403, "{path}");
    }
    assert_eq!(host.get("/account").await?.status, 200, "still signed in");
    assert_eq!(say("origin", server.url.clone()).await?.status(), 303, "our own pages may post");
    assert_eq!(say("sec-fetch-site", "same-origin".into()).await?.status(), 303);
    assert_eq!(room.say(&host, "a bare client").await?.status, 303);
    server.close().await
}

/// What a page must not contain, and the headers that it must have.
fn check(path: &str, reply: &crate::support::Reply) {
    let head = |name: &str| reply.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let policy = head("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && policy.contains("script-src 'self';"),
        "{path}: {policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(head("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(head("cache-control"), "no-store", "{path}");
    assert!(!head("x-request-id").is_empty(), "{path}");
    for banned in
        [" style=", "<style", " onclick=", " onload=", " onsubmit=", " onchange=", "hx-on", "javascript:"]
    {
        assert!(!reply.text.contains(banned), "{path} has {banned}");
    }
    for script in reply.text.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap_or_default();
        // Structured data for search engines and the texts of scripts are no code.
        let data = tag == " type=\"application/ld+json\"" || tag.starts_with(" type=\"application/json\"");
        if data && rest.starts_with('{') {
            continue;
        }
        assert!(tag.contains(" src=\"/static/") && rest.starts_with("</script>"), "{path}: <script{tag}>");
    }
}

/// Follows every internal link from these pages; returns the number of pages.
async fn walk(who: &Browser, from: &[&str]) -> Result<usize> {
    let mut seen: BTreeSet<String> = from.iter().map(|path| path.to_string()).collect();
    let mut ahead: VecDeque<String> = seen.iter().cloned().collect();
    while let Some(path) = ahead.pop_front() {
        let reply = who.get(&path).await?;
        check(&path, &reply);
        assert!(reply.status.as_u16() < 400, "{path} is linked, and answers {}", reply.status);
        let links = reply.text.split(" href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
        for link in
            links.chain((!reply.location().is_empty()).then(|| reply.location().trim_start_matches('/')))
        {
            let link = format!("/{}", link.replace("&amp;", "&").split('#').next().unwrap_or_default());
            if !link.starts_with("/static/")
                && !link.starts_with("/http")
                && seen.len() < 200
                && seen.insert(link.clone())
            {
                ahead.push_back(link);
            }
        }
    }
    Ok(seen.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_anything_inline() -> Result<()> {
    let server = TestServer::open().await?;
    assert_eq!(server.live().say(&server.person("viewer"), "<script>alert(1)</script>").await?.status, 303);
    let order = server.person("stranger").post("/maya/front-row/purchase", &[]).await?;
    let studio = server.doors["scheduled"]["studio"].as_str().context("studio")?;
    let watch = server.door("watch");
    let starts: [(&str, &[&str], usize); 5] = [
        ("nobody", &["/", "/sign-in", "/explore?q=none", "/dev/mailbox", watch, "/account"], 8),
        ("stranger", &["/", "/account", order.location(), watch], 10),
        ("viewer", &["/", "/account/purchases", watch], 10),
        ("host", &["/account", studio, watch, "/@maya"], 15),
        ("operator", &["/ops", "/ops/audit", "/account"], 10),
    ];
    for (who, from, least) in starts {
        let pages = walk(&server.person(who), from).await?;
        assert!(pages >= least, "{who} found only {pages} pages");
    }
    for path in ["/nothing-here", "/streams/none", "/ops", "/sign-in/code/x"] {
        let refused = server.anybody().get(path).await?;
        assert!(refused.status.as_u16() >= 300, "{path}");
        check(path, &refused);
    }
    let scripted =
        server.anybody().request(Method::GET, "/nothing-here").header(header::ACCEPT, "application/json");
    let scripted = server.anybody().send(scripted).await?;
    assert_eq!(scripted.json()["error"]["code"], "not_found");
    server.close().await
}

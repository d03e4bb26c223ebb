//! Stills of what is on air: new every half minute, and veiled for those who have no access.

use crate::support::{Browser, TestServer, eventually};
use anyhow::{Context, Result, ensure};
use image::DynamicImage;
use reqwest::Method;
use std::time::Duration;
use tokio::time::sleep;

/// The path of the still on a page; `None` if it shows none.
fn still_on(page: &str) -> Option<String> {
    let path = page.split("src=\"").find(|rest| rest.starts_with("/streams/"))?.split('"').next()?;
    path.contains("/still?at=").then(|| path.to_owned())
}

/// The still of the live stream on the front page, once it was taken.
async fn taken(server: &TestServer) -> Result<String> {
    eventually("no still was taken", async || {
        let path = still_on(&server.anybody().get("/").await?.text);
        if path.is_none() {
            server.advance(15).await?;
            sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(path)
    })
    .await
}

async fn picture(who: &Browser, path: &str) -> Result<DynamicImage> {
    let reply = who.request(Method::GET, path).send().await?;
    assert_eq!(reply.status(), 200, "{path}");
    assert_eq!(reply.headers()["content-type"], "image/jpeg");
    assert_eq!(reply.headers()["cache-control"], "private, max-age=30");
    Ok(image::load_from_memory(&reply.bytes().await?)?)
}

/// How much neighbouring pixels differ: much in a sharp picture of the test card, little in a veiled one.
fn detail(picture: &DynamicImage) -> f64 {
    let grey = picture.to_luma8();
    let steps = grey.rows().flat_map(|row| {
        let row: Vec<u8> = row.map(|pixel| pixel.0[0]).collect();
        row.windows(2).map(|pair| f64::from(pair[0].abs_diff(pair[1]))).collect::<Vec<_>>()
    });
    steps.sum::<f64>() / f64::from(grey.width() * grey.height())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_still_is_sharp_for_holders_and_veiled_for_visitors() -> Result<()> {
    let server = TestServer::open().await?;
    let path = taken(&server).await?;
    ensure!(path.starts_with(&server.live().path("still")), "{path}");
    let sharp = picture(&server.person("viewer"), &path).await?;
    assert_eq!((sharp.width().max(sharp.height()), sharp.width() > sharp.height()), (640, true));
    assert_eq!(picture(&server.person("host"), &path).await?, sharp);
    for who in [server.anybody(), server.person("stranger"), server.person("operator")] {
        let veiled = picture(&who, &path).await?;
        assert_eq!((veiled.width(), veiled.height()), (sharp.width(), sharp.height()));
        ensure!(detail(&veiled) * 2.0 < detail(&sharp), "{} of {}", detail(&veiled), detail(&sharp));
    }
    // The page at the door shows it, too; a stream that nobody publishes to has none.
    let door = server.anybody().get("/maya/friday-session").await?.text;
    ensure!(still_on(&door).is_some_and(|still| still.starts_with(&server.live().path("still"))), "{door}");
    assert_eq!(server.person("host").get(&server.scheduled().path("still")).await?.status, 404);

    // The next one has another address.
    server.advance(15).await?;
    let next = async || anyhow::Ok(Some(taken(&server).await?).filter(|next| *next != path));
    eventually("the still is always the same", next).await?;

    // Whoever is banned, or may not know of the space, gets neither.
    let (host, space) = (server.person("host"), server.space("maya").await?);
    host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?;
    for who in [server.anybody(), server.person("stranger"), server.person("viewer")] {
        assert_eq!(who.get(&path).await?.status, 404);
    }
    server.close().await
}

/// Crawlers that ask for many link previews delay one another, not the stills. What they ask for at random is not drawn, nor
/// looked for in the object store.
#[tokio::test(flavor = "multi_thread")]
async fn previews_do_not_delay_stills() -> Result<()> {
    let server = TestServer::open().await?;
    let turn = server.app.pictures.draw().await.context("a turn")?;
    let page = server.anybody().get("/maya").await?.text;
    let preview =
        page.split("property=\"og:image\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    let preview = preview.context("a preview")?.to_owned();
    let (crawler, path) = (server.anybody(), preview.clone());
    let waiting = tokio::spawn(async move { crawler.request(Method::GET, &path).send().await });
    taken(&server).await?;
    ensure!(!waiting.is_finished(), "the preview waits for its turn");
    let invented = preview.rsplit_once('/').context("a folder")?.0;
    let hash = "ab".repeat(32);
    for name in
        ["0123456789abcdef-1.jpg".to_owned(), format!("{hash}-1500.jpg"), format!("{}-96.jpg", &hash[..32])]
    {
        let (who, path) = (server.anybody(), format!("{invented}/{name}"));
        let asked = tokio::time::timeout(Duration::from_secs(5), who.get(&path));
        assert_eq!(asked.await.context("it waits to be drawn")??.status, 404, "{name}");
    }
    drop(turn);
    assert_eq!(waiting.await??.status(), 200);
    server.close().await
}

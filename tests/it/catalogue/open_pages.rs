//! Open pages of a space follow what its team edits, within a second; pages of other spaces hear nothing of it.

use super::pictures::{photograph, upload};
use crate::support::{Browser, Feed, TestServer, sse::all_show};
use anyhow::{Context, Result, ensure};
use domain::id::SpaceId;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// From an edit's answer until every open page shows it.
const FOLLOWS: Duration = Duration::from_secs(1);
/// How often an edit is tried, because other processes run on this machine.
const ATTEMPTS: u8 = 3;
/// From the loss of a right until its pages have ended.
const ENDS: Duration = Duration::from_secs(2);

/// A page that is open, after what it gets when it opens.
async fn open(who: &Browser, space: SpaceId) -> Result<Feed> {
    let mut feed = Feed::open(who, &format!("/spaces/{space}/events"), None).await?;
    feed.all_until("space-head").await?;
    Ok(feed)
}

async fn save(who: &Browser, path: &str, form: &[(&str, &str)]) -> Result<()> {
    let saved = who.post(path, form).await?;
    ensure!(saved.status == 303, "{path}: {}", saved.text);
    Ok(())
}

/// Makes an edit, with another number each time, until all pages have shown it within a second. It returns the words that they
/// then show.
async fn shown_within_a_second(pages: &mut [Feed], edit: impl AsyncFn(u8) -> Result<String>) -> Result<()> {
    let mut took = Vec::new();
    for n in 0..ATTEMPTS {
        let words = edit(n).await?;
        took.push(all_show(pages, &words).await?);
        // What follows is another edit, not part of this one.
        sleep(Duration::from_millis(600)).await;
        if took.last().is_some_and(|last| *last <= FOLLOWS) {
            return Ok(());
        }
    }
    anyhow::bail!("each time too late: {took:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_show_every_edit_within_a_second() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, viewer, visitor) = (server.person("host"), server.person("viewer"), server.anybody());
    let space = server.space("maya").await?;
    let page = visitor.get("/maya").await?.text;
    ensure!(page.contains(&format!("data-feed=\"/spaces/{space}/events\"")), "{page}");
    let eve = server.anybody();
    eve.sign_in("eve@example.org").await?;
    let own = server.app.store.spaces().of_account(server.account("eve@example.org").await?).await?;
    let other = own.first().context("her space")?.0.id;
    let mut elsewhere = open(&eve, other).await?;
    let mut pages = [open(&visitor, space).await?, open(&viewer, space).await?, open(&host, space).await?];

    let manage = format!("/account/spaces/{space}");
    shown_within_a_second(&mut pages, async |n| {
        let name = format!("Maya at Home {n}");
        let about = format!("*{name}* plays.");
        let form =
            [("name", name.as_str()), ("slug", "maya"), ("about", about.as_str()), ("tagline", "Songs")];
        save(&host, &manage, &form).await?;
        Ok(format!("<h1>{name}</h1>"))
    })
    .await?;
    shown_within_a_second(&mut pages, async |n| {
        let headline = format!("Two songs every Friday {n}");
        let form = [("headline", headline.as_str()), ("features", "Chords\nWords")];
        save(&host, &format!("{manage}/sales"), &form).await?;
        Ok(headline)
    })
    .await?;
    shown_within_a_second(&mut pages, async |n| {
        let (alt, file) = (format!("A guitar {n}"), photograph(800, 300, n));
        let saved = upload(&host, &format!("{manage}/cover"), Some(alt.as_str()), &file).await?;
        ensure!(saved.status == 303, "{}", saved.text);
        Ok(format!("alt=\"{alt}\""))
    })
    .await?;
    let pass = format!("/account/access_passes/{}", server.pass("front-row").await?);
    let edit = host.get(&pass).await?.text;
    let includes: Vec<&str> = edit
        .split("name=\"includes\"")
        .skip(1)
        .filter_map(|rest| rest.split("value=\"").nth(1)?.split('"').next())
        .collect();
    shown_within_a_second(&mut pages, async |n| {
        let amount = format!("15.5{n}");
        let mut form = vec![
            ("title", "Front Row"),
            ("slug", "front-row"),
            ("kind", "once"),
            ("amount", amount.as_str()),
            ("currency", "EUR"),
        ];
        form.extend(includes.iter().map(|id| ("includes", *id)));
        save(&host, &pass, &form).await?;
        Ok(amount)
    })
    .await?;

    let heard = timeout(Duration::from_millis(200), elsewhere.next()).await;
    ensure!(heard.is_err(), "another space's page: {heard:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_end_with_the_publication_and_a_ban_reaches_one_person() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, visitor, space) = (server.person("host"), server.anybody(), server.space("maya").await?);
    let vera = server.account("vera@demo.example").await?;
    let mut pages = [open(&server.person("viewer"), space).await?];
    let mut others = [open(&visitor, space).await?, open(&server.person("stranger"), space).await?];
    let mut team = [open(&host, space).await?];
    assert_eq!(server.live().keep_out(&host, vera, "ban", "").await?.status, 303);
    all_show(&mut pages, "banned").await?;
    for page in &mut others {
        ensure!(timeout(Duration::from_millis(200), page.next()).await.is_err(), "a ban is one person's");
    }
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    for page in pages.iter_mut().chain(&mut others) {
        let told = timeout(ENDS, page.all_until("not public any more")).await.context("it goes on")??;
        ensure!(told.last().is_some_and(|event| event.name == "end"), "{told:?}");
    }
    all_show(&mut team, "Only your team sees this page").await?;
    assert_eq!(visitor.get(&format!("/spaces/{space}/fragment")).await?.status, 404);
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);
    let again = team[0].next().await.context("nothing of the publication")?;
    let again = again.context("it goes on")?.data;
    ensure!(again.contains("space-head") && !again.contains("Only your team"), "{again}");
    open(&visitor, space).await?;
    server.close().await
}

//! Everything that matters works without scripts: pages can be read, and their forms submitted as they are.

use crate::support::{Browser, Database, TestServer, on_both};
use anyhow::{Context, Result};
use domain::chat::journal::JournalStore;

on_both!(a_bare_client_takes_a_free_pass_reads_and_writes, a_host_moderates_by_the_forms_on_the_page,);

/// The value of an attribute of the first element that has `mark` in its tag.
fn attribute(page: &str, mark: &str, name: &str) -> Result<String> {
    let (before, after) = page.split_once(mark).with_context(|| format!("no {mark} on the page"))?;
    let start = before.rsplit('<').next().unwrap_or_default();
    let tag = format!("{start}{mark}{}", after.split('>').next().unwrap_or_default());
    let value = tag.split_once(&format!("{name}=\"")).with_context(|| format!("{tag} has no {name}"))?.1;
    Ok(value.split('"').next().unwrap_or_default().replace("&amp;", "&"))
}

async fn fill(who: &Browser, page: &str, body: &str) -> Result<u16> {
    let action = attribute(page, "data-composer", "action")?;
    let client = attribute(page, "name=\"client_id\"", "value")?;
    Ok(who.post(&action, &[("body", body), ("client_id", &client)]).await?.status.as_u16())
}

async fn a_bare_client_takes_a_free_pass_reads_and_writes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let watch = server.doors["scheduled"]["watch"].as_str().context("watch")?;
    let door = sam.get(watch).await?.text;
    assert!(!door.contains("data-composer"), "without a pass the page offers the pass and has no chat");
    let take = attribute(&door, "action=\"/maya/lobby/purchase\"", "action")?;
    let page = sam.submit(&take, &[]).await?.text;

    assert_eq!(fill(&sam, &page, "by hand").await?, 303);
    assert_eq!(fill(&sam, &page, "by hand").await?, 303, "the same form, submitted twice");
    let page = sam.get(watch).await?.text;
    assert_eq!(page.matches(">by hand<").count(), 1);
    assert_eq!(fill(&sam, &page, "and again").await?, 303, "a new page has a new client id");
    let lines = server.app.store.since(server.room(server.scheduled()).await?, 0, 10).await?;
    assert_eq!(
        lines.iter().filter_map(|e| Some(e.line()?.body.as_str())).collect::<Vec<_>>(),
        ["by hand", "and again"]
    );
    assert!(sam.get("/account/purchases").await?.text.contains("Lobby"));
    server.close().await
}

async fn a_host_moderates_by_the_forms_on_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fan, host) = (server.live(), server.fans(1).await?.remove(0), server.person("host"));
    assert_eq!(room.say(&fan.browser, "remove me").await?.status, 303);
    let page = host.get(server.door("watch")).await?.text;
    let card = host.get(&attribute(&page, "class=\"tools\"", "href")?).await?.text;
    let removal = attribute(&card, "/removal\"", "action")?;
    assert_eq!(host.submit(&removal, &[]).await?.text.matches("remove me").count(), 0);
    let (ban, account) =
        (attribute(&card, "/bans\"", "action")?, attribute(&card, "name=\"account\"", "value")?);
    assert_eq!(account, fan.account.to_string());
    let banned = host.submit(&ban, &[("account", &account), ("kind", "ban")]).await?.text;
    assert_eq!(room.say(&fan.browser, "gone?").await?.status, 403);
    let mark = format!("action=\"/streams/{}/bans/", room.0);
    let lift = banned.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).context("no way back")?;
    assert_eq!(host.post(&room.path(&format!("bans/{lift}")), &[]).await?.status, 303);
    assert_eq!(room.say(&fan.browser, "here again").await?.status, 303);
    server.close().await
}

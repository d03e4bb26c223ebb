//! Whoever pays agrees to the text that their page led to, and to no other.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::text::documents::Document;

on_both!(nobody_agrees_to_a_text_that_is_newer_than_their_page);

const CHANGED: &str = "has changed since you opened the page";

/// The version of the text that a page with a button led to.
fn seen(page: &str) -> Result<String> {
    let (_, rest) = page.split_once("name=\"refunds\" value=\"").with_context(|| page.to_owned())?;
    Ok(rest.split('"').next().context("a version")?.to_owned())
}

async fn publish(server: &TestServer, body: &str) -> Result<()> {
    let newest = server.app.store.documents().newest(Document::Refunds).await?.to_string();
    let form = [("version", newest.as_str()), ("body", body), ("publish", "yes")];
    let published = server.person("operator").post("/ops/documents/refunds", &form).await?;
    ensure!(published.status == 303, "{}", published.text);
    Ok(())
}

async fn nobody_agrees_to_a_text_that_is_newer_than_their_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.holder("kim@example.org").await?).await?;
    let visitor = server.anybody();
    let (before, of_pass) = (seen(&order.page().await?)?, visitor.get("/maya/front-row").await?.text);
    ensure!(seen(&of_pass)? == before);
    publish(&server, "# Refunds\n\nWithin a week.").await?;
    let send = async |version: &str| {
        order.buyer.post(&format!("{}/payment", order.path), &[("refunds", version)]).await
    };
    for version in [before.as_str(), "99"] {
        let again = send(version).await?;
        ensure!(again.status == 303 && again.location() == order.path, "{version}: {}", again.location());
        let page = order.page().await?;
        ensure!(page.contains(CHANGED), "{page}");
        ensure!(order.row(&server).await?.consent.is_none(), "nothing was agreed to");
    }
    let now = seen(&order.page().await?)?;
    ensure!(now != before && !order.page().await?.contains(CHANGED), "it is said once");
    // What is published after the click is not what they agreed to.
    ensure!(send(&now).await?.location().contains("/pay/cs_"));
    publish(&server, "# Refunds\n\nWithin a month.").await?;
    let agreed = order.row(&server).await?.consent.context("a version")?;
    ensure!(agreed.version.to_string() == now, "{agreed:?}");

    // Whoever pays first is asked again on the page of their order.
    ensure!(first(&visitor, &now).await?.contains(CHANGED));
    let newest = server.app.store.documents().newest(Document::Refunds).await?.to_string();
    ensure!(first(&server.anybody(), &newest).await?.is_empty());
    server.close().await
}

/// What a visitor who pays first is shown; nothing if they are led to the provider.
async fn first(visitor: &Browser, version: &str) -> Result<String> {
    let email = format!("wim{version}@example.org");
    let form = [("email", email.as_str()), ("refunds", version)];
    let led = visitor.post("/maya/front-row/guest-order", &form).await?;
    ensure!(led.status == 303, "{} {}", led.status, led.text);
    if led.location().contains("/pay/cs_") {
        return Ok(String::new());
    }
    let page = visitor.get(led.location()).await?.text;
    ensure!(seen(&page)? != version, "the newest text stands there");
    Ok(page)
}

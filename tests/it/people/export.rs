//! What an export holds of the words between teams, holders of their passes, and banks.

use super::leaving::exported;
use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::clock::Clock;

on_both!(an_export_holds_messages_to_holders_and_answers_to_banks);

const ANN: &str = "ann@example.org";
const BEN: &str = "ben@example.org";
const NEWS: &str = "Doors open at eight.";
const ANSWER: &str = "They asked for an encore.";

/// Writes to the holders of the free pass, as the form and its preview do.
async fn write(server: &TestServer, who: &Browser) -> Result<()> {
    let path = format!("/account/spaces/{}/messages", server.space("maya").await?);
    let pass = server.pass("lobby").await?.to_string();
    let form = [("pass", pass.as_str()), ("subject", "Friday news"), ("body", NEWS)];
    let seen = who.post(&path, &form).await?.text;
    let (_, id) = seen.split_once("name=\"id\" value=\"").with_context(|| seen.clone())?;
    let id = id.split('"').next().context("an id")?;
    let sent = who.post(&path, &[&form[..], &[("id", id), ("step", "send")]].concat()).await?;
    ensure!(sent.status == 303, "{} {}", sent.status, sent.text);
    Ok(())
}

async fn an_export_holds_messages_to_holders_and_answers_to_banks(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, ann, ben) = (server.person("host"), server.holder(ANN).await?, server.holder(BEN).await?);
    // He held the pass until just before.
    let space = server.space("maya").await?;
    let grant = server.app.store.grants().in_space(server.account(BEN).await?, space).await?.remove(0);
    server.app.store.grants().revoke(grant.id, "asked", server.app.clock.now()).await?;
    write(&server, &host).await?;
    let order = Order::paid(ann.clone(), &server).await?;
    let purchase = order.purchase(&server).await?.id;
    server.bank(&order, "dispute").await?;
    server.rest().await?;
    let evidence = format!("/account/orders/{purchase}/evidence");
    assert_eq!(host.post(&evidence, &[("words", ANSWER)]).await?.status, 303);
    server.rest().await?;
    for (who, messages, answers) in [
        (&ann, Some("Maya Lin,received,Friday news,"), Some(",about,")),
        (&host, Some("Maya Lin,sent,Friday news,"), Some(",sent,")),
        (&ben, None, None),
        (&server.person("stranger"), None, None),
    ] {
        let files = exported(who).await?;
        for (file, wanted, words) in [("messages.csv", messages, NEWS), ("evidence.csv", answers, ANSWER)] {
            let text = &files[file];
            ensure!(files["README.txt"].contains(file), "{file} is explained");
            match wanted {
                Some(wanted) => ensure!(text.contains(wanted) && text.contains(words), "{file}: {text}"),
                None => ensure!(text.lines().count() == 1, "nothing of others in {file}: {text}"),
            }
        }
    }
    server.close().await
}

//! Taking one's data along, and deleting one's account.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    time::Duration,
};
use tokio::time::timeout;

on_both!(
    an_export_holds_everything_of_its_person_and_nothing_of_others,
    a_deleted_account_leaves_ledgers_without_a_name,
);

const ANN: &str = "ann.private@example.org";
const SOON: Duration = Duration::from_secs(2);

async fn exported(who: &Browser) -> Result<BTreeMap<String, String>> {
    let response = who.request(reqwest::Method::POST, "/account/export").send().await?;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    let bytes = response.bytes().await?;
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        files.insert(file.name()?.into_owned(), text);
    }
    Ok(files)
}

/// Rows of a table, without its head.
fn rows(files: &BTreeMap<String, String>, name: &str) -> usize {
    files.get(name).map_or(0, |text| text.lines().count().saturating_sub(1))
}

async fn an_export_holds_everything_of_its_person_and_nothing_of_others(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, vera) = (server.holder(ANN).await?, server.person("viewer"));
    let room = server.scheduled();
    for body in ["hello", "=cmd|' /C calc'!A0", "say \"hi\", all"] {
        assert_eq!(room.say(&ann, body).await?.status, 303);
    }
    assert_eq!(room.say(&vera, "not mine").await?.status, 303);
    let order = Order::paid(ann.clone(), &server).await?;
    let path = room.path("reminder");
    assert_eq!(ann.post(&path, &[("wanted", "true")]).await?.status, 303);

    let files = exported(&ann).await?;
    let profile: serde_json::Value = serde_json::from_str(&files["profile.json"])?;
    assert_eq!((profile["email"].as_str(), profile["name"].as_str()), (Some(ANN), Some("ann.private")));
    assert!(files["README.txt"].contains("chat.csv"));
    for part in store::Part::ALL {
        let file = format!("{}.csv", part.name());
        let head = files.get(&file).and_then(|text| text.lines().next()).with_context(|| file.clone())?;
        let columns: Vec<&str> = part.columns().iter().map(|(name, _)| *name).collect();
        assert_eq!(head, columns.join(","), "{file}");
    }
    for (file, count) in [
        ("sessions.csv", 1),
        ("spaces.csv", 1),
        ("orders.csv", 1),
        ("purchases.csv", 1),
        ("passes.csv", 2),
        ("reminders.csv", 1),
    ] {
        assert_eq!(rows(&files, file), count, "{file}: {}", files[file]);
    }
    assert!(files["orders.csv"].contains(&order.id.to_string()) && files["orders.csv"].contains("Front Row"));
    let chat = &files["chat.csv"];
    assert!(rows(&files, "chat.csv") == 3 && !chat.contains("not mine"), "{chat}");
    assert!(chat.contains(",'=cmd|") && chat.contains("\"say \"\"hi\"\", all\""), "{chat}");
    let mails = &files["mails.csv"];
    assert!(mails.contains("Your pass: Front Row") && !mails.contains("vera@"), "{mails}");
    assert!(!files.values().any(|text| text.contains("vera")), "nothing of others");

    assert_eq!(exported(&vera).await?["chat.csv"].lines().count(), 2, "another person has their own");
    for _ in 0..2 {
        exported(&ann).await?;
    }
    let refused = ann.post("/account/export", &[]).await?;
    assert!(refused.status == 429 && refused.headers.contains_key("retry-after"), "three a day");
    server.close().await
}

async fn delete(who: &Browser, username: &str) -> Result<u16> {
    Ok(who.post("/account/deletion", &[("username", username)]).await?.status.as_u16())
}

/// Waits until no page of the room shows the words.
async fn forgotten(who: &Browser, path: &str, words: &str) -> Result<String> {
    for _ in 0..200 {
        let page = who.get(path).await?.text;
        if !page.contains(words) {
            return Ok(page);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    anyhow::bail!("{path} still shows {words}")
}

async fn a_deleted_account_leaves_ledgers_without_a_name(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, there, vera) = (server.holder(ANN).await?, server.anybody(), server.person("viewer"));
    there.sign_in(ANN).await?;
    let room = server.scheduled();
    assert_eq!(room.say(&ann, "these words stay").await?.status, 303);
    let ben = server.holder("ben@example.org").await?;
    let (order, next_order) = (Order::open(ann.clone()).await?, Order::open(ben).await?);
    let account = server.account(ANN).await?;
    let mut pages = [room.follow(&ann, 0).await?, room.follow(&there, 0).await?, order.follow().await?];
    let (mut neighbour, mut next_page) = (room.follow(&vera, 0).await?, next_order.follow().await?);
    let watch = "/maya/rehearsal-room";
    assert!(vera.get(watch).await?.text.contains("ann.private"));
    let words = ann.get("/account/deletion").await?.text;
    assert!(words.contains("What is deleted") && words.contains("What stays"), "{words}");
    assert_eq!(delete(&ann, "somebody").await?, 422);
    assert_eq!(delete(&ann, "ann-private").await?, 303);
    for page in &mut pages {
        timeout(SOON, page.end()).await.context("a page of hers is open")??;
    }
    for browser in [&ann, &there] {
        assert_eq!(browser.get("/account").await?.location(), "/sign-in?next=/account");
    }
    while neighbour.next().await?.context("her page goes on")?.name != "resync" {}
    assert_eq!(room.say(&vera, "where is she?").await?.status, 303);
    neighbour.all_until("where is she?").await?;
    assert!(timeout(Duration::from_millis(300), next_page.end()).await.is_err(), "others go on");

    let page = forgotten(&vera, watch, "ann.private").await?;
    assert!(page.contains("these words stay") && page.contains("Deleted person"), "{page}");
    let row = server.app.store.accounts().by_id(account).await?;
    assert!(!format!("{row:?}").contains("ann"), "{row:?}");
    assert_eq!(server.anybody().get("/@ann-private").await?.status, 404);
    assert_eq!(server.anybody().get(&format!("/@{}", row.username)).await?.status, 404);
    assert_eq!(order.row(&server).await?.account, account, "the order stays");
    let sam = server.person("stranger");
    Order::paid(sam.clone(), &server).await?;
    let sams = server.account("sam@demo.example").await?;
    assert_eq!(delete(&sam, "sam").await?, 303);
    assert_eq!(server.app.store.purchases().of_account(sams).await?.len(), 1, "the ledger stays");
    server.rest().await?;
    assert_eq!(server.mails(ANN, "Your account is deleted").await?, 1);
    let verified = server.app.audit_log.verify(&server.app.store, server.app.services.now()).await?;
    assert!(verified.report.findings.is_empty(), "{:?}", verified.report.findings);
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("Deleted person") && !audit.contains("ann.private"), "{audit}");

    let again = server.anybody();
    again.sign_in(ANN).await?;
    assert_ne!(server.account(ANN).await?, account, "the address is free, for a new account");
    assert_eq!(server.anybody().get("/ann-private").await?.status, 404, "of an unpublished space");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_others_depend_on_is_not_deleted() -> Result<()> {
    let server = TestServer::open().await?;
    let (maya, sam) = (server.person("host"), server.person("stranger"));
    let page = maya.get("/account/deletion").await?.text;
    assert!(page.contains("is running. End it."), "she is on air: {page}");
    assert_eq!(delete(&maya, "maya").await?, 409);
    assert_eq!(maya.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    Order::paid(sam.clone(), &server).await?;
    let page = maya.get("/account/deletion").await?.text;
    assert!(page.contains("People paid for passes to") && !page.contains("is running"), "{page}");
    assert!(page.contains("Hand the space over to another owner, or close it"), "{page}");
    assert_eq!(delete(&maya, "maya").await?, 409);
    assert_eq!(server.anybody().get("/@maya").await?.status, 200);

    let ben = server.holder("ben@example.org").await?;
    let order = Order::open(ben.clone()).await?;
    order.pay_page().await?;
    let page = ben.get("/account/deletion").await?.text;
    assert!(page.contains("You are paying for") && page.contains("Front Row"), "{page}");
    assert_eq!(delete(&ben, "ben").await?, 409);
    assert_eq!(delete(&server.anybody(), "ben").await?, 401);
    server.close().await
}

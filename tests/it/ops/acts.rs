//! Every action of a person that changes rows has its line in the audit log, with that person.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::Result;
use std::collections::BTreeMap;

on_both!(every_action_of_a_person_is_audited);

/// The ids that stand in the text of a page.
fn bare_ids(page: &str) -> Vec<&str> {
    let texts = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit())).collect()
}

async fn every_action_of_a_person_is_audited(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, stranger) = (server.person("host"), server.person("stranger"));
    let newcomer = server.anybody();
    newcomer.sign_in("ann@example.org").await?;
    assert_eq!(newcomer.post("/maya/lobby/purchase", &[]).await?.status, 303);
    assert_eq!(newcomer.post("/maya/lobby/purchase", &[]).await?.status, 303, "it is theirs already");
    let order = Order::open(stranger.clone()).await?;
    order.pay_page().await?;
    stranger.post(&format!("{}/cancellation", order.path), &[]).await?;
    order.follow().await?.all_until("data-state=\"expired\"").await?;
    Order::paid(stranger.clone(), &server).await?;
    let stream = server.live();
    assert_eq!(host.post(&stream.path("count"), &[("hidden", "true")]).await?.status, 303);
    assert_eq!(host.post(&stream.path("key"), &[]).await?.status, 303);
    let ann = server.account("ann@example.org").await?;
    assert_eq!(stream.keep_out(&host, ann, "mute", "60").await?.status, 303);
    assert_eq!(host.post(&stream.path("state"), &[("state", "ended")]).await?.status, 303);
    assert_eq!(stranger.post("/sign-out", &[]).await?.status, 303);

    let (maya, sam) = (server.account("maya@demo.example").await?, server.account("sam@demo.example").await?);
    let mut lines = BTreeMap::new();
    for line in server.app.store.audit().last(1000).await? {
        *lines.entry((line.act.action, line.act.actor)).or_insert(0) += 1;
    }
    for (action, who, times) in [
        ("session.start", Some(ann), 1),
        ("pass.take", Some(ann), 1),
        ("checkout.open", Some(sam), 2),
        ("checkout.pay", Some(sam), 2),
        ("checkout.cancel", Some(sam), 1),
        ("stream.count", Some(maya), 1),
        ("stream.key", Some(maya), 1),
        ("stream.state", Some(maya), 1),
        ("session.revoke", Some(sam), 1),
        ("ban.make", Some(maya), 1),
    ] {
        assert_eq!(lines.get(&(action.to_owned(), who)), Some(&times), "{action}: {lines:?}");
    }
    assert!(lines.contains_key(&("payment.apply".to_owned(), None)), "{lines:?}");

    let page = server.person("operator").get("/ops/audit").await?.text;
    for on in [
        "<a href=\"/maya/lobby\">pass Lobby · Maya Lin</a>",
        "<a href=\"/@ann\">person ",
        "mute, chat room Friday session: new songs, first takes · Maya Lin",
        "stream Friday session: new songs, first takes · Maya Lin",
        "order Front Row · Maya Lin",
        "<a href=\"/maya\">space Maya Lin</a>",
        ">browser ",
    ] {
        assert!(page.contains(on), "{on}: {page}");
    }
    assert!(!page.contains("stream Front Row"), "an order is no stream");
    assert_eq!(bare_ids(&page), Vec::<&str>::new());
    server.close().await
}

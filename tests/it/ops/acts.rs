//! Every action of a person that changes rows has its line in the audit log, with that person.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::Result;
use std::collections::BTreeMap;

on_both!(every_action_of_a_person_is_audited);

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
    assert_eq!(host.post(&stream.path("state"), &[("state", "ended")]).await?.status, 303);
    assert_eq!(stranger.post("/sign-out", &[]).await?.status, 303);

    let (maya, sam) = (server.account("maya@demo.example").await?, server.account("sam@demo.example").await?);
    let ann = server.account("ann@example.org").await?;
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
    ] {
        assert_eq!(lines.get(&(action.to_owned(), who)), Some(&times), "{action}: {lines:?}");
    }
    assert!(lines.contains_key(&("payment.apply".to_owned(), None)), "{lines:?}");
    server.close().await
}

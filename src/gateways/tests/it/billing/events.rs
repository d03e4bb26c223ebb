//! The list of events: what the webhooks would have said, in pages.

use crate::shop::{Shop, real_now};
use domain::{
    money::{
        billing::{Billing, EventQuery},
        payments::{PaymentError, Payments},
    },
    time::Millis,
};
use std::time::Duration;

#[tokio::test]
async fn lost_webhooks_are_found_in_the_list() {
    let shop = Shop::open().await;
    shop.control("lose=on").await;
    let since = Millis(real_now() - 1000);
    for n in 0..70 {
        let id = shop.session(&format!("p{n}:open:1")).await.id;
        shop.press(&id, "pay").await;
    }
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = shop.payments.events(EventQuery::Newest { since, before }).await.expect("listed");
        assert!(page.events.len() <= 100);
        found.extend(page.events.into_iter().map(|one| one.event));
        let Some(next) = page.next else { break };
        before = Some(next);
    }
    assert_eq!(found.len(), 140);
    let mut ids: Vec<_> = found.iter().map(|event| event.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 140, "each once");
    let kinds: Vec<_> = found.iter().take(2).map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["checkout.session.completed", "payment_intent.succeeded"], "the newest first");
    assert!(found.iter().all(|event| event.object.is_some()));

    // The other way round, from one of them on.
    let (mut later, mut query) = (Vec::new(), EventQuery::After(found[130].id.clone()));
    loop {
        let page = shop.payments.events(query.clone()).await.expect("listed");
        later.extend(page.events.into_iter().rev().map(|one| one.event));
        let Some(next) = page.next else { break };
        query = query.next(next);
    }
    later.reverse();
    assert_eq!(later, found[..130]);

    shop.advance(Duration::from_secs(31 * 24 * 3600));
    let newest = EventQuery::Newest { since, before: None };
    let late = shop.payments.events(newest).await.expect("listed");
    assert!(late.events.is_empty(), "kept for thirty days");
    let gone = shop.payments.events(EventQuery::After(found[0].id.clone())).await;
    assert!(matches!(gone, Err(PaymentError::Refused(_))), "{gone:?}");
}

#[tokio::test]
async fn a_listed_event_is_the_one_that_was_sent() {
    let shop = Shop::open().await;
    let since = Millis(real_now() - 1000);
    let id = shop.session("p:open:1").await.id;
    shop.payments.expire(id).await.expect("expired");
    let sent = shop.verified(&shop.hook().await);
    let newest = EventQuery::Newest { since, before: None };
    let listed = shop.payments.events(newest).await.expect("listed");
    let [one] = listed.events.as_slice() else { panic!("{listed:?}") };
    assert_eq!((&one.event, listed.next), (&sent, None));
    assert!(since <= one.created && one.created.0 <= real_now(), "{one:?}");
    let later = EventQuery::Newest { since: Millis(real_now() + 60_000), before: None };
    assert!(shop.payments.events(later).await.expect("listed").events.is_empty());
}

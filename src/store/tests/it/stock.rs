//! A pass with a stock: nobody gets more of it than there are, whoever comes at once, and what is given back is sold again.

use crate::{database::*, streams::go};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        explore::Query,
        offer::{NotOffered, Pass, PriceKind},
    },
    error::StoreError,
    id::*,
    live::stream::StreamCommand,
    money::{
        billing::Interval,
        checkout::{Checkout, OrderEnd, Payment},
        payments::{Dispute, ProviderSession, ProviderStatus},
        recurring::plan::Plan,
        selling::{Availability, Lasting, Selling, Window},
        settlement::RefundReason,
        store::CheckoutStore,
    },
    people::account::Account,
    time::{Millis, Span},
};
use std::time::Duration;
use store::{Opened, SOLD_OUT, Viewer};

/// A pass of which there are so many.
async fn shop(db: &TestDatabase, price: PriceKind, stock: i64) -> Pass {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "front-row", price, &[experience.id]).await;
    sell(db, &pass, Selling { stock: Some(stock), ..Selling::default() }).await
}

async fn sell(db: &TestDatabase, pass: &Pass, selling: Selling) -> Pass {
    db.change(async |tx| tx.sell_pass(pass.id, &selling).await).await.unwrap();
    let saved = db.store.passes().by_id(pass.id).await.unwrap();
    assert_eq!(saved.selling, selling, "it is read as it was written");
    saved
}

async fn crowd(db: &TestDatabase, count: usize) -> Vec<Account> {
    let mut people = Vec::new();
    for n in 0..count {
        people.push(db.person(&format!("fan{n}@example.org")).await);
    }
    people
}

async fn left(db: &TestDatabase, pass: &Pass) -> Option<i64> {
    db.store.passes().by_id(pass.id).await.unwrap().left
}

async fn order(db: &TestDatabase, buyer: &Account, pass: &Pass) -> Checkout {
    let opened = db.open_order(buyer.id, pass.id, NOW).await.unwrap();
    let Opened::New(order) = opened else { panic!("{opened:?}") };
    CheckoutStore::paying(&db.store, order.id, format!("cs_{}", order.id), "https://pay".into(), None)
        .await
        .unwrap();
    db.store.checkouts().by_id(order.id).await.unwrap()
}

fn says(order: &Checkout, status: ProviderStatus, refunded: i64) -> ProviderSession {
    ProviderSession {
        id: order.provider_session.clone().expect("a session"),
        url: None,
        client_secret: None,
        status,
        amount: Some(order.amount),
        reference: Some(order.id.to_string()),
        intent: Some(format!("pi_{}", order.id)),
        refunded,
        dispute: None,
        movements: Vec::new(),
    }
}

async fn apply(db: &TestDatabase, order: &Checkout, found: &ProviderSession, now: Millis) -> store::Applied {
    let row = db.store.checkouts().by_id(order.id).await.unwrap();
    db.apply(&row, found, now).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_buyers_at_once_hold_the_ten_that_there_are() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 10).await;
        let people = crowd(&db, 40).await;
        let ids: Vec<AccountId> = people.iter().map(|one| one.id).collect();
        let opened = race(40, |n| {
            let (db, buyer) = (db.clone(), ids[n]);
            async move { db.open_order(buyer, pass.id, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(opened.iter().filter(|one| matches!(one, Opened::New(_))).count(), 10);
        assert_eq!(opened.iter().filter(|one| **one == Opened::SoldOut).count(), 30);
        assert_eq!(left(&db, &pass).await, Some(0));
        assert_eq!(db.store.checkouts().unsettled().await.unwrap().len(), 10, "no order without a seat");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_does_not_wait_for_those_who_want_to_buy() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 10).await;
        let ids: Vec<AccountId> = crowd(&db, 40).await.iter().map(|one| one.id).collect();
        let mut slow = db.store.begin().await.unwrap();
        slow.sell_pass(pass.id, &pass.selling).await.unwrap();
        let buyers = db.clone();
        let buying = tokio::spawn(race(40, move |n| {
            let (db, buyer) = (buyers.clone(), ids[n]);
            async move { db.open_order(buyer, pass.id, NOW).await.unwrap() }
        }));
        // All of them stand in line by then, or this shows less.
        tokio::time::sleep(Duration::from_millis(200)).await;
        for read in race(40, |_| left_of(db.clone(), pass.id)).await {
            assert_eq!(read.unwrap(), Some(10));
        }
        assert!(!buying.is_finished(), "they wait");
        drop(slow);
        let opened = buying.await.unwrap();
        assert_eq!(opened.iter().filter(|one| matches!(one, Opened::New(_))).count(), 10);
    })
    .await;
}

async fn left_of(db: TestDatabase, pass: PassId) -> Result<Option<i64>, StoreError> {
    Ok(db.store.passes().by_id(pass).await?.left)
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_people_at_once_take_the_ten_that_are_free() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, 10).await;
        let ids: Vec<AccountId> = crowd(&db, 40).await.iter().map(|one| one.id).collect();
        let taken = race(40, |n| {
            let (db, person) = (db.clone(), ids[n]);
            async move { db.take_free(person, pass.id, NOW).await.map(|taken| taken.first) }
        })
        .await;
        assert_eq!(taken.iter().filter(|one| matches!(one, Ok(true))).count(), 10);
        let refused = taken.iter().filter(|one| matches!(one, Err(StoreError::Conflict(SOLD_OUT))));
        assert_eq!(refused.count(), 30);
        assert_eq!(left(&db, &pass).await, Some(0));
        let holder = db.store.grants().by_id(first_grant(&db, &ids).await).await.unwrap();
        let again = db.take_free(holder.account, pass.id, NOW).await.unwrap();
        assert!(!again.first, "who holds it is not told that it is sold out");
        db.store.grants().revoke(holder.id, "a test", NOW).await.unwrap();
        assert_eq!(left(&db, &pass).await, Some(1), "what ends gives its seat back");
    })
    .await;
}

async fn first_grant(db: &TestDatabase, people: &[AccountId]) -> GrantId {
    for person in people {
        if let Some(grant) = db.store.grants().of_account(*person).await.unwrap().pop() {
            return grant.id;
        }
    }
    panic!("nobody holds it")
}

#[tokio::test]
async fn a_seat_is_held_until_the_order_ends_and_comes_back_with_a_refund() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 1).await;
        let people = crowd(&db, 2).await;
        let first = order(&db, &people[0], &pass).await;
        let second = async || db.open_order(people[1].id, pass.id, NOW).await.unwrap();
        assert_eq!(second().await, Opened::SoldOut);
        assert!(matches!(db.open_order(people[0].id, pass.id, NOW).await.unwrap(), Opened::Existing(_)));

        // It ran out by our clock, but the provider has not said so.
        let late = first.expires_at + Span::minutes(1);
        assert_eq!(db.open_order(people[1].id, pass.id, late).await.unwrap(), Opened::SoldOut);
        CheckoutStore::close(&db.store, first.id, Payment::Expired, None, NOW).await.unwrap();
        assert_eq!(left(&db, &pass).await, Some(1));

        let bought = order(&db, &people[1], &pass).await;
        assert_eq!(left(&db, &pass).await, Some(0));
        assert!(apply(&db, &bought, &says(&bought, ProviderStatus::Paid, 0), NOW).await.granted);
        assert_eq!(left(&db, &pass).await, Some(0), "the seat that was held became a grant");

        // The first one's money comes after all.
        let applied = apply(&db, &first, &says(&first, ProviderStatus::Paid, 0), NOW).await;
        assert_eq!((applied.granted, applied.refund), (false, Some(RefundReason::SoldOut)));
        assert_eq!(left(&db, &pass).await, Some(0));

        apply(&db, &bought, &says(&bought, ProviderStatus::Paid, 1200), NOW).await;
        assert_eq!(left(&db, &pass).await, Some(1), "a refund gives the seat back");
    })
    .await;
}

#[tokio::test]
async fn money_that_comes_late_takes_a_seat_that_is_left() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 1).await;
        let people = crowd(&db, 1).await;
        let late = order(&db, &people[0], &pass).await;
        apply(&db, &late, &says(&late, ProviderStatus::Expired, 0), NOW).await;
        assert_eq!(left(&db, &pass).await, Some(1), "on the provider's word");
        assert!(apply(&db, &late, &says(&late, ProviderStatus::Paid, 0), NOW).await.granted);
        assert_eq!(left(&db, &pass).await, Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_smaller_stock_ends_the_newest_orders() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 3).await;
        let people = crowd(&db, 3).await;
        let mut orders = Vec::new();
        for buyer in &people {
            orders.push(order(&db, buyer, &pass).await);
        }
        let ended = async || {
            let mut ended = Vec::new();
            for order in &orders {
                ended.push(db.store.checkouts().by_id(order.id).await.unwrap().ended_by(NOW));
            }
            ended
        };
        assert_eq!(ended().await, [None, None, None]);
        sell(&db, &pass, Selling { stock: Some(2), ..Selling::default() }).await;
        assert_eq!(ended().await, [None, None, Some(OrderEnd::Stock)]);
        assert!(apply(&db, &orders[1], &says(&orders[1], ProviderStatus::Paid, 0), NOW).await.granted);
        assert_eq!(ended().await, [None, None, Some(OrderEnd::Stock)], "who paid has the other seat");
        sell(&db, &pass, Selling { stock: Some(1), ..Selling::default() }).await;
        assert_eq!(ended().await, [Some(OrderEnd::Stock), None, Some(OrderEnd::Stock)]);
        sell(&db, &pass, Selling::default()).await;
        assert_eq!(ended().await, [None, None, None]);
    })
    .await;
}

#[tokio::test]
async fn a_pass_is_offered_while_its_window_is_open() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 5).await;
        let buyer = db.person("ben@example.org").await;
        let soon = NOW + Span::hours(1);
        let offered = async |at: Millis| {
            let mut tx = db.store.begin().await.unwrap();
            tx.check_offer(buyer.id, pass.id, at).await.unwrap()
        };
        let window = Window { opens_at: Some(soon), closes_at: Some(soon + Span::hours(1)) };
        sell(&db, &pass, Selling { window, ..Selling::default() }).await;
        assert_eq!(offered(NOW).await, Err(NotOffered::NotYet(soon)));
        assert_eq!(offered(soon).await, Ok(()));
        assert_eq!(offered(soon + Span::hours(1)).await, Err(NotOffered::Closed));
        sell(&db, &pass, Selling { lasting: Lasting::Until(soon), ..Selling::default() }).await;
        assert_eq!(offered(NOW).await, Ok(()));
        assert_eq!(offered(soon).await, Err(NotOffered::Closed), "nobody buys what is over");
    })
    .await;
}

#[tokio::test]
async fn a_grant_ends_as_was_promised() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 5).await;
        let people = crowd(&db, 3).await;
        let week = Selling { lasting: Lasting::Days(7), ..Selling::default() };
        sell(&db, &pass, week).await;
        let bought = order(&db, &people[0], &pass).await;
        assert_eq!(bought.lasting, Lasting::Days(7));
        sell(&db, &pass, Selling { lasting: Lasting::Days(1), ..Selling::default() }).await;
        let paid_at = NOW + Span::hours(1);
        assert!(apply(&db, &bought, &says(&bought, ProviderStatus::Paid, 0), paid_at).await.granted);
        let end = db.store.grants().end_of(bought.purchase).await.unwrap();
        assert_eq!(end, Some(paid_at + Span::days(7)), "the order keeps what it was opened with");

        let free = db.pass(pass.space, "lobby", PriceKind::Free, &[]).await;
        sell(&db, &free, week).await;
        let grant = db.take_free(people[1].id, free.id, NOW).await.unwrap().grant;
        assert_eq!(grant.expires_at, Some(NOW + Span::days(7)));
        let until = NOW + Span::hours(5);
        sell(&db, &free, Selling { lasting: Lasting::Until(until), ..Selling::default() }).await;
        let grant = db.take_free(people[2].id, free.id, NOW).await.unwrap().grant;
        assert_eq!(grant.expires_at, Some(until));
        sell(&db, &free, week).await;
        let after = db.take_free(people[1].id, free.id, NOW + Span::days(7)).await.unwrap();
        assert!(after.first, "what has run out can be had again");

        sell(&db, &pass, Selling { lasting: Lasting::Until(until), ..Selling::default() }).await;
        let slow = order(&db, &people[1], &pass).await;
        let applied = apply(&db, &slow, &says(&slow, ProviderStatus::Paid, 0), until).await;
        assert_eq!((applied.granted, applied.refund), (false, Some(RefundReason::Over)));
    })
    .await;
}

#[tokio::test]
async fn a_pass_that_is_over_keeps_no_seat_from_an_order() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 2).await;
        let day = Selling { stock: Some(2), lasting: Lasting::Days(1), ..Selling::default() };
        sell(&db, &pass, day).await;
        let people = crowd(&db, 3).await;
        for buyer in &people[..2] {
            let bought = order(&db, buyer, &pass).await;
            assert!(apply(&db, &bought, &says(&bought, ProviderStatus::Paid, 0), NOW).await.granted);
        }
        let over = NOW + Span::days(1);
        // Nobody has closed them yet.
        assert_eq!(db.store.grants().due(over, 9).await.unwrap().len(), 2);
        assert_eq!(db.store.grants().due(over, 1).await.unwrap().len(), 1, "some at a time");
        let opened = db.open_order(people[2].id, pass.id, over).await.unwrap();
        let Opened::New(order) = opened else { panic!("{opened:?}") };
        assert_eq!(order.ended_by(over), None, "it got a seat, and keeps it");
    })
    .await;
}

#[tokio::test]
async fn what_is_hidden_is_not_counted_as_an_offer_of_the_space() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 5).await;
        let from = async || {
            let viewer = Viewer { account: None, now: NOW };
            let found = db.store.spaces().discover(&Query::default(), None, viewer, 9).await.unwrap();
            found.spaces[0].lowest_price
        };
        assert_eq!(from().await, Some(pass.price.kind));
        let stream = db.store.streams().current(pass.includes[0]).await.unwrap().unwrap();
        let rehearsal = go(&db, &stream, StreamCommand::Rehearse, NOW).await;
        go(&db, &rehearsal, StreamCommand::GoLive, NOW).await;
        let of_show = async || {
            let viewer = Viewer { account: None, now: NOW };
            let owner = db.store.accounts().by_email("maya@example.org").await.unwrap().unwrap().id;
            let all = db.store.spaces().on_air(viewer).await.unwrap();
            let of_owner = db.store.spaces().on_air_of_owner(owner, viewer).await.unwrap();
            (all[0].lowest_price, of_owner[0].lowest_price)
        };
        assert_eq!(of_show().await, (Some(pass.price.kind), Some(pass.price.kind)));
        // A price in so many payments is told as such.
        let month = Plan::of(Money { minor: 500, currency: Currency::Eur }, Interval::Month);
        let three = PriceKind::Recurring(Plan { instalments: Some(3), ..month });
        let text = pass_text("front-row", three, &pass.includes);
        db.change(async |tx| tx.update_pass(pass.id, &text, NOW).await).await.unwrap();
        assert_eq!((from().await, of_show().await), (Some(three), (Some(three), Some(three))));
        sell(&db, &pass, Selling { hidden: true, ..Selling::default() }).await;
        assert_eq!((from().await, of_show().await), (None, (None, None)));
    })
    .await;
}

/// Somebody's money went back, and another one has the seat by now.
async fn resold(db: &TestDatabase, first: &Checkout, next: &Account, pass: &Pass) -> Checkout {
    assert_eq!(left(db, pass).await, Some(0));
    apply(db, first, &says(first, ProviderStatus::Paid, 1200), NOW).await;
    assert_eq!(left(db, pass).await, Some(1), "a refund gives the seat back");
    let second = order(db, next, pass).await;
    assert!(apply(db, &second, &says(&second, ProviderStatus::Paid, 0), NOW).await.granted);
    second
}

#[tokio::test]
async fn what_opens_again_though_it_is_sold_out_is_not_sold_once_more() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 1).await;
        let people = crowd(&db, 3).await;
        let sold_out = async || {
            assert_eq!(db.open_order(people[2].id, pass.id, NOW).await.unwrap(), Opened::SoldOut);
            let pass = db.store.passes().by_id(pass.id).await.unwrap();
            assert_eq!(pass.sale(NOW), Availability::SoldOut, "{:?}", pass.left);
        };
        let first = order(&db, &people[0], &pass).await;
        assert!(apply(&db, &first, &says(&first, ProviderStatus::Paid, 0), NOW).await.granted);
        let second = resold(&db, &first, &people[1], &pass).await;
        // The bank of the first one sends the refund back.
        assert!(apply(&db, &first, &says(&first, ProviderStatus::Paid, 0), NOW).await.refund_failed);
        let held = db.store.grants().of_account(people[0].id).await.unwrap();
        assert!(held.iter().any(|grant| grant.holds_at(NOW)), "it is paid: {held:?}");
        assert_eq!(left(&db, &pass).await, Some(-1), "one more than its team wanted");
        sold_out().await;
        apply(&db, &second, &says(&second, ProviderStatus::Paid, 1200), NOW).await;
        assert_eq!(left(&db, &pass).await, Some(0));
        sold_out().await;
        // So does a dispute that was lost and is won in the end.
        let disputed =
            |dispute| ProviderSession { dispute: Some(dispute), ..says(&first, ProviderStatus::Paid, 0) };
        apply(&db, &first, &disputed(Dispute::Lost), NOW).await;
        let waits = order(&db, &people[2], &pass).await;
        assert_eq!(waits.ended_by(NOW), None);
        apply(&db, &first, &disputed(Dispute::Won), NOW).await;
        let waits = db.store.checkouts().by_id(waits.id).await.unwrap();
        assert_eq!(waits.ended_by(NOW), Some(OrderEnd::Stock), "whoever has not paid yet has no seat");
    })
    .await;
}

#[tokio::test]
async fn a_gift_that_waits_again_keeps_a_seat_though_it_is_sold_out() {
    on_each(async |db| {
        let pass = shop(&db, euros(12), 1).await;
        let people = crowd(&db, 3).await;
        let (giver, to) = (people[0].id, "receiver@example.org");
        let opened = db.change(async |tx| tx.open_gift(giver, pass.id, to, NOW).await).await.unwrap();
        let Some(Opened::New(gift)) = opened else { panic!("{opened:?}") };
        let session = format!("cs_{}", gift.id);
        CheckoutStore::paying(&db.store, gift.id, session, "https://pay".into(), None).await.unwrap();
        let gift = db.store.checkouts().by_id(gift.id).await.unwrap();
        apply(&db, &gift, &says(&gift, ProviderStatus::Paid, 0), NOW).await;
        let second = resold(&db, &gift, &people[1], &pass).await;
        apply(&db, &gift, &says(&gift, ProviderStatus::Paid, 0), NOW).await;
        assert_eq!(left(&db, &pass).await, Some(-1), "it waits with a seat of its own");
        apply(&db, &second, &says(&second, ProviderStatus::Paid, 1200), NOW).await;
        assert_eq!(db.open_order(people[2].id, pass.id, NOW).await.unwrap(), Opened::SoldOut);
    })
    .await;
}

//! Codes that make passes cheaper: never used more often than they may be, and given back with an order that nobody paid.

use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        payments::{ProviderSession, ProviderStatus},
        promo::{Discount, Off, PromoCode},
        selling::Window,
        store::CheckoutStore,
    },
};
use store::{Opened, Replaced};

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

/// A pass for twelve euros, and a code that takes off a quarter.
async fn shop(db: &TestDatabase, most_uses: Option<i64>) -> (Pass, PromoCode) {
    let (_, experience, _) = db.stage().await;
    let space = db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(space.id, "front-row", euros(12), &[experience.id]).await;
    let code = PromoCode {
        id: PromoId::new(),
        team: space.team,
        space: Some(space.id),
        code: "SUMMER".into(),
        off: Off::Percent(25),
        passes: vec![pass.id],
        most_uses,
        window: Window { opens_at: Some(NOW), closes_at: None },
        ended_at: None,
    };
    db.change(async |tx| tx.add_promo(&code, NOW).await).await.unwrap();
    (pass, code)
}

/// As the use case does it: `None` if the code is used up.
async fn order(db: &TestDatabase, buyer: AccountId, pass: &Pass, code: &str) -> Option<Checkout> {
    let mut tx = db.store.begin().await.unwrap();
    let promo = tx.lock_promo(pass.space, code).await.unwrap().expect("the code");
    let discount = promo.discount(pass.id, TWELVE, NOW).unwrap();
    let off = Some((pass.price.id, &discount));
    let opened = tx.open_discounted(buyer, pass.id, off, NOW).await.unwrap();
    let Some(Opened::New(order)) = opened else { panic!("{opened:?}") };
    if !tx.use_promo(order.id, promo.id, NOW).await.unwrap() {
        return None;
    }
    tx.commit_audited(act("checkout.open"), &[], NOW).await.unwrap();
    Some(order)
}

async fn uses(db: &TestDatabase, pass: &Pass) -> i64 {
    db.store.promos().of_space(pass.space).await.unwrap()[0].1
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_use_a_code_for_ten_ten_times() {
    on_each(async |db| {
        let (pass, _) = shop(&db, Some(10)).await;
        let mut buyers = Vec::new();
        for n in 0..50 {
            buyers.push(db.person(&format!("fan{n}@example.org")).await.id);
        }
        let orders = race(50, |n| {
            let (db, pass, buyer) = (db.clone(), pass.clone(), buyers[n]);
            async move { order(&db, buyer, &pass, "SUMMER").await }
        })
        .await;
        let orders: Vec<Checkout> = orders.into_iter().flatten().collect();
        assert_eq!((orders.len(), uses(&db, &pass).await), (10, 10));
        assert!(orders.iter().all(|order| order.amount.minor == 900));
        assert_eq!(db.store.checkouts().unsettled().await.unwrap().len(), 10, "the others opened nothing");
    })
    .await;
}

#[tokio::test]
async fn an_order_keeps_its_discount_and_gives_the_use_back_when_it_ends_unpaid() {
    on_each(async |db| {
        let (pass, code) = shop(&db, Some(1)).await;
        let (ann, ben) = (db.person("ann@example.org").await.id, db.person("ben@example.org").await.id);
        let first = order(&db, ann, &pass, "SUMMER").await.expect("an order");
        let discount = Discount { promo: code.id, code: "SUMMER".into(), minor: 300 };
        assert_eq!((first.discount.as_ref(), first.list_price()), (Some(&discount), TWELVE));
        assert_eq!(first.ended_by(NOW), None, "the pass still costs what it did");
        assert!(order(&db, ben, &pass, "SUMMER").await.is_none());
        CheckoutStore::close(&db.store, first.id, Payment::Expired, None, NOW).await.unwrap();
        assert_eq!(uses(&db, &pass).await, 0);

        let second = order(&db, ben, &pass, "SUMMER").await.expect("the use is free again");
        CheckoutStore::paying(&db.store, second.id, "cs_1".into(), "https://pay".into(), None).await.unwrap();
        let paid = ProviderSession {
            id: "cs_1".into(),
            url: None,
            client_secret: None,
            status: ProviderStatus::Paid,
            amount: Some(Money { minor: 900, ..TWELVE }),
            reference: Some(second.id.to_string()),
            intent: None,
            refunded: 0,
            dispute: None,
            movements: Vec::new(),
        };
        let row = db.store.checkouts().by_id(second.id).await.unwrap();
        let all = ProviderSession { amount: Some(TWELVE), ..paid.clone() };
        let refused = db.apply(&row, &all, NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict("amount"))), "what is charged is what was asked");
        assert!(db.apply(&row, &paid, NOW).await.unwrap().granted);
        assert_eq!(uses(&db, &pass).await, 1, "a paid order keeps its use");
        assert!(order(&db, ann, &pass, "SUMMER").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_code_makes_room_for_its_own_order_while_nobody_pays() {
    on_each(async |db| {
        let (pass, code) = shop(&db, None).await;
        let ann = db.person("ann@example.org").await.id;
        let replace =
            async || db.change(async |tx| tx.replace_order(ann, pass.id, code.id, NOW).await).await.unwrap();
        assert_eq!(replace().await, Replaced::Nothing);
        let Opened::New(full) = db.open_order(ann, pass.id, NOW).await.unwrap() else { panic!("an order") };
        assert_eq!(replace().await, Replaced::Ended(full.id));
        let ended = db.store.checkouts().by_id(full.id).await.unwrap();
        assert_eq!((ended.state, ended.ended), (Payment::Expired, Some(OrderEnd::Cancelled)));
        let cheap = order(&db, ann, &pass, "SUMMER").await.expect("an order");
        assert_eq!(replace().await, Replaced::Same(cheap.id));
        CheckoutStore::close(&db.store, cheap.id, Payment::Expired, None, NOW).await.unwrap();
        let Opened::New(full) = db.open_order(ann, pass.id, NOW).await.unwrap() else { panic!("an order") };
        CheckoutStore::paying(&db.store, full.id, "cs_1".into(), "https://pay".into(), None).await.unwrap();
        assert_eq!(replace().await, Replaced::Paying);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_leaves_nothing_to_pay_gives_the_pass() {
    on_each(async |db| {
        let (pass, _) = shop(&db, None).await;
        let ann = db.person("ann@example.org").await.id;
        let take = async |price: PriceId| {
            db.change(async |tx| tx.take_discounted(ann, pass.id, price, NOW).await).await
        };
        assert!(matches!(take(PriceId::new()).await, Err(StoreError::NotFound)), "at another price");
        let taken = take(pass.price.id).await.unwrap();
        assert!(taken.first && taken.grant.purchase.is_none());
        assert!(!take(pass.price.id).await.unwrap().first);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_found_in_its_own_spaces_until_it_ends() {
    on_each(async |db| {
        let (pass, code) = shop(&db, None).await;
        let (_, elsewhere) = db.creator("ola@example.org").await;
        let find = async |space: SpaceId| {
            let mut tx = db.store.begin().await.unwrap();
            tx.lock_promo(space, "SUMMER").await.unwrap().map(|found| found.id)
        };
        assert_eq!((find(pass.space).await, find(elsewhere.id).await), (Some(code.id), None));
        let again = PromoCode { id: PromoId::new(), space: None, ..code.clone() };
        let twice = db.change(async |tx| tx.add_promo(&again, NOW).await).await;
        assert!(matches!(twice, Err(StoreError::Conflict("code"))), "one code means one thing");
        let end = async |space: SpaceId| db.change(async |tx| tx.end_promo(code.id, space, NOW).await).await;
        assert!(!end(elsewhere.id).await.unwrap(), "another team's");
        assert!(end(pass.space).await.unwrap());
        assert!(!end(pass.space).await.unwrap());
        assert_eq!(find(pass.space).await, None);
        db.change(async |tx| tx.add_promo(&again, NOW).await).await.unwrap();
        let all = db.store.promos().of_space(pass.space).await.unwrap();
        assert_eq!(all.iter().map(|(code, _)| code.id).collect::<Vec<_>>(), [again.id, code.id]);
        assert_eq!(all[0].0, again, "it is read as it was written");
        assert_eq!(pass.price.kind, PriceKind::Once(TWELVE));
    })
    .await;
}

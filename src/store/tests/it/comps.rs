//! Passes that are given to addresses: taking, revoking and forgetting them at the same time.

use crate::database::*;
use domain::{
    access::comp::{Comp, WAITS_FOR},
    catalogue::offer::Pass,
    error::StoreError,
    id::AccountId,
    money::selling::Selling,
    people::account::Account,
    time::Millis,
};
use store::{Bookmark, Part};

/// A pass of which there are so many.
async fn shop(db: &TestDatabase, stock: i64) -> (Account, Pass) {
    let (maya, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    let selling = Selling { stock: Some(stock), ..Selling::default() };
    db.change(async |tx| tx.sell_pass(pass.id, &selling).await).await.unwrap();
    (maya, pass)
}

async fn give(db: &TestDatabase, pass: &Pass, email: &str, by: AccountId) -> Comp {
    let id = db.change(async |tx| tx.add_comp(pass.id, email, by, NOW).await).await.unwrap();
    db.store.comps().by_id(id).await.unwrap()
}

async fn left(db: &TestDatabase, pass: &Pass) -> Option<i64> {
    db.store.passes().by_id(pass.id).await.unwrap().left
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_and_revoked_at_once_ends_revoked() {
    on_each(async |db| {
        let (maya, pass) = shop(&db, 10).await;
        let mut given = Vec::new();
        for n in 0..10 {
            let person = db.person(&format!("fan{n}@example.org")).await;
            given.push((give(&db, &pass, &person.email, maya.id).await, person.id));
        }
        assert_eq!(left(&db, &pass).await, Some(0));
        let done = race(20, |n| {
            let (db, (comp, person)) = (db.clone(), given[n / 2].clone());
            async move {
                db.change(async |tx| match n % 2 {
                    0 => tx.claim_comp(&comp, person, NOW).await.map(drop),
                    _ => tx.revoke_comp(comp.pass, comp.id, NOW).await.map(drop),
                })
                .await
            }
        })
        .await;
        for (n, one) in done.iter().enumerate() {
            let late = n % 2 == 0 && matches!(one, Err(StoreError::Conflict("gone")));
            assert!(one.is_ok() || late, "{n}: {one:?}");
        }
        assert_eq!(left(&db, &pass).await, Some(10), "each seat is free");
    })
    .await;
}

#[tokio::test]
async fn two_who_never_took_the_same_pass_are_both_forgotten() {
    on_each(async |db| {
        let (maya, pass) = shop(&db, 3).await;
        let mut given = Vec::new();
        for email in ["ann@example.org", "ben@example.org"] {
            let person = db.person(email).await;
            given.push(give(&db, &pass, email, maya.id).await.id);
            let deleted = db.change(async |tx| tx.delete_account(person.id, NOW).await).await.unwrap();
            assert_eq!(deleted.seats, [(pass.space, pass.id)]);
        }
        for id in given {
            let comp = db.store.comps().by_id(id).await.unwrap();
            assert_eq!((comp.email.as_str(), comp.revoked_at), ("", Some(NOW)));
        }
        assert_eq!(left(&db, &pass).await, Some(3));
    })
    .await;
}

#[tokio::test]
async fn what_nobody_takes_in_time_frees_its_seat_and_is_forgotten() {
    on_each(async |db| {
        let (maya, pass) = shop(&db, 3).await;
        let ann = db.person("ann@example.org").await;
        let taken = give(&db, &pass, &ann.email, maya.id).await;
        let waiting = give(&db, &pass, "typo@example.org", maya.id).await;
        db.change(async |tx| tx.claim_comp(&taken, ann.id, NOW).await).await.unwrap();
        let end = async |now| db.change(async |tx| tx.end_late_comps(now).await).await.unwrap();
        let late = NOW + WAITS_FOR;
        assert!(end(Millis(late.0 - 1)).await.is_empty());
        assert_eq!(left(&db, &pass).await, Some(1));
        assert_eq!(end(late).await, [(pass.space, pass.id)]);
        assert!(end(late).await.is_empty(), "once");
        assert_eq!(left(&db, &pass).await, Some(2));
        let read = async |id| db.store.comps().by_id(id).await.unwrap();
        let lapsed = read(waiting.id).await;
        assert!(lapsed.has_lapsed() && lapsed.revoked_at == Some(late), "{lapsed:?}");
        assert_eq!(read(taken.id).await.email, "ann@example.org", "who took it keeps it");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_an_address_now_learns_nothing_of_who_had_it_before() {
    on_each(async |db| {
        let (maya, pass) = shop(&db, 9).await;
        let gifts = async |of: AccountId| {
            let page = db.store.exports().page(Part::Gifts, of, Bookmark::default()).await.unwrap();
            page.rows.len()
        };
        let (before, now) = (db.person("former@example.org").await, db.person("ann@example.org").await);
        // It was taken when the address was another person's.
        let taken = give(&db, &pass, &now.email, maya.id).await;
        assert_eq!(gifts(now.id).await, 1, "it waits for them");
        db.change(async |tx| tx.claim_comp(&taken, before.id, NOW).await).await.unwrap();
        assert_eq!((gifts(now.id).await, gifts(before.id).await), (0, 0));
        let own = give(&db, &pass, &now.email, maya.id).await;
        db.change(async |tx| tx.claim_comp(&own, now.id, NOW).await).await.unwrap();
        assert_eq!(gifts(now.id).await, 1, "what they have taken themselves");
    })
    .await;
}

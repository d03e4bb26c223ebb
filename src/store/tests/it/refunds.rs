//! How many refunds an order has, and which payments the provider is asked about again.

use crate::{
    database::*,
    ledger::{apply, movement, paid, paying, shop},
};
use domain::{
    money::{
        jobs::{ApplyPayment, SendRefundNotice},
        ledger::movement::{Movement, MovementKind},
        payments::{MOST_REFUNDS, ProviderObject},
    },
    time::{Millis, Span},
    work::Lane,
};

#[tokio::test]
async fn an_order_has_so_many_refunds_and_few_mails_about_them() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let (ben, maya) = (db.person("ben@example.org").await, db.person("maya@example.org").await);
        let order = paying(&db, &ben, &pass).await;
        let mut found = paid(&order, Some(65));
        apply(&db, order.id, &found).await;
        for n in 0..=MOST_REFUNDS {
            let decided = db
                .change(async |tx| tx.decide_refund(order.purchase, maya.id, (1, 1200 - n), NOW).await)
                .await
                .unwrap();
            assert_eq!(decided.is_some(), n < MOST_REFUNDS, "{n}");
            let Some(refund) = decided else { continue };
            found.refunded += 1;
            let part = movement(MovementKind::Refund, &format!("re_{n}"), 1, Some(0));
            found.movements.push(Movement { reference: Some(refund.to_string()), ..part });
            apply(&db, order.id, &found).await;
        }
        let mails = async |at| {
            let claimed = db.store.jobs().claim(Lane::Receipts, Span::secs(1), 99, at).await.unwrap();
            claimed.iter().filter(|job| job.read::<SendRefundNotice>().is_ok()).count()
        };
        assert_eq!(mails(NOW).await, 1, "the first one");
        assert_eq!(
            mails(NOW + Span::hours(1)).await,
            2,
            "and all the others, with the first one's lease over"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_was_asked_about_least_lately_is_next() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let mut sessions = Vec::new();
        for n in 0..3 {
            let order = paying(&db, &db.person(&format!("fan{n}@example.org")).await, &pass).await;
            apply(&db, order.id, &paid(&order, None)).await;
            sessions.push(order.provider_session.expect("a session"));
        }
        sessions.sort();
        let mut now = NOW;
        let mut next = async || {
            now = now + Span::hours(1);
            // Only those that were not asked about within two hours.
            let asked = Millis(now.0 - Span::hours(2).0);
            db.store.ledger().ask_again(Millis(0), asked, 1, now).await.unwrap();
            let jobs = db.store.jobs().claim(Lane::Money, Span::days(1), 9, now).await.unwrap();
            let asked = jobs.iter().filter_map(|job| job.read::<ApplyPayment>().ok());
            let place = |object: &ProviderObject| sessions.iter().position(|one| *one == object.id);
            asked.map(|job| place(&job.object)).collect::<Vec<_>>()
        };
        for place in [0, 1, 2, 0] {
            assert_eq!(next().await, [Some(place)], "each in turn, however many are never told");
        }
    })
    .await;
}

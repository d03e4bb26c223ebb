//! Whom an invoice names, and the numbers of what another release has recorded.

use crate::{
    database::*,
    ledger::{apply, paid, paying, shop},
};
use domain::{
    money::{checkout::Checkout, jobs::ApplyPayment, number::InvoiceNumber, payments::ProviderObject},
    time::{Millis, Span},
    work::Lane,
};
use sqlx::{Connection as _, Executor as _};
use store::SoldOrder;

async fn execute(db: &TestDatabase, sql: &'static str) {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    connection.execute(sql).await.unwrap();
}

async fn sold(db: &TestDatabase, order: &Checkout) -> SoldOrder {
    db.store.orders().by_id(order.purchase).await.unwrap()
}

#[tokio::test]
async fn an_invoice_names_whom_it_named_at_first() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let ben = db.person("ben@example.org").await;
        let order = paying(&db, &ben, &pass).await;
        apply(&db, order.id, &paid(&order, Some(65))).await;
        let first = sold(&db, &order).await.parties;
        assert_eq!((first.buyer.as_str(), first.email.as_str()), ("ben", "ben@example.org"));
        execute(
            &db,
            "UPDATE spaces SET name = 'Another name', slug = 'another' WHERE id IN (SELECT p.space_id FROM purchases p)",
        )
        .await;
        execute(&db, "UPDATE accounts SET name = 'Benjamin' WHERE email = 'ben@example.org'").await;
        let later = sold(&db, &order).await;
        assert_eq!((later.parties, later.space_name.as_str()), (first.clone(), "Another name"));
        db.change(async |tx| tx.delete_account(ben.id, NOW).await).await.unwrap();
        let parties = sold(&db, &order).await.parties;
        assert_eq!((parties.seller, parties.email.as_str()), (first.seller, ""), "the buyer is forgotten");
        assert_ne!(parties.buyer, "ben");
    })
    .await;
}

#[tokio::test]
async fn what_an_earlier_release_recorded_gets_its_numbers_once() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for n in 0..2 {
            let order = paying(&db, &db.person(&format!("fan{n}@example.org")).await, &pass).await;
            apply(&db, order.id, &paid(&order, Some(65))).await;
            orders.push(order);
        }
        // As a release before numbers and the ledger writes it.
        execute(
            &db,
            "UPDATE purchases SET team_id = NULL, number = NULL, invoice_year = NULL, invoice_number = NULL,
                platform_fee = 0, seller_name = NULL, seller_slug = NULL, billed_name = NULL, billed_email = NULL
                WHERE number = 1002",
        )
        .await;
        execute(&db, "DELETE FROM ledger_entries").await;
        execute(&db, "DELETE FROM ledger_sets").await;
        let adopted = race(8, |_| {
            let db = db.clone();
            async move { db.store.purchases().adopt(NOW).await.unwrap() }
        })
        .await;
        assert_eq!(adopted.iter().sum::<usize>(), 1);
        let found = sold(&db, &orders[1]).await;
        assert_eq!((found.team, found.number), (team, Some(1003)));
        let year = InvoiceNumber::year_of(NOW);
        assert_eq!(found.invoice, Some(InvoiceNumber { year, number: 3 }));
        assert_eq!(found.parties.email, "fan1@example.org");
        let jobs = db.store.jobs().claim(Lane::Money, Span::secs(1), 9, NOW).await.unwrap();
        let asked: Vec<_> = jobs.iter().filter_map(|job| job.read::<ApplyPayment>().ok()).collect();
        let session = orders[1].provider_session.clone().expect("a session");
        assert_eq!(asked, [ApplyPayment { object: ProviderObject::session(session) }]);
        assert_eq!(apply(&db, orders[1].id, &paid(&orders[1], Some(65))).await.booked, 1);
        assert_eq!(db.store.purchases().adopt(Millis(NOW.0 + 1)).await.unwrap(), 0);
    })
    .await;
}

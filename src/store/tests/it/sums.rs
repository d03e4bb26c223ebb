//! The running sums of the ledger are those of its entries, and pages read nothing else.

use crate::{
    database::*,
    ledger::{apply, movement, paid, paying, shop},
};
use domain::{
    money::{
        ledger::movement::{Movement, MovementKind},
        payments::Dispute,
    },
    time::{Millis, Span},
};
use sqlx::{Connection as _, Executor as _, Row as _};

const SUMS: &str = include_str!("../../../../migrations/0139_ledger_sums.sql");

/// The sums that are not nothing.
async fn sums(db: &TestDatabase) -> Vec<(String, String, i64)> {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    let sql = "SELECT team_id, account, amount FROM ledger_sums WHERE amount <> 0 ORDER BY team_id, account, currency";
    let rows = connection.fetch_all(sql).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

/// Adds up all entries, as the upgrade does.
async fn add_up(db: &TestDatabase) {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    connection.execute("DELETE FROM ledger_sums").await.unwrap();
    connection.execute(&SUMS[SUMS.find("INSERT INTO").unwrap()..]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn running_sums_are_those_of_all_entries() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for n in 0..12 {
            orders.push(paying(&db, &db.person(&format!("fan{n}@example.org")).await, &pass).await);
        }
        // Payments at once, with refunds, one of which fails, and disputes.
        race(12, |n| {
            let (db, order) = (db.clone(), orders[n].clone());
            async move {
                let mut found = paid(&order, (n % 2 == 0).then_some(65));
                let refund = movement(MovementKind::Refund, &format!("re_{n}"), 300, Some(0));
                if n % 3 == 0 {
                    found.refunded = 300;
                    found.movements.push(refund.clone());
                }
                if n == 6 {
                    found.refunded = 0;
                    found.movements.push(Movement { kind: MovementKind::RefundReturned, ..refund });
                }
                if n == 7 {
                    found.dispute = Some(Dispute::Open);
                    let dispute = movement(MovementKind::DisputeOpened, "dp_7", 1200, Some(1500));
                    found.movements.push(dispute);
                }
                apply(&db, order.id, &found).await;
            }
        })
        .await;
        let ledger = db.store.ledger();
        let mut balances = Vec::new();
        for at in [NOW, NOW + Span::days(9)] {
            ledger.move_available(at).await.unwrap();
            let [balance] = ledger.balances(team).await.unwrap()[..] else { panic!("one currency") };
            let kept = sums(&db).await;
            add_up(&db).await;
            assert_eq!(sums(&db).await, kept, "{at:?}");
            balances.push(balance);
        }
        let [first, last] = balances[..] else { panic!("two balances") };
        assert_eq!((first.sold, first.refunded, first.disputed), (12 * 1200, 900, 1200));
        assert!(first.pending > last.pending && first.available < last.available, "{first:?} {last:?}");
        let total = |one: store::Balance| one.pending + one.available;
        assert_eq!((total(first), total(last)), (12 * 1080 - 3 * 270, 12 * 1080 - 3 * 270));
        // However long the ledger is, a page reads the sums alone.
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        connection.execute("DELETE FROM ledger_entries").await.unwrap();
        assert_eq!(ledger.balances(team).await.unwrap(), [last]);
        assert!(!ledger.sums().await.unwrap().is_empty());
        assert_eq!(ledger.move_available(Millis(i64::MAX)).await.unwrap(), 0, "nothing is left to move");
    })
    .await;
}

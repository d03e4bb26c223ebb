//! The ledger and the numbers of orders: written once, in balance, without gaps, whatever races.

use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Pass,
    error::StoreError,
    id::*,
    money::{
        checkout::Checkout,
        jobs::{ApplyPayment, SendSellerRefund},
        ledger::FeeShare,
        ledger::movement::{Movement, MovementKind},
        number::{InvoiceNumber, OrderSearch},
        payments::{Dispute, ProviderObject, ProviderSession, ProviderStatus},
        store::CheckoutStore,
    },
    people::account::Account,
    time::{Millis, Span},
    work::Lane,
};
use sqlx::{Connection as _, Executor as _, Row as _};
use std::collections::BTreeMap;
use store::{Applied, Opened, OrderAfter, SoldOrder};

const WEEK: Span = Span::days(7);

/// A team's space with a pass for twelve euros.
pub async fn shop(db: &TestDatabase) -> (TeamId, Pass) {
    let (_, experience, _) = db.stage().await;
    let space = db.publish(experience.space, NOW).await.unwrap();
    (space.team, db.pass(space.id, "front-row", euros(12), &[experience.id]).await)
}

pub async fn paying(db: &TestDatabase, buyer: &Account, pass: &Pass) -> Checkout {
    let opened = db.open_order(buyer.id, pass.id, NOW).await.unwrap();
    let Opened::New(order) = opened else { panic!("{opened:?}") };
    let (session, url) = (format!("cs_{}", order.id), "https://pay".to_owned());
    CheckoutStore::paying(&db.store, order.id, session, url, None).await.unwrap();
    db.store.checkouts().by_id(order.id).await.unwrap()
}

pub fn movement(kind: MovementKind, object: &str, amount: i64, fee: Option<i64>) -> Movement {
    let available_on = fee.map(|_| if kind == MovementKind::Payment { NOW + WEEK } else { NOW });
    Movement { kind, object: object.into(), amount, fee, available_on, at: NOW, reference: None }
}

/// The provider's state of a paid order.
pub fn paid(order: &Checkout, fee: Option<i64>) -> ProviderSession {
    let intent = format!("pi_{}", order.id);
    ProviderSession {
        id: order.provider_session.clone().expect("a session"),
        url: None,
        client_secret: None,
        status: ProviderStatus::Paid,
        amount: Some(order.amount),
        reference: Some(order.id.to_string()),
        refunded: 0,
        dispute: None,
        movements: vec![movement(MovementKind::Payment, &intent, 1200, fee)],
        intent: Some(intent),
    }
}

/// Works like the job: read, fetch, apply, and repeat if another writer was faster.
pub async fn apply(db: &TestDatabase, order: CheckoutId, found: &ProviderSession) -> Applied {
    loop {
        let row = db.store.checkouts().by_id(order).await.unwrap();
        match db.apply(&row, found, NOW).await {
            Err(StoreError::Conflict("older")) => {}
            applied => return applied.unwrap(),
        }
    }
}

async fn sums(db: &TestDatabase) -> BTreeMap<String, i64> {
    let sums = db.store.ledger().sums().await.unwrap();
    sums.into_iter().map(|one| (one.account, one.sum.minor)).collect()
}

fn expected(sums: &[(&str, i64)]) -> BTreeMap<String, i64> {
    sums.iter().map(|(account, sum)| ((*account).to_owned(), *sum)).collect()
}

/// The number that a query answers.
async fn number(db: &TestDatabase, query: &str) -> i64 {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    connection.fetch_one(sqlx::AssertSqlSafe(query.to_owned())).await.unwrap().get(0)
}

const UNBALANCED: &str = "SELECT COUNT(*) FROM (
    SELECT kind, object, currency FROM ledger_entries GROUP BY kind, object, currency HAVING SUM(amount) <> 0) x";

#[tokio::test(flavor = "multi_thread")]
async fn twenty_applications_write_each_set_once() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let order = paying(&db, &db.person("ben@example.org").await, &pass).await;
        let mut found = paid(&order, Some(65));
        found.refunded = 300;
        found.movements.push(movement(MovementKind::Refund, "re_1", 300, Some(0)));
        let applied = race(20, |_| {
            let (db, found, id) = (db.clone(), found.clone(), order.id);
            async move { apply(&db, id, &found).await }
        })
        .await;
        assert_eq!(applied.iter().map(|one| one.booked).sum::<usize>(), 2);
        let want =
            [("platform:fees", -90), ("provider:fees", 65), ("provider:pending", 835), ("sellers", -810)];
        assert_eq!(sums(&db).await, expected(&want));
        assert_eq!(number(&db, UNBALANCED).await, 0);
        let [balance] = db.store.ledger().balances(team).await.unwrap()[..] else { panic!("one currency") };
        assert_eq!((balance.available, balance.pending, balance.fees), (0, 810, 90));
        assert_eq!((balance.sold, balance.refunded, balance.disputed), (1200, 300, 0));
        assert!(db.store.ledger().balances(TeamId::new()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_promised_becomes_available_once_and_a_late_fee_is_added() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let order = paying(&db, &db.person("ben@example.org").await, &pass).await;
        assert_eq!(apply(&db, order.id, &paid(&order, None)).await.booked, 1);
        let ledger = db.store.ledger();
        let session = order.provider_session.clone().unwrap();
        assert_eq!(ledger.ask_again(Millis(0), NOW, 9, NOW).await.unwrap(), 1);
        let jobs = db.store.jobs().claim(Lane::Money, Span::secs(1), 9, NOW).await.unwrap();
        let asked: Vec<_> = jobs.iter().filter_map(|job| job.read::<ApplyPayment>().ok()).collect();
        assert_eq!(asked, [ApplyPayment { object: ProviderObject::session(session) }]);
        assert_eq!(ledger.move_available(NOW + WEEK).await.unwrap(), 0, "nobody knows when");
        let told = apply(&db, order.id, &paid(&order, Some(65))).await;
        assert_eq!((told.changed, told.booked, told.granted), (true, 1, false));
        assert!(!apply(&db, order.id, &paid(&order, Some(65))).await.changed);
        assert_eq!(ledger.ask_again(Millis(0), NOW, 9, NOW).await.unwrap(), 0, "all is told");
        assert_eq!(ledger.move_available(NOW).await.unwrap(), 0, "too early");
        assert_eq!(ledger.move_available(NOW + WEEK).await.unwrap(), 2, "the payment and its fee");
        assert_eq!(ledger.move_available(NOW + WEEK).await.unwrap(), 0, "once");
        let want = [
            ("platform:fees", -120),
            ("provider:available", 1135),
            ("provider:fees", 65),
            ("provider:pending", 0),
            ("sellers", -1080),
        ];
        assert_eq!(sums(&db).await, expected(&want));
        assert_eq!(number(&db, UNBALANCED).await, 0);
        let [balance] = ledger.balances(team).await.unwrap()[..] else { panic!("one currency") };
        assert_eq!((balance.available, balance.pending), (1080, 0));
        let lines = ledger.statement(team, None, 9).await.unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.kind, line.own, line.fee, line.cleared)).collect();
        assert_eq!(told, [(MovementKind::Payment, 1080, 120, true)]);
    })
    .await;
}

#[tokio::test]
async fn a_dispute_is_held_until_the_bank_has_decided() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        for (email, end, available, disputed) in
            [("ann@example.org", Dispute::Won, 1080, 0), ("ben@example.org", Dispute::Lost, 1080, 0)]
        {
            let order = paying(&db, &db.person(email).await, &pass).await;
            let dispute = format!("dp_{email}");
            let mut found = paid(&order, Some(65));
            found.dispute = Some(Dispute::Open);
            found.movements.push(movement(MovementKind::DisputeOpened, &dispute, 1200, Some(1500)));
            apply(&db, order.id, &found).await;
            let held = db.store.ledger().balances(team).await.unwrap()[0].disputed;
            assert_eq!(held, 1200, "{end:?}");
            found.dispute = Some(end);
            let kind = if end == Dispute::Won { MovementKind::DisputeWon } else { MovementKind::DisputeLost };
            found.movements.push(movement(kind, &dispute, 1200, Some(0)));
            apply(&db, order.id, &found).await;
            let balance = db.store.ledger().balances(team).await.unwrap()[0];
            assert_eq!(
                (balance.available + balance.pending, balance.disputed),
                (available, disputed),
                "{end:?}"
            );
        }
        assert_eq!(number(&db, UNBALANCED).await, 0);
    })
    .await;
}

async fn all(db: &TestDatabase, team: TeamId) -> Vec<SoldOrder> {
    db.store.orders().search(team, &OrderSearch::All, None, 999).await.unwrap()
}

/// Some transactions fail after they have drawn their numbers, and nothing is missing.
#[tokio::test(flavor = "multi_thread")]
async fn invoices_have_no_gaps_whoever_pays_at_once() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for n in 0..30 {
            orders.push(paying(&db, &db.person(&format!("buyer{n}@example.org")).await, &pass).await);
        }
        race(30, |n| {
            let (db, order) = (db.clone(), orders[n].clone());
            async move {
                let found = paid(&order, Some(65));
                if n % 3 == 0 {
                    let mut tx = db.store.begin().await.unwrap();
                    let share = FeeShare::default();
                    assert!(tx.apply_payment(&order, &found, share, NOW).await.unwrap().granted);
                    drop(tx);
                }
                apply(&db, order.id, &found).await
            }
        })
        .await;
        let all = all(&db, team).await;
        let mut invoices: Vec<_> = all.iter().filter_map(|order| order.invoice).collect();
        invoices.sort_unstable();
        let year = InvoiceNumber::year_of(NOW);
        let want: Vec<_> = (1..=30).map(|number| InvoiceNumber { year, number }).collect();
        assert_eq!(invoices, want);
        let mut numbers: Vec<_> = all.iter().filter_map(|order| order.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 30, "each order has its own");
    })
    .await;
}

#[tokio::test]
async fn an_order_is_found_by_its_numbers_its_address_and_its_pass() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let lounge = db.pass(pass.space, "lounge", euros(5), &pass.includes).await;
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        for (who, what) in [(&ann, &pass), (&ben, &pass)] {
            let order = paying(&db, who, what).await;
            apply(&db, order.id, &paid(&order, Some(65))).await;
        }
        let order = paying(&db, &ben, &lounge).await;
        let mut found = paid(&order, Some(45));
        found.movements[0].amount = 500;
        apply(&db, order.id, &found).await;
        let first = all(&db, team).await.pop().unwrap();
        let search = async |text: &str| {
            let search = OrderSearch::read(text);
            db.store.orders().search(team, &search, None, 9).await.unwrap().len()
        };
        for (text, count) in [
            ("", 3),
            ("Ben@example.org", 2),
            ("nobody@example.org", 0),
            ("front", 2),
            ("LOUNGE", 1),
            ("orchestra", 0),
            (&format!("#{}", first.number.unwrap()), 1),
            (&first.invoice.unwrap().to_string(), 1),
            ("1", 0),
        ] {
            assert_eq!(search(text).await, count, "{text}");
        }
        let (mut after, mut seen) = (None, Vec::new());
        while let [order] = &db.store.orders().search(team, &OrderSearch::All, after, 1).await.unwrap()[..] {
            after = Some(OrderAfter { at: order.purchase.paid_at, purchase: order.purchase.id });
            seen.push(order.purchase.id);
        }
        assert_eq!(seen, all(&db, team).await.iter().map(|order| order.purchase.id).collect::<Vec<_>>());
        let other = db.creator("other@example.org").await.1.team;
        assert!(all(&db, other).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn orders_and_statements_are_found_by_an_index_however_many_there_are() {
    on_each(async |db| {
        // PostgreSQL decides by how much there is.
        if !db.url.starts_with("sqlite") {
            return;
        }
        for (words, index) in [
            ("WHERE p.team_id = $1 AND (p.paid_at, p.id) < ($2, $3)", "purchases_team"),
            ("p.team_id = $1 AND p.number = $2", "purchases_number"),
            ("p.team_id = $1 AND p.invoice_year = $2", "purchases_invoice"),
            ("WHERE b.email = $5", "sqlite_autoindex_accounts"),
            ("o.gift_to = $5", "checkouts_gift"),
            ("p.id IN (\n            SELECT w.purchase_id FROM refund_wishes", "refund_wishes_team"),
            ("AS wishes FROM refund_wishes w", "refund_wishes_team"),
            ("(s.at, s.kind, s.object) < ($3, $4, $5)", "ledger_sets_team"),
            ("AND s.available_on <= $1", "ledger_sets_due"),
            ("FROM ledger_sets WHERE purchase_id = $1", "ledger_sets_purchase"),
        ] {
            let plan = db.plan(|text| text.contains(words)).await;
            assert!(plan.contains(index), "{words}: {plan}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refunds_at_once_no_more_is_decided_than_is_left() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let (ben, maya) = (db.person("ben@example.org").await, db.person("maya@example.org").await);
        let order = paying(&db, &ben, &pass).await;
        apply(&db, order.id, &paid(&order, Some(65))).await;
        let decided = race(20, |_| {
            let (db, purchase, by) = (db.clone(), order.purchase, maya.id);
            async move {
                db.change(async |tx| tx.decide_refund(purchase, by, (300, 1200), NOW).await).await.unwrap()
            }
        })
        .await;
        let decided: Vec<RefundId> = decided.into_iter().flatten().collect();
        assert_eq!(decided.len(), 1, "the others saw another amount");
        let decide = async |amount, seen| {
            db.change(async |tx| tx.decide_refund(order.purchase, maya.id, (amount, seen), NOW).await)
                .await
                .unwrap()
        };
        assert_eq!(decide(901, 900).await, None, "more than is left");
        let jobs = db.store.jobs().claim(Lane::Money, Span::secs(1), 99, NOW).await.unwrap();
        let jobs: Vec<_> = jobs.iter().filter_map(|job| job.read::<SendSellerRefund>().ok()).collect();
        assert_eq!(jobs, [SendSellerRefund { refund: decided[0] }]);
        // The refund that carries it out is found at the provider.
        let mut found = paid(&order, Some(65));
        found.refunded = 300;
        let reference = Some(decided[0].to_string());
        found.movements.push(Movement { reference, ..movement(MovementKind::Refund, "re_1", 300, Some(0)) });
        apply(&db, order.id, &found).await;
        let refund = db.store.seller_refunds().by_id(decided[0]).await.unwrap();
        assert_eq!((refund.done_at, refund.is_open()), (Some(NOW), false));
        assert!(decide(900, 900).await.is_some(), "the rest");
        found.dispute = Some(Dispute::Open);
        found.movements.push(movement(MovementKind::DisputeOpened, "dp_1", 900, Some(1500)));
        apply(&db, order.id, &found).await;
        let rest = db.store.seller_refunds().of_purchase(order.purchase).await.unwrap()[1].clone();
        let refused = rest.id;
        for _ in 0..2 {
            db.store.seller_refunds().next_attempt(&rest).await.unwrap();
        }
        let next = db.store.seller_refunds().by_id(refused).await.unwrap().attempt;
        assert_eq!((rest.attempt, next), (1, 2), "of one failure, once");
        assert!(db.change(async |tx| tx.refuse_refund(refused, "disputed", NOW).await).await.unwrap());
        assert!(!db.change(async |tx| tx.refuse_refund(refused, "disputed", NOW).await).await.unwrap());
        assert_eq!(decide(900, 900).await, None, "the bank has the money");
    })
    .await;
}

const LEDGER: &str = include_str!("../../../../migrations/0111_ledger.sql");
const SUMS: &str = include_str!("../../../../migrations/0139_ledger_sums.sql");
const NUMBERS: &str = include_str!("../../../../migrations/0112_order_numbers.sql");

/// The database as an earlier release left it: rows with sums, and no ledger.
#[tokio::test]
async fn payments_refunds_and_disputes_from_before_are_in_the_ledger() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for (n, change) in [
            "refunded = 0",
            "refunded = 300",
            "refunded = 1200",
            "dispute = 'open'",
            "dispute = 'lost'",
            "dispute = 'won'",
        ]
        .into_iter()
        .enumerate()
        {
            let order = paying(&db, &db.person(&format!("buyer{n}@example.org")).await, &pass).await;
            apply(&db, order.id, &paid(&order, Some(65))).await;
            orders.push((order, change));
        }
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for (order, change) in &orders {
            let sql =
                format!("UPDATE purchases SET platform_fee = 0, {change} WHERE id = '{}'", order.purchase);
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        for statement in ["DROP TABLE ledger_entries", "DROP TABLE ledger_sets"] {
            connection.execute(statement).await.unwrap();
        }
        connection.execute(LEDGER).await.unwrap();
        connection.execute("DELETE FROM ledger_sums").await.unwrap();
        connection.execute(&SUMS[SUMS.find("INSERT INTO").unwrap()..]).await.unwrap();
        assert_eq!(number(&db, UNBALANCED).await, 0);
        let want = [("disputes", 1200), ("provider:pending", 3300), ("sellers", -4500)];
        assert_eq!(sums(&db).await, expected(&want));
        let [balance] = db.store.ledger().balances(team).await.unwrap()[..] else { panic!("one currency") };
        assert_eq!((balance.sold, balance.refunded, balance.disputed), (7200, 1500, 1200));
        // What the provider tells now is known already, but for its fee.
        let (order, _) = &orders[1];
        let mut found = paid(order, Some(65));
        found.refunded = 300;
        found.movements.push(movement(MovementKind::Refund, "re_1", 300, Some(0)));
        apply(&db, order.id, &found).await;
        let want =
            [("disputes", 1200), ("provider:fees", 65), ("provider:pending", 3235), ("sellers", -4500)];
        assert_eq!(sums(&db).await, expected(&want));
        assert!(!apply(&db, order.id, &found).await.changed);
    })
    .await;
}

#[tokio::test]
async fn orders_from_before_get_numbers_in_the_order_of_their_payment() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        // The last and the first moment of years, with and without a leap day.
        let moments = [
            1_709_164_800_000,
            1_735_689_599_999,
            1_735_689_600_000,
            1_767_225_599_999,
            1_767_225_600_000,
            1_772_323_200_000,
            1_830_297_600_000,
            4_107_542_399_999,
            4_107_542_400_000,
        ];
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for (n, at) in moments.into_iter().enumerate() {
            let order = paying(&db, &db.person(&format!("buyer{n}@example.org")).await, &pass).await;
            apply(&db, order.id, &paid(&order, Some(65))).await;
            let sql = format!(
                "UPDATE purchases SET paid_at = {at}, team_id = NULL, number = NULL, invoice_year = NULL,
                    invoice_number = NULL WHERE id = '{}'",
                order.purchase
            );
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        connection.execute("DELETE FROM seller_counters").await.unwrap();
        let begin = NUMBERS.find("UPDATE purchases SET team_id").unwrap();
        let end = NUMBERS.find("CREATE UNIQUE INDEX").unwrap();
        connection.execute(&NUMBERS[begin..end]).await.unwrap();
        let mut all = all(&db, team).await;
        all.reverse();
        let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
        for (n, (order, at)) in all.iter().zip(moments).enumerate() {
            let year = InvoiceNumber::year_of(Millis(at));
            let number = counts.entry(year).and_modify(|count| *count += 1).or_insert(1);
            assert_eq!(order.invoice, Some(InvoiceNumber { year, number: *number }), "{at}");
            assert_eq!(order.number, Some(1001 + n as i64));
        }
        // The next one goes on.
        let order = paying(&db, &db.person("next@example.org").await, &pass).await;
        apply(&db, order.id, &paid(&order, Some(65))).await;
        let id = db.store.purchases().of_checkout(order.id).await.unwrap().unwrap().id;
        let next = db.store.orders().by_id(id).await.unwrap();
        assert_eq!(next.number, Some(1001 + moments.len() as i64));
        let year = InvoiceNumber::year_of(NOW);
        let number = counts.get(&year).map_or(1, |count| count + 1);
        assert_eq!(next.invoice, Some(InvoiceNumber { year, number }));
        assert_eq!(next.purchase.amount, Money { minor: 1200, currency: Currency::Eur });
    })
    .await;
}

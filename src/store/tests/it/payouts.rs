//! Payouts are decided once for each team, currency and week, and take with them exactly the lines that they are made of.

use crate::{
    database::*,
    ledger::{apply, movement, paid, paying, shop},
};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Pass,
    error::StoreError,
    id::*,
    money::{
        ledger::movement::MovementKind,
        payments::Dispute,
        payouts::{
            FoundPayout, PayoutState, account::SellerFacts, decide, provider::TransferFacts, refused, waits,
        },
    },
    people::account::TeamRole,
    time::{Millis, Span},
};
use store::{Act, Payout, PayoutAfter, PayoutRun};

const LATER: Millis = Millis(NOW.0 + Span::days(7).0);
const RUN: PayoutRun = PayoutRun { week: 7, minimum: 1000 };

fn facts(payouts: bool) -> SellerFacts {
    SellerFacts {
        id: "acct_1".into(),
        reference: None,
        submitted: true,
        transfers: true,
        payouts,
        due: vec!["external_account".into()],
        disabled: None,
    }
}

fn act() -> Act {
    let (target, detail) = ("a payout".to_owned(), String::new());
    Act { actor: None, action: "payout.apply".into(), target, detail }
}

/// A team that has sold a pass for €12 and can use its €10.80, with its account.
async fn earned(db: &TestDatabase) -> TeamId {
    earned_by(db).await.0
}

/// The team, and the pass that it sells.
async fn earned_by(db: &TestDatabase) -> (TeamId, Pass) {
    let (team, pass) = shop(db).await;
    let order = paying(db, &db.person("ben@example.org").await, &pass).await;
    apply(db, order.id, &paid(&order, Some(65))).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.keep_seller_account(team, &facts(true), NOW).await.unwrap());
    assert!(!tx.keep_seller_account(team, &facts(true), NOW).await.unwrap(), "one for a team");
    tx.commit_audited(act(), &[], NOW).await.unwrap();
    db.store.ledger().move_available(LATER).await.unwrap();
    (team, pass)
}

async fn decided(db: &TestDatabase, team: TeamId, run: PayoutRun) -> Option<PayoutId> {
    let mut tx = db.store.begin().await.unwrap();
    let made = tx.decide_payout((team, Currency::Eur), run, LATER).await.unwrap();
    let (id, _) = made?;
    tx.commit_audited(act(), &[], LATER).await.unwrap();
    Some(id)
}

async fn available(db: &TestDatabase, team: TeamId) -> (i64, i64) {
    let [balance] = db.store.ledger().balances(team).await.unwrap()[..] else { panic!("one currency") };
    (balance.available, balance.pending)
}

async fn lines(db: &TestDatabase, payout: &Payout) -> Vec<i64> {
    let lines = db.store.ledger().paid_out(payout, 99).await.unwrap();
    lines.iter().map(|line| line.own).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_runs_decide_one_payout() {
    on_each(async |db| {
        let team = earned(&db).await;
        let payable = async |week| {
            let found = db.store.payouts().payable(week, &PayoutAfter::default(), 9).await;
            found.unwrap()
        };
        assert_eq!(payable(RUN.week).await, [(team, Currency::Eur)]);
        let much = PayoutRun { minimum: 1081, ..RUN };
        assert_eq!(decided(&db, team, much).await, None, "less than the least amount");
        let made = race(10, |_| {
            let db = db.clone();
            async move { decided(&db, team, RUN).await }
        })
        .await;
        let made: Vec<PayoutId> = made.into_iter().flatten().collect();
        let [id] = made[..] else { panic!("{made:?}") };
        assert!(payable(RUN.week).await.is_empty());
        assert_eq!(available(&db, team).await, (0, 0));
        let payout = db.store.payouts().by_id(id).await.unwrap();
        assert_eq!((payout.amount.minor, payout.state), (1080, PayoutState::Decided));
        assert_eq!(lines(&db, &payout).await, [1080]);
        assert!(db.store.payouts().of_team(TeamId::new(), 9).await.unwrap().is_empty());
        let last = db.store.payouts().latest(9).await.unwrap();
        assert_eq!(last.len(), 1);
        assert!(last[0].space.is_some(), "{last:?}");
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_not_enabled_gets_nothing() {
    on_each(async |db| {
        let team = earned(&db).await;
        let known = db.store.seller_accounts().of_team(team).await.unwrap().unwrap();
        let mut tx = db.store.begin().await.unwrap();
        tx.apply_seller_account(&known, &facts(false)).await.unwrap();
        tx.commit_audited(act(), &[], NOW).await.unwrap();
        let mut tx = db.store.begin().await.unwrap();
        let older = tx.apply_seller_account(&known, &facts(true)).await;
        assert!(matches!(older, Err(StoreError::Conflict("older"))), "{older:?}");
        drop(tx);
        assert_eq!(decided(&db, team, RUN).await, None);
        assert_eq!(available(&db, team).await, (1080, 0));
        assert_eq!(db.store.seller_accounts().ask_again(NOW, 9, LATER).await.unwrap(), 1);
        assert_eq!(db.store.seller_accounts().ask_again(NOW, 9, LATER).await.unwrap(), 0, "asked");
    })
    .await;
}

#[tokio::test]
async fn an_owner_who_deletes_their_account_takes_theirs_at_the_provider_along() {
    on_each(async |db| {
        let team = earned(&db).await;
        let (maya, kit) = (db.person("maya@example.org").await.id, db.person("kit@example.org").await.id);
        db.store.teams().put(team, kit, TeamRole::Owner, NOW).await.unwrap();
        let account = async || db.store.seller_accounts().of_team(team).await.unwrap();
        assert!(account().await.is_some());
        db.change(async |tx| tx.delete_account(maya, LATER).await).await.unwrap();
        assert_eq!(account().await, None);
        assert_eq!(decided(&db, team, RUN).await, None);
        assert_eq!(available(&db, team).await, (1080, 0), "it is kept for the other owner");
        let mut tx = db.store.begin().await.unwrap();
        assert!(tx.keep_seller_account(team, &facts(true), LATER).await.unwrap());
        tx.commit_audited(act(), &[], LATER).await.unwrap();
        assert!(decided(&db, team, RUN).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_suspended_team_keeps_its_balance_until_it_is_restored() {
    on_each(async |db| {
        let team = earned(&db).await;
        let space = db.store.spaces().of_team(team).await.unwrap().remove(0).id;
        let operator = db.person("operator@example.org").await.id;
        let payable =
            async || db.store.payouts().payable(RUN.week, &PayoutAfter::default(), 9).await.unwrap();
        let mut tx = db.store.begin().await.unwrap();
        tx.suspend_space(space, operator, "stolen cards", NOW).await.unwrap();
        tx.commit_audited(act(), &[], NOW).await.unwrap();
        assert!(db.store.payouts().withheld(team).await.unwrap() && payable().await.is_empty());
        assert_eq!(decided(&db, team, RUN).await, None, "nor by a run that has read it before");
        assert_eq!(available(&db, team).await, (1080, 0));
        let mut tx = db.store.begin().await.unwrap();
        tx.restore_space(space, operator, "a mistake", LATER).await.unwrap();
        tx.commit_audited(act(), &[], LATER).await.unwrap();
        assert!(!db.store.payouts().withheld(team).await.unwrap());
        assert_eq!(payable().await, [(team, Currency::Eur)]);
        assert!(decided(&db, team, RUN).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_is_a_line_of_the_next_payout() {
    on_each(async |db| {
        let team = earned(&db).await;
        let id = decided(&db, team, RUN).await.unwrap();
        let payout = db.store.payouts().by_id(id).await.unwrap();
        let transfer = TransferFacts {
            id: "tr_1".into(),
            amount: Money { minor: 1080, currency: Currency::Eur },
            reversed: 0,
            account: "acct_1".into(),
            reference: None,
        };
        let found = FoundPayout { transfer: Some(transfer), bank: None };
        let sent = decide(&payout.progress(), &found);
        let mut tx = db.store.begin().await.unwrap();
        tx.save_payout(&payout, &sent, LATER).await.unwrap();
        tx.commit_audited(act(), &[], LATER).await.unwrap();
        let mut tx = db.store.begin().await.unwrap();
        let older = tx.save_payout(&payout, &sent, LATER).await;
        assert!(matches!(older, Err(StoreError::Conflict("older"))), "{older:?}");
        drop(tx);
        let known = db.store.payouts().by_transfer("tr_1").await.unwrap().unwrap();
        assert_eq!((known.id, known.state), (id, PayoutState::Sent));
        let back = refused(&known.progress(), "restricted");
        let reversed = found.transfer.map(|transfer| TransferFacts { reversed: 1080, ..transfer });
        let over = decide(&back, &FoundPayout { transfer: reversed, bank: None });
        let mut tx = db.store.begin().await.unwrap();
        tx.save_payout(&known, &over, LATER).await.unwrap();
        tx.commit_audited(act(), &[], LATER).await.unwrap();
        let over = db.store.payouts().by_id(id).await.unwrap();
        assert_eq!((over.state, over.returned, over.ended_at), (PayoutState::Returned, 1080, Some(LATER)));
        assert_eq!(available(&db, team).await, (1080, 0));
        assert_eq!(lines(&db, &over).await, [1080], "a statement does not change");
        let next = decided(&db, team, PayoutRun { week: 8, ..RUN }).await.unwrap();
        let next = db.store.payouts().by_id(next).await.unwrap();
        assert_eq!((next.amount.minor, lines(&db, &next).await), (1080, vec![1080]));
        assert_eq!(db.store.payouts().failed(9).await.unwrap().len(), 1);
        assert_eq!(db.store.payouts().ask_again([LATER; 2], NOW, 9, LATER).await.unwrap(), 1, "the next one");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_decided_that_would_be_sent_before_what_waits() {
    on_each(async |db| {
        let (team, pass) = earned_by(&db).await;
        let id = decided(&db, team, RUN).await.unwrap();
        let other = paying(&db, &db.person("cem@example.org").await, &pass).await;
        apply(&db, other.id, &paid(&other, Some(65))).await;
        db.store.ledger().move_available(LATER).await.unwrap();
        let save = async |next: fn(&Payout) -> domain::money::payouts::PayoutProgress| {
            let payout = db.store.payouts().by_id(id).await.unwrap();
            let mut tx = db.store.begin().await.unwrap();
            tx.save_payout(&payout, &next(&payout), LATER).await.unwrap();
            tx.commit_audited(act(), &[], LATER).await.unwrap();
        };
        let payable = async || {
            let found = db.store.payouts().payable(8, &PayoutAfter::default(), 9).await;
            found.unwrap().into_iter().filter(|(of, _)| *of == team).count()
        };
        save(|payout| waits(&payout.progress(), "too little")).await;
        assert_eq!(available(&db, team).await, (1080, 0));
        assert_eq!(payable().await, 0, "it waits");
        let waiting = db.store.payouts().failed(9).await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.payout.id).collect::<Vec<_>>(), [id], "operators see it");
        let asked = db.store.payouts().ask_again([LATER; 2], NOW, 9, LATER).await;
        assert_eq!(asked.unwrap(), 1, "it is asked about");
        save(|payout| {
            let transfer = TransferFacts {
                id: "tr_1".into(),
                amount: payout.amount,
                reversed: 0,
                account: "acct_1".into(),
                reference: None,
            };
            decide(&payout.progress(), &FoundPayout { transfer: Some(transfer), bank: None })
        })
        .await;
        assert_eq!(payable().await, 1);
        assert!(db.store.payouts().failed(9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_banks_keep_stays_until_they_have_decided() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for name in ["ann", "ben"] {
            let order = paying(&db, &db.person(&format!("{name}@example.org")).await, &pass).await;
            let found = paid(&order, Some(65));
            apply(&db, order.id, &found).await;
            orders.push((order.id, found));
        }
        let (order, mut found) = orders.pop().unwrap();
        found.dispute = Some(Dispute::Open);
        found.movements.push(movement(MovementKind::DisputeOpened, "dp_1", 1200, Some(1500)));
        apply(&db, order, &found).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.keep_seller_account(team, &facts(true), NOW).await.unwrap();
        tx.commit_audited(act(), &[], NOW).await.unwrap();
        db.store.ledger().move_available(LATER).await.unwrap();
        assert_eq!(decided(&db, team, RUN).await, None, "960 are less than the least amount");
        let first = decided(&db, team, PayoutRun { minimum: 900, ..RUN }).await.unwrap();
        let first = db.store.payouts().by_id(first).await.unwrap();
        assert_eq!((first.carried, first.held, first.amount.minor), (0, 1200, 960));
        assert_eq!(lines(&db, &first).await.iter().sum::<i64>(), 2160);
        assert_eq!(available(&db, team).await, (1200, 0));
        found.dispute = Some(Dispute::Won);
        found.movements.push(movement(MovementKind::DisputeWon, "dp_1", 1200, Some(0)));
        apply(&db, order, &found).await;
        db.store.ledger().move_available(LATER).await.unwrap();
        let next = decided(&db, team, PayoutRun { week: 8, ..RUN }).await.unwrap();
        let next = db.store.payouts().by_id(next).await.unwrap();
        assert_eq!((next.carried, next.held, next.amount.minor), (1200, 0, 1200));
        assert_eq!(lines(&db, &next).await.iter().sum::<i64>(), 0);
        assert_eq!(available(&db, team).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_promised_to_buyers_stays_until_it_has_gone_back() {
    on_each(async |db| {
        let (team, pass) = shop(&db).await;
        let mut orders = Vec::new();
        for name in ["ann", "ben", "cid"] {
            let order = paying(&db, &db.person(&format!("{name}@example.org")).await, &pass).await;
            let found = paid(&order, Some(65));
            apply(&db, order.id, &found).await;
            orders.push((order, found));
        }
        let mut tx = db.store.begin().await.unwrap();
        tx.keep_seller_account(team, &facts(true), NOW).await.unwrap();
        tx.commit_audited(act(), &[], NOW).await.unwrap();
        let owner = db.store.accounts().by_email("maya@example.org").await.unwrap().unwrap().id;
        let promised = async || {
            let all = db.store.payouts().promised(team).await.unwrap();
            all.iter().map(|one| one.minor).sum::<i64>()
        };
        let decide = async |order: &domain::money::checkout::Checkout, minor: i64| {
            let made = db
                .change(async |tx| tx.decide_refund(order.purchase, owner, (minor, 1200), NOW).await)
                .await
                .unwrap();
            made.expect("a refund")
        };
        let (ann, ben) = (&orders[0].0, &orders[1].0);
        let refund = decide(ann, 500).await;
        assert_eq!(promised().await, 0, "nothing of the payment can be paid out");
        db.store.ledger().move_available(LATER).await.unwrap();
        assert_eq!(promised().await, 500);
        let refused = decide(ben, 1200).await;
        assert_eq!(promised().await, 1700);
        assert!(db.change(async |tx| tx.refuse_refund(refused, "no", NOW).await).await.unwrap());
        assert_eq!(promised().await, 500, "the seller may decide anew");
        assert!(db.store.payouts().promised(TeamId::new()).await.unwrap().is_empty());
        let first = decided(&db, team, RUN).await.unwrap();
        let first = db.store.payouts().by_id(first).await.unwrap();
        assert_eq!((first.held, first.amount.minor), (500, 3240 - 500));
        // The provider has made it, and has not taken it from what can be used.
        let (order, mut found) = (orders[0].0.id, orders[0].1.clone());
        let back = movement(MovementKind::Refund, "re_1", 500, None);
        found.refunded = 500;
        found
            .movements
            .push(domain::money::ledger::movement::Movement { reference: Some(refund.to_string()), ..back });
        apply(&db, order, &found).await;
        assert_eq!(promised().await, 500);
        found.movements.last_mut().unwrap().available_on = Some(NOW);
        found.movements.last_mut().unwrap().fee = Some(0);
        apply(&db, order, &found).await;
        db.store.ledger().move_available(LATER).await.unwrap();
        assert_eq!(promised().await, 0);
        assert!(available(&db, team).await.0 >= 0, "the next sales need not settle it");
    })
    .await;
}

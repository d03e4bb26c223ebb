//! Who waits for a pass: one entry a person, decisions that count once, and seats that are offered in order, whoever comes at once.

use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    id::*,
    money::{
        asking::Answer,
        billing::CardFacts,
        selling::{Selling, Waitlist, Window},
    },
    people::account::Account,
    text::language::Language,
    time::{Millis, Span},
    waitlist::{
        charge::OfferCharge,
        entry::{EntryState, Gate, OFFER_LASTS, WaitlistDecision},
        jobs::{ChargeAdmitted, Letter, SendWaitlist},
    },
    work::Lane,
};
use store::{Bookmark, Joined, LeftCard, NewEntry, Part};

/// A published space with a pass.
async fn shop(db: &TestDatabase, price: PriceKind, selling: Selling) -> Pass {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "front-row", price, &[experience.id]).await;
    sell(db, &pass, selling).await
}

async fn sell(db: &TestDatabase, pass: &Pass, selling: Selling) -> Pass {
    db.change(async |tx| tx.sell_pass(pass.id, &selling).await).await.unwrap();
    db.store.passes().by_id(pass.id).await.unwrap()
}

fn list(waitlist: Waitlist, stock: Option<i64>) -> Selling {
    Selling { waitlist, stock, ..Selling::default() }
}

async fn crowd(db: &TestDatabase, count: usize) -> Vec<Account> {
    let mut people = Vec::new();
    for n in 0..count {
        people.push(db.person(&format!("fan{n}@example.org")).await);
    }
    people
}

async fn join(db: &TestDatabase, pass: &Pass, who: AccountId, at: Millis) -> Result<Joined, StoreError> {
    let answers = [Answer { question: "Why?".into(), answer: "because".into() }];
    let mut tx = db.store.begin().await?;
    let joined = tx.join_waitlist(NewEntry { pass: pass.id, account: who, answers: &answers }, at).await?;
    tx.commit_audited(act("waitlist.join"), &[], at).await?;
    Ok(joined)
}

/// Everybody joins, one millisecond after the other.
async fn all_join(db: &TestDatabase, pass: &Pass, people: &[Account]) -> Vec<WaitlistEntryId> {
    let mut entries = Vec::new();
    for (n, one) in (0_i64..).zip(people) {
        let joined = join(db, pass, one.id, NOW + Span(n)).await.unwrap();
        let Joined::New(id) = joined else { panic!("{joined:?}") };
        entries.push(id);
    }
    entries
}

async fn decide(db: &TestDatabase, pass: &Pass, entry: WaitlistEntryId, decision: WaitlistDecision) -> bool {
    let by = db.person("maya@example.org").await.id;
    db.change(async |tx| tx.decide_entry(pass.id, entry, decision, by, NOW).await).await.unwrap()
}

async fn serve(db: &TestDatabase, pass: PassId, now: Millis) -> usize {
    db.change(async |tx| tx.serve_waitlist(pass, now).await).await.unwrap()
}

async fn state(db: &TestDatabase, entry: WaitlistEntryId) -> EntryState {
    db.store.waitlists().by_id(entry).await.unwrap().state
}

async fn gate(db: &TestDatabase, pass: &Pass, who: &Account, now: Millis) -> Gate {
    db.change(async |tx| tx.pass_waitlist(who.id, pass.id, now).await).await.unwrap()
}

/// The letters that wait to be sent.
async fn letters(db: &TestDatabase, now: Millis) -> Vec<Letter> {
    let jobs = db.store.jobs().claim(Lane::Notices, Span::minutes(1), 999, now).await.unwrap();
    jobs.iter().filter_map(|job| Some(job.read::<SendWaitlist>().ok()?.letter)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_entry_however_often_they_apply() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Apply, None)).await;
        let who = db.person("ann@example.org").await.id;
        let joined = race(8, |_| {
            let (db, pass) = (db.clone(), pass.clone());
            async move { join(&db, &pass, who, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(joined.iter().filter(|one| matches!(one, Joined::New(_))).count(), 1);
        let entry = db.store.waitlists().of_person(pass.id, who).await.unwrap().expect("an entry");
        assert_eq!((entry.state, entry.answers[0].answer.as_str()), (EntryState::Waiting, "because"));
        assert_eq!(letters(&db, NOW).await, [Letter::Received]);
        sell(&db, &pass, Selling::default()).await;
        let other = db.person("ben@example.org").await.id;
        let refused = join(&db, &pass, other, NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict("waitlist"))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_decision_counts_once() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Apply, None)).await;
        let other = db.pass(pass.space, "lobby", PriceKind::Free, &[]).await;
        let people = crowd(&db, 2).await;
        let entries = all_join(&db, &pass, &people).await;
        assert!(!decide(&db, &other, entries[0], WaitlistDecision::Approve).await, "of another pass");
        assert!(decide(&db, &pass, entries[0], WaitlistDecision::Approve).await);
        assert!(decide(&db, &pass, entries[1], WaitlistDecision::Reject).await);
        for decision in [WaitlistDecision::Approve, WaitlistDecision::Reject] {
            assert!(!decide(&db, &pass, entries[0], decision).await, "{decision:?}");
            assert!(!decide(&db, &pass, entries[1], decision).await, "{decision:?}");
        }
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        assert_eq!(serve(&db, pass.id, NOW).await, 0);
        let mut found = letters(&db, NOW + Span::secs(1)).await;
        found.sort_by_key(|letter| *letter as usize);
        assert_eq!(found, [Letter::Received, Letter::Received, Letter::Offered, Letter::Rejected]);
        let again = join(&db, &pass, people[1].id, NOW).await;
        assert!(matches!(again, Err(StoreError::Conflict("rejected"))), "{again:?}");
        let history = db.store.waitlists().history(&entries).await.unwrap();
        let by: Vec<_> = history[&entries[0]].iter().map(|one| (one.step.code(), one.by.clone())).collect();
        let (fan, maya) = (Some("fan0".to_owned()), Some("maya".to_owned()));
        assert_eq!(by, [("approved", maya), ("joined", fan), ("offered", None)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_are_approved_for_ten_seats_get_them_in_their_order() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Apply, Some(10))).await;
        let people = crowd(&db, 50).await;
        let entries = all_join(&db, &pass, &people).await;
        for entry in entries.iter().rev() {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        let served = race(8, |_| {
            let (db, pass) = (db.clone(), pass.id);
            async move { serve(&db, pass, NOW).await }
        })
        .await;
        assert_eq!(served.iter().sum::<usize>(), 10, "{served:?}");
        for (n, entry) in entries.iter().enumerate() {
            let want = if n < 10 { EntryState::Offered } else { EntryState::Line };
            assert_eq!(state(&db, *entry).await, want, "{n}");
        }
        let standing = db.store.waitlists().standing(entries[12]).await.unwrap();
        let board = db.store.waitlists().board(pass.id).await.unwrap();
        assert_eq!((standing.place, board.get(entries[12])), (Some(3), Some(standing)));

        let ids: Vec<AccountId> = people.iter().map(|one| one.id).collect();
        let gates = race(50, |n| {
            let (db, who, pass) = (db.clone(), ids[n], pass.id);
            async move {
                let mut tx = db.store.begin().await.unwrap();
                let gate = tx.pass_waitlist(who, pass, NOW).await.unwrap();
                // Who may not have it writes nothing.
                if gate.check().is_ok() {
                    tx.take_free_pass(who, pass, NOW).await.unwrap();
                    tx.commit_audited(act("pass.take"), &[], NOW).await.unwrap();
                }
                gate
            }
        })
        .await;
        let open: Vec<usize> = (0..50).filter(|n| gates[*n] == Gate::Open).collect();
        assert_eq!(open, (0..10).collect::<Vec<_>>());
        assert_eq!(db.store.grants().holders(pass.id, NOW).await.unwrap(), 10);
        assert_eq!(db.store.passes().by_id(pass.id).await.unwrap().left, Some(0), "no seat is kept twice");
        assert_eq!(gate(&db, &pass, &people[0], NOW).await, Gate::Approval, "an offer is used once");
        assert_eq!(serve(&db, pass.id, NOW).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_runs_out_goes_to_the_next() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Apply, Some(1))).await;
        let people = crowd(&db, 2).await;
        let entries = all_join(&db, &pass, &people).await;
        for entry in &entries {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        let answered = async |who: &Account, now| {
            db.store.waitlists().answered(pass.id, who.id, now).await.unwrap().is_some()
        };
        assert!(answered(&people[0], NOW).await && !answered(&people[1], NOW).await);
        let end = NOW + OFFER_LASTS;
        assert!(!answered(&people[0], end).await);
        assert!(db.store.waitlists().due(Millis(end.0 - 1)).await.unwrap().is_empty());
        assert_eq!(db.store.waitlists().due(end).await.unwrap(), [(entries[0], pass.id, pass.space)]);
        assert_eq!(gate(&db, &pass, &people[0], end).await, Gate::Approval, "by our clock");
        let lapse = async |at: Millis| {
            db.change(async |tx| tx.lapse_offer(entries[0], pass.id, at).await).await.unwrap()
        };
        assert!(!lapse(Millis(end.0 - 1)).await && lapse(end).await && !lapse(end).await);
        assert_eq!(serve(&db, pass.id, end).await, 1);
        assert_eq!(state(&db, entries[1]).await, EntryState::Offered);
        assert_eq!(gate(&db, &pass, &people[1], end).await, Gate::Open);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_offered_what_is_not_sold() {
    on_each(async |db| {
        let closes = NOW + Span::hours(1);
        let window = Window { opens_at: None, closes_at: Some(closes) };
        let selling = Selling { window, ..list(Waitlist::Apply, Some(1)) };
        let pass = shop(&db, PriceKind::Free, selling).await;
        let people = crowd(&db, 2).await;
        let entries = all_join(&db, &pass, &people).await;
        for entry in &entries {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        assert!(db.store.waitlists().to_serve(closes).await.unwrap().is_empty());
        assert_eq!(serve(&db, pass.id, closes).await, 0, "the sale is over");
        assert_eq!(db.store.waitlists().to_serve(NOW).await.unwrap(), [(pass.id, pass.space)]);
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        let entry = db.store.waitlists().by_id(entries[0]).await.unwrap();
        assert_eq!(entry.offer_until, Some(closes), "no offer outlives the sale");
        assert!(db.store.waitlists().to_serve(NOW).await.unwrap().is_empty(), "no seat is left");
        sell(&db, &pass, list(Waitlist::Apply, Some(2))).await;
        db.unpublish(pass.space).await.unwrap();
        assert_eq!(serve(&db, pass.id, NOW).await, 0, "the space is not public");
    })
    .await;
}

#[tokio::test]
async fn a_queue_is_served_in_order_and_nobody_comes_before_it() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Queue, Some(1))).await;
        let people = crowd(&db, 5).await;
        let early = join(&db, &pass, people[1].id, NOW).await;
        assert!(matches!(early, Err(StoreError::Conflict("seats"))), "{early:?}");
        assert_eq!(gate(&db, &pass, &people[0], NOW).await, Gate::Open);
        let first = db.take_free(people[0].id, pass.id, NOW).await.unwrap().grant;
        let held = join(&db, &pass, people[0].id, NOW).await;
        assert!(matches!(held, Err(StoreError::Conflict("held"))), "{held:?}");
        let entries = all_join(&db, &pass, &people[1..4]).await;
        let left = async || db.store.passes().by_id(pass.id).await.unwrap().left;
        assert_eq!(left().await, Some(-3));

        db.store.grants().revoke(first.id, "a test", NOW).await.unwrap();
        assert_eq!(gate(&db, &pass, &people[4], NOW).await, Gate::Line, "the seat is for whoever waits");
        db.store.grants().give(people[1].id, pass.id, NOW).await.unwrap();
        sell(&db, &pass, list(Waitlist::Queue, Some(2))).await;
        assert_eq!(serve(&db, pass.id, NOW).await, 2, "one is passed over, one is offered the seat");
        assert_eq!(state(&db, entries[0]).await, EntryState::Left, "who has it needs none");
        assert_eq!(state(&db, entries[1]).await, EntryState::Offered);

        let entry = db.store.waitlists().by_id(entries[1]).await.unwrap();
        let leave = async || db.change(async |tx| tx.leave_waitlist(&entry, NOW).await).await.unwrap();
        assert!(leave().await && !leave().await);
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        assert_eq!(state(&db, entries[1]).await, EntryState::Left, "who has left is not offered it again");
        assert_eq!(state(&db, entries[2]).await, EntryState::Offered);
        let back = join(&db, &pass, people[2].id, NOW + Span::secs(9)).await.unwrap();
        assert_eq!(back, Joined::New(entries[1]), "they may come back, as the last one");
        assert_eq!(db.store.waitlists().standing(entries[1]).await.unwrap().place, Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_waits_for_nothing() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Free, list(Waitlist::Apply, Some(1))).await;
        let people = crowd(&db, 2).await;
        let entries = all_join(&db, &pass, &people).await;
        for entry in &entries {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        let answers =
            db.store.exports().page(Part::Waitlists, people[0].id, Bookmark::default()).await.unwrap();
        assert_eq!(answers.rows.len(), 1);
        db.change(async |tx| tx.delete_account(people[0].id, NOW).await).await.unwrap();
        assert!(db.store.waitlists().of_person(pass.id, people[0].id).await.unwrap().is_none());
        assert!(db.store.waitlists().history(&entries[..1]).await.unwrap().is_empty());
        assert_eq!(serve(&db, pass.id, NOW).await, 1, "the seat is free for the next");
        assert_eq!(state(&db, entries[1]).await, EntryState::Offered);
    })
    .await;
}

/// A saved card of a person.
async fn card(db: &TestDatabase, who: AccountId) -> String {
    let (id, customer) = (format!("pm_{who}"), format!("cus_{who}"));
    db.store.customers().keep(who, &customer, NOW).await.unwrap();
    let facts = CardFacts {
        id: id.clone(),
        customer: Some(customer),
        brand: "visa".into(),
        last4: "4242".into(),
        exp_month: 3,
        exp_year: 2031,
    };
    db.store.saved_cards().apply(&facts, NOW).await.unwrap();
    id
}

async fn leave(db: &TestDatabase, entry: WaitlistEntryId, left: LeftCard<'_>) -> bool {
    let entry = db.store.waitlists().by_id(entry).await.unwrap();
    db.change(async |tx| tx.leave_card(&entry, left, (euros_of(1200), Language::English, 1), NOW).await)
        .await
        .unwrap()
}

const fn euros_of(minor: i64) -> Money {
    Money { minor, currency: Currency::Eur }
}

async fn not_charged(db: &TestDatabase, entry: WaitlistEntryId, now: Millis) -> bool {
    let entry = db.store.waitlists().by_id(entry).await.unwrap();
    db.change(async |tx| tx.not_charged(&entry, now).await).await.unwrap()
}

#[tokio::test]
async fn a_card_that_was_left_is_charged_instead_of_a_mail() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Once(euros_of(1200)), list(Waitlist::Apply, Some(3))).await;
        let people = crowd(&db, 3).await;
        let entries = all_join(&db, &pass, &people).await;
        let (first, second) = (card(&db, people[0].id).await, card(&db, people[1].id).await);
        assert!(!leave(&db, entries[0], LeftCard::Saved(&second)).await, "of somebody else");
        assert!(leave(&db, entries[0], LeftCard::Saved(&first)).await);
        assert!(leave(&db, entries[1], LeftCard::Page("cs_1")).await);
        let saved = async |session: &'static str| {
            db.change(async |tx| tx.card_saved(entries[1], session, &second).await).await.unwrap()
        };
        assert!(!saved("cs_0").await, "of another page");
        assert!(saved("cs_1").await);
        let agreed = db.store.waitlists().charge(entries[1]).await.unwrap().expect("agreed");
        assert_eq!((agreed.card, agreed.session, agreed.price), (Some(second), None, euros_of(1200)));
        assert_eq!(db.store.waitlists().charge(entries[2]).await.unwrap(), None);
        // The second one takes it back.
        let entry = db.store.waitlists().by_id(entries[1]).await.unwrap();
        let take = async || db.change(async |tx| tx.take_card(&entry).await).await.unwrap();
        assert!(take().await && !take().await);
        for entry in &entries {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        let soon = NOW + Span::secs(1);
        assert_eq!(letters(&db, soon).await, [Letter::Received; 3]);
        assert_eq!(serve(&db, pass.id, NOW).await, 3);
        assert_eq!(letters(&db, soon).await, [Letter::Offered; 2]);
        let jobs = db.store.jobs().claim(Lane::Money, Span::minutes(1), 9, NOW).await.unwrap();
        let jobs: Vec<_> = jobs.iter().filter_map(|job| job.read::<ChargeAdmitted>().ok()).collect();
        assert_eq!(jobs, [ChargeAdmitted { entry: entries[0], until: NOW + OFFER_LASTS }]);
        let board = db.store.waitlists().board(pass.id).await.unwrap();
        let charges: Vec<_> =
            entries.iter().filter_map(|id| board.get(*id)).map(|standing| standing.charge).collect();
        assert_eq!(charges, [OfferCharge::Pending, OfferCharge::None, OfferCharge::None]);
        assert!(!leave(&db, entries[2], LeftCard::Saved(&first)).await, "it is offered already");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_charged_is_offered_until_its_end() {
    on_each(async |db| {
        let pass = shop(&db, PriceKind::Once(euros_of(1200)), list(Waitlist::Apply, Some(1))).await;
        let people = crowd(&db, 2).await;
        let entries = all_join(&db, &pass, &people).await;
        let first = card(&db, people[0].id).await;
        assert!(leave(&db, entries[0], LeftCard::Saved(&first)).await);
        for entry in &entries {
            assert!(decide(&db, &pass, *entry, WaitlistDecision::Approve).await);
        }
        assert_eq!(serve(&db, pass.id, NOW).await, 1);
        letters(&db, NOW).await;
        assert_eq!(gate(&db, &pass, &people[0], NOW).await, Gate::Open);
        assert_eq!(state(&db, entries[0]).await, EntryState::Taken);
        assert!(!not_charged(&db, entries[0], NOW + OFFER_LASTS).await, "it is over");
        assert!(not_charged(&db, entries[0], NOW).await);
        assert_eq!(state(&db, entries[0]).await, EntryState::Offered);
        assert_eq!(letters(&db, NOW).await, [Letter::NotCharged]);
        assert!(!not_charged(&db, entries[0], NOW).await, "once");
        assert_eq!(serve(&db, pass.id, NOW).await, 0, "the seat is kept");
        let standing = db.store.waitlists().standing(entries[0]).await.unwrap();
        assert_eq!(standing.charge, OfferCharge::Refused);
        let lapsed = NOW + OFFER_LASTS;
        let ended = db.change(async |tx| tx.lapse_offer(entries[0], pass.id, lapsed).await).await;
        assert!(ended.unwrap(), "it ends as any other");
        assert_eq!(serve(&db, pass.id, lapsed).await, 1);
        assert_eq!(state(&db, entries[1]).await, EntryState::Offered);
    })
    .await;
}

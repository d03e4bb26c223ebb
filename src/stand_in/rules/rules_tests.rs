use super::*;
use crate::book::records::Controls;

const NOW: i64 = 1_900_000_000;

fn book() -> (Book, String) {
    let pairs: Pairs = [
        ("mode", "payment"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "1200"),
        ("line_items[0][price_data][product_data][name]", "Front row"),
        ("expires_at", "1900001800"),
        ("success_url", "http://127.0.0.1/ok"),
        ("payment_intent_data[metadata][checkout]", "c1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let mut book = Book::load("http://127.0.0.1:1", Vec::new());
    let id = open(&mut book, &pairs, NOW).expect("opened").id;
    (book, id)
}

fn status(book: &Book, id: &str) -> SessionStatus {
    book.session(id).expect("known").status
}

fn kinds(book: &Book) -> Vec<String> {
    book.deliveries().map(|delivery| book.event(&delivery.event).expect("kept").kind.clone()).collect()
}

#[test]
fn a_second_click_charges_nothing() {
    let (mut book, id) = book();
    pay(&mut book, &id, NOW + 1);
    pay(&mut book, &id, NOW + 2);
    assert_eq!(status(&book, &id), SessionStatus::Complete);
    assert_eq!(
        book.charges().filter(|charge| charge.paid).map(|charge| charge.amount).collect::<Vec<_>>(),
        [1200]
    );
    assert_eq!(kinds(&book), ["payment_intent.succeeded", "checkout.session.completed"]);
}

#[test]
fn a_declined_card_leaves_the_session_open_and_the_next_try_pays_the_same_intent() {
    let (mut book, id) = book();
    decline(&mut book, &id, "generic_decline", NOW + 1);
    assert_eq!(status(&book, &id), SessionStatus::Open);
    let intent = book.session(&id).unwrap().intent.clone();
    pay(&mut book, &id, NOW + 2);
    assert_eq!(book.session(&id).unwrap().intent, intent);
    assert_eq!(book.charges().map(|charge| charge.paid).filter(|paid| *paid).count(), 1);
    assert_eq!(
        kinds(&book),
        ["payment_intent.payment_failed", "payment_intent.succeeded", "checkout.session.completed"]
    );
}

#[test]
fn a_session_ends_by_the_clock_and_takes_no_money_then() {
    let (mut book, id) = book();
    sweep(&mut book, NOW + 1799);
    assert_eq!(status(&book, &id), SessionStatus::Open);
    decline(&mut book, &id, "generic_decline", NOW + 1799);
    sweep(&mut book, NOW + 1800);
    sweep(&mut book, NOW + 1801);
    pay(&mut book, &id, NOW + 1802);
    assert_eq!(status(&book, &id), SessionStatus::Expired);
    assert_eq!(book.intent_of(book.session(&id).unwrap()).unwrap().status, IntentStatus::Canceled);
    assert!(book.charges().all(|charge| !charge.paid));
    assert_eq!(
        kinds(&book),
        ["payment_intent.payment_failed", "payment_intent.canceled", "checkout.session.expired"]
    );
}

#[test]
fn only_an_open_session_can_be_expired() {
    let (mut book, id) = book();
    pay(&mut book, &id, NOW);
    assert_eq!(expire(&mut book, &id, NOW).unwrap_err().status, 400);
    assert_eq!(expire(&mut book, "cs_test_other", NOW).unwrap_err().status, 404);
    assert_eq!(status(&book, &id), SessionStatus::Complete);
}

#[test]
fn an_event_has_as_many_copies_as_are_asked_for() {
    let (mut book, id) = book();
    book.put(Change::Controls(Controls { duplicate: 3, ..Controls::default() }));
    expire(&mut book, &id, NOW).unwrap();
    assert_eq!(kinds(&book), ["checkout.session.expired"; 3]);
    assert_eq!(book.due().len(), 3);
}

#[test]
fn what_is_loaded_again_is_what_was() {
    let (mut book, id) = book();
    pay(&mut book, &id, NOW);
    let again = Book::load("http://127.0.0.1:1", book.take_unsaved());
    let compacted = Book::load("http://127.0.0.1:1", again.snapshot(NOW));
    for other in [again, compacted] {
        assert_eq!(status(&other, &id), SessionStatus::Complete);
        assert_eq!(kinds(&other), kinds(&book));
        assert_eq!(other.due(), book.due());
        assert_eq!(other.charges().count(), 1);
    }
}

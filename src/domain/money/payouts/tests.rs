use super::*;
use crate::amount::{Currency, Money};
use proptest::prelude::*;

const AMOUNT: i64 = 1080;
const EUROS: Money = Money { minor: AMOUNT, currency: Currency::Eur };

fn progress(state: PayoutState) -> PayoutProgress {
    PayoutProgress {
        state,
        amount: AMOUNT,
        transfer: None,
        bank: None,
        reversed: 0,
        returned: 0,
        failure: None,
    }
}

/// How much of the transfer came back, if there is one, and what the bank says.
fn found(reversed: Option<i64>, status: Option<BankStatus>) -> FoundPayout {
    let transfer = reversed.map(|reversed| TransferFacts {
        id: "tr_1".into(),
        amount: EUROS,
        reversed,
        account: "acct_1".into(),
        reference: None,
    });
    let bank = status.map(|status| BankFacts { id: "po_1".into(), amount: EUROS, status, why: None });
    FoundPayout { transfer, bank }
}

#[test]
fn every_state_and_every_answer_have_a_next_state() {
    use BankStatus as Bank;
    use PayoutState::*;
    // No transfer; a transfer; and the bank: on its way, paid, failed. Last: all of the transfer came back.
    let table = [
        (Decided, [Decided, Sent, OnItsWay, Paid, GoingBack, Returned]),
        (Sent, [Sent, Sent, OnItsWay, Paid, GoingBack, Returned]),
        (OnItsWay, [OnItsWay, OnItsWay, OnItsWay, Paid, GoingBack, Returned]),
        // A bank may send back what it had.
        (Paid, [Paid, Paid, OnItsWay, Paid, GoingBack, Returned]),
        (GoingBack, [GoingBack, GoingBack, GoingBack, GoingBack, GoingBack, Returned]),
        // A transfer that was found after it was given up has to come back.
        (Returned, [Returned, GoingBack, GoingBack, GoingBack, GoingBack, Returned]),
    ];
    let answers = [
        found(None, None),
        found(Some(0), None),
        found(Some(0), Some(Bank::OnItsWay)),
        found(Some(0), Some(Bank::Paid)),
        found(Some(0), Some(Bank::Failed)),
        found(Some(AMOUNT), None),
    ];
    for (state, wanted) in table {
        for (answer, want) in answers.iter().zip(wanted) {
            assert_eq!(decide(&progress(state), answer).state, want, "{state:?} {answer:?}");
        }
    }
}

#[test]
fn every_state_says_what_comes_next_and_whether_it_is_over_or_has_failed() {
    use PayoutState::*;
    // next, over, failed
    let table = [
        (Decided, Some(PayoutAct::Transfer), false, false),
        (Sent, Some(PayoutAct::PayOut), false, false),
        (OnItsWay, None, false, false),
        (Paid, None, true, false),
        (GoingBack, Some(PayoutAct::TakeBack), false, true),
        (Returned, None, true, true),
    ];
    assert_eq!(table.map(|(state, ..)| state), PayoutState::ALL);
    for (state, act, over, failed) in table {
        assert_eq!((next_act(state), state.is_over(), state.has_failed()), (act, over, failed), "{state:?}");
    }
}

/// An owner reads why a payout failed for as long as it is failed.
#[test]
fn the_reason_of_a_failure_is_kept_with_it() {
    let why = |payout: &PayoutProgress| payout.failure.clone();
    let words = |words: &str| Some(words.to_owned());
    let never = refused(&progress(PayoutState::Decided), "no such account");
    assert_eq!(why(&never), words("no such account"));
    let late = decide(&never, &found(Some(0), None));
    assert_eq!((late.state, why(&late)), (PayoutState::GoingBack, words("no such account")));
    let sent = decide(&progress(PayoutState::Decided), &found(Some(0), None));
    let stopped = refused(&sent, "restricted");
    assert_eq!(why(&stopped), words("restricted"));
    let mut failed = found(Some(0), Some(BankStatus::Failed));
    assert_eq!(why(&decide(&stopped, &failed)), words("restricted"), "the bank says nothing of its own");
    failed.bank = failed.bank.map(|bank| BankFacts { why: words("account closed"), ..bank });
    assert_eq!(why(&decide(&sent, &failed)), words("account closed"));
}

#[test]
fn what_was_given_back_before_is_not_given_twice() {
    let refused = refused(&progress(PayoutState::Decided), "insufficient funds");
    assert_eq!((refused.state, refused.returned, refused.reversed), (PayoutState::Returned, AMOUNT, 0));
    let late = decide(&refused, &found(Some(0), None));
    assert_eq!((late.state, late.returned), (PayoutState::GoingBack, AMOUNT));
    let over = decide(&late, &found(Some(AMOUNT), None));
    assert_eq!((over.state, over.returned, over.reversed), (PayoutState::Returned, AMOUNT, AMOUNT));
}

#[test]
fn a_refused_bank_payout_takes_the_transfer_back() {
    let sent = decide(&progress(PayoutState::Decided), &found(Some(0), None));
    let refused = refused(&sent, "restricted");
    assert_eq!((refused.state, refused.returned), (PayoutState::GoingBack, 0));
    assert_eq!(next_act(refused.state), Some(PayoutAct::TakeBack));
    let part = decide(&refused, &found(Some(80), None));
    assert_eq!((part.state, part.returned), (PayoutState::GoingBack, 80));
    let whole = decide(&part, &found(Some(AMOUNT), None));
    assert_eq!((whole.state, whole.returned), (PayoutState::Returned, AMOUNT));
    assert_eq!(next_act(whole.state), None);
}

fn answers() -> impl Strategy<Value = FoundPayout> {
    let status = prop::option::of(prop::sample::select(vec![
        BankStatus::OnItsWay,
        BankStatus::Paid,
        BankStatus::Failed,
    ]));
    (prop::option::of(0..=AMOUNT + 100), status).prop_map(|(reversed, status)| found(reversed, status))
}

proptest! {
    #[test]
    fn what_came_back_only_grows_and_the_same_answer_again_changes_nothing(
        answers in prop::collection::vec(answers(), 0..12),
    ) {
        let mut known = progress(PayoutState::Decided);
        for answer in &answers {
            let next = decide(&known, answer);
            prop_assert!(next.reversed >= known.reversed && next.returned >= known.returned);
            prop_assert!(next.returned <= AMOUNT && next.reversed <= next.returned);
            prop_assert_eq!(&decide(&next, answer), &next);
            known = next;
        }
    }
}

#[test]
fn what_cannot_be_covered_stays_decided_until_it_is_sent() {
    let waiting = waits(&progress(PayoutState::Decided), "too little");
    assert_eq!((waiting.state, waiting.returned), (PayoutState::Decided, 0));
    assert_eq!(waiting.failure.as_deref(), Some("too little"));
    assert_eq!(waits(&waiting, "too little"), waiting, "noted once");
    assert_eq!(decide(&waiting, &found(None, None)), waiting);
    let sent = decide(&waiting, &found(Some(0), None));
    assert_eq!((sent.state, sent.failure), (PayoutState::Sent, None), "it waits for nothing any more");
}

use super::*;
use crate::{amount::Currency, money::recurring::change::may_change};

const START: Millis = Millis(1_000_000_000_000);
const END: Millis = Millis(START.0 + Span::days(30).0);
const NOW: Millis = Millis(START.0 + Span::hours(1).0);

fn found(status: SubscriptionStatus) -> SubscriptionFacts {
    SubscriptionFacts {
        id: "sub_1".into(),
        customer: "cus_1".into(),
        reference: None,
        status,
        price: "price_1".into(),
        item: "si_1".into(),
        period_start: START,
        period_end: END,
        trial_end: None,
        ends_with_period: false,
        ended_at: status.is_over().then_some(NOW),
        collection_paused: false,
        paid_until: None,
        card: None,
        latest_invoice: None,
    }
}

fn known(found: &SubscriptionFacts) -> Subscription {
    Subscription {
        id: SubscriptionId::new(),
        provider: found.id.clone(),
        checkout: CheckoutId::new(),
        account: AccountId::new(),
        space: SpaceId::new(),
        pass: PassId::new(),
        title: "Circle".into(),
        price: None,
        every: Interval::Month,
        each: Money { minor: 500, currency: Currency::Eur },
        status: found.status,
        period_start: found.period_start,
        period_end: found.period_end,
        ends_with_period: found.ends_with_period,
        ended_at: found.ended_at,
        collection_paused: found.collection_paused,
        past_due_since: None,
        grant: None,
        refused: None,
        instalments: None,
        paid: 0,
        version: 0,
    }
}

#[test]
fn every_state_gives_access_until_one_moment() {
    use SubscriptionStatus::*;
    for (status, want) in [
        (Incomplete, None),
        (IncompleteExpired, None),
        (Trialing, Some(END + GRACE)),
        (Active, Some(END + GRACE)),
        (PastDue, Some(START + GRACE)),
        (Unpaid, Some(START + GRACE)),
        (Paused, Some(START)),
        (Canceled, Some(NOW)),
    ] {
        assert_eq!(access_until(&found(status)), want, "{status:?}");
    }
    let ending = SubscriptionFacts { ends_with_period: true, ..found(Active) };
    assert_eq!(access_until(&ending), Some(END));
    let paused = SubscriptionFacts { collection_paused: true, ..found(Active) };
    assert_eq!(access_until(&paused), Some(END));
    let tried = SubscriptionFacts { trial_end: Some(NOW), ..found(Paused) };
    assert_eq!(access_until(&tried), Some(NOW));
    let late = SubscriptionFacts { ended_at: Some(END + Span::hours(1)), ..found(Canceled) };
    assert_eq!(access_until(&late), Some(END));
}

#[test]
fn nobody_is_let_in_for_a_period_that_is_not_paid() {
    use SubscriptionStatus::*;
    let paid = Millis(START.0 - Span::days(31).0);
    // The provider has begun two periods since.
    let facts = |status| SubscriptionFacts {
        paid_until: Some(paid),
        ended_at: (status == Canceled).then_some(START + Span::days(20)),
        ..found(status)
    };
    let paused = |status| SubscriptionFacts { collection_paused: true, ..facts(status) };
    for (found, want) in [
        (facts(PastDue), paid + GRACE),
        (facts(Unpaid), paid + GRACE),
        (facts(Canceled), paid + GRACE),
        (paused(Active), paid),
        (paused(Trialing), paid),
        (paused(Canceled), paid),
        (SubscriptionFacts { ends_with_period: true, ..paused(Active) }, paid),
        (SubscriptionFacts { paid_until: Some(END), ..paused(Active) }, END),
        // What is paid for ends all the same.
        (SubscriptionFacts { paid_until: Some(END), ..facts(Canceled) }, START + Span::days(20)),
        // Its invoice is a draft for an hour.
        (facts(Active), END + GRACE),
    ] {
        assert_eq!(access_until(&found), Some(want), "{found:?}");
    }
}

#[test]
fn the_newest_paid_invoice_says_how_far_it_is_paid() {
    use InvoiceStatus::*;
    let invoice = |created, status, covers_until| InvoiceFacts {
        id: "in_1".into(),
        customer: "cus_1".into(),
        subscription: Some("sub_1".into()),
        status,
        total: Money { minor: 500, currency: Currency::Eur },
        due: Money { minor: 500, currency: Currency::Eur },
        paid: Money { minor: 500, currency: Currency::Eur },
        attempts: 1,
        next_attempt: None,
        intent: None,
        created,
        covers_until,
    };
    let year = invoice(START, Paid, Some(START + Span::days(365)));
    let month = invoice(NOW, Paid, Some(END));
    let open = |status| invoice(END, status, Some(END + Span::days(30)));
    for (invoices, want) in [
        (vec![], None),
        (vec![month.clone()], Some(END)),
        (vec![month.clone(), year.clone()], Some(END)),
        (vec![year.clone()], Some(START + Span::days(365))),
        (vec![invoice(END, Paid, None), month.clone()], Some(END)),
        (vec![open(Open), open(Draft), open(Void), open(Uncollectible), month], Some(END)),
        (vec![open(Paid), year], Some(END + Span::days(30))),
    ] {
        assert_eq!(paid_until(&invoices), want, "{invoices:?}");
    }
}

#[test]
fn what_nobody_pays_for_is_given_up_and_what_is_paid_is_not() {
    use SubscriptionStatus::*;
    let paid = Millis(START.0 - Span::days(31).0);
    for status in SubscriptionStatus::ALL {
        let facts = SubscriptionFacts { paid_until: Some(paid), ..found(status) };
        let want = match status {
            PastDue | Unpaid => Some(paid + UNPAID_FOR),
            Paused => Some(START + UNPAID_FOR),
            Trialing | Active | Incomplete | IncompleteExpired | Canceled => None,
        };
        assert_eq!(given_up_at(&facts), want, "{status:?}");
        let paused = SubscriptionFacts { collection_paused: true, ..facts };
        let goes_on = matches!(status, Trialing | Active);
        assert_eq!(given_up_at(&paused), if goes_on { Some(paid + UNPAID_FOR) } else { want }, "{status:?}");
    }
    assert_eq!(given_up_at(&found(Unpaid)), Some(START + UNPAID_FOR), "nobody has asked for its invoices");
}

#[test]
fn a_pause_costs_nothing_and_what_follows_it_is_charged() {
    use SubscriptionStatus::*;
    let active = known(&found(Active));
    let paused = SubscriptionFacts { collection_paused: true, paid_until: Some(END), ..found(Active) };
    let change = decide(&active, &paused, NOW).expect("a change");
    assert_eq!((change.access, change.news), (Some(END), Vec::new()));
    let resting = known(&paused);
    assert_eq!(decide(&resting, &paused, NOW), None);
    // The next period begins, and its invoice is void.
    let later = SubscriptionFacts { period_start: END, period_end: END + Span::days(30), ..paused.clone() };
    assert_eq!(decide(&resting, &later, END).expect("a change").access, Some(END));
    for (facts, now, charged) in [
        (&paused, NOW, false),
        (&paused, END, true),
        (&later, END, true),
        (&SubscriptionFacts { status: Trialing, ..paused.clone() }, END, false),
        (&SubscriptionFacts { paid_until: None, ..paused.clone() }, NOW, true),
    ] {
        assert_eq!(is_charged_when_resumed(facts, now), charged, "{facts:?}");
    }
    let yearly = Subscription { every: Interval::Year, ..resting };
    assert!(decide(&yearly, &later, NOW).expect("a change").news.is_empty(), "nothing is charged again");
    assert!(!is_news(&yearly, News::Renews(END), NOW));
}

#[test]
fn every_state_of_ours_against_every_state_of_the_provider() {
    for ours in SubscriptionStatus::ALL {
        for theirs in SubscriptionStatus::ALL {
            let (known, found) = (known(&found(ours)), found(theirs));
            let change = decide(&known, &found, NOW);
            let moves = ours != theirs && (!ours.is_over() || theirs.is_over());
            assert_eq!(change.is_some(), moves, "{ours:?} {theirs:?}");
            if let Some(change) = change {
                assert_eq!(change.access, access_until(&found), "{ours:?} {theirs:?}");
            }
        }
    }
}

#[test]
fn every_state_has_an_end_or_is_asked_about_at_most_hourly() {
    for status in SubscriptionStatus::ALL {
        for after in [Span(0), Span::days(29), Span::days(30), Span::days(400)] {
            let now = NOW + after;
            match look_again(&found(status), now) {
                None => assert!(status.is_over(), "{status:?}"),
                Some(at) => {
                    assert!(!status.is_over(), "{status:?}");
                    assert!(at >= now + Span::hours(1) && at <= now + Span::days(1), "{status:?} {at:?}");
                }
            }
        }
    }
    let soon = look_again(&found(SubscriptionStatus::Active), Millis(END.0 - Span::hours(3).0));
    assert_eq!(soon, Some(END + RENEWED_AFTER), "right after its renewal");
    let begins = look_again(&found(SubscriptionStatus::Active), END);
    assert_eq!(begins, Some(END + Span::hours(1)), "until its renewal is known");
}

#[test]
fn a_payer_is_told_three_times_that_a_renewal_was_not_paid() {
    use SubscriptionStatus::*;
    let (active, late) = (known(&found(Active)), found(PastDue));
    let change = decide(&active, &late, NOW).expect("a change");
    let told: Vec<_> = [0, 3, 7].map(|day| (News::Unpaid(START), NOW + Span::days(day))).into();
    assert_eq!((change.news, change.past_due_since), (told, Some(NOW)));
    let owing = Subscription { past_due_since: Some(NOW), ..known(&late) };
    assert!(is_news(&owing, News::Unpaid(START), NOW));
    assert!(!is_news(&owing, News::Unpaid(END), NOW), "of another period");
    let paid = decide(&owing, &found(Active), NOW).expect("a change");
    assert_eq!((paid.news, paid.past_due_since), (Vec::new(), None));
    assert!(!is_news(&active, News::Unpaid(START), NOW), "it is paid");
    // It ends weeks later: what was not paid for ended with its grace.
    let over = SubscriptionFacts {
        ended_at: Some(START + Span::days(20)),
        paid_until: Some(START),
        ..found(Canceled)
    };
    let ended = decide(&owing, &over, NOW).expect("a change");
    assert_eq!((ended.access, ended.news), (Some(START + GRACE), vec![(News::Ended, NOW)]));
    assert!(is_news(&known(&over), News::Ended, NOW));
}

#[test]
fn a_year_is_announced_before_it_is_charged_again() {
    use SubscriptionStatus::*;
    let began = known(&found(Incomplete));
    let yearly = Subscription { every: Interval::Year, ..began.clone() };
    let at = Millis(END.0 - NOTICE.0);
    let told =
        |known: &Subscription, found: &SubscriptionFacts| decide(known, found, NOW).expect("a change").news;
    assert_eq!(told(&yearly, &found(Active)), [(News::Renews(END), at)]);
    assert!(told(&began, &found(Active)).is_empty(), "a month is not");
    let ending = SubscriptionFacts { ends_with_period: true, ..found(Active) };
    assert!(told(&yearly, &ending).is_empty());
    let active = known(&found(Active));
    let first = |every, status| first_news(every, &found(status), NOW);
    assert_eq!(first(Interval::Year, Trialing), [(News::Trial(END), NOW), (News::Renews(END), at)]);
    assert_eq!(first(Interval::Year, Active), [(News::Renews(END), at)]);
    assert!(first(Interval::Month, Active).is_empty() && first(Interval::Year, PastDue).is_empty());
    let trial = known(&found(Trialing));
    assert!(is_news(&trial, News::Trial(END), NOW) && !is_news(&active, News::Trial(END), NOW));
    assert!(is_news(&active, News::Renews(END), at) && !is_news(&active, News::Renews(END), END));
    assert!(!is_news(&known(&ending), News::Renews(END), at));
    assert!(!is_news(&active, News::Renews(END + Span::days(1)), NOW), "of another period");
    assert!(!is_news(&known(&found(PastDue)), News::Renews(END), NOW), "the last one is not paid");
}

#[test]
fn nobody_is_told_again_because_something_else_has_changed() {
    use SubscriptionStatus::*;
    let late = found(PastDue);
    let owing = Subscription { past_due_since: Some(START), ..known(&late) };
    let ending = SubscriptionFacts { ends_with_period: true, ..late.clone() };
    let change = decide(&owing, &ending, NOW).expect("a change");
    assert_eq!((change.news, change.past_due_since), (Vec::new(), Some(START)));
    // The next renewal is not paid either.
    let next = SubscriptionFacts { period_start: END, period_end: END + Span::days(30), ..late };
    let told: Vec<_> = [0, 3, 7].map(|day| (News::Unpaid(END), END + Span::days(day))).into();
    assert_eq!(decide(&owing, &next, END).expect("a change").news, told);
    let over = found(Canceled);
    let dated = SubscriptionFacts { ended_at: Some(START), ..over.clone() };
    let change = decide(&known(&over), &dated, NOW).expect("a change");
    assert_eq!((change.access, change.news), (Some(START), Vec::new()));
}

#[test]
fn a_pass_stays_once_all_instalments_are_paid() {
    let subscription = known(&found(SubscriptionStatus::Active));
    for (instalments, paid, complete) in
        [(None, 9, false), (Some(3), 2, false), (Some(3), 3, true), (Some(3), 4, true)]
    {
        let subscription = Subscription { instalments, paid, ..subscription.clone() };
        assert_eq!(subscription.is_complete(), complete, "{instalments:?} {paid}");
    }
}

#[test]
fn a_plan_can_be_changed_while_nothing_is_owed_and_it_goes_on() {
    use SubscriptionStatus::*;
    for status in SubscriptionStatus::ALL {
        let subscription = known(&found(status));
        assert_eq!(may_change(&subscription), matches!(status, Active | Trialing), "{status:?}");
    }
    let active = known(&found(Active));
    for fixed in [
        Subscription { instalments: Some(3), ..active.clone() },
        Subscription { ends_with_period: true, ..active.clone() },
        Subscription { collection_paused: true, ..active.clone() },
        Subscription { refused: Some(RefundReason::Banned), ..active },
    ] {
        assert!(!may_change(&fixed), "{fixed:?}");
    }
}

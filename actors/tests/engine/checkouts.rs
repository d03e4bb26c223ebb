use crate::fakes::{World, until};
use actors::{Action, CheckoutFailure, Fact};
use domain::{
    clock::Clock,
    id::CheckoutId,
    money::{
        attempts::PayPlace,
        buying::cards::CardRefusal,
        checkout::{Checkout, CheckoutError, OPEN_FOR, OrderEnd, Payment, PaymentUrls},
        payments::ProviderStatus,
    },
    time::Span,
};
use std::sync::atomic::Ordering::SeqCst;

fn urls() -> PaymentUrls {
    PaymentUrls { success: "https://us.example/ok".into(), cancel: "https://us.example/no".into() }
}

async fn becomes(world: &World, id: CheckoutId, state: Payment) -> Checkout {
    until(&format!("it is {}", state.code()), || async { world.checkouts.row(id.0).state == state }).await;
    world.checkouts.row(id.0)
}

#[tokio::test]
async fn the_buyer_gets_the_pay_page_and_its_page_follows_to_the_end() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    let checkout = world.engine.checkout(id);
    let mut page = checkout.watch().await.expect("a page");
    assert_eq!(page.borrow_and_update().state, Payment::Held);
    let paying = checkout.begin(urls()).await.expect("a pay page");
    assert_eq!(paying.pay_url.as_deref(), Some("https://pay.example/cs_1"));
    page.wait_for(|row| row.state == Payment::Paying).await.expect("the page follows");
    assert!(world.actor(format!("{id} paying")).is_some(), "its state is visible to operators");
    world.checkouts.settle(id);
    checkout.refresh().await.expect("read");
    page.wait_for(|row| row.state == Payment::Paid).await.expect("the page swaps");
    assert_eq!(
        checkout.begin(urls()).await,
        Err(CheckoutFailure::Refused(CheckoutError::Over(Payment::Paid)))
    );
}

#[tokio::test]
async fn twenty_clicks_are_one_session() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    let clicks = (0..20).map(|_| {
        let checkout = world.engine.checkout(id);
        tokio::spawn(async move { checkout.begin(urls()).await })
    });
    for click in clicks.collect::<Vec<_>>() {
        assert_eq!(click.await.expect("joined").expect("a page").provider_session.as_deref(), Some("cs_1"));
    }
    assert_eq!((world.payments.opened(), world.payments.asked.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn killed_at_any_point_it_goes_on_from_the_row_with_the_same_key() {
    for pause in [0, 1, 3, 8, 20] {
        let world = World::new().await;
        let id = world.checkouts.add(world.clock.now());
        let click = tokio::spawn({
            let checkout = world.engine.checkout(id);
            async move { checkout.begin(urls()).await }
        });
        for _ in 0..5 {
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            if let Some(actor) = world.actor(id) {
                // It may be between two lives at this moment.
                let _ = world.engine.act(&actor, Action::Kill);
            }
        }
        let answered = click.await.expect("joined");
        if answered.is_err() {
            // Killed twice during one click: click again, as the buyer would.
            world.engine.checkout(id).begin(urls()).await.expect("the second click");
        }
        becomes(&world, id, Payment::Paying).await;
        assert_eq!(world.payments.opened(), 1, "paused {pause} ms");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again_by_the_next_process() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    world.payments.mute.store(true, SeqCst);
    let click = tokio::spawn({
        let checkout = world.engine.checkout(id);
        async move { checkout.begin(urls()).await }
    });
    until("the session was opened", || async { world.payments.opened() == 1 }).await;
    click.abort();
    world.payments.mute.store(false, SeqCst);
    let next = world.restarted().await;
    let row = becomes(&next, id, Payment::Paying).await;
    assert_eq!((row.provider_session.as_deref(), next.payments.opened()), (Some("cs_1"), 1));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_leaves_it_held_and_is_asked_until_it_is_back() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    world.payments.away.store(true, SeqCst);
    let held = world.engine.checkout(id).begin(urls()).await.expect("a waiting page");
    assert_eq!(held.state, Payment::Held);
    let mut page = world.engine.checkout(id).watch().await.expect("a page");
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    assert!(world.payments.asked.load(SeqCst) > 3);
    assert_eq!(world.checkouts.row(id.0).attempt, 1, "the key stays the same for a minute");
    world.moved(Span::secs(90));
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    assert_eq!(world.checkouts.row(id.0).attempt, 2, "then there is a new key");
    world.payments.away.store(false, SeqCst);
    page.wait_for(|row| row.state == Payment::Paying).await.expect("the page continues by itself");
    assert_eq!(world.payments.opened(), 1);
}

#[tokio::test]
async fn time_runs_out_only_with_the_providers_word() {
    let world = World::new().await;
    let (begun, untouched) = (world.checkouts.add(world.clock.now()), world.checkouts.add(world.clock.now()));
    world.engine.checkout(untouched).get().await.expect("awake");
    world.engine.checkout(begun).begin(urls()).await.expect("a pay page");
    world.payments.away.store(true, SeqCst);
    world.moved(OPEN_FOR);
    becomes(&world, untouched, Payment::Expired).await;
    until("the provider was asked", || async { world.payments.asked.load(SeqCst) >= 2 }).await;
    assert_eq!(world.checkouts.row(begun.0).state, Payment::Paying);
    world.payments.away.store(false, SeqCst);
    until("it is asked again", || async {
        world.moved(Span::secs(30));
        world.checkouts.row(begun.0).state == Payment::Expired
    })
    .await;
    assert_eq!(world.payments.sessions.lock().unwrap()["cs_1"].status, ProviderStatus::Expired);
}

#[tokio::test]
async fn a_payment_whose_webhook_is_lost_is_found_by_asking() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    world.engine.checkout(id).begin(urls()).await.expect("a pay page");
    world.payments.pays("cs_1");
    world.moved(Span::secs(31));
    until("the job that applies it is enqueued", || async {
        world.checkouts.applied.lock().unwrap().contains(&"cs_1".to_owned())
    })
    .await;
    assert_eq!(world.checkouts.row(id.0).state, Payment::Paying, "the actor itself does not settle");
    world.checkouts.settle(id);
    assert_eq!(world.engine.checkout(id).refresh().await.expect("read").state, Payment::Paid);
    let asked = world.payments.asked.load(SeqCst);
    world.moved(Span::days(2));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(world.payments.asked.load(SeqCst), asked, "polling ends with the order");
}

#[tokio::test]
async fn an_order_whose_terms_change_is_ended_at_the_provider() {
    let world = World::new().await;
    let (held, paying, kept) = (
        world.checkouts.add(world.clock.now()),
        world.checkouts.add(world.clock.now()),
        world.checkouts.add(world.clock.now()),
    );
    world.engine.checkout(held).get().await.expect("awake");
    for id in [paying, kept] {
        world.engine.checkout(id).begin(urls()).await.expect("a pay page");
    }
    for id in [held, paying] {
        world.checkouts.terms(id, |terms| terms.withdrawn = true);
    }
    for id in [held, paying, kept] {
        world.engine.checkout(id).look().expect("told");
    }
    for id in [held, paying] {
        assert_eq!(becomes(&world, id, Payment::Expired).await.ended, Some(OrderEnd::Withdrawn));
    }
    until("operators see how it ended", || async {
        let inspected = world.actor(held).and_then(|actor| world.engine.inspect(&actor));
        let why = Fact::word("reason for its end", "withdrawn");
        inspected.is_some_and(|i| i.facts.contains(&Fact::word("state", "expired")) && i.facts.contains(&why))
    })
    .await;
    let session = world.checkouts.row(paying.0).provider_session.expect("a session");
    assert_eq!(world.payments.sessions.lock().unwrap()[&session].status, ProviderStatus::Expired);
    assert_eq!(world.checkouts.row(kept.0).state, Payment::Paying, "another order continues");
}

#[tokio::test]
async fn holds_resume_with_their_old_deadline_in_the_next_process() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    world.engine.checkout(id).begin(urls()).await.expect("a pay page");
    world.moved(Span::minutes(20));
    let next = world.restarted().await;
    next.engine.checkout(id).get().await.expect("awake");
    next.moved(Span(OPEN_FOR.0 - Span::minutes(21).0));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert_eq!(next.checkouts.row(id.0).state, Payment::Paying);
    next.moved(Span::minutes(1));
    becomes(&next, id, Payment::Expired).await;
}

#[tokio::test]
async fn twenty_clicks_with_a_saved_card_are_one_charge() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    world.checkouts.use_card(id);
    let clicks = (0..20).map(|_| {
        let checkout = world.engine.checkout(id);
        tokio::spawn(async move { checkout.begin(urls()).await })
    });
    for click in clicks.collect::<Vec<_>>() {
        assert_eq!(click.await.expect("joined").expect("an answer").state, Payment::Paying);
    }
    until("its state is applied", || async { !world.checkouts.applied.lock().unwrap().is_empty() }).await;
    assert_eq!((world.payments.opened(), world.payments.charges.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_refused_card_leads_to_the_pay_page_of_the_same_order() {
    let world = World::new().await;
    *world.payments.refuses.lock().unwrap() = Some(CardRefusal::Asks);
    let id = world.checkouts.add(world.clock.now());
    world.checkouts.use_card(id);
    let told = world.engine.checkout(id).begin(urls()).await.expect("an answer");
    assert_eq!((told.state, told.card.refused), (Payment::Held, Some(CardRefusal::Asks)));
    let paying = world.engine.checkout(id).begin(urls()).await.expect("a pay page");
    assert_eq!(paying.pay_url.as_deref(), Some("https://pay.example/cs_2"));
    assert_eq!(world.payments.charges.load(SeqCst), 1, "nothing is charged twice");
}

#[tokio::test]
async fn from_the_form_on_our_page_to_the_pay_page_and_back_one_can_be_paid() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    let checkout = world.engine.checkout(id);
    let here = checkout.begin_at(PayPlace::OwnPage, urls()).await.expect("a form");
    assert_eq!(here.provider_session.as_deref(), Some("pi_1"));
    assert_eq!(here.client_secret.as_deref(), Some("pi_1_secret"));
    let again = checkout.begin_at(PayPlace::OwnPage, urls()).await.expect("the same form");
    assert_eq!((again, world.payments.opened()), (here, 1));
    let there = checkout.begin(urls()).await.expect("a pay page");
    assert_eq!(there.pay_url.as_deref(), Some("https://pay.example/cs_2"), "by the same click");
    assert_eq!((there.attempt, there.client_secret.as_deref()), (2, None));
    let back = checkout.begin_at(PayPlace::OwnPage, urls()).await.expect("a form");
    assert_eq!(back.client_secret.as_deref(), Some("pi_3_secret"));
    let status = |session: &str| world.payments.sessions.lock().unwrap()[session].status;
    assert_eq!((status("pi_1"), status("cs_2")), (ProviderStatus::Expired, ProviderStatus::Expired));
    assert_eq!(status("pi_3"), ProviderStatus::Open);
}

#[tokio::test]
async fn who_leaves_a_form_that_was_paid_is_charged_no_second_time() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    let checkout = world.engine.checkout(id);
    checkout.begin_at(PayPlace::OwnPage, urls()).await.expect("a form");
    world.payments.pays("pi_1");
    let told = checkout.begin(urls()).await.expect("an answer");
    assert_eq!((told.state, told.provider_session.as_deref()), (Payment::Paying, Some("pi_1")));
    assert_eq!(world.payments.opened(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_goes_elsewhere_while_the_provider_is_away_gets_there_later() {
    let world = World::new().await;
    let id = world.checkouts.add(world.clock.now());
    let checkout = world.engine.checkout(id);
    checkout.begin_at(PayPlace::OwnPage, urls()).await.expect("a form");
    world.payments.away.store(true, SeqCst);
    let told = checkout.begin(urls()).await.expect("an answer");
    assert!(told.state == Payment::Paying && told.next_request.is_some(), "{told:?}");
    let mut page = checkout.watch().await.expect("a page");
    world.payments.away.store(false, SeqCst);
    world.moved(Span::secs(61));
    let there = page.wait_for(|row| row.pay_url.is_some() && row.client_secret.is_none()).await;
    assert_eq!(there.expect("the page follows").attempt, 2);
}

//! A card that is left on a list pays as soon as a seat is offered: once, at the price that its owner saw, and never before.

use super::{apply, decide, entry, list};
use crate::{
    money::ledger::agrees,
    support::{
        Browser, Database, TestServer, eventually, on_both,
        shop::{ASKS, FAILS_LATER, GOOD, Order},
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    clock::Clock,
    id::WaitlistEntryId,
    money::{checkout::Payment, selling::Waitlist},
    waitlist::entry::EntryState,
};

on_both!(
    whoever_left_a_card_is_charged_once_and_has_the_pass,
    a_card_that_does_not_pay_leaves_the_offer_to_its_owner,
    the_bank_is_told_that_nobody_is_there_and_with_a_buyer_the_card_pays,
    nobody_is_charged_another_price_or_with_a_card_they_took_back,
    the_first_in_line_pays_when_a_seat_becomes_free,
    a_provider_that_is_away_charges_later_and_once,
);

const NEW: &str = ":eur:1200";

/// Payments that the provider has taken.
async fn charges(server: &TestServer) -> Result<Vec<i64>> {
    let known = server.stand_in_knows().await?;
    let all = known["charges"].as_array().context("charges")?;
    let paid = all.iter().filter(|charge| charge["paid"] == true);
    Ok(paid.filter_map(|charge| charge["amount"].as_i64()).collect())
}

async fn joined(server: &TestServer, email: &str) -> Result<(Browser, WaitlistEntryId)> {
    let who = server.signed_in(email).await?;
    let id = entry(&apply(&who, "front-row", &[]).await?)?;
    Ok((who, id))
}

/// Saves a card on the provider's page, and comes back.
async fn leave(who: &Browser, id: WaitlistEntryId, number: &str) -> Result<String> {
    let path = format!("/account/waitlist/{id}");
    let led = who.post(&format!("{path}/card"), &[("card", NEW)]).await?;
    ensure!(led.status == 303 && led.location().contains("/pay/cs_"), "{} {}", led.status, led.text);
    let mut saved = who.post(&format!("{}/pay", led.location()), &[("card", number)]).await?;
    if saved.location().starts_with("/pay/") {
        // The bank asks whether it may be saved, and later whether it may pay.
        saved = who.post(&format!("{}/confirm", led.location()), &[]).await?;
    }
    ensure!(
        saved.status == 303 && saved.location().ends_with(&format!("{path}/card")),
        "{}",
        saved.location()
    );
    let back = who.get(&format!("{path}/card")).await?;
    ensure!(back.status == 303 && back.location() == path, "{} {}", back.status, back.text);
    Ok(who.get(&path).await?.text)
}

async fn state(server: &TestServer, id: WaitlistEntryId) -> Result<EntryState> {
    Ok(server.app.store.waitlists().by_id(id).await?.state)
}

async fn holds(server: &TestServer, email: &str) -> Result<bool> {
    let (account, now) = (server.account(email).await?, server.app.clock.now());
    let grants = server.app.store.grants().of_account(account).await?;
    Ok(grants.iter().any(|grant| grant.lasts_at(now)))
}

async fn whoever_left_a_card_is_charged_once_and_has_the_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let (ann, yes) = joined(&server, "ann@example.org").await?;
    let (ben, no) = joined(&server, "ben@example.org").await?;
    let (cem, by_hand) = joined(&server, "cem@example.org").await?;
    let path = format!("/account/waitlist/{yes}");
    let page = ann.get(&path).await?.text;
    ensure!(page.contains("Leave a card, and it pays €12"), "{page}");
    for who in [&ben, &server.person("host"), &server.person("operator")] {
        for path in [format!("{path}/card"), format!("{path}/card/removal")] {
            ensure!(who.post(&path, &[("card", NEW)]).await?.status == 404, "{path}");
        }
        ensure!(who.get(&format!("{path}/card")).await?.status == 404);
    }
    let wrong = ann.post(&format!("{path}/card"), &[("card", "anything")]).await?;
    ensure!(wrong.status == 422, "{}", wrong.status);
    let other = ann.post(&format!("{path}/card"), &[("card", ":eur:100")]).await?;
    ensure!(other.location() == path, "{}", other.location());
    ensure!(ann.get(&path).await?.text.contains("The price has changed."));
    let old = ann.post(&format!("{path}/card"), &[("card", NEW), ("refunds", "0")]).await?;
    ensure!(old.location() == path, "{}", old.location());
    ensure!(ann.get(&path).await?.text.contains("has changed since you opened the page"));
    for (who, id) in [(&ann, yes), (&ben, no)] {
        let page = leave(who, id, GOOD).await?;
        ensure!(page.contains("pays €12 as soon as a seat is offered"), "{page}");
    }
    ensure!(charges(&server).await?.is_empty(), "nothing is taken before");
    let desk = format!("/account/access_passes/{}/waitlist", server.pass("front-row").await?);
    let listed = server.person("host").get(&desk).await?.text;
    ensure!(listed.matches("card left").count() == 2, "the team sees who pays at once: {listed}");

    decide(&server, "front-row", "reject", &[no]).await?;
    decide(&server, "front-row", "approve", &[yes, by_hand]).await?;
    server.rest().await?;
    ensure!(charges(&server).await? == [1200], "{:?}", charges(&server).await?);
    ensure!(state(&server, yes).await? == EntryState::Taken);
    ensure!(holds(&server, "ann@example.org").await? && !holds(&server, "ben@example.org").await?);
    ensure!(
        state(&server, by_hand).await? == EntryState::Offered && !holds(&server, "cem@example.org").await?
    );
    for (email, subject, count) in [
        ("ann@example.org", "Your pass", 1),
        ("ann@example.org", "A seat is kept for you", 0),
        ("ben@example.org", "About your application", 1),
        ("cem@example.org", "A seat is kept for you", 1),
    ] {
        ensure!(server.mails(email, subject).await? == count, "{count} of {subject:?} to {email}");
    }
    // A second decision, and a job that runs again, charge nothing.
    decide(&server, "front-row", "approve", &[yes, no]).await?;
    let orders = server.app.store.checkouts().of_account(server.account("ann@example.org").await?).await?;
    let [(order, _)] = orders.as_slice() else { anyhow::bail!("{orders:?}") };
    ensure!(order.state == Payment::Paid && order.consent.is_some(), "{order:?}");
    let late = ann.post(&format!("{path}/card"), &[("card", NEW)]).await?;
    ensure!(late.location() == path, "{}", late.location());
    ensure!(ann.get(&path).await?.text.contains("A seat is offered to you already"));
    let offer = cem.get(&format!("/account/waitlist/{by_hand}")).await?.text;
    ensure!(offer.contains("action=\"/maya/front-row/purchase\""), "{offer}");
    ensure!(charges(&server).await? == [1200]);
    agrees(&server).await?;
    server.close().await
}

async fn a_card_that_does_not_pay_leaves_the_offer_to_its_owner(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = server.pass("front-row").await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell("front-row", list(Waitlist::Apply, Some(holders + 1))).await?;
    let (ann, id) = joined(&server, "ann@example.org").await?;
    leave(&ann, id, ASKS).await?;
    let (_ben, next) = joined(&server, "ben@example.org").await?;
    decide(&server, "front-row", "approve", &[id, next]).await?;
    server.rest().await?;
    ensure!(charges(&server).await?.is_empty());
    ensure!(state(&server, id).await? == EntryState::Offered, "the seat is still hers");
    ensure!(state(&server, next).await? == EntryState::Line, "and nobody else's");
    let mail = server.mailed("ann@example.org", "Your card did not pay", 1).await?.remove(0);
    ensure!(mail.contains("Nothing was charged") && mail.contains(&id.to_string()), "{mail}");
    ensure!(server.mails("ann@example.org", "A seat is kept for you").await? == 0);
    let page = ann.get(&format!("/account/waitlist/{id}")).await?.text;
    ensure!(page.contains("Your card did not pay") && page.contains("/maya/front-row/purchase"), "{page}");
    let desk = format!("/account/access_passes/{pass}/waitlist");
    ensure!(server.person("host").get(&desk).await?.text.contains("The card did not pay"));
    // With another card they pay it themselves.
    let order = Order::at(ann.clone(), &ann.post("/maya/front-row/purchase", &[]).await?)?;
    order.press(&order.pay_page().await?, "pay").await?;
    server.rest().await?;
    ensure!(charges(&server).await? == [1200] && holds(&server, "ann@example.org").await?);
    ensure!(server.mails("ann@example.org", "Your card did not pay").await? == 1, "once");
    agrees(&server).await?;
    server.close().await
}

async fn the_bank_is_told_that_nobody_is_there_and_with_a_buyer_the_card_pays(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let (ann, id) = joined(&server, "ann@example.org").await?;
    leave(&ann, id, FAILS_LATER).await?;
    decide(&server, "front-row", "approve", &[id]).await?;
    server.rest().await?;
    server.mailed("ann@example.org", "Your card did not pay", 1).await?;
    ensure!(charges(&server).await?.is_empty() && !holds(&server, "ann@example.org").await?);
    // The same card in one post, by its owner.
    let cards = server.app.store.saved_cards();
    let saved = cards.of_account(server.account("ann@example.org").await?).await?.remove(0);
    let card = format!("{}:eur:1200", saved.id);
    ensure!(ann.post("/maya/front-row/purchase", &[("card", &card)]).await?.status == 303);
    server.rest().await?;
    ensure!(charges(&server).await? == [1200] && holds(&server, "ann@example.org").await?);
    agrees(&server).await?;
    server.close().await
}

async fn nobody_is_charged_another_price_or_with_a_card_they_took_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let (ann, dearer) = joined(&server, "ann@example.org").await?;
    let (ben, taken_back) = joined(&server, "ben@example.org").await?;
    let (cem, removed) = joined(&server, "cem@example.org").await?;
    for (who, id) in [(&ann, dearer), (&ben, taken_back), (&cem, removed)] {
        leave(who, id, GOOD).await?;
    }
    let path = format!("/account/waitlist/{taken_back}");
    ensure!(ben.post(&format!("{path}/card/removal"), &[]).await?.status == 303);
    ensure!(ben.get(&path).await?.text.contains("Leave a card, and it pays €12"));
    // Nobody leaves a card of somebody else.
    let cards = server.app.store.saved_cards();
    let hers = cards.of_account(server.account("ann@example.org").await?).await?.remove(0);
    let stolen = ben.post(&format!("{path}/card"), &[("card", &format!("{}:eur:1200", hers.id))]).await?;
    ensure!(stolen.location() == path, "{}", stolen.location());
    ensure!(server.app.store.waitlists().charge(taken_back).await?.is_none(), "it is not his");
    let his = cards.of_account(server.account("cem@example.org").await?).await?.remove(0);
    ensure!(cem.post("/account/cards/removal", &[("card", &his.id)]).await?.status == 303);

    decide(&server, "front-row", "approve", &[taken_back, removed]).await?;
    server.rest().await?;
    let price = PriceKind::Once(Money { minor: 1500, currency: Currency::Eur });
    server.sell_at("front-row", price, None).await?;
    let page = ann.get(&format!("/account/waitlist/{dearer}")).await?.text;
    ensure!(page.contains("it is €15 now"), "{page}");
    decide(&server, "front-row", "approve", &[dearer]).await?;
    server.rest().await?;
    ensure!(charges(&server).await?.is_empty(), "nobody is charged");
    for (email, id, subject) in [
        ("ann@example.org", dearer, "Your card did not pay"),
        ("ben@example.org", taken_back, "A seat is kept for you"),
        ("cem@example.org", removed, "Your card did not pay"),
    ] {
        ensure!(state(&server, id).await? == EntryState::Offered, "{email}");
        server.mailed(email, subject, 1).await?;
    }
    server.close().await
}

async fn the_first_in_line_pays_when_a_seat_becomes_free(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = server.pass("front-row").await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell("front-row", list(Waitlist::Queue, Some(holders + 1))).await?;
    let sam = Order::open(server.person("stranger")).await?;
    let (ann, first) = joined(&server, "ann@example.org").await?;
    let (_ben, second) = joined(&server, "ben@example.org").await?;
    leave(&ann, first, GOOD).await?;
    ensure!(sam.buyer.post(&format!("{}/cancellation", sam.path), &[]).await?.status == 303);
    eventually("the card pays", async || Ok(holds(&server, "ann@example.org").await?.then_some(()))).await?;
    server.rest().await?;
    ensure!(charges(&server).await? == [1200]);
    ensure!(state(&server, first).await? == EntryState::Taken);
    ensure!(state(&server, second).await? == EntryState::Line, "there was one seat");
    server.close().await
}

async fn a_provider_that_is_away_charges_later_and_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let (ann, id) = joined(&server, "ann@example.org").await?;
    leave(&ann, id, GOOD).await?;
    server.stand_in_does("fault", "error_before 1000000 POST:/v1/payment_intents").await?;
    decide(&server, "front-row", "approve", &[id]).await?;
    for _ in 0..5 {
        server.advance_after_jobs(120).await?;
    }
    ensure!(charges(&server).await?.is_empty() && !holds(&server, "ann@example.org").await?);
    ensure!(server.mails("ann@example.org", "Your card did not pay").await? == 0, "nobody knows yet");
    server.stand_in_does("fault", "off").await?;
    eventually("the card pays", async || {
        server.advance_after_jobs(20).await?;
        Ok(holds(&server, "ann@example.org").await?.then_some(()))
    })
    .await?;
    server.advance(3600).await?;
    server.rest().await?;
    ensure!(charges(&server).await? == [1200], "once");
    ensure!(server.app.store.backlog().parked_count().await? == 0);
    agrees(&server).await?;
    server.close().await
}

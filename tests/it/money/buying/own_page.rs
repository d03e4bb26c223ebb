//! Paying in the provider's form on our own page. What the form sends is sent here as its frame sends it.

use crate::support::{
    Browser, Database, Reply, TestServer, on_both,
    shop::{ASKS, DECLINED, GOOD, Order},
};
use anyhow::{Context, Result, ensure};
use domain::money::{checkout::Payment, settlement::RefundReason};
use futures_util::future::try_join_all;
use serde_json::Value;

on_both!(
    a_card_pays_on_our_own_page_once,
    only_the_page_of_the_form_opens_the_provider,
    a_bank_that_asks_is_answered_on_the_page,
    a_declined_card_is_followed_by_another,
    a_slow_payment_arrives,
    a_slow_payment_that_fails_can_be_paid_no_more,
    from_the_form_to_the_page_and_back,
    who_leaves_what_was_paid_is_charged_once,
    what_ends_an_order_ends_its_payment,
    money_that_came_too_late_goes_back,
    with_every_webhook_lost_coming_back_settles,
    a_provider_that_is_away_gives_one_form_later,
    the_card_of_the_form_is_saved_if_wanted,
);

const SAM: &str = "sam@demo.example";

/// The form on the page of an order, as the provider's script knows it.
pub struct CardForm {
    intent: String,
    secret: String,
    /// Where the provider's script comes from.
    provider: String,
    buyer: Browser,
    back: String,
}

impl CardForm {
    /// Asks for the form, as the button on the order's page does.
    async fn open(server: &TestServer, order: &Order, fields: &[(&str, &str)]) -> Result<Self> {
        let asked = order.buyer.post(&format!("{}/payment_form", order.path), fields).await?;
        ensure!(
            asked.status == 303 && asked.location() == order.path,
            "{} {}",
            asked.status,
            asked.location()
        );
        Self::read(server, order).await
    }

    /// Reads it from the order's page.
    pub async fn read(server: &TestServer, order: &Order) -> Result<Self> {
        let page = order.page().await?;
        let secret = page.split_once("data-secret=\"").and_then(|(_, rest)| rest.split_once('"'));
        let secret = secret.with_context(|| format!("no form: {page}"))?.0.to_owned();
        let intent = secret.split_once("_secret_").context("a secret")?.0.to_owned();
        let (provider, back) = (server.stand_in.clone(), server.app.url(&order.path));
        Ok(Self { intent, secret, provider, buyer: order.buyer.clone(), back })
    }

    async fn send(&self, verb: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let mut form = vec![("client_secret", self.secret.as_str()), ("return_url", self.back.as_str())];
        form.extend(fields);
        self.buyer.post(&format!("{}/elements/{}/{verb}", self.provider, self.intent), &form).await
    }

    /// Pays with a card. Returns the state of the payment, or why the card was refused.
    pub async fn pay(&self, card: &str) -> Result<String> {
        Ok(outcome(&self.send("confirm", &[("method", "card"), ("card", card)]).await?))
    }

    /// Answers the question of the card's bank.
    async fn answer(&self, answer: &str) -> Result<String> {
        Ok(outcome(&self.send("answer", &[("answer", answer)]).await?))
    }
}

/// The state of the payment, or the code of the error.
fn outcome(reply: &Reply) -> String {
    let told = reply.json();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    word(&told["status"]).or_else(|| word(&told["error"]["code"])).unwrap_or_else(|| reply.text.clone())
}

fn policy(reply: &Reply) -> &str {
    reply.headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn a_card_pays_on_our_own_page_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("duplicate", "3").await?;
    server.stand_in_does("shuffle", "on").await?;
    let (order, before) = (Order::open(server.person("stranger")).await?, server.charges().await?);
    let form = CardForm::open(&server, &order, &[("amount", "1")]).await?;
    let again = CardForm::open(&server, &order, &[]).await?;
    ensure!(again.secret == form.secret, "one payment, however often it is asked for");
    let other = server.person("viewer");
    for path in [order.path.clone(), format!("{}/fragment", order.path)] {
        ensure!(other.get(&path).await?.status == 404, "{path}");
    }
    ensure!(other.post(&format!("{}/payment_form", order.path), &[]).await?.status == 404);
    let guessed = CardForm {
        secret: format!("{}_secret_guessed", form.intent),
        ..CardForm::read(&server, &order).await?
    };
    ensure!(guessed.pay(GOOD).await? == "resource_missing", "the secret is what lets a browser pay");
    let mut waiting = order.follow().await?;
    let clicks = try_join_all((0..5).map(|_| form.pay(GOOD))).await?;
    ensure!(clicks.iter().filter(|outcome| *outcome == "succeeded").count() == 1, "{clicks:?}");
    let shown = waiting.all_until("data-state=\"paid\"").await?;
    ensure!(shown.iter().all(|event| !event.data.contains(&form.secret)), "frames name no secret");
    server.rest().await?;
    ensure!(server.charges().await? == before + 1);
    let known = server.stand_in_knows().await?;
    ensure!(known["payments"][0]["amount"] == 1200, "the server says what it costs: {}", known["payments"]);
    let purchases = server.app.store.purchases().of_account(server.account(SAM).await?).await?;
    ensure!(purchases.len() == 1 && purchases[0].amount.minor == 1200, "{purchases:?}");
    ensure!(purchases[0].provider_session.as_deref() == Some(form.intent.as_str()), "{purchases:?}");
    ensure!(server.live().say(&order.buyer, "in").await?.status == 303);
    server.mailed(SAM, "Your pass", 1).await?;
    let row = order.row(&server).await?;
    ensure!(row.state == Payment::Paid && row.client_secret.is_none(), "{row:?}");
    ensure!(!order.page().await?.contains("payment-form\""), "the form is gone");
    // Its receipt is one like any other, and so is its refund.
    let invoice = format!("/account/purchases/{}/invoice", purchases[0].id);
    ensure!(order.buyer.get(&invoice).await?.text.contains("€12"));
    let refund = format!("/account/orders/{}/refunds", purchases[0].id);
    let asked = server.person("host").post(&refund, &[("amount", "12"), ("left", "1200")]).await?;
    ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    waiting.all_until("Refunded").await?;
    server.rest().await?;
    ensure!(order.page().await?.contains("Refunded"), "{}", order.page().await?);
    ensure!(server.live().say(&order.buyer, "and out").await?.status == 402);
    server.close().await
}

async fn only_the_page_of_the_form_opens_the_provider(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let held = order.buyer.get(&order.path).await?;
    ensure!(held.text.contains("Enter the card on this page") && held.text.contains("Pay €12"));
    ensure!(policy(&held).contains("script-src 'self';") && !policy(&held).contains("frame-src"));
    let in_german = order.buyer.reading("de").get(&order.path).await?;
    ensure!(in_german.text.contains("Karte auf dieser Seite eingeben"), "{}", in_german.text);
    let form = CardForm::open(&server, &order, &[]).await?;
    let page = order.buyer.get(&order.path).await?;
    let provider = &form.provider;
    for part in [format!("script-src 'self' {provider};"), format!("frame-src 'self' {provider};")] {
        ensure!(policy(&page).contains(&part), "{}", policy(&page));
    }
    ensure!(policy(&page).contains("connect-src 'self';") && !policy(&page).contains("unsafe"));
    ensure!(page.text.contains(&format!("data-script=\"{provider}/stand-in/stripe.js\"")), "{}", page.text);
    ensure!(!page.text.contains(&format!("src=\"{provider}")), "our script decides when it is loaded");
    for path in ["/account/purchases", "/maya/front-row", &format!("{}/fragment", order.path)] {
        let other = order.buyer.get(path).await?;
        ensure!(other.status == 200 && policy(&other).contains("script-src 'self';"), "{path}");
    }
    let script = order.buyer.get(&format!("{provider}/stand-in/stripe.js")).await?;
    ensure!(script.status == 200 && script.text.contains("confirmPayment"));
    let address = format!("{provider}/elements/{}?client_secret={}", form.intent, form.secret);
    let frame = order.buyer.get(&address).await?;
    ensure!(frame.status == 200 && policy(&frame).contains("frame-ancestors http://127.0.0.1:*"));
    ensure!(
        order.buyer.get(&format!("{provider}/elements/{}?client_secret=x", form.intent)).await?.status == 404
    );
    server.close().await
}

async fn a_bank_that_asks_is_answered_on_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (order, before) = (Order::open(server.person("stranger")).await?, server.charges().await?);
    let form = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    ensure!(form.pay(ASKS).await? == "requires_action");
    server.rest().await?;
    ensure!(order.row(&server).await?.state == Payment::Paying, "the bank asks, and nothing was paid");
    ensure!(form.answer("no").await? == "authentication_required");
    server.rest().await?;
    ensure!(server.charges().await? == before && server.live().say(&order.buyer, "in?").await?.status == 402);
    ensure!(CardForm::read(&server, &order).await?.secret == form.secret, "the form stays");
    ensure!(form.pay(ASKS).await? == "requires_action");
    ensure!(form.answer("yes").await? == "succeeded");
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    ensure!(server.charges().await? == before + 1);
    ensure!(form.answer("yes").await? == "payment_intent_unexpected_state", "once");
    server.close().await
}

async fn a_declined_card_is_followed_by_another(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let form = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    ensure!(form.pay(DECLINED).await? == "card_declined");
    server.rest().await?;
    // Whoever asks the provider learns of the refusal; the order goes on.
    server.advance(31).await?;
    server.rest().await?;
    let row = order.row(&server).await?;
    ensure!((row.state, row.card.refused, row.attempt) == (Payment::Paying, None, 1), "{row:?}");
    ensure!(form.pay(GOOD).await? == "succeeded");
    waiting.all_until("data-state=\"paid\"").await?;
    server.close().await
}

async fn a_slow_payment_arrives(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let form = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    let sent = form.send("confirm", &[("method", "debit")]).await?;
    ensure!(outcome(&sent) == "processing", "{}", sent.text);
    waiting.all_until("data-state=\"processing\"").await?;
    ensure!(
        !order.page().await?.contains("payment-form\"")
            && server.live().say(&order.buyer, "in?").await?.status == 402
    );
    server.advance(10 * 60).await?;
    server.bank(&order, "arrive").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    ensure!(server.live().say(&order.buyer, "at last").await?.status == 303);
    server.close().await
}

async fn a_slow_payment_that_fails_can_be_paid_no_more(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (order, before) = (Order::open(server.person("stranger")).await?, server.charges().await?);
    let form = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    form.send("confirm", &[("method", "debit")]).await?;
    waiting.all_until("data-state=\"processing\"").await?;
    server.bank(&order, "bounce").await?;
    let failed = waiting.all_until("data-state=\"failed\"").await?;
    ensure!(failed.last().is_some_and(|event| event.data.contains("The payment failed.")));
    server.rest().await?;
    server.mailed(SAM, "Your payment failed", 1).await?;
    ensure!(form.pay(GOOD).await? == "payment_intent_unexpected_state", "the provider has ended it");
    ensure!(server.charges().await? == before);
    Order::paid(order.buyer.clone(), &server).await?;
    server.close().await
}

async fn from_the_form_to_the_page_and_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (order, before) = (Order::open(server.person("stranger")).await?, server.charges().await?);
    let first = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    // Without the provider's script, its page is one click away.
    ensure!(order.page().await?.contains("Pay on the payment page instead"));
    let pay_page = order.pay_page().await?;
    ensure!(first.pay(GOOD).await? == "payment_intent_unexpected_state", "nobody can pay both");
    server.rest().await?;
    let row = order.row(&server).await?;
    ensure!((row.state, row.attempt) == (Payment::Paying, 2), "its end was no end of the order: {row:?}");
    let second = CardForm::open(&server, &order, &[]).await?;
    ensure!(second.secret != first.secret);
    let left = order.buyer.get(&pay_page).await?.text;
    ensure!(left.contains("This payment has expired"), "{left}");
    server.rest().await?;
    ensure!(order.row(&server).await?.attempt == 3);
    ensure!(second.pay(GOOD).await? == "succeeded");
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    ensure!(server.charges().await? == before + 1);
    ensure!(server.mails(SAM, "Your pass").await? == 1);
    server.close().await
}

async fn who_leaves_what_was_paid_is_charged_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (order, before) = (Order::open(server.person("stranger")).await?, server.charges().await?);
    let form = CardForm::open(&server, &order, &[]).await?;
    server.stand_in_does("webhooks", "off").await?;
    let mut waiting = order.follow().await?;
    ensure!(form.pay(GOOD).await? == "succeeded");
    // In another window, before anybody has told us.
    let led = order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
    ensure!(led.location() == order.path, "to no second page: {}", led.location());
    waiting.all_until("data-state=\"paid\"").await?;
    server.stand_in_does("webhooks", "on").await?;
    server.rest().await?;
    ensure!(server.charges().await? == before + 1);
    ensure!(server.app.store.purchases().of_account(server.account(SAM).await?).await?.len() == 1);
    server.close().await
}

async fn what_ends_an_order_ends_its_payment(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let before = server.charges().await?;
    for cancelled in [true, false] {
        let order = Order::open(server.person("stranger")).await?;
        let form = CardForm::open(&server, &order, &[]).await?;
        let mut waiting = order.follow().await?;
        if cancelled {
            order.buyer.post(&format!("{}/cancellation", order.path), &[]).await?;
        } else {
            // Its time runs out while the bank asks.
            ensure!(form.pay(ASKS).await? == "requires_action");
            server.advance(36 * 60).await?;
        }
        waiting.all_until("data-state=\"expired\"").await?;
        ensure!(form.pay(GOOD).await? == "payment_intent_unexpected_state");
        ensure!(form.answer("yes").await? == "payment_intent_unexpected_state");
        server.rest().await?;
        ensure!(order.row(&server).await?.state == Payment::Expired);
    }
    ensure!(server.charges().await? == before);
    server.close().await
}

async fn money_that_came_too_late_goes_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let form = CardForm::open(&server, &order, &[]).await?;
    server.stand_in_does("webhooks", "off").await?;
    // Nor does anybody who asks hear of the money before the space is closed.
    server.stand_in_does("fault", "error_before 1000000 /v1/payment_intents/*").await?;
    ensure!(form.pay(GOOD).await? == "succeeded");
    let space = server.space("maya").await?;
    let closed = server.person("host").post(&format!("/account/spaces/{space}/unpublication"), &[]).await?;
    ensure!(closed.status == 303, "{} {}", closed.status, closed.text);
    server.stand_in_does("fault", "off").await?;
    server.stand_in_does("webhooks", "on").await?;
    server.rest().await?;
    let purchases = server.app.store.purchases().of_account(server.account(SAM).await?).await?;
    let [purchase] = purchases.as_slice() else { anyhow::bail!("one purchase: {purchases:?}") };
    ensure!(purchase.refund_reason == Some(RefundReason::Unpublished), "{purchase:?}");
    ensure!(purchase.refunded == 1200, "{purchase:?}");
    ensure!(order.page().await?.contains("Refunded"));
    server.close().await
}

async fn with_every_webhook_lost_coming_back_settles(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("lose", "on").await?;
    let order = Order::open(server.person("stranger")).await?;
    let form = CardForm::open(&server, &order, &[]).await?;
    let mut waiting = order.follow().await?;
    ensure!(form.pay(GOOD).await? == "succeeded");
    let query = format!("payment_intent={}&payment_intent_client_secret={}", form.intent, form.secret);
    let address = format!("{}?{query}&redirect_status=succeeded", order.path);
    ensure!(server.person("viewer").get(&address).await?.status == 404);
    let back = order.buyer.get(&address).await?;
    ensure!(back.status == 303 && back.location() == order.path, "the secret leaves the address");
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    ensure!(server.live().say(&order.buyer, "in").await?.status == 303);
    // What the address says about the outcome is believed by nobody.
    let second = server.signed_in("second@example.org").await?;
    let open = Order::open(second).await?;
    CardForm::open(&server, &open, &[]).await?;
    open.buyer.get(&format!("{}?payment_intent=pi_1&redirect_status=succeeded", open.path)).await?;
    server.rest().await?;
    ensure!(open.row(&server).await?.state == Payment::Paying);
    server.close().await
}

async fn a_provider_that_is_away_gives_one_form_later(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    // The payment is made, and the answer is lost.
    server.stand_in_does("fault", "error_after 1 /v1/payment_intents").await?;
    let mut waiting = order.follow().await?;
    let asked = order.buyer.post(&format!("{}/payment_form", order.path), &[]).await?;
    ensure!(asked.status == 303 && asked.location() == order.path, "{}", asked.location());
    waiting.all_until("data-form=\"1\"").await?;
    let form = CardForm::read(&server, &order).await?;
    let known = server.stand_in_knows().await?;
    ensure!(known["payments"].as_array().is_some_and(|all| all.len() == 1), "{}", known["payments"]);
    // It is away again when the buyer goes to its page: the order waits, and then gets there.
    server.stand_in_does("fault", "error_before 1 /v1/payment_intents").await?;
    order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
    server.advance(61).await?;
    waiting.all_until("Waiting for your payment.").await?;
    ensure!(form.pay(GOOD).await? == "payment_intent_unexpected_state");
    order.press(&order.pay_page().await?, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.close().await
}

async fn the_card_of_the_form_is_saved_if_wanted(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.account(SAM).await?;
    let order = Order::open(server.person("stranger")).await?;
    let form = CardForm::open(&server, &order, &[("keep", "1")]).await?;
    let mut waiting = order.follow().await?;
    ensure!(form.pay(GOOD).await? == "succeeded");
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    let saved = server.app.store.saved_cards().of_account(sam).await?;
    ensure!(saved.len() == 1 && saved[0].last4 == "4242", "{saved:?}");
    let unasked = server.signed_in("unasked@example.org").await?;
    let order = Order::open(unasked).await?;
    let form = CardForm::open(&server, &order, &[]).await?;
    ensure!(form.pay(GOOD).await? == "succeeded");
    server.rest().await?;
    let account = server.account("unasked@example.org").await?;
    ensure!(server.app.store.saved_cards().of_account(account).await?.is_empty());
    server.close().await
}

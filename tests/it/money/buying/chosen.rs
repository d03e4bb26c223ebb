//! Passes whose price their buyers choose.

use crate::support::{Database, Reply, TestServer, on_both, shop::Order};
use anyhow::{Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    money::{
        buying::chosen::ChosenPrice,
        checkout::{OrderEnd, Payment},
    },
};

on_both!(
    what_the_buyer_chooses_is_what_is_charged,
    an_amount_out_of_bounds_is_refused_and_kept_in_the_form,
    another_amount_is_another_order,
    nothing_is_enough_where_the_least_is_nothing,
    yen_have_no_cents,
    what_a_visitor_chose_is_charged_after_signing_in,
);

const SAM: &str = "sam@demo.example";
const BUY: &str = "/maya/front-row/purchase";

async fn sell(server: &TestServer, least: i64, suggested: Option<i64>, currency: Currency) -> Result<()> {
    let price = ChosenPrice { least: Money { minor: least, currency }, suggested };
    server.sell_at("front-row", PriceKind::Chosen(price), None).await.map(drop)
}

async fn choose(server: &TestServer, amount: &str) -> Result<Reply> {
    server.person("stranger").post(BUY, &[("amount", amount)]).await
}

async fn what_the_buyer_chooses_is_what_is_charged(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    let space = server.space("maya").await?;
    let form = [("title", "Tip jar"), ("slug", "tip-jar"), ("kind", "chosen"), ("currency", "eur")];
    let passes = format!("/account/spaces/{space}/access_passes");
    let wrong = [&form[..], &[("least", "5"), ("suggested", "4")]].concat();
    let refused = host.post(&passes, &wrong).await?;
    ensure!(refused.status == 422 && refused.text.contains("no less than"), "{}", refused.text);
    ensure!(refused.text.contains("value=\"4\""), "the words stay in the form: {}", refused.text);
    let right = [&form[..], &[("least", "5"), ("suggested", "8.50")]].concat();
    ensure!(host.post(&passes, &right).await?.status == 303);
    let made = server.app.store.passes().by_id(server.pass("tip-jar").await?).await?.price.kind;
    let least = Money { minor: 500, currency: Currency::Eur };
    ensure!(made == PriceKind::Chosen(ChosenPrice { least, suggested: Some(850) }), "{made:?}");

    sell(&server, 500, Some(850), Currency::Eur).await?;
    let sam = server.person("stranger");
    let page = sam.get("/maya/front-row").await?.text;
    for words in ["from €5", "name=\"amount\"", "value=\"8.50\"", "Amount in EUR"] {
        ensure!(page.contains(words), "{words}: {page}");
    }
    // Elsewhere the button leads here.
    ensure!(sam.get("/maya").await?.text.contains("href=\"/maya/front-row\""));
    let order = Order::at(sam.clone(), &choose(&server, "7,50").await?)?;
    ensure!(order.page().await?.contains("Pay €7.50"), "{}", order.page().await?);
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    ensure!(sam.get(&pay_page).await?.text.contains("€7.50"), "the provider asks for it");
    order.press(&pay_page, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    let purchase = order.purchase(&server).await?;
    ensure!(purchase.amount == Money { minor: 750, currency: Currency::Eur });
    let receipt = server.mailed(SAM, "Your pass", 1).await?.remove(0);
    ensure!(receipt.contains("€7.50"), "{receipt}");
    ensure!(server.live().say(&sam, "I am in").await?.status == 303);
    let other = server.signed_in("other@example.org").await?;
    ensure!(server.live().say(&other, "and I").await?.status == 402, "nobody else is");
    server.close().await
}

async fn an_amount_out_of_bounds_is_refused_and_kept_in_the_form(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, 500, None, Currency::Eur).await?;
    for (amount, why) in [
        ("4.99", "It costs at least €5."),
        ("0", "It costs at least €5."),
        ("10000.01", "It can be at most €10,000."),
        ("", "Say how much you want to pay."),
        ("a lot", "Write an amount like 12 or 12.50"),
    ] {
        let reply = choose(&server, amount).await?;
        ensure!(reply.status == 422 && reply.text.contains(why), "{amount}: {} {}", reply.status, reply.text);
        ensure!(reply.text.contains(&format!("value=\"{amount}\"")), "{amount}: {}", reply.text);
    }
    // A code takes nothing off what the buyer chooses.
    let codes = format!("/account/spaces/{}/promo_codes", server.space("maya").await?);
    let half = [("code", "HALVED"), ("percent", "50")];
    ensure!(server.person("host").post(&codes, &half).await?.status == 303);
    let sam = server.person("stranger");
    let reply = sam.post(BUY, &[("amount", "5"), ("promo", "HALVED")]).await?;
    ensure!(reply.status == 422 && reply.text.contains("does not hold for this pass"), "{}", reply.text);
    let account = server.account(SAM).await?;
    ensure!(server.app.store.checkouts().of_account(account).await?.is_empty(), "no order was opened");
    server.close().await
}

async fn another_amount_is_another_order(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, 500, None, Currency::Eur).await?;
    let sam = server.person("stranger");
    let first = Order::at(sam.clone(), &choose(&server, "5").await?)?;
    let same = Order::at(sam.clone(), &choose(&server, "5.00").await?)?;
    ensure!(first.id == same.id, "sent twice, it is one order");
    let second = Order::at(sam.clone(), &choose(&server, "9").await?)?;
    ensure!(second.id != first.id && second.row(&server).await?.amount.minor == 900);
    let ended = first.row(&server).await?;
    ensure!((ended.state, ended.ended) == (Payment::Expired, Some(OrderEnd::Cancelled)), "{ended:?}");
    // Somebody may be paying this one now.
    second.pay_page().await?;
    let third = Order::at(sam.clone(), &choose(&server, "20").await?)?;
    ensure!(third.id == second.id && third.row(&server).await?.amount.minor == 900);
    // Another price ends what was chosen at the one before.
    let mut waiting = second.follow().await?;
    sell(&server, 600, None, Currency::Eur).await?;
    waiting.all_until("data-state=\"expired\"").await?;
    ensure!(second.row(&server).await?.ended == Some(OrderEnd::Price));
    server.close().await
}

async fn nothing_is_enough_where_the_least_is_nothing(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, 0, Some(800), Currency::Eur).await?;
    let sam = server.person("stranger");
    ensure!(sam.get("/maya/front-row").await?.text.contains("what you like"));
    let few = choose(&server, "0.20").await?;
    ensure!(few.status == 422 && few.text.contains("Cards cannot be charged this amount"), "{}", few.text);
    let order = Order::at(sam.clone(), &choose(&server, "3").await?)?;
    let before = server.charges().await?;
    let taken = choose(&server, "0").await?;
    ensure!(taken.status == 303 && taken.location() == "/maya/friday-session", "{}", taken.text);
    ensure!(server.live().say(&sam, "for nothing").await?.status == 303);
    ensure!(order.row(&server).await?.ended == Some(OrderEnd::Cancelled), "it is not waited for any more");
    ensure!(choose(&server, "0").await?.status == 303, "again: nothing more happens");
    server.rest().await?;
    ensure!(server.charges().await? == before, "nobody was charged");
    let grants = server.app.store.grants().of_account(server.account(SAM).await?).await?;
    ensure!(grants.len() == 1, "{grants:?}");
    server.close().await
}

async fn yen_have_no_cents(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, 700, Some(900), Currency::Jpy).await?;
    let cents = choose(&server, "700.5").await?;
    ensure!(cents.status == 422 && cents.text.contains("value=\"700.5\""), "{}", cents.text);
    let order = Order::at(server.person("stranger"), &choose(&server, "750").await?)?;
    ensure!(order.row(&server).await?.amount == Money { minor: 750, currency: Currency::Jpy });
    let pay_page = order.pay_page().await?;
    ensure!(order.buyer.get(&pay_page).await?.text.contains("¥750"), "not 7.50");
    let mut waiting = order.follow().await?;
    order.press(&pay_page, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.close().await
}

async fn what_a_visitor_chose_is_charged_after_signing_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, 500, None, Currency::Eur).await?;
    let (buyer, pass) = (server.anybody(), "/maya/front-row");
    ensure!(buyer.get(pass).await?.text.contains("name=\"amount\""), "also before signing in");
    buyer.post(BUY, &[("amount", "11")]).await?;
    buyer.post("/sign-in", &[("email", "giver@example.org"), ("next", pass)]).await?;
    let code = buyer.next_code("giver@example.org", 0).await?;
    let entered = buyer.post("/sign-in/code", &[("code", &code), ("next", pass)]).await?;
    ensure!(entered.location() == "/maya/front-row/purchase?amount=11", "{}", entered.location());
    let reply = buyer.post(entered.location(), &[("code", &code), ("next", pass)]).await?;
    ensure!(Order::at(buyer, &reply)?.row(&server).await?.amount.minor == 1_100);
    server.close().await
}

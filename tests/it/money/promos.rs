//! Codes that make passes cheaper: what is charged, how often they can be used, and who may make them.

use crate::support::{Browser, Database, Reply, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::{schedule, zone::Zone},
    clock::Clock,
    time::Span,
};

on_both!(
    a_code_lowers_what_is_charged_and_nothing_else,
    a_code_for_ten_is_used_ten_times_by_thirty_at_once,
    a_code_that_takes_off_everything_gives_the_pass,
    a_code_that_does_not_hold_is_refused_and_kept_in_the_form,
    guesses_are_bounded,
    only_the_team_makes_and_ends_codes,
);

async fn codes(server: &TestServer) -> Result<String> {
    Ok(format!("/account/spaces/{}/promo_codes", server.space("maya").await?))
}

/// Adds a code as the host.
async fn add(server: &TestServer, form: &[(&str, &str)]) -> Result<()> {
    let added = server.person("host").post(&codes(server).await?, form).await?;
    ensure!(added.status == 303, "{} {}", added.status, added.text);
    Ok(())
}

async fn buy(who: &Browser, code: &str) -> Result<Reply> {
    who.post("/maya/front-row/purchase", &[("promo", code)]).await
}

async fn a_code_lowers_what_is_charged_and_nothing_else(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    add(&server, &[("code", "Summer"), ("percent", "25"), ("most", "5")]).await?;
    let sam = server.person("stranger");
    // An order without the code, which nobody has begun to pay, makes room.
    let before = Order::open(sam.clone()).await?;
    let order = Order::at(sam.clone(), &buy(&sam, " summer ").await?)?;
    ensure!(order.id != before.id);
    let lines = server.app.store.audit().last(200).await?;
    let ends = |act: &store::Act| act.action == "checkout.cancel" && act.target == before.id.to_string();
    ensure!(lines.iter().any(|line| ends(&line.act)), "{lines:?}");
    let page = order.page().await?;
    for words in ["Code <bdi>SUMMER</bdi>", "−€3", "Pay €9"] {
        ensure!(page.contains(words), "{words}: {page}");
    }
    let pay_page = order.pay_page().await?;
    ensure!(sam.get(&pay_page).await?.text.contains("€9"), "the provider asks for it");
    order.press(&pay_page, "pay").await?;
    order.follow().await?.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    let purchase = order.purchase(&server).await?;
    ensure!(purchase.amount == Money { minor: 900, currency: Currency::Eur });
    let list = server.person("host").get(&codes(&server).await?).await?.text;
    ensure!(list.contains("used once of 5") && list.contains("25% off"), "{list}");
    server.close().await
}

async fn a_code_for_ten_is_used_ten_times_by_thirty_at_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    add(&server, &[("code", "TENOFF"), ("amount", "2"), ("currency", "eur"), ("most", "10")]).await?;
    let (lobby, now) = (server.pass("lobby").await?, server.app.clock.now());
    let holders = server.app.store.grants().make_holders(lobby, 31, now).await?;
    let (name, first) = (server.app.cookie_name(), server.anybody());
    let browser = |holder: &store::Holder| first.beside(&format!("{name}={}", holder.token));
    let mut buyers: Vec<Browser> = holders.iter().map(browser).collect();
    let late = buyers.pop().context("one more")?;
    let asked = buyers.iter().map(|buyer| {
        let buyer = buyer.clone();
        tokio::spawn(async move { buy(&buyer, "TENOFF").await })
    });
    let asked: Vec<_> = asked.collect();
    let (mut cheaper, mut refused) = (Vec::new(), 0);
    for (asked, buyer) in asked.into_iter().zip(&buyers) {
        let reply = asked.await??;
        match reply.status.as_u16() {
            303 => cheaper.push(Order::at(buyer.clone(), &reply)?),
            422 if reply.text.contains("used as often as it could be") => refused += 1,
            status => anyhow::bail!("{status} {}", reply.text),
        }
    }
    ensure!((cheaper.len(), refused) == (10, 20), "{} and {refused}", cheaper.len());
    for order in &cheaper {
        ensure!(order.row(&server).await?.amount.minor == 1000);
    }
    // What is cancelled can be used by somebody else.
    let order = cheaper.pop().context("an order")?;
    let mut waiting = order.follow().await?;
    order.buyer.post(&format!("{}/cancellation", order.path), &[]).await?;
    waiting.all_until("data-state=\"expired\"").await?;
    ensure!(buy(&late, "TENOFF").await?.status == 303);
    ensure!(buy(&order.buyer, "TENOFF").await?.status == 422);
    server.close().await
}

async fn a_code_that_takes_off_everything_gives_the_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    add(&server, &[("code", "GUESTS"), ("percent", "100")]).await?;
    let sam = server.person("stranger");
    let reply = buy(&sam, "guests").await?;
    ensure!(reply.status == 303 && reply.location() == "/maya/friday-session", "{}", reply.text);
    ensure!(server.live().say(&sam, "I am in").await?.status == 303);
    ensure!(buy(&sam, "guests").await?.status == 303, "again: nothing more happens");
    let list = server.person("host").get(&codes(&server).await?).await?.text;
    ensure!(list.contains("used once"), "{list}");
    let charges = server.stand_in_knows().await?["charges"].as_array().map(Vec::len);
    ensure!(charges == Some(0), "nobody was charged");
    server.close().await
}

async fn a_code_that_does_not_hold_is_refused_and_kept_in_the_form(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let later = schedule::written(server.app.clock.now() + Span::days(30), &Zone::UTC);
    add(&server, &[("code", "NOT-YET"), ("percent", "50"), ("from", later.as_str())]).await?;
    add(&server, &[("code", "DOLLARS"), ("amount", "5"), ("currency", "usd")]).await?;
    add(&server, &[("code", "HALF-OFF"), ("percent", "50")]).await?;
    let sam = server.person("stranger");
    for (code, why) in [
        ("NOTHING", "There is no such code here."),
        ("<b>", "There is no such code here."),
        ("NOT-YET", "This code does not hold yet."),
        ("DOLLARS", "This code does not hold for this pass."),
    ] {
        let reply = buy(&sam, code).await?;
        ensure!(reply.status == 422 && reply.text.contains(why), "{code}: {} {}", reply.status, reply.text);
        let kept = format!("value=\"{}\"", code.replace('<', "&lt;").replace('>', "&gt;"));
        ensure!(reply.text.contains(&kept), "{code}: {}", reply.text);
    }
    let order = Order::open(sam.clone()).await?;
    order.pay_page().await?;
    let reply = buy(&sam, "HALF-OFF").await?;
    ensure!(reply.status == 422 && reply.text.contains("Cancel that order first."), "{}", reply.text);
    ensure!(order.row(&server).await?.amount.minor == 1200, "the open one is as it was");
    let visitor = server.anybody();
    ensure!(buy(&visitor, "HALF-OFF").await?.location().starts_with("/sign-in"), "who is it for?");
    server.close().await
}

async fn guesses_are_bounded(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let mut statuses = Vec::new();
    for n in 0..21 {
        statuses.push(buy(&sam, &format!("GUESS{n}")).await?.status);
    }
    ensure!(statuses[..20].iter().all(|status| *status == 422), "{statuses:?}");
    ensure!(statuses[20] == 429, "{statuses:?}");
    let ann = server.holder("ann@example.org").await?;
    ensure!(buy(&ann, "GUESS").await?.status == 422, "others are not affected");
    ensure!(Order::open(sam).await.is_ok(), "it can be bought without one");
    server.close().await
}

async fn only_the_team_makes_and_ends_codes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let path = codes(&server).await?;
    let form = [("code", "MINE-ALL"), ("percent", "90")];
    let sam = server.person("stranger");
    ensure!(sam.post(&path, &form).await?.status == 404 && sam.get(&path).await?.status == 404);
    add(&server, &form).await?;
    let host = server.person("host");
    let short = host.post(&path, &[("code", "SHORT"), ("percent", "90")]).await?;
    ensure!(short.status == 422 && short.text.contains("Write 6 to 32 letters"), "{}", short.text);
    let twice = host.post(&path, &form).await?;
    ensure!(twice.status == 422 && twice.text.contains("has this code already"), "{}", twice.text);
    ensure!(twice.text.contains("value=\"90\""), "the words stay in the form");
    let space = server.space("maya").await?;
    let promo = server.app.store.promos().of_space(space).await?[0].0.id.to_string();
    let ending = [("promo", promo.as_str())];
    let endings = format!("{path}/endings");
    ensure!(server.person("stranger").post(&endings, &ending).await?.status == 404);
    ensure!(host.post(&endings, &ending).await?.status == 303);
    ensure!(buy(&server.person("stranger"), "MINE-ALL").await?.status == 422, "it has ended");
    ensure!(host.get(&path).await?.text.contains("ended"));
    server.close().await
}

//! How many of a pass there are, when it is sold, who finds it, and how long it is good.

use crate::support::{Browser, Database, Feed, TestServer, eventually, on_both, shop::Order, sse::all_show};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    money::{
        checkout::Payment,
        selling::{Lasting, Selling, Window},
    },
    time::Span,
};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    what_is_left_is_live_on_every_open_page_and_sold_once,
    a_seat_is_kept_for_five_minutes_until_a_payment_begins,
    a_stock_that_is_made_smaller_ends_the_newest_order,
    a_sale_opens_by_itself_and_its_close_ends_open_orders,
    a_hidden_pass_is_found_by_its_own_link_alone,
    what_is_good_for_some_days_ends_by_itself,
    a_form_about_the_sale_keeps_what_was_typed,
);

/// From a change until every open page shows it.
const FOLLOWS: Duration = Duration::from_secs(1);
/// How often a change is tried, because other processes run on this machine.
const ATTEMPTS: usize = 3;

/// A stock of which so many are left.
async fn leave(server: &TestServer, slug: &str, left: i64) -> Result<()> {
    let pass = server.pass(slug).await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell(slug, Selling { stock: Some(holders + left), ..Selling::default() }).await
}

/// Every kind of page with the ticket of the pass, open and up to date.
async fn pages(server: &TestServer, slug: &str) -> Result<Vec<Feed>> {
    let (space, pass) = (server.space("maya").await?, server.pass(slug).await?);
    let mut pages = Vec::new();
    for (who, path) in [
        (server.anybody(), format!("/spaces/{space}/events")),
        (server.person("stranger"), format!("/spaces/{space}/events")),
        (server.anybody(), format!("/spaces/{space}/offers/events")),
    ] {
        let mut feed = Feed::open(&who, &path, None).await?;
        feed.all_until(&format!("sale-{pass}")).await?;
        pages.push(feed);
    }
    Ok(pages)
}

async fn take(who: &Browser, slug: &str) -> Result<(u16, String)> {
    let reply = who.post(&format!("/maya/{slug}/purchase"), &[]).await?;
    Ok((reply.status.as_u16(), reply.text))
}

async fn what_is_left_is_live_on_every_open_page_and_sold_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    leave(&server, "front-row", 2).await?;
    let (ann, ben) = (server.holder("ann@example.org").await?, server.holder("ben@example.org").await?);
    let mut pages = pages(&server, "front-row").await?;
    let mut took = Vec::new();
    for _ in 0..ATTEMPTS {
        let order = Order::open(ann.clone()).await?;
        took.push(all_show(&mut pages, "1 left").await?);
        let cancelled = ann.post(&format!("{}/cancellation", order.path), &[]).await?;
        ensure!(cancelled.status == 303, "{}", cancelled.text);
        took.push(all_show(&mut pages, "2 left").await?);
    }
    ensure!(took.iter().filter(|took| **took <= FOLLOWS).count() >= ATTEMPTS, "too late: {took:?}");

    let (first, second) = (Order::open(ann.clone()).await?, Order::open(ben.clone()).await?);
    all_show(&mut pages, "Sold out").await?;
    let (status, text) = take(&server.person("stranger"), "front-row").await?;
    ensure!(status == 409 && text.contains("This pass is sold out."), "{status} {text}");
    for path in ["/maya", "/maya/front-row", "/maya/friday-session"] {
        let page = server.person("stranger").get(path).await?.text;
        ensure!(page.contains("Sold out"), "{path}: {page}");
    }
    ensure!(take(&ann, "front-row").await?.0 == 303, "an open order is found again");

    // The provider has to say that nobody can pay any more.
    let pay_page = first.pay_page().await?;
    first.press(&pay_page, "pay").await?;
    first.follow().await?.all_until("data-state=\"paid\"").await?;
    second.pay_page().await?;
    let cancelled = ben.post(&format!("{}/cancellation", second.path), &[]).await?;
    ensure!(cancelled.status == 303, "{}", cancelled.text);
    all_show(&mut pages, "1 left").await?;
    ensure!(second.row(&server).await?.state == Payment::Expired);
    server.rest().await?;
    server.bank(&first, "refund").await?;
    all_show(&mut pages, "2 left").await?;
    server.close().await
}

async fn a_seat_is_kept_for_five_minutes_until_a_payment_begins(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    leave(&server, "front-row", 2).await?;
    let (ann, ben) = (server.holder("ann@example.org").await?, server.holder("ben@example.org").await?);
    let (idle, begun) = (Order::open(ann).await?, Order::open(ben).await?);
    begun.pay_page().await?;
    ensure!(take(&server.person("stranger"), "front-row").await?.0 == 409, "both are kept");
    // Nobody looks at the page of the other one.
    server.advance(301).await?;
    let ended = async || anyhow::Ok((idle.row(&server).await?.state == Payment::Expired).then_some(()));
    eventually("the order goes on", ended).await?;
    ensure!(begun.row(&server).await?.state == Payment::Paying, "whoever pays keeps the seat");
    ensure!(take(&server.person("stranger"), "front-row").await?.0 == 303, "the other one is free");
    server.close().await
}

async fn a_stock_that_is_made_smaller_ends_the_newest_order(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    leave(&server, "front-row", 2).await?;
    let (ann, ben) = (server.holder("ann@example.org").await?, server.holder("ben@example.org").await?);
    let first = Order::open(ann).await?;
    first.pay_page().await?;
    let second = Order::open(ben).await?;
    second.pay_page().await?;
    let mut waiting = second.follow().await?;
    leave(&server, "front-row", 1).await?;
    let seen = waiting.all_until("data-state=\"expired\"").await?;
    let last = seen.last().map(|event| event.data.clone()).unwrap_or_default();
    ensure!(last.contains("This pass is sold out.") && last.contains("Nothing was charged."), "{last}");
    ensure!(first.row(&server).await?.state == Payment::Paying, "the other one goes on");
    let orders = second.buyer.get("/account/purchases").await?.text;
    ensure!(orders.contains("ended: sold out"), "{orders}");
    server.close().await
}

async fn a_sale_opens_by_itself_and_its_close_ends_open_orders(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let opens = server.app.clock.now() + Span::minutes(10);
    let window = Window { opens_at: Some(opens), closes_at: Some(opens + Span::minutes(10)) };
    for slug in ["lobby", "front-row"] {
        server.sell(slug, Selling { window, ..Selling::default() }).await?;
    }
    let sam = server.person("stranger");
    for slug in ["lobby", "front-row"] {
        let (status, text) = take(&sam, slug).await?;
        ensure!(status == 409 && text.contains("not on sale yet"), "{slug}: {status} {text}");
        let page = sam.get(&format!("/maya/{slug}")).await?.text;
        ensure!(page.contains("On sale from"), "{page}");
    }
    let (space, pass) = (server.space("maya").await?, server.pass("front-row").await?);
    let mut page = Feed::open(&sam, &format!("/spaces/{space}/events"), None).await?;
    page.all_until("On sale from").await?;
    server.advance(601).await?;
    let opened = format!("hx-target=\"#sale-{pass}\" hx-swap=\"innerMorph\"></hx-partial>");
    page.all_until(&opened).await?;
    ensure!(take(&sam, "lobby").await?.0 == 303);
    let order = Order::open(sam.clone()).await?;
    let pay_page = order.pay_page().await?;
    let mut waiting = order.follow().await?;
    server.advance(600).await?;
    let seen = waiting.all_until("data-state=\"expired\"").await?;
    let last = seen.last().map(|event| event.data.clone()).unwrap_or_default();
    ensure!(last.contains("This pass is not on sale at the moment."), "{last}");
    let late = sam.post(&format!("{pay_page}/pay"), &[]).await?;
    ensure!(late.location() != server.app.url(&order.path), "the pay page is closed");
    page.all_until("No longer on sale").await?;
    let (status, text) = take(&sam, "front-row").await?;
    ensure!(status == 409 && text.contains("no longer on sale"), "{status} {text}");
    server.close().await
}

async fn a_hidden_pass_is_found_by_its_own_link_alone(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    server.sell("front-row", Selling { hidden: true, ..Selling::default() }).await?;
    let mut paths = vec!["/maya".to_owned(), "/maya?pass=front-row".into(), "/maya/friday-session".into()];
    paths.extend(["/explore?q=front+row", "/explore", "/", "/live", "/sitemap.xml?page=1"].map(String::from));
    paths.extend(["/oembed/maya", "/oembed/maya/friday-session"].map(String::from));
    for path in &paths {
        for who in [&sam, &server.anybody(), &server.person("host")] {
            let page = who.get(path).await?;
            ensure!(page.status == 200, "{path}: {}", page.status);
            let page = page.text;
            ensure!(!page.contains("front-row") && !page.contains("Front Row"), "{path}: {page}");
        }
    }
    let space = server.space("maya").await?;
    let (pass, offers) = (server.pass("front-row").await?, format!("/spaces/{space}/offers/fragment"));
    ensure!(!sam.get(&offers).await?.text.contains(&pass.to_string()));
    ensure!(sam.get(&format!("{offers}?pass={pass}")).await?.text.contains(&pass.to_string()));
    let page = sam.get("/maya/front-row").await?.text;
    ensure!(page.contains("Buy for €12") && !page.contains("name=\"description\""), "{page}");
    let manage = server.person("host").get(&format!("/account/spaces/{space}/access_passes")).await?.text;
    ensure!(manage.contains("not listed"), "{manage}");
    Order::paid(sam.clone(), &server).await?;
    server.close().await
}

async fn what_is_good_for_some_days_ends_by_itself(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", Selling { lasting: Lasting::Days(7), ..Selling::default() }).await?;
    let sam = server.person("stranger");
    ensure!(sam.get("/maya").await?.text.contains("Good for 7 days from when you get it."));
    let order = Order::paid(sam.clone(), &server).await?;
    ensure!(order.page().await?.contains("Good for 7 days"), "the ticket of the order says it");
    server.rest().await?;
    let receipt = server.mailed("sam@demo.example", "Your pass", 1).await?.remove(0);
    ensure!(receipt.contains("is yours until "), "{receipt}");
    let space = server.space("maya").await?;
    let account = server.account("sam@demo.example").await?;
    let grants = server.app.store.grants().in_space(account, space).await?;
    let end = grants.iter().find_map(|grant| grant.expires_at).context("an end")?;
    let purchase = order.purchase(&server).await?;
    ensure!(end == purchase.paid_at + Span::days(7));
    let held = sam.get("/account/purchases").await?.text;
    ensure!(held.contains(&format!("datetime=\"{}\"", end.timestamp())), "{held}");
    ensure!(server.live().say(&sam, "still here").await?.status == 303);
    let mut page = server.live().follow(&sam, 0).await?;
    server.advance(7 * 86_400).await?;
    timeout(Duration::from_secs(5), page.end()).await.context("the page does not end")??;
    ensure!(server.live().say(&sam, "too late").await?.status == 402);
    server.close().await
}

async fn a_form_about_the_sale_keeps_what_was_typed(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, pass) = (server.person("host"), server.pass("lobby").await?);
    let edit = format!("/account/access_passes/{pass}");
    let base = [("title", "Lobby"), ("slug", "lobby"), ("kind", "free")];
    for (field, typed) in [
        ("stock", "a few"),
        ("stock", "0"),
        ("sales_open_at", "next week"),
        ("sales_close_at", "2020-01-01T20:00"),
        ("access_days", "-7"),
        ("access_until", "31 May"),
    ] {
        let page = host.post(&edit, &[&base[..], &[(field, typed)]].concat()).await?;
        ensure!(page.status == 422, "{field}={typed}: {}", page.status);
        ensure!(page.text.contains(&format!("href=\"#field-pass-{field}\"")), "{field}: {}", page.text);
        ensure!(page.text.contains(&format!("value=\"{typed}\"")), "{field}: {}", page.text);
    }
    let fields = [("stock", "40"), ("access_days", "30"), ("hidden", "1")];
    let saved = host.post(&edit, &[&base[..], &fields[..]].concat()).await?;
    ensure!(saved.status == 303, "{}", saved.text);
    let selling = server.app.store.passes().by_id(pass).await?.selling;
    let expected =
        Selling { stock: Some(40), hidden: true, lasting: Lasting::Days(30), ..Selling::default() };
    ensure!(selling == expected, "{selling:?}");
    let page = host.get(&edit).await?.text;
    ensure!(page.contains("value=\"40\"") && page.contains("value=\"30\""), "{page}");
    let sam = server.person("stranger");
    let refused = sam.post(&edit, &[&base[..], &fields[..]].concat()).await?;
    ensure!(refused.status == 404, "another's pass: {}", refused.status);
    server.close().await
}

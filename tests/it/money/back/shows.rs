//! A show is called off, and everybody who bought for it has the money back, once.

use crate::support::{Browser, Database, Feed, Reply, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::id::StreamId;

on_both!(
    a_show_is_cancelled_and_its_buyers_have_their_money_back,
    a_visitor_who_paid_first_is_told_too,
    what_is_paid_after_its_show_was_cancelled_goes_back_too,
    whoever_has_it_as_a_gift_hears_that_it_ends,
    a_refund_without_an_answer_is_named_and_tried_again,
    a_refund_that_came_back_is_named_and_tried_again,
    what_a_bank_gives_back_goes_to_the_buyer_of_a_cancelled_show,
    a_show_on_air_ends_for_all_who_watch,
);

const SAM: &str = "sam@demo.example";
const ANN: &str = "ann@example.org";
const VIEWER: &str = "vera@demo.example";
const TITLE: &str = "Choosing the ten";

pub fn path(stream: StreamId) -> String {
    format!("/account/streams/{stream}/refunds")
}

/// The word of the sums that the page shows.
pub fn seen(page: &str) -> Result<String> {
    let value = page.split("name=\"seen\" value=\"").nth(1).context("the form")?;
    Ok(value.split('"').next().unwrap_or_default().to_owned())
}

async fn decide(host: &Browser, stream: StreamId, pass: &str, title: &str) -> Result<Reply> {
    let seen = seen(&host.get(&path(stream)).await?.text)?;
    host.post(&path(stream), &[("passes", pass), ("seen", &seen), ("name", title)]).await
}

async fn a_show_is_cancelled_and_its_buyers_have_their_money_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, viewer, room) = (server.person("host"), server.person("viewer"), server.scheduled());
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let ann = Order::paid(server.signed_in(ANN).await?, &server).await?;
    let page = path(room.0);
    let form = host.get(&page).await?.text;
    for wanted in ["Front Row", "2 orders, €24", TITLE] {
        ensure!(form.contains(wanted), "{wanted}: {form}");
    }
    let (pass, word) = (server.pass("front-row").await?.to_string(), seen(&form)?);
    for (passes, name, word, words) in [
        ("", TITLE, word.as_str(), "Choose at least one pass."),
        (pass.as_str(), "Another show", word.as_str(), "This is not the title of the show"),
        (pass.as_str(), TITLE, "older", "What would go back has changed meanwhile."),
    ] {
        let refused = host.post(&page, &[("passes", passes), ("seen", word), ("name", name)]).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{words}: {}", refused.text);
        ensure!(refused.text.contains(&format!("value=\"{name}\"")), "the words stay: {}", refused.text);
    }
    for who in [&viewer, &sam.buyer, &server.person("operator")] {
        assert_eq!(who.get(&page).await?.status, 404);
        let posted = who.post(&page, &[("passes", &pass), ("seen", &word), ("name", TITLE)]).await?;
        assert_eq!(posted.status, 404);
    }
    assert_eq!(server.refunds().await?, (0, 0));

    let mut waiting = room.follow(&sam.buyer, 0).await?;
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.location(), page);
    waiting.all_until("cancelled").await?;
    Feed::open(&host, &format!("{page}/events"), None).await?.all_until("2 of 2 orders refunded").await?;
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), waiting.end()).await??;
    ensure!(!ended.is_empty(), "their pass has ended");
    server.advance(31).await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (2, 2400), "each once, also after the last look");
    for order in [&sam, &ann] {
        assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402, "the pass has ended");
    }
    assert_eq!(viewer.get(&server.live().path("fragment")).await?.status, 200, "a gift stays");
    told(&server).await?;
    let again = host.post(&page, &[("passes", &pass), ("seen", &word), ("name", TITLE)]).await?;
    assert_eq!((again.status.as_u16(), again.location()), (303, page.as_str()));
    let lines = server.app.store.audit().last(200).await?;
    assert_eq!(lines.iter().filter(|line| line.act.action == "stream.refund").count(), 1, "one act");
    server.rest().await?;
    assert_eq!(server.refunds().await?, (2, 2400));
    server.close().await
}

/// One mail each, and everywhere the same.
async fn told(server: &TestServer) -> Result<()> {
    for who in [SAM, ANN] {
        let mails = server.mail_texts(who, "Cancelled: Choosing the ten").await?;
        let [mail] = mails.as_slice() else { anyhow::bail!("one mail to {who}: {mails:?}") };
        ensure!(mail.contains("goes back") && mail.contains("€12"), "{mail}");
        assert_eq!(server.mails(who, "Your refund").await?, 0, "{who} was told already");
    }
    let gift = server.mail_texts(VIEWER, "Cancelled: Choosing the ten").await?;
    ensure!(gift.len() == 1 && gift[0].contains("Your pass stays yours"), "{gift:?}");
    let calendar = server.anybody().get("/maya/rehearsal-room/calendar.ics").await?.text;
    ensure!(calendar.contains("STATUS:CANCELLED"), "{calendar}");
    let space = server.anybody().get("/maya").await?.text;
    ensure!(!space.contains(TITLE), "nothing invites to it: {space}");
    Ok(())
}

async fn a_visitor_who_paid_first_is_told_too(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room, visitor) = (server.person("host"), server.scheduled(), server.anybody());
    let asked = visitor.post("/maya/front-row/guest-order", &[("email", ANN)]).await?;
    ensure!(visitor.post(&format!("{}/pay", asked.location()), &[]).await?.status == 303);
    server.rest().await?;
    let pass = server.pass("front-row").await?.to_string();
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.location(), path(room.0));
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 1200));
    assert_eq!(server.mails(ANN, "Your refund").await?, 1, "no account of theirs has an address");
    server.close().await
}

async fn what_is_paid_after_its_show_was_cancelled_goes_back_too(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room) = (server.person("host"), server.scheduled());
    Order::paid(server.person("stranger"), &server).await?;
    let slow = Order::open(server.signed_in(ANN).await?).await?;
    let mut waiting = slow.follow().await?;
    slow.press(&slow.pay_page().await?, "delay").await?;
    waiting.all_until("data-state=\"processing\"").await?;
    let pass = server.pass("front-row").await?.to_string();
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.status, 303);
    server.advance(3600).await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 1200), "the slow one has not arrived");
    server.bank(&slow, "arrive").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (2, 2400));
    assert_eq!(slow.buyer.get(&server.live().path("fragment")).await?.status, 402);
    for who in [SAM, ANN] {
        assert_eq!(server.mails(who, "Cancelled:").await?, 1, "{who}");
    }
    // Whoever buys after it, buys what comes next.
    let later = Order::paid(server.signed_in("eve@example.org").await?, &server).await?;
    assert_eq!(later.buyer.get(&server.live().path("fragment")).await?.status, 200);
    assert_eq!(server.refunds().await?, (2, 2400));
    assert_eq!(server.mails("eve@example.org", "Cancelled:").await?, 0);
    server.close().await
}

async fn whoever_has_it_as_a_gift_hears_that_it_ends(database: Database) -> Result<()> {
    const KIM: &str = "kim.gift@example.org";
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let asked = sam.post("/maya/front-row/gift", &[("email", KIM)]).await?;
    let order = Order::at(sam, &asked)?;
    order.press(&order.pay_page().await?, "pay").await?;
    let gift = server.gift_path(KIM).await?;
    let kim = server.signed_in(KIM).await?;
    let taken = kim.post(&format!("{gift}/acceptance"), &[]).await?;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let pass = server.pass("front-row").await?.to_string();
    let decided = decide(&server.person("host"), server.scheduled().0, &pass, TITLE).await?;
    assert_eq!(decided.status, 303, "{}", decided.text);
    let mail = server.mailed(KIM, "Cancelled: Choosing the ten", 1).await?.remove(0);
    ensure!(mail.contains("was a gift") && !mail.contains("stays yours"), "{mail}");
    let mail = server.mailed(SAM, "Cancelled: Choosing the ten", 1).await?.remove(0);
    ensure!(mail.contains("goes back") && mail.contains("€12"), "{mail}");
    server.close().await
}

async fn a_refund_without_an_answer_is_named_and_tried_again(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room) = (server.person("host"), server.scheduled());
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let (page, pass) = (path(room.0), server.pass("front-row").await?.to_string());
    let retry = format!("{page}/retry");
    assert_eq!(host.post(&retry, &[]).await?.status, 409, "nothing was decided");
    server.stand_in_does("fault", "error_before 99 /v1/refunds").await?;
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.status, 303);
    Feed::open(&host, &format!("{page}/events"), None).await?.all_until("0 of 1 order refunded").await?;
    assert_eq!(host.post(&retry, &[]).await?.status, 409, "nothing has failed yet");
    server.advance(3601).await?;
    let stuck = host.get(&page).await?.text;
    let number = sam.purchase(&server).await?.id;
    ensure!(stuck.contains("1 refund failed") && stuck.contains(&number.to_string()), "{stuck}");
    assert_eq!(server.person("viewer").post(&retry, &[]).await?.status, 404);
    server.stand_in_does("fault", "off").await?;
    assert_eq!(host.post(&retry, &[]).await?.location(), page);
    Feed::open(&host, &format!("{page}/events"), None).await?.all_until("1 of 1 order refunded").await?;
    // The first job comes back, and finds it done.
    server.advance(3600).await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 1200), "once");
    assert_eq!(host.post(&retry, &[]).await?.status, 409, "nothing is left to try");
    server.close().await
}

async fn a_refund_that_came_back_is_named_and_tried_again(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room) = (server.person("host"), server.scheduled());
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let (page, pass) = (path(room.0), server.pass("front-row").await?.to_string());
    let retry = format!("{page}/retry");
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.status, 303);
    let mut progress = Feed::open(&host, &format!("{page}/events"), None).await?;
    progress.all_until("1 of 1 order refunded").await?;
    assert_eq!(host.post(&retry, &[]).await?.status, 409, "nothing has failed");
    server.bank(&sam, "fail_refund").await?;
    server.rest().await?;
    let failed = host.get(&page).await?.text;
    ensure!(failed.contains("0 of 1 order refunded") && failed.contains("1 refund failed"), "{failed}");
    ensure!(failed.contains("sent back by the buyer"), "{failed}");
    let team = server.host_team().await?;
    let promised = async || -> Result<i64> {
        let all = server.app.store.payouts().promised(team).await?;
        Ok(all.iter().map(|one| one.minor).sum())
    };
    assert_eq!(promised().await?, 1200, "it is not paid out meanwhile");
    assert_eq!(server.person("viewer").post(&retry, &[]).await?.status, 404);
    assert_eq!(host.post(&retry, &[]).await?.location(), page);
    Feed::open(&host, &format!("{page}/events"), None).await?.all_until("1 of 1 order refunded").await?;
    server.rest().await?;
    let purchase = server.app.store.purchases().of_checkout(sam.id).await?.context("a purchase")?;
    assert_eq!((purchase.refunded, purchase.refund_failed_at), (1200, None));
    assert_eq!(server.refunds().await?, (2, 2400), "the one that came back, and the other");
    assert_eq!(host.post(&retry, &[]).await?.status, 409, "nothing is left to try");
    server.close().await
}

async fn what_a_bank_gives_back_goes_to_the_buyer_of_a_cancelled_show(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room) = (server.person("host"), server.scheduled());
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let ann = Order::paid(server.signed_in(ANN).await?, &server).await?;
    server.bank(&sam, "dispute").await?;
    server.rest().await?;
    let (page, pass) = (path(room.0), server.pass("front-row").await?.to_string());
    assert_eq!(decide(&host, room.0, &pass, TITLE).await?.status, 303);
    Feed::open(&host, &format!("{page}/events"), None).await?.all_until("1 of 1 order refunded").await?;
    // The last look at what came in meanwhile.
    server.advance(31).await?;
    server.rest().await?;
    ensure!(ann.page().await?.contains("Refunded") && !sam.page().await?.contains("Refunded"));
    server.bank(&sam, "win").await?;
    server.rest().await?;
    ensure!(sam.page().await?.contains("Refunded"), "{}", sam.page().await?);
    ensure!(host.get(&page).await?.text.contains("2 of 2 orders refunded"));
    assert_eq!(server.refunds().await?, (2, 2400), "once each");
    server.close().await
}

async fn a_show_on_air_ends_for_all_who_watch(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, room) = (server.person("host"), server.live());
    let sam = Order::paid(server.person("stranger"), &server).await?;
    let neighbour = server.fans(1).await?.remove(0).browser;
    let mut watching = room.follow(&neighbour, 0).await?;
    let pass = server.pass("front-row").await?.to_string();
    let title = server.app.store.streams().by_id(room.0).await?.title;
    let schedule = host.get(&format!("/account/streams/{}/schedule", room.0)).await?.text;
    ensure!(schedule.contains(&path(room.0)), "{schedule}");
    assert_eq!(decide(&host, room.0, &pass, &title).await?.status, 303);
    watching.all_until("cancelled").await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 1200));
    assert_eq!(sam.buyer.get(&room.path("fragment")).await?.status, 402);
    let shown = neighbour.get(&room.path("fragment")).await?;
    ensure!(shown.status == 200, "a gift stays: {}", shown.status);
    server.close().await
}

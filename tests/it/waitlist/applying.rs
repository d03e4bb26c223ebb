//! A pass that people apply for: the purchase itself is gated, and whoever is approved gets a link that is good once.

use super::{apply, decide, entry, list};
use crate::support::{Database, Feed, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{money::selling::Waitlist, waitlist::entry::EntryState};

on_both!(
    only_whoever_is_approved_gets_a_free_pass,
    an_approved_buyer_has_answered_and_uses_the_offer_once,
    what_is_missing_is_said_at_its_field,
    no_code_opens_the_gate_but_whoever_is_approved_may_use_one,
    an_open_page_shows_the_place_as_others_are_decided,
    an_application_is_nobody_elses_business,
);

async fn only_whoever_is_approved_gets_a_free_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let ann = server.signed_in("ann@example.org").await?;
    let page = ann.get("/maya/lobby").await?.text;
    ensure!(page.contains("href=\"/maya/lobby/waitlist\""), "{page}");
    ensure!(!page.contains("action=\"/maya/lobby/purchase\""), "no button buys it: {page}");
    let take = async || ann.post("/maya/lobby/purchase", &[]).await;
    let refused = take().await?;
    ensure!(refused.status == 403 && refused.text.contains("decides who gets this pass"), "{}", refused.text);

    let applied = apply(&ann, "lobby", &[]).await?;
    let id = entry(&applied)?;
    server.mailed("ann@example.org", "Your application", 1).await?;
    let twice = ann.post("/maya/lobby/waitlist", &[]).await?;
    ensure!(entry(&twice)? == id, "one entry for one person");
    ensure!(take().await?.status == 403, "nobody has decided");
    let shown = ann.get("/maya/lobby/waitlist").await?;
    ensure!(shown.location() == format!("/account/waitlist/{id}"), "{}", shown.location());
    let own = ann.get(shown.location()).await?.text;
    ensure!(own.contains("data-state=\"waiting\""), "{own}");

    decide(&server, "lobby", "approve", &[id]).await?;
    let mail = server.mailed("ann@example.org", "A seat is kept for you", 1).await?.remove(0);
    ensure!(mail.contains(&server.app.url(&format!("/account/waitlist/{id}"))), "{mail}");
    let own = ann.get(&format!("/account/waitlist/{id}")).await?.text;
    ensure!(own.contains("action=\"/maya/lobby/purchase\""), "{own}");
    let taken = take().await?;
    ensure!(taken.status == 303 && !taken.location().starts_with("/checkouts"), "{}", taken.text);
    let row = server.app.store.waitlists().by_id(id).await?;
    ensure!(row.state == EntryState::Taken, "{row:?}");
    ensure!(server.person("stranger").post("/maya/lobby/purchase", &[]).await?.status == 403);
    server.close().await
}

async fn an_approved_buyer_has_answered_and_uses_the_offer_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let questions = format!("/account/access_passes/{}/questions", server.pass("front-row").await?);
    let why = [("question", "Why you?"), ("kind", "text"), ("required", "1")];
    ensure!(server.person("host").post(&questions, &why).await?.status == 303);
    let ann = server.signed_in("ann@example.org").await?;
    let direct = ann.post("/maya/front-row/purchase", &[("answer1", "I pay")]).await?;
    ensure!(direct.status == 403, "{}: the gate comes before the questions", direct.status);
    let id = entry(&apply(&ann, "front-row", &[("answer1", "I listen")]).await?)?;
    decide(&server, "front-row", "approve", &[id]).await?;
    let order = Order::open(ann.clone()).await?;
    let row = order.row(&server).await?;
    ensure!(row.answers.len() == 1 && row.answers[0].answer == "I listen", "{:?}", row.answers);
    ensure!(Order::open(ann.clone()).await?.id == order.id, "a second press finds the open order");
    let cancelled = ann.post(&format!("{}/cancellation", order.path), &[]).await?;
    ensure!(cancelled.status == 303, "{}", cancelled.text);
    order.follow().await?.all_until("data-state=\"expired\"").await?;
    let again = ann.post("/maya/front-row/purchase", &[]).await?;
    ensure!(again.status == 403, "{}: an offer is used once", again.status);
    server.close().await
}

async fn what_is_missing_is_said_at_its_field(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let questions = format!("/account/access_passes/{}/questions", server.pass("lobby").await?);
    for form in [
        [("question", "Why you?"), ("kind", "line"), ("required", "1"), ("options", "")],
        [("question", "Tell us more."), ("kind", "text"), ("required", ""), ("options", "")],
        [("question", "Which day?"), ("kind", "choice"), ("required", "1"), ("options", "Friday\nSunday")],
    ] {
        let asked = server.person("host").post(&questions, &form).await?;
        ensure!(asked.status == 303, "{}", asked.text);
    }
    let ann = server.signed_in("ann@example.org").await?;
    let reply = apply(&ann, "lobby", &[("answer2", "I come <late>"), ("answer3", "Monday")]).await?;
    ensure!(reply.status == 422, "{}", reply.status);
    for field in ["answer1", "answer3"] {
        ensure!(reply.text.contains(&format!("id=\"error-purchase-{field}\"")), "{field}: {}", reply.text);
    }
    ensure!(reply.text.contains("I come &lt;late&gt;"), "the words stay: {}", reply.text);
    let stale = [("asked", "something else"), ("answer1", "x"), ("answer3", "Friday")];
    let stale = ann.post("/maya/lobby/waitlist", &stale).await?;
    ensure!(stale.status == 422 && stale.text.contains("Other things are asked now."), "{}", stale.text);
    let account = server.account("ann@example.org").await?;
    let none = server.app.store.waitlists().of_person(server.pass("lobby").await?, account).await?;
    ensure!(none.is_none(), "{none:?}");
    entry(&apply(&ann, "lobby", &[("answer1", "I play"), ("answer3", "Friday")]).await?)?;
    server.close().await
}

async fn no_code_opens_the_gate_but_whoever_is_approved_may_use_one(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("front-row", list(Waitlist::Apply, None)).await?;
    let codes = format!("/account/spaces/{}/promo_codes", server.space("maya").await?);
    for form in [[("code", "GIFTED"), ("percent", "100")], [("code", "HALVED"), ("percent", "50")]] {
        let added = server.person("host").post(&codes, &form).await?;
        ensure!(added.status == 303, "{}", added.text);
    }
    let ann = server.signed_in("ann@example.org").await?;
    let buy = async |code| ann.post("/maya/front-row/purchase", &[("promo", code)]).await;
    for code in ["GIFTED", "HALVED"] {
        let refused = buy(code).await?;
        ensure!(refused.status == 403, "{code}: {}", refused.status);
    }
    let id = entry(&apply(&ann, "front-row", &[]).await?)?;
    decide(&server, "front-row", "approve", &[id]).await?;
    let place = ann.get(&format!("/account/waitlist/{id}")).await?.text;
    ensure!(place.contains("name=\"promo\""), "{place}");
    let wrong = buy("NONE").await?;
    ensure!(wrong.status == 422 && wrong.text.contains("id=\"error-purchase-promo\""), "{}", wrong.text);
    let plain = Order::open(ann.clone()).await?;
    let cheaper = Order::at(ann.clone(), &buy("HALVED").await?)?;
    ensure!(cheaper.id != plain.id, "a code makes another order of the one that the offer was used for");
    ensure!(cheaper.row(&server).await?.amount.minor * 2 == plain.row(&server).await?.amount.minor);
    server.close().await
}

async fn an_open_page_shows_the_place_as_others_are_decided(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let mut entries = Vec::new();
    for name in ["ann", "ben", "cay"] {
        let who = server.signed_in(&format!("{name}@example.org")).await?;
        let id = entry(&apply(&who, "lobby", &[]).await?)?;
        entries.push((who, id));
    }
    let (cay, last) = &entries[2];
    let mut page = Feed::open(cay, &format!("/account/waitlist/{last}/events"), None).await?;
    page.all_until("<dd>3</dd>").await?;
    decide(&server, "lobby", "reject", &[entries[0].1]).await?;
    page.all_until("<dd>2</dd>").await?;
    decide(&server, "lobby", "approve", &[entries[1].1]).await?;
    page.all_until("<dd>1</dd>").await?;
    decide(&server, "lobby", "approve", &[*last]).await?;
    let seen = page.all_until("data-state=\"offered\"").await?;
    let shown = seen.last().context("the offer")?;
    ensure!(shown.data.contains("action=\"/maya/lobby/purchase\""), "{}", shown.data);
    let fragment = cay.get(&format!("/account/waitlist/{last}/fragment")).await?.text;
    ensure!(fragment.contains("data-state=\"offered\""), "{fragment}");
    let rejected = entries[0].0.get(&format!("/account/waitlist/{}", entries[0].1)).await?.text;
    ensure!(rejected.contains("data-state=\"rejected\""), "{rejected}");
    server.close().await
}

async fn an_application_is_nobody_elses_business(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let visitor_page = server.anybody().get("/maya/lobby/waitlist").await?;
    ensure!(visitor_page.location().starts_with("/sign-in"), "who applies?");
    let ann = server.signed_in("ann@example.org").await?;
    let id = entry(&apply(&ann, "lobby", &[]).await?)?;
    decide(&server, "lobby", "approve", &[id]).await?;
    let (path, sam) = (format!("/account/waitlist/{id}"), server.person("stranger"));
    for who in [&sam, &server.person("host"), &server.person("operator")] {
        for path in [path.clone(), format!("{path}/fragment"), format!("{path}/events")] {
            ensure!(who.get(&path).await?.status == 404, "{path}");
        }
        ensure!(who.post(&format!("{path}/withdrawal"), &[]).await?.status == 404);
    }
    let host = server.person("host").get("/maya/lobby/waitlist").await?;
    ensure!(host.status == 409, "{}: the team needs no pass", host.status);
    ensure!(ann.post(&format!("{path}/withdrawal"), &[]).await?.status == 303);
    ensure!(ann.post("/maya/lobby/purchase", &[]).await?.status == 403, "who has left has no offer");
    let back = entry(&apply(&ann, "lobby", &[]).await?)?;
    let row = server.app.store.waitlists().by_id(back).await?;
    ensure!(back == id && row.state == EntryState::Waiting, "it is decided anew: {row:?}");
    server.close().await
}

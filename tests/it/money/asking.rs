//! What a pass asks whoever gets it: enforced by the server, kept with the order, and shown to both.

use crate::support::{Browser, Database, Reply, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};

on_both!(
    a_required_answer_is_enforced_and_stands_on_the_order,
    a_free_pass_asks_too,
    other_questions_end_an_open_order,
    only_the_team_says_what_is_asked,
);

async fn questions(server: &TestServer, slug: &str) -> Result<String> {
    Ok(format!("/account/access_passes/{}/questions", server.pass(slug).await?))
}

async fn ask(server: &TestServer, slug: &str, form: &[(&str, &str)]) -> Result<()> {
    let asked = server.person("host").post(&questions(server, slug).await?, form).await?;
    ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    Ok(())
}

const COLOUR: &[(&str, &str)] =
    &[("question", "Which shirt?"), ("kind", "choice"), ("options", "Red\nBlue"), ("required", "1")];

/// Sends the form of the pass's page, with these answers.
async fn answer(who: &Browser, slug: &str, answers: &[(&str, &str)]) -> Result<Reply> {
    let page = who.get(&format!("/maya/{slug}")).await?.text;
    let asked = page.split("name=\"asked\" value=\"").nth(1).context("a form")?;
    let asked = asked.split('"').next().unwrap_or_default().to_owned();
    let form = [&[("asked", asked.as_str())][..], answers].concat();
    who.post(&format!("/maya/{slug}/purchase"), &form).await
}

async fn a_required_answer_is_enforced_and_stands_on_the_order(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    ask(&server, "front-row", COLOUR).await?;
    ask(&server, "front-row", &[("question", "Anything else?"), ("kind", "text")]).await?;
    let sam = server.person("stranger");
    let space = sam.get("/maya").await?.text;
    ensure!(!space.contains("action=\"/maya/front-row/purchase\""), "it is bought on its own page: {space}");
    // A button of an older page, and a form without what is required.
    for form in
        [&[][..], &[("answer2", "I come <late>")], &[("answer1", "Green"), ("answer2", "I come <late>")]]
    {
        let reply = sam.post("/maya/front-row/purchase", form).await?;
        ensure!(reply.status == 422, "{form:?}: {}", reply.status);
        ensure!(reply.text.contains("id=\"error-purchase-answer1\""), "{form:?}: {}", reply.text);
        ensure!(
            form.is_empty() || reply.text.contains("I come &lt;late&gt;"),
            "the words stay: {}",
            reply.text
        );
    }
    let stale = [("asked", "something else"), ("answer1", "Blue")];
    let stale = sam.post("/maya/front-row/purchase", &stale).await?;
    ensure!(stale.status == 422 && stale.text.contains("Other things are asked now."), "{}", stale.text);

    let answers = [("answer1", "Blue"), ("answer2", "I come <late>")];
    let order = Order::at(sam.clone(), &answer(&sam, "front-row", &answers).await?)?;
    let page = order.page().await?;
    ensure!(page.contains("Which shirt?") && page.contains("I come &lt;late&gt;"), "{page}");
    order.press(&order.pay_page().await?, "pay").await?;
    order.follow().await?.all_until("data-state=\"paid\"").await?;
    let people = format!("/account/spaces/{}/people", server.space("maya").await?);
    let seen = server.person("host").get(&people).await?.text;
    ensure!(seen.contains("Which shirt?") && seen.contains("Blue"), "{seen}");
    ensure!(server.person("viewer").get(&people).await?.status == 404, "nobody else's to read");
    server.close().await
}

async fn a_free_pass_asks_too(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    ask(&server, "lobby", &[("question", "Your instrument?"), ("kind", "line"), ("required", "1")]).await?;
    let sam = server.person("stranger");
    ensure!(sam.post("/maya/lobby/purchase", &[]).await?.status == 422);
    let (account, space) = (server.account("sam@demo.example").await?, server.space("maya").await?);
    let grants = async || server.app.store.grants().in_space(account, space).await;
    ensure!(grants().await?.is_empty(), "nothing was taken");
    ensure!(answer(&sam, "lobby", &[("answer1", "Oboe")]).await?.status == 303);
    ensure!(grants().await?.len() == 1);
    let people = server.person("host").get(&format!("/account/spaces/{space}/people")).await?.text;
    ensure!(people.contains("Your instrument?") && people.contains("Oboe"), "{people}");
    let visitor = server.anybody().post("/maya/lobby/purchase", &[]).await?;
    ensure!(visitor.location().starts_with("/sign-in"), "who answers?");
    server.close().await
}

async fn other_questions_end_an_open_order(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    order.pay_page().await?;
    let mut waiting = order.follow().await?;
    ask(&server, "front-row", COLOUR).await?;
    let seen = waiting.all_until("data-state=\"expired\"").await?;
    let last = seen.last().map(|event| event.data.clone()).unwrap_or_default();
    ensure!(last.contains("Something else is asked for this pass now."), "{last}");
    let next = answer(&order.buyer, "front-row", &[("answer1", "Red")]).await?;
    ensure!(Order::at(order.buyer.clone(), &next)?.id != order.id);
    server.close().await
}

async fn only_the_team_says_what_is_asked(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, sam) = (server.person("host"), server.person("stranger"));
    let path = questions(&server, "lobby").await?;
    ensure!(sam.get(&path).await?.status == 404 && sam.post(&path, COLOUR).await?.status == 404);
    for (form, field) in [
        (&[("question", ""), ("kind", "line")][..], "question"),
        (&[("question", "Why?"), ("kind", "essay")], "kind"),
        (&[("question", "Why?"), ("kind", "choice"), ("options", "Because")], "options"),
    ] {
        let reply = host.post(&path, form).await?;
        ensure!(reply.status == 422, "{form:?}: {}", reply.status);
        ensure!(reply.text.contains(&format!("id=\"error-asking-{field}\"")), "{form:?}: {}", reply.text);
    }
    for _ in 0..10 {
        ask(&server, "lobby", COLOUR).await?;
    }
    let full = host.post(&path, COLOUR).await?;
    ensure!(full.status == 422 && full.text.contains("asks as much as a pass can"), "{}", full.text);
    let pass = server.app.store.passes().by_id(server.pass("lobby").await?).await?;
    let first = pass.asked[0].id.to_string();
    let removal = [("question", first.as_str())];
    let removals = format!("{path}/removals");
    ensure!(sam.post(&removals, &removal).await?.status == 404);
    ensure!(host.post(&removals, &removal).await?.status == 303);
    let left = server.app.store.passes().by_id(pass.id).await?.asked;
    ensure!(left.len() == 9 && left.iter().all(|one| one.id != pass.asked[0].id));
    server.close().await
}

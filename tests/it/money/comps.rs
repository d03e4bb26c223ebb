//! Passes that a team gives to e-mail addresses.

use crate::{
    people::leaving::exported,
    support::{Browser, Database, TestServer, eventually, on_both},
};
use anyhow::{Context, Result, ensure};
use domain::{access::grant::GrantSource, clock::Clock, id::CompId, money::selling::Selling};

on_both!(
    whoever_proves_the_address_takes_what_was_given,
    what_was_given_keeps_a_seat_and_can_be_taken_back,
    whoever_never_took_it_can_leave,
    only_the_team_gives,
);

async fn path(server: &TestServer) -> Result<String> {
    Ok(format!("/account/access_passes/{}/comps", server.pass("front-row").await?))
}

async fn give(server: &TestServer, email: &str) -> Result<CompId> {
    let given = server.person("host").post(&path(server).await?, &[("email", email)]).await?;
    ensure!(given.status == 303, "{} {}", given.status, given.text);
    let comps = server.app.store.comps().of_pass(server.pass("front-row").await?).await?;
    Ok(comps.first().context("what was given")?.id)
}

async fn take(who: &Browser, comp: CompId) -> Result<u16> {
    Ok(who.post(&format!("/account/comps/{comp}/acceptance"), &[]).await?.status.as_u16())
}

async fn whoever_proves_the_address_takes_what_was_given(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let comp = give(&server, "Guest@Example.org").await?;
    let mail = server.mailed("guest@example.org", "A pass for you", 1).await?.remove(0);
    let link = format!("/account/comps/{comp}");
    ensure!(mail.contains(&server.app.url(&link)), "{mail}");
    let visitor = server.anybody().get(&link).await?;
    ensure!(visitor.location().starts_with("/sign-in"), "{}", visitor.location());
    let sam = server.person("stranger");
    ensure!(sam.get(&link).await?.status == 403 && take(&sam, comp).await? == 403, "another address");
    let guest = server.signed_in("guest@example.org").await?;
    ensure!(server.live().say(&guest, "not yet").await?.status == 402);
    ensure!(guest.get(&link).await?.text.contains("Front Row"));
    ensure!(take(&guest, comp).await? == 303);
    ensure!(server.live().say(&guest, "I am in").await?.status == 303);
    ensure!(take(&guest, comp).await? == 404, "it is taken once");
    let gifts = exported(&guest).await?.remove("gifts.csv").context("the table")?;
    ensure!(gifts.lines().count() == 2 && gifts.contains("Maya Lin,Front Row,guest@example.org,"), "{gifts}");
    let space = server.space("maya").await?;
    let account = server.account("guest@example.org").await?;
    let held = server.app.store.members().held(space, &[account]).await?;
    let found = held.get(&account).and_then(|held| held.first()).context("in the list")?;
    ensure!(found.source == GrantSource::Comp);
    let again = server.person("host").post(&path(&server).await?, &[("email", "guest@example.org")]).await?;
    ensure!(again.status == 303, "another one may be given");
    let second = server.app.store.comps().of_pass(server.pass("front-row").await?).await?[0].id;
    ensure!(take(&guest, second).await? == 409, "who has it takes no other one");
    server.close().await
}

/// Sells only so many more of the pass.
async fn leave(server: &TestServer, spare: i64) -> Result<()> {
    let (store, now) = (&server.app.store, server.app.clock.now());
    let pass = server.pass("front-row").await?;
    let holders = store.grants().holders(pass, now).await?;
    let selling = Selling { stock: Some(holders + spare), ..Selling::default() };
    let mut tx = store.begin().await?;
    tx.sell_pass(pass, &selling).await?;
    let act =
        store::Act { actor: None, action: "a test".into(), target: String::new(), detail: String::new() };
    tx.commit_audited(act, &[], now).await?;
    Ok(())
}

async fn whoever_never_took_it_can_leave(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (store, pass) = (&server.app.store, server.pass("front-row").await?);
    leave(&server, 3).await?;
    let mut given = Vec::new();
    for email in ["first.guest@example.org", "second.guest@example.org"] {
        given.push(give(&server, email).await?);
        let guest = server.signed_in(email).await?;
        let username = store.accounts().by_id(server.account(email).await?).await?.username;
        let gone = guest.post("/account/deletion", &[("username", username.as_str())]).await?;
        ensure!(gone.status == 303, "{email}: {} {}", gone.status, gone.text);
    }
    for comp in given {
        let comp = store.comps().by_id(comp).await?;
        ensure!(comp.email.is_empty() && comp.revoked_at.is_some(), "{comp:?}");
    }
    ensure!(store.passes().by_id(pass).await?.left == Some(3), "no seat is kept for whoever is gone");
    server.close().await
}

async fn what_was_given_keeps_a_seat_and_can_be_taken_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = server.pass("front-row").await?;
    let (store, host) = (&server.app.store, server.person("host"));
    let left = async || anyhow::Ok(store.passes().by_id(pass).await?.left);
    leave(&server, 1).await?;
    let comp = give(&server, "guest@example.org").await?;
    ensure!(left().await? == Some(0), "it is kept");
    ensure!(server.person("stranger").post("/maya/front-row/purchase", &[]).await?.status == 409);
    let full = host.post(&path(&server).await?, &[("email", "late@example.org")]).await?;
    ensure!(full.status == 422 && full.text.contains("sold out"), "{}", full.text);
    ensure!(full.text.contains("value=\"late@example.org\""), "the words stay in the form");
    let guest = server.signed_in("guest@example.org").await?;
    ensure!(take(&guest, comp).await? == 303 && left().await? == Some(0));
    let mut page = server.live().follow(&guest, 0).await?;
    let (id, revocations) = (comp.to_string(), format!("{}/revocations", path(&server).await?));
    let form = [("comp", id.as_str())];
    ensure!(guest.post(&revocations, &form).await?.status == 404, "not theirs to decide");
    ensure!(host.post(&revocations, &form).await?.status == 303);
    page.end().await?;
    ensure!(server.live().say(&guest, "too late").await?.status == 402);
    eventually("its seat is free", async || Ok((left().await? == Some(1)).then_some(()))).await?;
    let waiting = give(&server, "late@example.org").await?.to_string();
    ensure!(left().await? == Some(0));
    ensure!(host.post(&revocations, &[("comp", waiting.as_str())]).await?.status == 303);
    ensure!(left().await? == Some(1), "nobody has taken it");
    server.close().await
}

async fn only_the_team_gives(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (path, sam) = (path(&server).await?, server.person("stranger"));
    let form = [("email", "sam@demo.example")];
    ensure!(sam.get(&path).await?.status == 404 && sam.post(&path, &form).await?.status == 404);
    let host = server.person("host");
    for wrong in ["", "nobody", "a b@example.org"] {
        let reply = host.post(&path, &[("email", wrong)]).await?;
        ensure!(reply.status == 422, "{wrong:?}: {}", reply.status);
    }
    give(&server, "sam@demo.example").await?;
    let twice = host.post(&path, &form).await?;
    ensure!(twice.status == 422 && twice.text.contains("was given the pass already"), "{}", twice.text);
    let own = give(&server, "maya@demo.example").await?;
    ensure!(take(&host, own).await? == 409, "the team needs none");
    server.close().await
}

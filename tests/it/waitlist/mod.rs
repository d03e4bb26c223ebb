//! Who waits for a pass: applications, decisions, offers and the queue of a pass that is sold out.

mod applying;
mod charging;
mod deciding;
mod queue;
mod subscribing;

use crate::support::{Browser, Reply, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{
    id::WaitlistEntryId,
    money::selling::{Selling, Waitlist},
};

fn list(waitlist: Waitlist, stock: Option<i64>) -> Selling {
    Selling { waitlist, stock, ..Selling::default() }
}

/// Sends the form of the list, with these answers.
async fn apply(who: &Browser, slug: &str, answers: &[(&str, &str)]) -> Result<Reply> {
    let path = format!("/maya/{slug}/waitlist");
    let page = who.get(&path).await?.text;
    let asked = page.split("name=\"asked\" value=\"").nth(1).context("a form")?;
    let asked = asked.split('"').next().unwrap_or_default().to_owned();
    who.post(&path, &[&[("asked", asked.as_str())][..], answers].concat()).await
}

/// The entry to which a response leads.
fn entry(reply: &Reply) -> Result<WaitlistEntryId> {
    ensure!(reply.status == 303, "{} {}", reply.status, reply.text);
    let id = reply.location().strip_prefix("/account/waitlist/").and_then(|id| id.parse().ok());
    id.with_context(|| format!("no entry at {:?}", reply.location()))
}

/// The team decides.
async fn decide(server: &TestServer, slug: &str, what: &str, entries: &[WaitlistEntryId]) -> Result<Reply> {
    let path = format!("/account/access_passes/{}/waitlist/decisions", server.pass(slug).await?);
    let ids: Vec<String> = entries.iter().map(ToString::to_string).collect();
    let chosen = ids.iter().map(|id| ("entry", id.as_str()));
    let form: Vec<(&str, &str)> = [("decision", what)].into_iter().chain(chosen).collect();
    let decided = server.person("host").post(&path, &form).await?;
    ensure!(decided.status == 303, "{} {}", decided.status, decided.text);
    Ok(decided)
}

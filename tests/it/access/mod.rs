//! Who gets in, beside passes, and why.

mod devices;
mod invites;
mod passphrase;
mod preview;
mod why;

use crate::support::{Browser, Reply, Room, TestServer};
use anyhow::{Context, Result};
use domain::id::ExperienceId;
use std::time::Duration;

/// What the product promises, and a little for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(5);

/// The page of Maya's live show, which the paid pass opens.
const SHOW: &str = "/maya/friday-session";

async fn experience(server: &TestServer) -> Result<ExperienceId> {
    let all = server.app.store.experiences().list(server.space("maya").await?).await?;
    Ok(all.into_iter().find(|e| e.slug == "friday-session").context("the session")?.id)
}

/// What a person gets at the doors: the page's fragment, the feed's first answer, and the chat.
async fn doors(room: Room, who: &Browser, words: &str) -> Result<[u16; 3]> {
    let fragment = who.get(&room.path("fragment")).await?.status;
    let request = who.request(reqwest::Method::GET, &room.path("events"));
    let feed = request.send().await?.status();
    let said = room.say(who, words).await?.status;
    Ok([fragment, feed, said].map(|status| status.as_u16()))
}

/// The first address in a page that begins so.
fn address(page: &Reply, begins: &str) -> Result<String> {
    let (_, rest) = page.text.split_once(begins).with_context(|| format!("no {begins}: {}", page.text))?;
    let end = rest.find(['"', '<', '&']).unwrap_or(rest.len());
    Ok(format!("{begins}{}", &rest[..end]))
}

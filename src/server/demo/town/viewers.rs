//! The people who come to the shows, and the free passes that they take.

use super::seeds::address;
use crate::app::App;
use anyhow::{Context, Result};
use domain::{clock::Clock, id::AccountId};
use service::people::profile;
use store::Profile;

pub struct Viewer {
    pub username: &'static str,
    pub name: &'static str,
    /// The space and the slug of each free pass.
    pub takes: &'static [(&'static str, &'static str)],
}

const STOOL: (&str, &str) = ("slow-clay", "stool");
const LURKER: (&str, &str) = ("night-build", "lurker");
const LISTENER: (&str, &str) = ("long-question", "listener");
const ENVELOPE: (&str, &str) = ("one-line", "envelope");
const BREAK: (&str, &str) = ("seven-minutes", "join-in");
const TASTE: (&str, &str) = ("hanas-table", "taste");

/// Who advertises in the chat, and is banned for it.
pub const PEST: &str = "dex";

pub static VIEWERS: [Viewer; 13] = [
    Viewer { username: "bea", name: "Bea", takes: &[STOOL, LURKER] },
    Viewer { username: "cem", name: "Cem", takes: &[STOOL, ENVELOPE] },
    Viewer { username: "dora", name: "Dora", takes: &[STOOL, BREAK] },
    Viewer { username: "elif", name: "Elif", takes: &[STOOL] },
    Viewer { username: "farid", name: "Farid", takes: &[TASTE] },
    Viewer { username: "greta", name: "Greta", takes: &[ENVELOPE, LISTENER] },
    Viewer { username: "hugo", name: "Hugo", takes: &[TASTE, LURKER] },
    Viewer { username: "isla", name: "Isla", takes: &[BREAK, ("first-light", "early-bird")] },
    Viewer { username: "joon", name: "Joon", takes: &[BREAK, LURKER] },
    Viewer { username: "kaja", name: "Kaja", takes: &[LISTENER] },
    Viewer { username: "luca", name: "Luca", takes: &[LISTENER, STOOL] },
    Viewer { username: "mina", name: "Mina", takes: &[LURKER] },
    Viewer { username: PEST, name: "Dex", takes: &[STOOL] },
];

/// Creates the account of a person of the town, who then names themselves.
pub async fn arrive(app: &App, username: &str, name: &str, bio: &str) -> Result<AccountId> {
    let now = app.clock.now();
    let (account, _) = app.store.accounts().find_or_create(&address(username), now).await?;
    app.store.documents().accept_terms(account.id, app.services.caches.terms.current(), now).await?;
    let profile =
        Profile { username: username.into(), name: name.into(), bio: bio.into(), site: String::new() };
    profile::update(&app.services, account.id, &profile).await.with_context(|| username.to_owned())?;
    Ok(account.id)
}

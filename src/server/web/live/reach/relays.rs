//! Which relays a browser or an encoder is told of, with what lets them in. Only doors that have let somebody in tell it.

use crate::{app::App, web::live::whip_sessions::MediaHolder};
use axum::http::{HeaderMap, HeaderValue, header};
use domain::{clock::Clock, id::AccountId};

/// Characters of the name by which a relay counts what somebody has reserved: 64 bits.
const NAME: usize = 16;

/// The headers of an answer that has let in whoever has this name at the relays; none where no relay is set up.
pub fn links(app: &App, name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for link in app.settings.relay.iter().flat_map(|relays| relays.links(name, app.clock.now())) {
        let mut value = HeaderValue::from_str(&link).expect("addresses and passes are plain characters");
        value.set_sensitive(true);
        headers.append(header::LINK, value);
    }
    headers
}

/// The same for all sessions of an account, and it says nothing about it.
pub fn name_of(app: &App, holder: MediaHolder) -> String {
    match holder {
        MediaHolder::Viewer(account) | MediaHolder::Host(account) => name_of_account(app, account),
        MediaHolder::Key(space) => name(app, "space", &space.to_string()),
    }
}

pub fn name_of_account(app: &App, account: AccountId) -> String {
    name(app, "account", &account.to_string())
}

fn name(app: &App, kind: &str, id: &str) -> String {
    app.secret.sign("relay", &[kind, id])[..NAME].to_owned()
}

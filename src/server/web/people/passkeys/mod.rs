//! Passkeys: a person's own ones, signing in with one, and what a team keeps for those who did.

pub mod account;
pub mod requirement;
pub mod sign_in;

pub use requirement::lead;

use crate::{
    app::App,
    config::Origin,
    limits::{self, ClientAddress},
    secret,
    web::{
        error::{WebError, WebResult, in_words},
        request,
    },
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::{
    clock::Clock,
    id::{AccountId, SessionId},
    people::{
        ceremonies::Ceremonies,
        passkeys::{PasskeyRefusal, Used},
    },
};
use gateways::{Assertion, Party, Registration, UseAnswer};
use serde::Deserialize;
use std::sync::{Mutex, PoisonError};
use views::{layout::PasskeyPlace, t};

/// Ceremonies that are under way, and the site that browsers keep passkeys for.
pub struct Passkeys {
    party: Option<Party>,
    /// An address of this machine, whose pages lead to its name.
    own: bool,
    open: Mutex<Ceremonies<StartedCeremony, ClientAddress>>,
}

enum StartedCeremony {
    Registration { session: SessionId, asked: Registration },
    Use(Assertion),
}

/// The answer of a browser, as its form sends it.
#[derive(Deserialize)]
pub struct PasskeyAnswer {
    /// The token of the ceremony.
    #[serde(default)]
    ceremony: String,
    /// What the browser's passkey said, as JSON.
    #[serde(default)]
    credential: String,
}

impl Passkeys {
    pub fn new(public_url: &Origin) -> Self {
        let party = public_url.for_passkeys().as_ref().and_then(Party::new);
        Self { party, own: public_url.is_loopback(), open: Mutex::default() }
    }

    fn party(&self) -> WebResult<&Party> {
        self.party.as_ref().ok_or_else(WebError::not_found)
    }

    /// Where the page that is being rendered can use passkeys.
    pub fn place_here(&self) -> PasskeyPlace {
        self.place(&request::host())
    }

    /// Where the pages of this host can use passkeys. `host`: with the port, if that is not the usual one.
    fn place(&self, host: &str) -> PasskeyPlace {
        let Some(party) = &self.party else { return PasskeyPlace::Nowhere };
        let own = party.origin().split_once("://").map_or("", |(_, host)| host);
        if own.eq_ignore_ascii_case(host) {
            PasskeyPlace::Here
        } else if self.own {
            PasskeyPlace::At(party.origin().to_owned())
        } else {
            PasskeyPlace::Nowhere
        }
    }

    /// Begins a ceremony. Its token goes to the browser, which sends it back with its answer.
    fn begin(
        &self,
        app: &App,
        begun: StartedCeremony,
        account: Option<AccountId>,
        network: ClientAddress,
    ) -> WebResult<String> {
        let token = secret::random_token();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let whose = (account, network.into());
        match open.begin(secret::fingerprint(&token), begun, whose, app.clock.now()) {
            Ok(()) => Ok(token),
            Err(wait) => {
                limits::count("passkey_ceremonies", "refused");
                let words = t!("passkeys-too-many", wait = in_words(wait));
                Err(WebError::too_many(words, wait.ceil_secs()))
            }
        }
    }

    /// Ends a ceremony, whatever its answer is worth.
    fn take(&self, app: &App, token: &str) -> Option<StartedCeremony> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.take(&secret::fingerprint(token), app.clock.now())
    }

    /// Checks that a passkey was used that an account here has.
    async fn used(&self, app: &App, answered: &PasskeyAnswer) -> WebResult<Result<Used, PasskeyRefusal>> {
        let party = self.party()?;
        let Some(StartedCeremony::Use(begun)) = self.take(app, &answered.ceremony) else {
            return Ok(Err(PasskeyRefusal::Over));
        };
        let claimed = UseAnswer::parse(&answered.credential)
            .and_then(|answer| party.claimed(&answer).map(|claimed| (answer, claimed)));
        let (answer, (account, credential)) = match claimed {
            Ok(claimed) => claimed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(stored) = app.store.passkeys().by_credential(&credential, account).await? else {
            return Ok(Err(PasskeyRefusal::Unknown));
        };
        let checked = party.check_use(&answer, begun, &stored.credential);
        if checked == Err(PasskeyRefusal::Copied) {
            tracing::warn!(%account, passkey = %stored.id, "a passkey counts backwards: there may be a copy of it");
        }
        Ok(checked.map(|(credential, count)| Used { id: stored.id, account, stored: credential, count }))
    }
}

/// What the script of the page gives to the browser.
fn options(token: &str, public_key: &serde_json::Value) -> Response {
    Json(serde_json::json!({ "ceremony": token, "publicKey": public_key })).into_response()
}

/// Why a passkey was not accepted, for its person.
fn words(refusal: PasskeyRefusal) -> String {
    metrics::counter!("backstage_passkeys_refused").increment(1);
    match refusal {
        PasskeyRefusal::Over => t!("passkeys-refused-over"),
        PasskeyRefusal::Unknown => t!("passkeys-refused-unknown"),
        PasskeyRefusal::OtherSite => t!("passkeys-refused-site"),
        PasskeyRefusal::Copied => t!("passkeys-refused-copied"),
        PasskeyRefusal::Wrong => t!("passkeys-refused-wrong"),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_offered_where_a_browser_can_use_them() {
        let localhost = || PasskeyPlace::At("http://localhost:3000".into());
        let table = [
            ("http://127.0.0.1:3000", "127.0.0.1:3000", localhost()),
            ("http://127.0.0.1:3000", "LOCALHOST:3000", PasskeyPlace::Here),
            ("http://127.0.0.1:3000", "localhost:4000", localhost()),
            ("http://localhost:3000", "localhost:3000", PasskeyPlace::Here),
            ("https://live.example.org", "live.example.org", PasskeyPlace::Here),
            ("https://live.example.org", "192.0.2.1", PasskeyPlace::Nowhere),
            ("https://live.example.org", "", PasskeyPlace::Nowhere),
            ("https://192.0.2.1", "192.0.2.1", PasskeyPlace::Nowhere),
        ];
        for (url, host, want) in table {
            assert_eq!(Passkeys::new(&Origin::parse(url).unwrap()).place(host), want, "{url} {host}");
        }
    }
}

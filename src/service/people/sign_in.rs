//! Signing in by a mailed code or by a link of the demo.
//!
//! The door makes the code, keeps its HMAC key, and limits network addresses and browsers; what is bound to an address is
//! decided here, in the database.

use crate::{ServiceResult, Services, act};
use domain::{id::AccountId, mail::Mail, time::Millis};
use store::{Asked, Asker, Checked, NewSession, Tx};

/// Keeps a code and enqueues its mail. `code`: the HMAC of the code that `mail` carries. Anybody can ask for any address, so
/// this is nobody's act and has no audit line.
pub async fn ask(
    services: &Services,
    email: &str,
    asker: Asker<'_>,
    code: &str,
    mail: Mail,
) -> ServiceResult<Asked> {
    Ok(services.store.sign_in().ask(email, asker, code, mail, services.now()).await?)
}

/// What came of a try at a code.
#[derive(Clone, Debug)]
pub enum Entered {
    Started(NewSession),
    Wrong {
        tries_left: i64,
    },
    /// Too many codes were tried for this address. This try was not counted.
    TooMany {
        retry_at: Millis,
    },
    /// Used, expired, tried too often, replaced by a newer one, another browser's, or never there.
    Over,
}

/// Tries the code `id`. The right one is used up, makes the account if there is none, and starts a session, all in one
/// transaction. `code`: the HMAC of what was typed.
pub async fn enter(
    services: &Services,
    id: &str,
    asker: Asker<'_>,
    code: &str,
    browser: &str,
) -> ServiceResult<Entered> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    match tx.try_code(id, asker, code, now).await? {
        Checked::Good { email } => {
            let (account, new) = tx.find_or_create_account(&email, now).await?;
            let how = if new { "by code, a new account" } else { "by code" };
            Ok(Entered::Started(start(tx, account.id, browser, how, now).await?))
        }
        Checked::Wrong { tries_left } => {
            // A count of tries: a stranger's guess is no act of the account that it is aimed at.
            tx.commit_unattended(&[]).await?;
            Ok(Entered::Wrong { tries_left })
        }
        Checked::TooMany { retry_at } => Ok(Entered::TooMany { retry_at }),
        Checked::Over => Ok(Entered::Over),
    }
}

/// Starts a session for the holder of a one-time link.
pub async fn enter_by_link(
    services: &Services,
    account: AccountId,
    browser: &str,
) -> ServiceResult<NewSession> {
    let tx = services.store.begin().await?;
    start(tx, account, browser, "by link", services.now()).await
}

async fn start(
    mut tx: Tx<'_>,
    account: AccountId,
    browser: &str,
    how: &str,
    now: Millis,
) -> ServiceResult<NewSession> {
    let session = tx.create_session(account, browser, now).await?;
    tx.commit_audited(act(account, "session.start", session.id, how), &[], now).await?;
    Ok(session)
}

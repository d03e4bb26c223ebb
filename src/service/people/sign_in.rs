//! Sign-in by a mailed code or by a link of the demo.
//!
//! The web handler creates the code, has its HMAC key, and limits network addresses and browsers. Limits per email
//! address are enforced here, in the database.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    error::StoreError, id::AccountId, mail::Mail, people::account::Began, text::language::Language,
    time::Millis,
};
use store::{Asker, Checked, CodeRequest, FORMER_ADDRESS, FormerAddress, NewSession, SUSPENDED_ACCOUNT, Tx};

/// Stores a code and enqueues its mail. `code` is the HMAC of the code in `mail`. Anybody can request a code for any
/// address, so there is no acting person and no audit line.
pub async fn ask(
    services: &Services,
    email: &str,
    asker: Asker<'_>,
    code: &str,
    mail: Mail,
) -> ServiceResult<CodeRequest> {
    Ok(services.store.sign_in().ask(email, asker, code, mail, services.now()).await?)
}

/// The result of trying a code.
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
    /// The code is right, but operators suspended the account. The code was not used up.
    Suspended,
    /// The code is right, but the account that had this address until lately can have it back: nobody opens another one with
    /// it. The code was not used up.
    Former(FormerAddress),
    /// Used, expired, tried too often, replaced by a newer one, requested by another browser, or nonexistent.
    Over,
}

/// Tries the code `id`. A correct code is used up, creates the account if there is none, and starts a session, all in
/// one transaction. `code` is the HMAC of what was typed; `language` is that of the page on which it was.
pub async fn enter(
    services: &Services,
    id: &str,
    asker: Asker<'_>,
    code: &str,
    browser: &str,
    language: Language,
) -> ServiceResult<Entered> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    match tx.try_code(id, asker, code, now).await? {
        Checked::Good { email } => {
            let (account, new) = match tx.find_or_create_account(&email, now).await {
                Err(StoreError::Conflict(FORMER_ADDRESS)) => {
                    drop(tx);
                    let former = services.store.addresses().former_by_email(&email, now).await?;
                    return Ok(former.map_or(Entered::Over, Entered::Former));
                }
                found => found?,
            };
            if new {
                // The page on which the code was entered says so.
                tx.accept_terms(account.id, services.caches.terms.current(), language, now).await?;
                tx.choose_language(account.id, language).await?;
            }
            let how = if new { "by code, a new account" } else { "by code" };
            match start(tx, account.id, browser, (Began::Code, how), now).await {
                Err(ServiceError::Conflict(SUSPENDED_ACCOUNT)) => Ok(Entered::Suspended),
                started => Ok(Entered::Started(started?)),
            }
        }
        Checked::Wrong { tries_left } => {
            // This only counts the try: a stranger's guess is not an action of the account.
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
    start(tx, account, browser, (Began::Link, "by link"), services.now()).await
}

async fn start(
    mut tx: Tx<'_>,
    account: AccountId,
    browser: &str,
    (began, how): (Began, &str),
    now: Millis,
) -> ServiceResult<NewSession> {
    let session = tx.create_session(account, browser, began, now).await?;
    tx.commit_audited(unbounded_act(account, "session.start", session.id, how), &[], now).await?;
    Ok(session)
}

//! Recovery codes: making them, and getting in with one when the mailbox is lost.

use crate::{ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
    mail::Mail,
    people::{account::Began, recovery::RECOVERIES},
    time::Millis,
};
use store::{Asker, NewSession};

/// Replaces the caller's codes by those with these hashes. All other sessions and the address are told.
pub async fn make(
    services: &Services,
    by: AccountId,
    session: SessionId,
    hashes: &[String],
    notice: &str,
    mail: Mail,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    tx.replace_recovery_codes(by, hashes, now).await?;
    tx.tell_sessions(by, session, notice).await?;
    tx.enqueue_mail(mail, now).await?;
    tx.commit_audited(services.act(by, "account.recovery_codes", by, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// The result of trying a recovery code.
#[derive(Clone, Debug)]
pub enum Recovered {
    Started(NewSession),
    /// There is no such account, or the code is not one of its codes, or it was used before.
    No,
    /// Too many codes were tried for this address. This try was not counted.
    TooMany {
        retry_at: Millis,
    },
}

/// Who tries a code, for which address.
pub struct Attempt<'a> {
    pub email: &'a str,
    pub asker: Asker<'a>,
    /// The hash of the code, if it is one of this account.
    pub hash: &'a (dyn Fn(AccountId) -> String + Sync),
    /// The browser's own name for itself.
    pub browser: &'a str,
}

/// Tries a code. A correct one is used up and starts a session; all other sessions and the address are told.
pub async fn enter(
    services: &Services,
    attempt: Attempt<'_>,
    notice: &str,
    mail: Mail,
) -> ServiceResult<Recovered> {
    let now = services.now();
    let account = services.store.accounts().by_email(attempt.email).await?.map(|account| account.id);
    let mut tx = services.store.begin().await?;
    if let Err(retry_at) = tx.spend_quota(RECOVERIES, attempt.email, attempt.asker, now).await? {
        return Ok(Recovered::TooMany { retry_at });
    }
    // Whoever has no account takes as long.
    let tried = account.unwrap_or_default();
    if !tx.use_recovery_code(tried, &(attempt.hash)(tried), now).await? {
        // This only counts the try: a stranger's guess is not an action of the account.
        tx.commit_unattended(&[]).await?;
        return Ok(Recovered::No);
    }
    let changes = [Change::Account { account: tried }];
    let session = tx.create_session(tried, attempt.browser, Began::Recovery, now).await?;
    tx.tell_sessions(tried, session.id, notice).await?;
    tx.enqueue_mail(mail, now).await?;
    let act = unbounded_act(tried, "session.start", session.id, "by recovery code");
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(Recovered::Started(session))
}

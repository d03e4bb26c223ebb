//! Recovery codes: making them, and getting in with one when the mailbox is lost.

use crate::{ServiceError, ServiceResult, Services, people::passkeys::is_required_in, sender, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
    mail::Mail,
    people::{
        account::{Began, Kept},
        passkeys::{forgotten_since, may_make_codes},
        recovery::{RECOVERIES, outranks_mailbox},
    },
    time::Millis,
};
use store::{Asker, NewSession};

/// Gives the caller new codes with these hashes. Those before stay good for a week, so that whoever has got hold of the mailbox
/// cannot lock the owner out. If the session has just begun with one of the account's codes, those that were made with it or later
/// are void at once. `told` makes the notice for all other sessions and the mail, of until when codes from before stay good, if there
/// are any. Returns the same.
///
/// # Errors
/// `OwesPasskey` if one is required of the account, which has one, and the session began without it.
pub async fn make(
    services: &Services,
    by: AccountId,
    session: SessionId,
    hashes: &[String],
    told: &(dyn Fn(Option<Millis>) -> (String, Mail) + Sync),
) -> ServiceResult<Option<Millis>> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    let required = is_required_in(services, &mut tx, by).await?;
    if !may_make_codes(required, tx.count_passkeys(by).await? > 0, sender::has_passkey()) {
        return Err(ServiceError::OwesPasskey);
    }
    let began_with = tx.began_with_code(session, now).await?;
    let good_until = tx.replace_recovery_codes(by, hashes, began_with, now).await?;
    let (notice, mail) = told(good_until);
    tx.tell_sessions(by, session, &notice, Kept::UntilRead).await?;
    tx.enqueue_mail(mail, now).await?;
    tx.commit_audited(services.act(by, "account.recovery_codes", by, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(good_until)
}

/// The result of trying a recovery code.
#[derive(Clone, Debug)]
pub enum Recovered {
    Started {
        session: NewSession,
        /// The account was taken back from whoever had changed its address or codes.
        back: bool,
    },
    /// There is no such account, or the code is not one of its codes, or it was used before.
    No,
    /// Too many codes were tried for this address. This try was not counted.
    TooMany { retry_at: Millis },
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
///
/// A code from before newer ones were made, and one that comes with an address from before it was changed, take the account back:
/// the address is restored, newer codes are void, and all other sessions end.
pub async fn enter(
    services: &Services,
    attempt: Attempt<'_>,
    notice: &str,
    mail: Mail,
) -> ServiceResult<Recovered> {
    let now = services.now();
    let store = &services.store;
    let account = store.accounts().by_email(attempt.email).await?.map(|account| account.id);
    let former = match account {
        Some(_) => None,
        None => store.addresses().former_of_owner(attempt.email, now).await?,
    };
    let mut tx = store.begin().await?;
    if let Err(retry_at) = tx.spend_quota(RECOVERIES, attempt.email, attempt.asker, now).await? {
        return Ok(Recovered::TooMany { retry_at });
    }
    // Whoever has no account takes as long.
    let tried = account.or(former.as_ref().map(|former| former.account)).unwrap_or_default();
    let Some(used) = tx.use_recovery_code(tried, &(attempt.hash)(tried), now).await? else {
        // This only counts the try: a stranger's guess is not an action of the account.
        tx.commit_unattended(&[]).await?;
        return Ok(Recovered::No);
    };
    let mut changes = vec![Change::Account { account: tried }];
    let back = used.replaced || former.is_some();
    if back {
        tx.restore_recovery_codes(tried, used.made_at).await?;
        let required =
            !outranks_mailbox(used.made_at, now) && is_required_in(services, &mut tx, tried).await?;
        let changed_at = former.as_ref().map(|former| former.changed_at);
        let since = forgotten_since(required, used.made_at, changed_at, now);
        tx.forget_younger_passkeys(tried, since).await?;
        changes.extend(tx.take_account_back(tried, former.as_ref(), now).await?.changes());
    }
    let session = tx.create_session(tried, attempt.browser, Began::Recovery, now).await?;
    tx.begin_with_code(session.id, used.made_at).await?;
    tx.tell_sessions(tried, session.id, notice, Kept::UntilRead).await?;
    tx.enqueue_mail(mail, now).await?;
    let how = if back { "by recovery code, which takes the account back" } else { "by recovery code" };
    tx.commit_audited(unbounded_act(tried, "session.start", session.id, how), &changes, now).await?;
    services.changed(&changes);
    Ok(Recovered::Started { session, back })
}

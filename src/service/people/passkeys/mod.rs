//! Passkeys: adding, naming and removing them, signing in with one, and proving with one that an account is its person's.
//! What a browser answered was checked before, by `gateways`.

pub mod requirement;

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, PasskeyId, SessionId},
    mail::Mail,
    people::{
        account::Began,
        passkeys::{Credential, Used, counts_as, may_add},
    },
    time::Millis,
};
use store::{NewSession, Tx};

/// A change of somebody's own passkeys.
pub struct Edit<'a> {
    /// The session that does it, and how it began.
    pub session: SessionId,
    pub began: Began,
    /// The operators require a passkey of this person.
    pub kept: bool,
    /// What the other sessions of the account are told, and its address.
    pub notice: &'a str,
    pub mail: Mail,
}

/// # Errors
/// `Conflict("passkeys")` if the account has as many as it can have, `Conflict("credential")` if there is such a one,
/// `Conflict("owed")` if it takes a passkey to add another one.
pub async fn add(
    services: &Services,
    by: AccountId,
    new: &Credential,
    name: &str,
    edit: Edit<'_>,
) -> ServiceResult<PasskeyId> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    let id = tx.add_passkey(by, new, name, now).await?;
    let has_another = tx.count_passkeys(by).await? > 1;
    check_proof(&mut tx, by, has_another, &edit, now).await?;
    tx.tell_sessions(by, edit.session, edit.notice).await?;
    tx.enqueue_mail(edit.mail, now).await?;
    tx.commit_audited(services.act(by, "passkey.add", id, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(id)
}

/// Fails with `Conflict("owed")` if it takes more than the mailbox to change the passkeys of somebody who `has_one`.
async fn check_proof(
    tx: &mut Tx<'_>,
    by: AccountId,
    has_one: bool,
    edit: &Edit<'_>,
    now: Millis,
) -> ServiceResult<()> {
    let required = edit.kept || tx.are_passkeys_required(by).await?;
    let began = counts_as(edit.began, tx.began_with_code(edit.session, now).await?, now);
    if may_add(required, has_one, began) { Ok(()) } else { Err(ServiceError::Conflict("owed")) }
}

/// Whether a team requires a passkey of this person, or the operators do, if they require it of each other.
pub(crate) async fn are_required(
    services: &Services,
    tx: &mut Tx<'_>,
    account: AccountId,
    operators: bool,
) -> ServiceResult<bool> {
    let kept = operators && services.store.accounts().by_id(account).await?.operator;
    Ok(kept || tx.are_passkeys_required(account).await?)
}

pub async fn rename(services: &Services, by: AccountId, id: PasskeyId, name: &str) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.rename_passkey(by, id, name).await? {
        tx.commit_audited(services.act(by, "passkey.rename", id, "")?, &[], now).await?;
    }
    Ok(())
}

/// Sessions that began with it go on: each can be ended by itself.
///
/// # Errors
/// `Conflict("required")` for the last one of somebody who needs one, `Conflict("owed")` if it takes a passkey to remove one.
pub async fn remove(services: &Services, by: AccountId, id: PasskeyId, edit: Edit<'_>) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    tx.remove_passkey(by, id, edit.kept).await?;
    check_proof(&mut tx, by, true, &edit, now).await?;
    tx.tell_sessions(by, edit.session, edit.notice).await?;
    tx.enqueue_mail(edit.mail, now).await?;
    tx.commit_audited(services.act(by, "passkey.remove", id, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Starts a session of whoever has used a passkey. `before`: a session of the same person in this browser, which it replaces.
///
/// # Errors
/// `Conflict(SUSPENDED_ACCOUNT)`; `Conflict("passkey")` if it was removed meanwhile, or used with a higher count.
pub async fn sign_in(
    services: &Services,
    used: &Used,
    browser: &str,
    before: Option<SessionId>,
) -> ServiceResult<NewSession> {
    let (account, now) = (used.account, services.now());
    let mut tx = services.store.begin().await?;
    let session = tx.create_session(account, browser, Began::Passkey, now).await?;
    tx.use_passkey(used, now).await?;
    let mut changes = Vec::new();
    if let Some(before) = before
        && tx.revoke_session(account, before, now).await?
    {
        changes.push(Change::SessionEnded { session: before });
    }
    // A ceremony is bounded by account and network.
    let act = unbounded_act(account, "session.start", session.id, "by passkey");
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(session)
}

/// Makes a session fresh whose person has used a passkey.
///
/// # Errors
/// As [`sign_in`].
pub async fn confirm(services: &Services, session: SessionId, used: &Used) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: used.account }], services.now());
    let mut tx = services.store.begin().await?;
    tx.use_passkey(used, now).await?;
    tx.confirm_session(used.account, session, now).await?;
    let act = unbounded_act(used.account, "session.confirm", session, "by passkey");
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

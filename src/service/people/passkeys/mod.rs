//! Passkeys: adding, naming and removing them, signing in with one, and proving with one that an account is its person's.
//! What a browser answered was checked before, by `gateways`.

pub mod requirement;

use crate::{ServiceError, ServiceResult, Services, sender, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, PasskeyId, SessionId},
    mail::Mail,
    people::{
        account::{Account, Began, Kept},
        passkeys::{Credential, Used, counts_as, may_take_away},
    },
    time::Millis,
};
use store::{NewSession, Tx};

/// A change of somebody's own passkeys.
pub struct Edit<'a> {
    /// The session that does it.
    pub session: SessionId,
    /// What the other sessions of the account are told, and its address.
    pub notice: &'a str,
    pub mail: Mail,
}

/// # Errors
/// `Conflict("passkeys")` if the account has as many as it can have, `Conflict("credential")` if there is such a one,
/// `OwesPasskey` if it takes a passkey to add another one.
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
    let required = is_required_in(services, &mut tx, by).await?;
    check_proof(services, &mut tx, required, has_another).await?;
    tx.tell_sessions(by, edit.session, edit.notice, Kept::Awhile).await?;
    tx.enqueue_mail(edit.mail, now).await?;
    tx.commit_audited(services.act(by, "passkey.add", id, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(id)
}

/// Fails with `OwesPasskey` if a passkey is required of this person, who has one, and the session of the request proves no more than
/// that somebody reads their mail. Each use case by which an account, or what is its person's, could be taken away asks this.
pub(crate) async fn check_owner(services: &Services, tx: &mut Tx<'_>, by: AccountId) -> ServiceResult<()> {
    let has_one = tx.count_passkeys(by).await? > 0;
    let required = is_required_in(services, tx, by).await?;
    check_proof(services, tx, required, has_one).await
}

async fn check_proof(
    services: &Services,
    tx: &mut Tx<'_>,
    required: bool,
    has_one: bool,
) -> ServiceResult<()> {
    let now = services.now();
    let made_at = match sender::session() {
        Some(session) => tx.began_with_code(session, now).await?,
        None => None,
    };
    if proves(required, has_one, made_at, now) { Ok(()) } else { Err(ServiceError::OwesPasskey) }
}

/// Whether the session of the request proves enough. `made_at`: of the recovery code by which it began, if it did.
fn proves(required: bool, has_one: bool, made_at: Option<Millis>, now: Millis) -> bool {
    may_take_away(required, has_one, counts_as(sender::began(), made_at, now))
}

/// For pages, what the use cases will ask in their transactions: see `check_owner`.
pub async fn is_owner_proved(services: &Services, me: &Account) -> ServiceResult<bool> {
    if sender::has_passkey() || !is_required(services, me).await? {
        return Ok(true);
    }
    let now = services.now();
    let made_at = match sender::session() {
        Some(session) => services.store.recovery().began_with_code(session, now).await?,
        None => None,
    };
    let has_one = !services.store.passkeys().of_account(me.id).await?.is_empty();
    Ok(proves(true, has_one, made_at, now))
}

/// Whether a team, or the operators, require a passkey of this person.
pub async fn is_required(services: &Services, me: &Account) -> ServiceResult<bool> {
    Ok(of_operators(services, me) || services.store.passkeys().are_required(me.id).await?)
}

/// As [`is_required`], with the teams as the transaction sees them.
pub(crate) async fn is_required_in(
    services: &Services,
    tx: &mut Tx<'_>,
    account: AccountId,
) -> ServiceResult<bool> {
    Ok(by_operators(services, account).await? || tx.are_passkeys_required(account).await?)
}

/// Whether the operators require a passkey of this person.
fn of_operators(services: &Services, account: &Account) -> bool {
    services.operators_passkeys && account.operator
}

/// As [`of_operators`], of an account that is read only where it matters.
async fn by_operators(services: &Services, account: AccountId) -> ServiceResult<bool> {
    if !services.operators_passkeys {
        return Ok(false);
    }
    Ok(of_operators(services, &services.store.accounts().by_id(account).await?))
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
/// `Conflict("required")` for the last one of somebody who needs one, `OwesPasskey` if it takes a passkey to remove one.
pub async fn remove(services: &Services, by: AccountId, id: PasskeyId, edit: Edit<'_>) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    let by_operators = by_operators(services, by).await?;
    tx.remove_passkey(by, id, by_operators).await?;
    let required = by_operators || tx.are_passkeys_required(by).await?;
    check_proof(services, &mut tx, required, true).await?;
    tx.tell_sessions(by, edit.session, edit.notice, Kept::Awhile).await?;
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

//! Changing the address of an account, and taking the account back by the address before. The session is fresh, which proves the
//! address before; a code proves the new one.

use crate::{
    ServiceError, ServiceResult, Services,
    people::{
        confirmation::{Tried, refused},
        passkeys::{check_owner, is_required_in},
    },
    unbounded_act,
};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
    mail::Mail,
    people::{
        account::Kept,
        passkeys::forgotten_since,
        recovery::{TAKEN_BACK_WITHIN, outranks_mailbox},
    },
    time::Span,
};
use store::{Asker, Checked, FormerAddress};

/// What is told of a change.
pub struct AddressNews<'a> {
    /// To the other sessions.
    pub notice: &'a str,
    /// The mails to the address before and to the new one. The first names the way back by its id, if there is one.
    pub mails: WriteMails<'a>,
}

/// Writes the mails of a change from the address before, the new one, and the id of the way back.
pub type WriteMails<'a> = &'a (dyn Fn(&str, &str, Option<&str>) -> [Mail; 2] + Sync);

/// Tries the code `id`, which was mailed to the new address. A correct one makes it the address of the account, from which
/// moment codes go there; all sessions and both addresses are told. For a week the address before can take the account back,
/// unless the session began with a recovery code that outranks the mailbox. Then the other sessions end, too: they may be those
/// of whoever has the mailbox.
///
/// # Errors
/// `Conflict("email")` if another account has the address, `OwesPasskey` if a mailbox is not enough.
pub async fn change(
    services: &Services,
    by: AccountId,
    session: SessionId,
    id: &str,
    asker: Asker<'_>,
    code: &str,
    told: AddressNews<'_>,
) -> ServiceResult<Tried> {
    let (mut changes, now) = (vec![Change::Account { account: by }], services.now());
    let before = services.store.accounts().by_id(by).await?.email;
    let mut tx = services.store.begin().await?;
    match tx.try_code(id, asker, code, now).await? {
        Checked::Good { email: after } => {
            check_owner(services, &mut tx, by).await?;
            let began_with = tx.began_with_code(session, now).await?;
            let settled = began_with.is_some_and(|made_at| outranks_mailbox(made_at, now));
            let former = tx.change_address(by, &before, &after, settled, now).await?;
            if settled {
                let ended = tx.revoke_other_sessions(by, session, now).await?;
                changes.extend(ended.into_iter().map(|session| Change::SessionEnded { session }));
            }
            tx.tell_sessions(by, session, told.notice, Kept::UntilRead).await?;
            // Codes on their way to the address before sign nobody in any more.
            tx.forget_codes(&before).await?;
            for mail in (told.mails)(&before, &after, former.as_deref()) {
                tx.enqueue_mail(mail, now).await?;
            }
            tx.commit_audited(services.act(by, "account.address", by, "")?, &changes, now).await?;
            services.changed(&changes);
            Ok(Tried::Good)
        }
        checked => refused(tx, checked).await,
    }
}

/// Gives an account the address `id` back, which it had until lately, for whoever reads that mailbox. All sessions end, and
/// recovery codes and passkeys that were made in the week before the change or since are void; where a passkey is required of the
/// account, only passkeys since the change are. `mails` makes what both addresses are told, of the address that is restored and of the
/// one that is replaced.
///
/// # Errors
/// `NotFound` if it was had back already, or is too late.
pub async fn take_back(
    services: &Services,
    id: &str,
    mails: &(dyn Fn(&str, &str) -> [Mail; 2] + Sync),
) -> ServiceResult<FormerAddress> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let former = tx.former_address(id, now).await?;
    let account = former.account;
    let replaced = services.store.accounts().by_id(account).await?.email;
    let week_before = former.changed_at + Span(-TAKEN_BACK_WITHIN.0);
    tx.forget_younger_codes(account, week_before).await?;
    let required = is_required_in(services, &mut tx, account).await?;
    let since = forgotten_since(required, week_before, Some(former.changed_at), now);
    tx.forget_younger_passkeys(account, since).await?;
    let taken = tx.take_account_back(account, Some(&former), now).await?;
    for mail in mails(&former.email, &replaced) {
        tx.enqueue_mail(mail, now).await?;
    }
    let mut changes = vec![Change::Account { account }];
    changes.extend(taken.changes());
    let act = unbounded_act(account, "account.take_back", account, "by the address before");
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(former)
}

/// The address that an account had until lately, if whoever reads it can take the account back.
///
/// # Errors
/// `NotFound` if not.
pub async fn former(services: &Services, id: &str) -> ServiceResult<FormerAddress> {
    services.store.addresses().former(id, services.now()).await?.ok_or(ServiceError::NotFound)
}

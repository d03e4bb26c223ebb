//! Deleting an account, for good. What ledgers, journals and the audit log say stays, without the person.

use crate::{ServiceError, ServiceResult, Services, people::passkeys::check_owner, unbounded_act};
use domain::{change::Change, id::AccountId, mail::Mail};
use store::{JournalPlace, Passage, UnpaidShare};

/// What teams of which a person is the only owner have not been paid yet. Nobody else can have it.
#[derive(Clone, Debug, Default)]
pub struct UnpaidShares {
    /// Enough to be paid out, or on its way: it stands in the way of a deletion.
    pub owed: Vec<UnpaidShare>,
    /// Less than is ever paid out: it is given up.
    pub given_up: Vec<UnpaidShare>,
}

impl UnpaidShares {
    /// Without a provider for payouts nothing is paid out here, and nothing has to be waited for.
    fn of(services: &Services, shares: Vec<UnpaidShare>) -> Self {
        if services.sellers.is_none() {
            return Self::default();
        }
        let enough = |share: &UnpaidShare| {
            share.moving || share.amount.minor >= services.payout_minimum.of(share.amount.currency)
        };
        let (owed, given_up) = shares.into_iter().partition(enough);
        Self { owed, given_up }
    }
}

/// What stands in the way of the deletion of an account, and what it would give up, beside [`store::Obstacles`].
pub async fn unpaid(services: &Services, account: AccountId) -> ServiceResult<UnpaidShares> {
    Ok(UnpaidShares::of(services, services.store.payouts().unpaid_of(account).await?))
}

/// Deletes the caller's account. Its pages and media end at once; `mail` is the last one that it is sent.
///
/// # Errors
/// `Conflict("obstacles")` if something has to end first ([`store::Obstacles`], [`unpaid`]), `OwesPasskey` if a mailbox is not enough.
pub async fn delete(services: &Services, by: AccountId, mail: Mail) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    check_owner(services, &mut tx, by).await?;
    if !UnpaidShares::of(services, tx.unpaid_of(by).await?).owed.is_empty() {
        return Err(ServiceError::Conflict("obstacles"));
    }
    let deleted = tx.delete_account(by, now).await?;
    tx.close_invites_by(by, None, now).await?;
    // What the person subscribes to, and what others subscribe to in spaces that are closed with the account.
    tx.end_subscriptions(Some(by), None, now).await?;
    for space in &deleted.spaces {
        tx.end_subscriptions(None, Some(*space), now).await?;
    }
    tx.enqueue_mail(mail, now).await?;
    let mut changes = vec![Change::Account { account: by }];
    changes.extend(deleted.keys.changes());
    changes.extend(deleted.sessions.into_iter().map(|session| Change::SessionEnded { session }));
    // Open pages of the teams show that they are gone.
    changes.extend(deleted.left.into_iter().map(|space| Change::Team { space, account: by }));
    changes.extend(deleted.spaces.into_iter().map(|space| Change::SpaceClosed { space }));
    changes.extend(deleted.lists.iter().map(|(space, pass)| Change::Waitlist { space: *space, pass: *pass }));
    changes.extend(
        deleted.seats.into_iter().chain(deleted.lists).map(|(space, pass)| Change::Stock { space, pass }),
    );
    tx.commit_audited(unbounded_act(by, "account.delete", by, ""), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Takes the name of a deleted account out of the journals of all rooms that name it, in one pass over them. A second time it
/// finds what is left. Rooms that are open read their journal again.
pub async fn forget_name(services: &Services, account: AccountId) -> ServiceResult<()> {
    let mut place = Some(JournalPlace::default());
    while let Some(from) = place {
        let passages = services.store.names().passages(account, &from).await?;
        for passage in passages.found {
            forget_in(services, passage, account).await?;
        }
        place = passages.next;
    }
    Ok(())
}

async fn forget_in(services: &Services, passage: Passage, account: AccountId) -> ServiceResult<()> {
    let mut after = Some(passage.head - 1);
    while let Some(from) = after {
        let named = services.store.names().named(passage, account, from).await?;
        after = named.next;
        if named.rewritten.is_empty() {
            continue;
        }
        let changes = [Change::RoomRewritten { room: passage.room }];
        let mut tx = services.store.begin().await?;
        tx.rewrite_entries(passage.room, &named.rewritten).await?;
        tx.commit_unattended(&changes).await?;
        services.changed(&changes);
    }
    Ok(())
}

//! Deleting an account, for good. What ledgers, journals and the audit log say stays, without the person.

use crate::{ServiceResult, Services, people::passkeys::check_owner, unbounded_act};
use domain::{change::Change, id::AccountId, mail::Mail};
use store::{JournalPlace, Passage};

/// Deletes the caller's account. Its pages and media end at once; `mail` is the last one that it is sent.
///
/// # Errors
/// `Conflict("obstacles")` if something has to end first ([`store::Obstacles`]), `OwesPasskey` if a mailbox is not enough.
pub async fn delete(services: &Services, by: AccountId, mail: Mail) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    check_owner(services, &mut tx, by).await?;
    let deleted = tx.delete_account(by, now).await?;
    tx.enqueue_mail(mail, now).await?;
    let mut changes = vec![Change::Account { account: by }];
    changes.extend(deleted.keys.changes());
    changes.extend(deleted.sessions.into_iter().map(|session| Change::SessionEnded { session }));
    // Open pages of the teams show that they are gone.
    changes.extend(deleted.left.into_iter().map(|space| Change::Team { space, account: by }));
    changes.extend(deleted.spaces.into_iter().map(|space| Change::SpaceClosed { space }));
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

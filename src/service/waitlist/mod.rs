//! Who waits for a pass: applying, deciding, and offering seats to whoever is first in line.

pub mod charges;

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::offer::{Pass, Space},
    change::Change,
    error::StoreError,
    id::{AccountId, PassId, SpaceId, WaitlistEntryId},
    money::{asking, selling::Waitlist},
    waitlist::{
        entry::{EntryState, WaitlistDecision, WaitlistEntry},
        jobs::{Letter, SendWaitlist},
    },
};
use store::{Joined, NewEntry};

/// Applies for a pass, or stands in line for it. Whoever is on the list already stays where they are.
///
/// # Errors
/// `NotFound` if the pass keeps no list or cannot be sold; `NotOffered`; `Unanswered`; `Conflict` as
/// [`store::Tx::join_waitlist`] says.
pub async fn join(
    services: &Services,
    by: AccountId,
    pass: PassId,
    answers: &[String],
) -> ServiceResult<WaitlistEntryId> {
    let pass = services.store.passes().by_id(pass).await?;
    if pass.selling.waitlist == Waitlist::Off || !services.sells(pass.price.kind) {
        return Err(ServiceError::NotFound);
    }
    let answers = asking::answers(&pass.asked, answers).map_err(ServiceError::Unanswered)?;
    let (changes, now) = (changes(pass.space, pass.id), services.now());
    let mut tx = services.store.begin().await?;
    let new = NewEntry { pass: pass.id, account: by, answers: &answers };
    let joined = tx.join_waitlist(new, now).await;
    tx.check_offer(by, pass.id, now).await??;
    let id = match joined.map_err(no_list)? {
        Joined::Already(id) => return Ok(id),
        Joined::New(id) => id,
    };
    tx.commit_audited(services.act(by, "waitlist.join", id, format!("pass {}", pass.id))?, &changes, now)
        .await?;
    services.changed(&changes);
    Ok(id)
}

fn no_list(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict("waitlist") => ServiceError::NotFound,
        error => error.into(),
    }
}

/// The list has changed, and what is left of the pass may have.
const fn changes(space: SpaceId, pass: PassId) -> [Change; 2] {
    [Change::Waitlist { space, pass }, Change::Stock { space, pass }]
}

/// The caller's own entry. Those of other people do not exist for the caller.
pub async fn own(services: &Services, by: AccountId, entry: WaitlistEntryId) -> ServiceResult<WaitlistEntry> {
    let entry = services.store.waitlists().by_id(entry).await?;
    if entry.account == by { Ok(entry) } else { Err(ServiceError::NotFound) }
}

/// Leaves the list. A seat that was offered goes to the next. Leaving it twice changes nothing.
pub async fn leave(services: &Services, by: AccountId, entry: WaitlistEntryId) -> ServiceResult<()> {
    let entry = own(services, by, entry).await?;
    let (pass, now) = (entry.pass, services.now());
    let changes = changes(entry.space, pass);
    let mut tx = services.store.begin().await?;
    if tx.leave_waitlist(&entry, now).await? {
        tx.serve_waitlist(pass, now).await?;
        let act = services.act(by, "waitlist.leave", entry.id, format!("pass {pass}"))?;
        tx.commit_audited(act, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}

/// Decides applications. Those that were decided before, or are on another list, stay as they are. Whoever is approved gets a seat
/// at once if one is left, in the order in which they applied. Returns how many were decided.
pub async fn decide(
    services: &Services,
    by: AccountId,
    pass: PassId,
    entries: &[WaitlistEntryId],
    decision: WaitlistDecision,
) -> ServiceResult<usize> {
    let pass = services.store.passes().by_id(pass).await?;
    services.authorise(by, pass.space, Action::EditOffer).await?;
    let (changes, now) = (changes(pass.space, pass.id), services.now());
    let (action, mut decided) = (action(decision), Vec::new());
    let mut tx = services.store.begin().await?;
    for entry in entries {
        if tx.decide_entry(pass.id, *entry, decision, by, now).await? {
            decided.push(*entry);
        }
    }
    if decided.is_empty() {
        return Ok(0);
    }
    if decision == WaitlistDecision::Approve {
        tx.serve_waitlist(pass.id, now).await?;
    }
    let act = match decided.as_slice() {
        [one] => services.act(by, action, one, format!("pass {}", pass.id))?,
        many => services.act(by, action, pass.id, format!("{} applications", many.len()))?,
    };
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(decided.len())
}

const fn action(decision: WaitlistDecision) -> &'static str {
    match decision {
        WaitlistDecision::Approve => "waitlist.approve",
        WaitlistDecision::Reject => "waitlist.reject",
    }
}

/// Ends offers that have run out, and offers each seat that is left to whoever is first in line. Nobody asks for it, so there is
/// no audit line; the history of each entry has it. Returns how many passes have changed.
pub async fn serve(services: &Services) -> ServiceResult<usize> {
    let (now, mut served) = (services.now(), 0);
    for (entry, pass, space) in services.store.waitlists().due(now).await? {
        let changes = changes(space, pass);
        let mut tx = services.store.begin().await?;
        if tx.lapse_offer(entry, pass, now).await? {
            // In the same transaction, so that nobody else takes the seat in between.
            tx.serve_waitlist(pass, now).await?;
            tx.commit_unattended(&changes).await?;
            services.changed(&changes);
            served += 1;
        }
    }
    for (pass, space) in services.store.waitlists().to_serve(now).await? {
        let changes = changes(space, pass);
        let mut tx = services.store.begin().await?;
        if tx.serve_waitlist(pass, now).await? > 0 {
            tx.commit_unattended(&changes).await?;
            services.changed(&changes);
            served += 1;
        }
    }
    Ok(served)
}

/// What a mail tells.
pub struct WaitlistNews {
    pub entry: WaitlistEntry,
    pub pass: Pass,
    pub space: Space,
    pub email: String,
}

/// Returns `None` if what the mail would say is not true any more.
pub async fn due(services: &Services, job: &SendWaitlist) -> ServiceResult<Option<WaitlistNews>> {
    let entry = match services.store.waitlists().by_id(job.entry).await {
        // Its account was deleted.
        Err(StoreError::NotFound) => return Ok(None),
        entry => entry?,
    };
    let offered = entry.state == EntryState::Offered && entry.offer_until == job.until;
    if matches!(job.letter, Letter::Offered | Letter::NotCharged) && !offered {
        return Ok(None);
    }
    let pass = services.store.passes().by_id(entry.pass).await?;
    let space = services.store.spaces().by_id(entry.space).await?;
    let email = services.store.accounts().by_id(entry.account).await?.email;
    Ok(Some(WaitlistNews { entry, pass, space, email }))
}

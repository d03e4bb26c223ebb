//! What lets people in beside passes: the passphrase of an experience, and links that invite.

use crate::{ServiceError, ServiceResult, Services, access::again, sender};
use domain::{
    access::{
        admit::{Admission, Door, Reason, admit},
        entry::{Invite, LockRule},
        may::Action,
    },
    catalogue::offer::{Experience, Space},
    change::Change,
    id::{AccountId, ExperienceId, InviteId},
    time::Millis,
};
use std::future::Future;
use store::{AccessFacts, Entrant, HashedLock, NewInvite};

/// What a team sees of how people get into an experience beside passes.
#[derive(Clone, Debug)]
pub struct Rules {
    pub space: Space,
    pub experience: Experience,
    pub lock: Option<HashedLock>,
    pub invites: Vec<Invite>,
    /// How many minutes of each show are free.
    pub preview: Option<i64>,
}

pub async fn rules(services: &Services, by: AccountId, id: ExperienceId) -> ServiceResult<Rules> {
    let experience = services.store.experiences().by_id(id).await?;
    let space = services.authorise(by, experience.space, Action::EditOffer).await?;
    let entries = services.store.entries();
    let (lock, invites) = (entries.lock(id).await?, entries.invites(id).await?);
    let preview = entries.preview(id).await?;
    Ok(Rules { space, experience, lock, invites, preview })
}

/// Asks for a passphrase from now on, or changes what it is for. `hashing` hashes a new one, which takes long on purpose; without
/// it, the old one stays. Who may no longer be inside is ejected before this returns.
///
/// # Errors
/// `Conflict("passphrase")` if there is neither a new one nor an old one. `TooMany` new ones, before one is hashed.
pub async fn lock<F: Future<Output = Option<String>>>(
    services: &Services,
    by: AccountId,
    id: ExperienceId,
    rule: LockRule,
    hashing: Option<F>,
) -> ServiceResult<()> {
    let Experience { space, title, .. } = services.store.experiences().by_id(id).await?;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let hash = match hashing {
        None => None,
        Some(hashing) => {
            services.limits.doors.set(by, now)?;
            let hash = hashing.await;
            Some(hash.ok_or_else(|| ServiceError::Unavailable("a passphrase was not hashed".into()))?)
        }
    };
    let mut tx = services.store.begin().await?;
    match &hash {
        Some(hash) => tx.lock_experience((space, id), rule, hash).await?,
        None if tx.set_lock_rule(id, rule).await? => {}
        None => return Err(ServiceError::Conflict("passphrase")),
    }
    let rooms = again::rooms_of(&mut tx, space, &[id]).await?;
    let detail = format!("{title}, {}", rule.code());
    tx.commit_audited(services.act(by, "experience.lock", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    again::admit_again(services, space, &rooms).await;
    Ok(())
}

/// Asks for no passphrase any more.
pub async fn unlock(services: &Services, by: AccountId, id: ExperienceId) -> ServiceResult<()> {
    let Experience { space, title, .. } = services.store.experiences().by_id(id).await?;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    if !tx.unlock_experience(id).await? {
        return Ok(());
    }
    let rooms = again::rooms_of(&mut tx, space, &[id]).await?;
    tx.commit_audited(services.act(by, "experience.unlock", id, title)?, &changes, now).await?;
    services.changed(&changes);
    // Whom only the passphrase let in has to leave.
    again::admit_again(services, space, &rooms).await;
    Ok(())
}

/// Where somebody stands before an experience.
#[derive(Clone, Debug)]
pub struct Entry {
    pub facts: AccessFacts,
    pub admission: Admission,
    /// The lock whose passphrase would let them in.
    pub asks: Option<LockRule>,
}

/// What the doors of an experience say to somebody who is not inside yet.
///
/// # Errors
/// `NotFound` if they may not know of it.
pub async fn before(services: &Services, by: AccountId, id: ExperienceId) -> ServiceResult<Entry> {
    let who = Some(Entrant::new(by, sender::has_passkey()));
    let now = services.now();
    let facts = services.store.access().of_experience(who, id, now).await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    if admission.reason == Reason::Hidden {
        return Err(ServiceError::NotFound);
    }
    let asks = asks(&facts, &admission);
    Ok(Entry { facts, admission, asks })
}

/// What the passphrase of an experience is for, if it would let in whoever was refused so.
pub fn asks(facts: &AccessFacts, refused: &Admission) -> Option<LockRule> {
    let experience = facts.place.experience.id;
    let lock = facts.place.locks.iter().find(|lock| lock.experience == experience)?;
    let helps = match lock.rule {
        LockRule::Also => refused.reason == Reason::NeedsPassphrase,
        LockRule::Instead => {
            matches!(refused.reason, Reason::SignIn | Reason::NeedsPass | Reason::Suspended)
        }
    };
    helps.then_some(lock.rule)
}

/// The result of saying a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Right,
    Wrong,
    /// It is not asked of them: they are inside, or it would not help.
    NotAsked,
}

/// Says the passphrase of an experience. `check`: whether it fits the stored hash, which takes long on purpose.
///
/// # Errors
/// `TooMany` if this account, its network, or everybody together at this experience has guessed too often.
pub async fn say<F: Future<Output = bool>>(
    services: &Services,
    by: AccountId,
    id: ExperienceId,
    check: impl FnOnce(String) -> F,
) -> ServiceResult<Said> {
    let Entry { facts, asks, .. } = before(services, by, id).await?;
    let (Some(_), Some(known)) = (asks, services.store.entries().lock(id).await?) else {
        return Ok(Said::NotAsked);
    };
    let now = services.now();
    services.limits.doors.guesses.take(by, id, now)?;
    if !check(known.hash).await {
        services.limits.doors.guesses.was_wrong(id, now);
        return Ok(Said::Wrong);
    }
    let space = facts.place.space.id;
    let changes = [Change::Access { space, account: by }];
    let mut tx = services.store.begin().await?;
    tx.say_passphrase(by, &known.lock, now).await?;
    let title = &facts.place.experience.title;
    tx.commit_audited(services.come_in(by, "experience.passphrase", id, title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(Said::Right)
}

/// Makes a link by which `most` people enter an experience without a pass, until it expires.
///
/// # Errors
/// `Conflict("invites")` if the experience has too many.
pub async fn invite(
    services: &Services,
    by: AccountId,
    experience: ExperienceId,
    (note, most): (&str, i64),
    expires_at: Millis,
) -> ServiceResult<InviteId> {
    let space = services.store.experiences().by_id(experience).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let made = tx.make_invite(&NewInvite { experience, note, most, by, expires_at }, now).await?;
    tx.commit_audited(services.act(by, "invite.make", made, note)?, &[], now).await?;
    Ok(made)
}

/// Revokes a link: nobody takes it any more, and whoever came by it is ejected before this returns.
pub async fn revoke(services: &Services, by: AccountId, id: InviteId) -> ServiceResult<()> {
    let invite = services.store.entries().invite(id).await?;
    let space = invite.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    if !tx.revoke_invite(id, now).await? {
        return Ok(());
    }
    let rooms = again::rooms_of(&mut tx, space, &[invite.experience]).await?;
    tx.commit_audited(services.act(by, "invite.revoke", id, &invite.note)?, &changes, now).await?;
    services.changed(&changes);
    again::admit_again(services, space, &rooms).await;
    Ok(())
}

/// Enters by a link. Whoever is inside already, or on the team, uses nothing up.
///
/// # Errors
/// `Conflict("invite")` if it is used up, expired, closed or revoked. `Conflict("banned")` for whoever is banned.
pub async fn take(services: &Services, by: AccountId, id: InviteId) -> ServiceResult<Entry> {
    let invite = services.store.entries().invite(id).await?;
    let entry = before(services, by, invite.experience).await?;
    match entry.admission.reason {
        Reason::Team | Reason::Invited => return Ok(entry),
        Reason::Banned => return Err(ServiceError::Conflict("banned")),
        Reason::Closed => return Err(ServiceError::Conflict(store::SUSPENDED_SPACE)),
        _ => {}
    }
    let space = invite.space;
    let (changes, now) = ([Change::Access { space, account: by }], services.now());
    let mut tx = services.store.begin().await?;
    tx.take_invite(by, id, now).await?;
    tx.commit_audited(services.come_in(by, "invite.take", id, &invite.note)?, &changes, now).await?;
    services.changed(&changes);
    Ok(entry)
}

/// Shows so many minutes of each show for free from now on; `None`: none. What has begun goes on to its end.
///
/// # Errors
/// `Conflict("kind")` if the experience has no shows.
pub async fn set_preview(
    services: &Services,
    by: AccountId,
    id: ExperienceId,
    minutes: Option<i64>,
) -> ServiceResult<()> {
    let Experience { space, kind, .. } = services.store.experiences().by_id(id).await?;
    services.authorise(by, space, Action::EditOffer).await?;
    if !kind.has_streams() {
        return Err(ServiceError::Conflict("kind"));
    }
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.set_preview((space, id), minutes).await?;
    let detail = minutes.map_or_else(|| "none".to_owned(), |minutes| format!("{minutes} min"));
    tx.commit_audited(services.act(by, "experience.preview", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Begins the free minutes of what is on air, for somebody who needs a pass. Whoever gets in already needs none.
///
/// # Errors
/// `Conflict("preview")` if nothing is on air, nothing is free, or they have had their minutes of this show.
pub async fn begin_preview(services: &Services, by: AccountId, id: ExperienceId) -> ServiceResult<Entry> {
    let entry = before(services, by, id).await?;
    if entry.admission.admitted() {
        return Ok(entry);
    }
    let stream = entry.facts.place.stream.as_ref().filter(|_| entry.admission.reason == Reason::NeedsPass);
    let Some(stream) = stream.map(|stream| stream.id) else { return Err(ServiceError::Conflict("preview")) };
    let (changes, now) =
        ([Change::Access { space: entry.facts.place.space.id, account: by }], services.now());
    let mut tx = services.store.begin().await?;
    tx.begin_preview(by, stream, now).await?;
    tx.commit_audited(services.come_in(by, "preview.begin", stream, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(entry)
}

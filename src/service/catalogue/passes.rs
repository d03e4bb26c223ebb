//! Passes: what is sold or given away, and what it opens.

use crate::{ServiceResult, Services};
use domain::{
    access::{
        admit::{Door, Facts, admit},
        may::Action,
    },
    catalogue::offer::ExperienceKind,
    change::Change,
    id::{AccountId, ExperienceId, PassId, RoomId, SpaceId},
    ops::suspension::Subject,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{PassText, Standing};

/// Creates a pass, last in the order. Returns `Conflict("slug")` if the slug is taken, `Conflict("includes")` if it
/// would open something of another space, `Conflict("quota")` if the space is full.
pub async fn create(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    text: &PassText,
) -> ServiceResult<PassId> {
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let pass = tx.create_pass(space, text, now).await?;
    let changes = [Change::Pass { space, pass }];
    tx.commit_audited(services.act(by, "pass.create", pass, &text.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(pass)
}

/// Changes the texts, price and contents of a pass. The new contents apply to its holders, too: those who lose an
/// experience are ejected from its rooms before this returns.
///
/// # Errors
/// Those of [`create`], and `TooMany` if slugs of the space have changed too often in the last hour.
pub async fn update(services: &Services, by: AccountId, pass: PassId, text: &PassText) -> ServiceResult<()> {
    let before = services.store.passes().by_id(pass).await?;
    let space = before.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Pass { space, pass }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.update_pass(pass, text, now).await? != before.slug {
        services.limits.rename_inside(space, now)?;
    }
    let closed: Vec<_> = before.includes.into_iter().filter(|e| !text.includes.contains(e)).collect();
    // Read before the commit: what follows it must not fail.
    let mut rooms: Vec<Room> = closed.iter().map(|e| (RoomId::of_experience(*e), *e)).collect();
    if !closed.is_empty() {
        let streams = tx.streams_of(space).await?.into_iter().map(|stream| (stream.room, stream.experience));
        rooms.extend(streams.filter(|room| closed.contains(&room.1)));
    }
    tx.commit_audited(services.act(by, "pass.update", pass, &text.title)?, &changes, now).await?;
    services.changed(&changes);
    admit_again(services, space, &rooms).await;
    Ok(())
}

/// A room of an experience.
type Room = (RoomId, ExperienceId);

/// A person in a room of an experience.
type Inside = (RoomId, ExperienceId, AccountId);

/// Ejects people from these rooms if they may no longer be there. Later arrivals are decided at the door.
async fn admit_again(services: &Services, space: SpaceId, rooms: &[Room]) {
    let mut inside: Vec<Inside> = Vec::new();
    for (room, experience) in rooms {
        let here = services.engine.accounts(*room).into_iter();
        inside.extend(here.map(|account| (*room, *experience, account)));
    }
    if inside.is_empty() {
        return;
    }
    let staying = may_stay(services, space, &inside).await;
    if let Err(error) = &staying {
        tracing::error!(%space, %error, "it is not known who keeps access, so everybody has to enter again");
    }
    let lost = leaving(inside, staying).into_iter();
    let lost = lost.map(|(room, _, account)| Change::RoomAccessLost { space, account, room });
    services.changed(&lost.collect::<Vec<_>>());
}

/// Fails closed: if it is not known who may stay, everybody leaves.
fn leaving(mut inside: Vec<Inside>, staying: ServiceResult<HashSet<Inside>>) -> Vec<Inside> {
    let staying = staying.unwrap_or_default();
    inside.retain(|one| !staying.contains(one));
    inside
}

/// Those whom the door would admit. The number of statements does not depend on the number of rooms.
async fn may_stay(services: &Services, space: SpaceId, inside: &[Inside]) -> ServiceResult<HashSet<Inside>> {
    let (store, now) = (&services.store, services.now());
    let published = store.spaces().by_id(space).await?.published_at.is_some();
    let suspended = store.suspensions().of(Subject::Space(space)).await?.is_some();
    let passes = store.passes().list(space).await?;
    let people: BTreeSet<AccountId> = inside.iter().map(|one| one.2).collect();
    let people: Vec<AccountId> = people.into_iter().collect();
    let standings = store.access().standings(space, &people, now).await?;
    let standings: HashMap<AccountId, Standing> = people.into_iter().zip(standings).collect();
    let stays = |&&(_, experience, account): &&Inside| {
        standings.get(&account).is_some_and(|standing| {
            let facts = Facts {
                account: Some(account),
                team: standing.team,
                // Entering needs none.
                owes_passkey: false,
                published,
                suspended,
                experience,
                // Everybody enters by the same rule.
                kind: ExperienceKind::Show,
                passes: &passes,
                grants: &standing.grants,
                bans: &standing.bans,
                stream: None,
            };
            admit(&facts, Door::Enter, now).admitted()
        })
    };
    Ok(inside.iter().filter(stays).copied().collect())
}

/// Moves a pass one place up or down.
pub async fn shift(
    services: &Services,
    by: AccountId,
    pass: PassId,
    places: isize,
) -> ServiceResult<SpaceId> {
    let space = services.store.passes().by_id(pass).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let passes = services.store.passes().list(space).await?;
    let mut order: Vec<PassId> = passes.into_iter().map(|p| p.id).collect();
    let Some(at) = order.iter().position(|p| *p == pass) else { return Ok(space) };
    let to = at.saturating_add_signed(places).min(order.len() - 1);
    if to == at {
        return Ok(space);
    }
    order.swap(at, to);
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.reorder_passes(space, &order).await?;
    tx.commit_audited(services.act(by, "pass.reorder", pass, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(space)
}

/// Stops offering a pass. Its holders keep it.
pub async fn withdraw(services: &Services, by: AccountId, pass: PassId) -> ServiceResult<SpaceId> {
    let space = services.store.passes().by_id(pass).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Pass { space, pass }], services.now());
    let mut tx = services.store.begin().await?;
    tx.withdraw_pass(pass, now).await?;
    tx.commit_audited(services.act(by, "pass.withdraw", pass, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServiceError;

    #[test]
    fn who_may_stay_stays_and_everybody_leaves_if_that_is_not_known() {
        let (room, experience) = (RoomId::new(), ExperienceId::new());
        let [ann, ben] = [AccountId::new(), AccountId::new()].map(|account| (room, experience, account));
        assert_eq!(leaving(vec![ann, ben], Ok(HashSet::from([ann]))), [ben]);
        let away = Err(ServiceError::Unavailable("the database is away".into()));
        assert_eq!(leaving(vec![ann, ben], away), [ann, ben]);
    }
}

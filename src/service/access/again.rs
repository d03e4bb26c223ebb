//! Who may stay where they are, after the rules of an experience have changed.

use crate::{ServiceResult, Services};
use domain::{
    access::admit::{Door, Facts, admit},
    catalogue::offer::ExperienceKind,
    change::Change,
    id::{AccountId, ExperienceId, RoomId, SessionId, SpaceId, StreamId},
    ops::suspension::Subject,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Standing, Tx};

/// A room of an experience, and the stream that it belongs to.
pub(crate) type Room = (RoomId, ExperienceId, Option<StreamId>);

/// A person in a room of an experience.
type Inside = (Room, AccountId);

/// The rooms of experiences. Read them before the commit: what follows it must not fail.
pub(crate) async fn rooms_of(
    tx: &mut Tx<'_>,
    space: SpaceId,
    experiences: &[ExperienceId],
) -> ServiceResult<Vec<Room>> {
    let mut rooms: Vec<Room> = experiences.iter().map(|e| (RoomId::of_experience(*e), *e, None)).collect();
    if !experiences.is_empty() {
        let streams = tx.streams_of(space).await?.into_iter();
        let streams = streams.map(|stream| (stream.room, stream.experience, Some(stream.id)));
        rooms.extend(streams.filter(|room| experiences.contains(&room.1)));
    }
    Ok(rooms)
}

/// Ejects people from these rooms if they may no longer be there. Later arrivals are decided at the door.
pub(crate) async fn admit_again(services: &Services, space: SpaceId, rooms: &[Room]) {
    enter_again(services, space, rooms, None).await;
}

/// The same after the devices of a pass were limited: no device has a seat by it.
pub(crate) async fn sit_again(services: &Services, space: SpaceId, rooms: &[Room]) {
    enter_again(services, space, rooms, Some(SessionId::new())).await;
}

/// `session`: in which everybody is asked; `None` if it does not matter.
async fn enter_again(services: &Services, space: SpaceId, rooms: &[Room], session: Option<SessionId>) {
    let mut inside: Vec<Inside> = Vec::new();
    for room in rooms {
        let here = services.engine.accounts(room.0).into_iter();
        inside.extend(here.map(|account| (*room, account)));
    }
    if inside.is_empty() {
        return;
    }
    let staying = may_stay(services, space, &inside, session).await;
    if let Err(error) = &staying {
        tracing::error!(%space, %error, "it is not known who keeps access, so everybody has to enter again");
    }
    let lost = leaving(inside, staying).into_iter();
    let lost = lost.map(|((room, ..), account)| Change::RoomAccessLost { space, account, room });
    services.changed(&lost.collect::<Vec<_>>());
}

/// Fails closed: if it is not known who may stay, everybody leaves.
fn leaving(mut inside: Vec<Inside>, staying: ServiceResult<HashSet<Inside>>) -> Vec<Inside> {
    let staying = staying.unwrap_or_default();
    inside.retain(|one| !staying.contains(one));
    inside
}

/// Those whom the door would admit. The number of statements does not depend on the number of rooms.
async fn may_stay(
    services: &Services,
    space: SpaceId,
    inside: &[Inside],
    session: Option<SessionId>,
) -> ServiceResult<HashSet<Inside>> {
    let (store, now) = (&services.store, services.now());
    let published = store.spaces().by_id(space).await?.published_at.is_some();
    let suspended = store.suspensions().of(Subject::Space(space)).await?.is_some();
    let (passes, locks) = (store.passes().list(space).await?, store.entries().locks(space).await?);
    let limits = store.devices().limits(space).await?;
    let people: BTreeSet<AccountId> = inside.iter().map(|one| one.1).collect();
    let people: Vec<AccountId> = people.into_iter().collect();
    let standings = store.access().standings(space, &people, now).await?;
    let standings: HashMap<AccountId, Standing> = people.into_iter().zip(standings).collect();
    let stays = |&&((_, experience, show), account): &&Inside| {
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
                locks: &locks,
                permits: &standing.permits,
                session,
                limits: &limits,
                seats: &standing.seats,
                show,
                stream: None,
            };
            admit(&facts, Door::Enter, now).admitted()
        })
    };
    Ok(inside.iter().filter(stays).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServiceError;

    #[test]
    fn who_may_stay_stays_and_everybody_leaves_if_that_is_not_known() {
        let room = (RoomId::new(), ExperienceId::new(), None);
        let [ann, ben] = [AccountId::new(), AccountId::new()].map(|account| (room, account));
        assert_eq!(leaving(vec![ann, ben], Ok(HashSet::from([ann]))), [ben]);
        let away = Err(ServiceError::Unavailable("the database is away".into()));
        assert_eq!(leaving(vec![ann, ben], away), [ann, ben]);
    }
}

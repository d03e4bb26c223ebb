//! On which devices a limited pass is used. A device takes its seat when it opens a page; all other doors only look.

use crate::{ServiceError, ServiceResult, Services, access::again};
use domain::{
    access::{
        admit::{Door, Reason, admit, limited_grant},
        device::{Taken, in_use},
        may::Action,
    },
    catalogue::offer::{Pass, Space},
    change::Change,
    id::{AccountId, ExperienceId, GrantId, PassId, SessionId, SpaceId},
    people::account::Identity,
};
use store::{AccessFacts, Entrant};

/// A pass, its space, and on how many devices a holder uses it at the same time.
pub async fn of_pass(
    services: &Services,
    by: AccountId,
    id: PassId,
) -> ServiceResult<(Space, Pass, Option<i64>)> {
    let pass = services.store.passes().by_id(id).await?;
    let space = services.authorise(by, pass.space, Action::EditOffer).await?;
    let limits = services.store.devices().limits(space.id).await?;
    let devices = limits.iter().find(|limit| limit.pass == id).map(|limit| limit.devices);
    Ok((space, pass, devices))
}

/// Limits the devices of a pass; `None`: any number. Whoever is inside only by this pass enters again.
pub async fn limit(
    services: &Services,
    by: AccountId,
    id: PassId,
    devices: Option<i64>,
) -> ServiceResult<()> {
    let (space, pass, before) = of_pass(services, by, id).await?;
    if before == devices {
        return Ok(());
    }
    let (changes, now) = ([Change::Pass { space: space.id, pass: id }], services.now());
    let mut tx = services.store.begin().await?;
    tx.limit_devices(id, devices).await?;
    let rooms = again::rooms_of(&mut tx, space.id, &pass.opens_for_some()).await?;
    let detail = devices.map_or_else(|| "any number".to_owned(), |most| most.to_string());
    tx.commit_audited(services.act(by, "pass.devices", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    if devices.is_some() {
        again::sit_again(services, space.id, &rooms).await;
    }
    Ok(())
}

/// What becomes of a device that opens a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sat {
    /// It has a seat now.
    Here,
    /// All seats are taken by these.
    Elsewhere(Vec<Taken>),
}

/// Gives the device a seat, if there is one. Devices that have left for a while, or whose session is over, give theirs back.
pub async fn sit(services: &Services, who: Identity, facts: &AccessFacts) -> ServiceResult<Sat> {
    let now = services.now();
    let Some((grant, most)) = limited_grant(&facts.as_facts(), now) else { return Ok(Sat::Here) };
    let taken = services.store.devices().taken(grant, now).await?;
    let (used, free) = in_use(taken, |session| services.engine.uses(grant, session), now);
    if i64::try_from(used.len()).is_ok_and(|used| used >= most) {
        return Ok(Sat::Elsewhere(used));
    }
    let mut tx = services.store.begin().await?;
    let Some(freed) = tx.sit_down((grant, who.session), most, &free, now).await? else {
        drop(tx);
        // Another device was faster.
        return Ok(Sat::Elsewhere(services.store.devices().taken(grant, now).await?));
    };
    // Whoever came back meanwhile by such a seat ends.
    let changes = changes(facts.place.space.id, who.account, &freed, grant);
    tx.commit_audited(services.come_in(who.account, "device.sit", grant, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(Sat::Here)
}

/// Moves to this device: the one that has watched the longest ends before this returns.
pub async fn move_here(
    services: &Services,
    who: Identity,
    experience: ExperienceId,
) -> ServiceResult<AccessFacts> {
    let now = services.now();
    let facts = services.store.access().of_experience(Some(Entrant::from(who)), experience, now).await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    let (Reason::OtherDevice, Some((grant, most))) =
        (admission.reason, limited_grant(&facts.as_facts(), now))
    else {
        return if admission.reason == Reason::Hidden { Err(ServiceError::NotFound) } else { Ok(facts) };
    };
    let (space, account) = (facts.place.space.id, who.account);
    let mut tx = services.store.begin().await?;
    let ended = tx.move_here((grant, who.session), most, now).await?;
    let changes = changes(space, account, &ended, grant);
    tx.commit_audited(services.come_in(account, "device.move", grant, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(facts)
}

fn changes(space: SpaceId, account: AccountId, ended: &[SessionId], grant: GrantId) -> Vec<Change> {
    let moved = ended.iter().map(|session| Change::DeviceMoved { space, account, grant, session: *session });
    [Change::Access { space, account }].into_iter().chain(moved).collect()
}

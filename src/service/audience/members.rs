//! One person in a space, with their whole story.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::{Action, may},
    catalogue::offer::Space,
    id::{AccountId, SpaceId},
    money::recurring::subscription::Subscription,
    people::account::Account,
    time::Millis,
};
use store::{HeldPass, KnownPerson, MemberActivity, PersonBan, PersonOrder, PersonWait};

/// Everything that a space knows of a person. Each list begins with the newest.
#[derive(Clone, Debug)]
pub struct PersonStory {
    pub space: Space,
    pub account: Account,
    /// The caller's role sees addresses.
    pub addresses: bool,
    pub known: KnownPerson,
    pub passes: Vec<HeldPass>,
    /// `None`: the caller's role does not see the team's money.
    pub orders: Option<Vec<PersonOrder>>,
    pub subscriptions: Vec<Subscription>,
    pub waits: Vec<PersonWait>,
    pub bans: Vec<PersonBan>,
    pub activity: MemberActivity,
    pub now: Millis,
}

/// The story of one person in a space.
///
/// # Errors
/// `NotFound` for an account that has and had nothing to do with the space: nobody learns of the accounts of others.
pub async fn story(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    account: AccountId,
) -> ServiceResult<PersonStory> {
    let (space, role) = services.member(by, space).await?;
    if !may(role, Action::EditOffer) {
        return Err(ServiceError::Role);
    }
    let (id, members, now) = (space.id, services.store.members(), services.now());
    let known = members.known(id, account).await?.ok_or(ServiceError::NotFound)?;
    let orders = match may(role, Action::ManageMoney) {
        true => Some(members.orders(id, account).await?),
        false => None,
    };
    let mut subscriptions = services.store.subscriptions().of_account(account).await?;
    subscriptions.retain(|one| one.space == id);
    Ok(PersonStory {
        account: services.store.accounts().by_id(account).await?,
        passes: members.held(id, &[account]).await?.remove(&account).unwrap_or_default(),
        activity: members.activity(id, &[account]).await?.remove(&account).unwrap_or_default(),
        waits: members.waits(id, account).await?,
        bans: members.bans(id, account).await?,
        addresses: may(role, Action::SeeAddresses),
        known,
        orders,
        subscriptions,
        space,
        now,
    })
}

//! Passes that a team gives to an e-mail address, and those who take them.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::{
        comp::{Comp, CompRefusal},
        jobs::SendComp,
        may::Action,
    },
    catalogue::offer::{NotOffered, Pass, Space},
    change::Change,
    error::StoreError,
    id::{AccountId, CompId, PassId, SpaceId},
    people::{account::Account, address::mailbox},
};

/// Gives a pass to an address, with a mail.
///
/// # Errors
/// `Conflict` with `given` or `comps`; `NotOffered` if it is sold out; `TooMany` mails by the caller or to the mailbox.
pub async fn give(services: &Services, by: AccountId, pass: PassId, email: &str) -> ServiceResult<()> {
    let pass = services.store.passes().by_id(pass).await?;
    services.authorise(by, pass.space, Action::EditOffer).await?;
    let now = services.now();
    let changes = [Change::Stock { space: pass.space, pass: pass.id }];
    let mut tx = services.store.begin().await?;
    let comp = tx.add_comp(pass.id, email, by, now).await.map_err(|error| match error {
        StoreError::Conflict(store::SOLD_OUT) => NotOffered::SoldOut.into(),
        error => ServiceError::from(error),
    })?;
    services.limits.invite(by, mailbox(email), now)?;
    tx.commit_audited(services.act(by, "comp.give", comp, format!("pass {}", pass.id))?, &changes, now)
        .await?;
    services.changed(&changes);
    Ok(())
}

/// Takes back what was given. Whoever has taken it loses it, and what is open through it ends. Revoking it twice changes nothing.
pub async fn revoke(services: &Services, by: AccountId, pass: PassId, comp: CompId) -> ServiceResult<()> {
    let comp = services.store.comps().by_id(comp).await?;
    // What was bought ends by its refund.
    if comp.pass != pass || comp.purchase.is_some() {
        return Err(ServiceError::NotFound);
    }
    let space = comp.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut changes = vec![Change::Stock { space, pass }];
    let mut tx = services.store.begin().await?;
    let (revoked, ended) = tx.revoke_comp(pass, comp.id, now).await?;
    if let Some(grant) = ended {
        let account = services.store.grants().by_id(grant).await?.account;
        changes.push(Change::GrantEnded { space, account, grant });
    }
    if revoked {
        tx.commit_audited(services.act(by, "comp.revoke", comp.id, format!("pass {pass}"))?, &changes, now)
            .await?;
        services.changed(&changes);
    }
    Ok(())
}

/// A pass that was given, with what its reader should know.
pub struct Given {
    pub comp: Comp,
    pub pass: Pass,
    pub space: Space,
    /// What its buyer is called, if somebody has bought it.
    pub from: Option<String>,
}

async fn given(services: &Services, comp: Comp) -> ServiceResult<Given> {
    let pass = services.store.passes().by_id(comp.pass).await?;
    let space = services.store.spaces().by_id(comp.space).await?;
    let from = match comp.purchase {
        Some(_) => Some(services.store.accounts().by_id(comp.by).await?.name),
        None => None,
    };
    Ok(Given { comp, pass, space, from })
}

fn refusal(reason: CompRefusal) -> ServiceError {
    match reason {
        CompRefusal::Address => ServiceError::Conflict("address"),
        CompRefusal::Gone => ServiceError::NotFound,
    }
}

/// What was given to the caller, if they may take it now.
///
/// # Errors
/// `NotFound` if it was taken or revoked, or has waited too long; `Conflict("address")` if it is somebody else's.
pub async fn find(services: &Services, by: &Account, comp: CompId) -> ServiceResult<Given> {
    let comp = services.store.comps().by_id(comp).await?;
    comp.claim(&by.email, services.now()).map_err(refusal)?;
    given(services, comp).await
}

/// Takes the pass. Returns its space.
///
/// # Errors
/// As [`find`]; `NotOffered` if the caller is in the team or banned; `Conflict("held")`.
pub async fn claim(services: &Services, by: &Account, comp: CompId) -> ServiceResult<Space> {
    let Given { comp, pass, space, .. } = find(services, by, comp).await?;
    let now = services.now();
    let changes = [
        Change::Access { space: space.id, account: by.id },
        Change::Stock { space: space.id, pass: pass.id },
    ];
    let mut tx = services.store.begin().await?;
    tx.claim_comp(&comp, by.id, now).await.map_err(|error| match error {
        StoreError::Conflict("gone") => ServiceError::NotFound,
        error => error.into(),
    })?;
    // Checked after the row was written, as at a purchase. What is not sold at the moment can be given all the same.
    if let Err(reason @ (NotOffered::Team | NotOffered::Banned)) = tx.check_offer(by.id, pass.id, now).await?
    {
        return Err(reason.into());
    }
    let act = services.come_in(by.id, "comp.claim", comp.id, format!("pass {}", pass.id))?;
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(space)
}

/// Ends what nobody took in time: its seats are free, and the addresses are forgotten. Nobody causes that, so there is no audit line.
pub async fn end_late(services: &Services) -> ServiceResult<usize> {
    let mut ended = 0;
    loop {
        let mut tx = services.store.begin().await?;
        let late = tx.end_late_comps(services.now()).await?;
        if late.is_empty() {
            return Ok(ended);
        }
        let stock = |(space, pass): &(SpaceId, PassId)| Change::Stock { space: *space, pass: *pass };
        let changes: Vec<_> = late.iter().map(stock).collect();
        tx.commit_unattended(&changes).await?;
        services.changed(&changes);
        ended += late.len();
    }
}

/// What the mail says; `None` if there is nothing to take any more.
pub async fn due(services: &Services, job: &SendComp) -> ServiceResult<Option<Given>> {
    let comp = services.store.comps().by_id(job.comp).await?;
    if comp.claim(&comp.email, services.now()).is_err() {
        return Ok(None);
    }
    given(services, comp).await.map(Some)
}

//! Passes: what is sold or given away, and what it opens.

use crate::{ServiceResult, Services, access::again};
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, PassId, SpaceId},
    money::selling::Selling,
};
use store::PassText;

/// Creates a pass, last in the order. Returns `Conflict("slug")` if the slug is taken, `Conflict("includes")` if it
/// would open something of another space, `Conflict("quota")` if the space is full.
pub async fn create(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    text: &PassText,
) -> ServiceResult<PassId> {
    create_sold(services, by, space, text, &Selling::default()).await
}

/// The same, and how it is sold beside its price.
pub async fn create_sold(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    text: &PassText,
    selling: &Selling,
) -> ServiceResult<PassId> {
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let pass = tx.create_pass(space, text, now).await?;
    tx.sell_pass(pass, selling).await?;
    let changes = [Change::Pass { space, pass }, Change::Stock { space, pass }];
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
    update_sold(services, by, pass, text, None).await
}

/// The same, and how it is sold beside its price; `None`: as before. Open orders that do not fit it end.
pub async fn update_sold(
    services: &Services,
    by: AccountId,
    pass: PassId,
    text: &PassText,
    selling: Option<&Selling>,
) -> ServiceResult<()> {
    let before = services.store.passes().by_id(pass).await?;
    let space = before.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let changes = [Change::Pass { space, pass }, Change::Stock { space, pass }];
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.update_pass(pass, text, now).await? != before.slug {
        services.limits.rename_inside(space, now)?;
    }
    if let Some(selling) = selling {
        tx.sell_pass(pass, selling).await?;
    }
    let closed: Vec<_> = before.includes.into_iter().filter(|e| !text.includes.contains(e)).collect();
    // Read before the commit: what follows it must not fail.
    let rooms = again::rooms_of(&mut tx, space, &closed).await?;
    tx.commit_audited(services.act(by, "pass.update", pass, &text.title)?, &changes, now).await?;
    services.changed(&changes);
    again::admit_again(services, space, &rooms).await;
    Ok(())
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
    let changes = [Change::Pass { space, pass }, Change::Stock { space, pass }];
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.withdraw_pass(pass, now).await?;
    tx.commit_audited(services.act(by, "pass.withdraw", pass, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(space)
}

//! Passes that are bought for somebody else's address. Once paid, whoever proves the address takes the pass, as with one that a team
//! gives; a refund takes it back.

use super::chosen::Choice;
use crate::{
    ServiceError, ServiceResult, Services,
    money::checkouts::{self, Purchased},
    unbounded_act,
};
use domain::{
    access::jobs::CloseSpace,
    catalogue::offer::{Pass, PriceKind},
    change::Change,
    id::{CheckoutId, PassId},
    money::{asking, selling::Waitlist, store::CheckoutStore},
    people::account::Account,
};

/// Whether a pass can be bought for somebody else: at one price, and without a waitlist, in which the buyer has the place.
pub fn can_be_given(services: &Services, pass: &Pass) -> bool {
    let once = matches!(pass.price.kind, PriceKind::Once(_)) && services.sells(pass.price.kind);
    once && pass.is_offered() && pass.selling.waitlist == Waitlist::Off
}

/// Opens an order of a pass for this address.
///
/// # Errors
/// `NotFound` if it cannot be given; `Conflict` with `own_address`, `given` (one waits for the address already) or `open_order` (the
/// buyer may be paying another order of the pass); those of every purchase.
pub async fn buy(
    services: &Services,
    by: &Account,
    pass: PassId,
    email: &str,
    answers: &[String],
) -> ServiceResult<CheckoutId> {
    let pass = services.store.passes().by_id(pass).await?;
    if !can_be_given(services, &pass) {
        return Err(ServiceError::NotFound);
    }
    if by.email == email {
        return Err(ServiceError::Conflict("own_address"));
    }
    let answers = asking::answers(&pass.asked, answers).map_err(ServiceError::Unanswered)?;
    let opened = checkouts::open_as(services, by.id, &pass, Choice::Gift(email), &answers).await?;
    let Purchased::Order(id) = opened else { return Err(ServiceError::Conflict("checkout")) };
    match CheckoutStore::load(&services.store, id).await?.gift {
        Some(to) if to == email => Ok(id),
        _ => Err(ServiceError::Conflict("open_order")),
    }
}

/// What was bought for an address in a space that was closed, and nobody has taken, goes back to its buyers: nobody can enter there. A
/// second time it returns what is left.
pub(crate) async fn return_untaken(services: &Services, job: &CloseSpace) -> ServiceResult<()> {
    let (space, now) = (job.space, services.now());
    loop {
        let mut tx = services.store.begin().await?;
        let passes = tx.return_untaken(space, job.closed_at, now).await?;
        if passes.is_empty() {
            return Ok(());
        }
        let changes: Vec<_> = passes.iter().map(|pass| Change::Stock { space, pass: *pass }).collect();
        let act = unbounded_act(job.by, "gift.return", space, format!("{} passes", passes.len()));
        tx.commit_audited(act, &changes, now).await?;
        services.changed(&changes);
    }
}

//! Refunds that buyers ask for, and the answers of sellers. A refund that a seller decides is an answer, too
//! ([`crate::money::seller_refunds`]).

use crate::{ServiceError, ServiceResult, Services, money::seller_refunds};
use domain::{
    access::may::{Action, may},
    id::{AccountId, PurchaseId, RefundWishId},
    money::back::wishes::{MOST_WISHES, SendRefundDeclined, SendRefundWish},
    people::account::is_no_address,
};
use store::{RefundWish, SoldOrder};

/// An order of the caller, with what they asked for.
#[derive(Debug)]
pub struct OwnWishes {
    pub order: SoldOrder,
    pub wishes: Vec<RefundWish>,
    pub may: MayAsk,
}

/// Whether a buyer may ask for a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayAsk {
    Yes,
    /// The last one is not answered yet.
    Waits,
    /// They have asked as often as they may.
    UsedUp,
    /// Nothing is left, all of it goes back by itself, or a bank decides.
    Nothing,
}

/// Orders of other people do not exist for the caller.
pub async fn own(services: &Services, by: AccountId, id: PurchaseId) -> ServiceResult<OwnWishes> {
    let order = services.store.orders().by_id(id).await?;
    if order.purchase.account != by {
        return Err(ServiceError::NotFound);
    }
    let wishes = services.store.refund_wishes().of_purchase(id).await?;
    let refunds = services.store.seller_refunds().of_purchase(id).await?;
    let may = if wishes.iter().any(RefundWish::is_open) {
        MayAsk::Waits
    } else if seller_refunds::refundable(&order, &refunds) == 0 {
        MayAsk::Nothing
    } else if wishes.len() as i64 >= MOST_WISHES {
        MayAsk::UsedUp
    } else {
        MayAsk::Yes
    };
    Ok(OwnWishes { order, wishes, may })
}

/// Asks the seller of an order of the caller for a refund.
///
/// # Errors
/// `Conflict("wish")` unless [`MayAsk::Yes`].
pub async fn ask(services: &Services, by: AccountId, id: PurchaseId, reason: &str) -> ServiceResult<()> {
    let own = own(services, by, id).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.ask_for_refund(id, reason, now).await?.ok_or(ServiceError::Conflict("wish"))?;
    let act = services.act(by, "refund.ask", own.order.purchase.checkout, "")?;
    Ok(tx.commit_audited(act, &[], now).await?)
}

/// Answers a buyer that no refund is made.
///
/// # Errors
/// As [`seller_refunds::order`]. `Conflict("wish")` if nothing is asked for.
pub async fn decline(services: &Services, by: AccountId, id: PurchaseId, words: &str) -> ServiceResult<()> {
    let (order, _) = seller_refunds::order(services, by, id).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if !tx.decline_refund(id, by, words, now).await? {
        return Err(ServiceError::Conflict("wish"));
    }
    let act = services.act(by, "refund.decline", order.purchase.checkout, "")?;
    Ok(tx.commit_audited(act, &[], now).await?)
}

/// What a mail about such a wish says, and to whom.
pub struct WishNews {
    pub wish: RefundWish,
    pub order: SoldOrder,
    pub email: String,
}

/// For somebody of the team; `None` if it is answered, the account is deleted, or it may not decide about it any more.
pub async fn asked(services: &Services, job: &SendRefundWish) -> ServiceResult<Option<WishNews>> {
    let found = news(services, job.wish, None, job.reader).await?;
    let Some(found) = found.filter(|found| found.wish.is_open()) else { return Ok(None) };
    let team = services.store.spaces().by_id(found.order.purchase.space).await?.team;
    let role = services.store.teams().role(team, job.reader).await?;
    Ok(role.filter(|role| may(*role, Action::ManageMoney)).map(|_| found))
}

/// For the buyer; `None` if the account is deleted.
pub async fn declined(services: &Services, job: &SendRefundDeclined) -> ServiceResult<Option<WishNews>> {
    let wish = services.store.refund_wishes().by_id(job.wish).await?;
    let order = services.store.orders().by_id(wish.purchase).await?;
    let reader = order.purchase.account;
    news(services, job.wish, Some(order), reader).await
}

async fn news(
    services: &Services,
    id: RefundWishId,
    order: Option<SoldOrder>,
    reader: AccountId,
) -> ServiceResult<Option<WishNews>> {
    let wish = services.store.refund_wishes().by_id(id).await?;
    let order = match order {
        Some(order) => order,
        None => services.store.orders().by_id(wish.purchase).await?,
    };
    let email = services.store.accounts().by_id(reader).await?.email;
    Ok((!is_no_address(&email)).then_some(WishNews { wish, order, email }))
}

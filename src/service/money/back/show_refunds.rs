//! Calling a show off and refunding everybody who bought for it. The decision is one act; jobs carry it out, a batch of orders at a
//! time, and each order's refund is a job of its own.

use crate::{ServiceError, ServiceResult, Services, money::provider};
use actors::StreamFailure;
use domain::{
    access::may::Action,
    amount::Money,
    catalogue::offer::Space,
    change::Change,
    error::StoreError,
    id::{AccountId, PassId, ShowRefundId, StreamId},
    live::stream::{EndReason, Stream, StreamCommand, StreamState},
    money::back::show_refunds::{PassDue, RefundShow, ShowRefundSum, TellShowRefund, fingerprint},
    people::account::is_no_address,
    text,
};
use store::{FailedShowRefund, ShowRefund};

/// What calling a show off would refund.
#[derive(Debug)]
pub struct ShowStakes {
    pub space: Space,
    pub stream: Stream,
    pub dues: Vec<PassDue>,
}

impl ShowStakes {
    /// A show that has taken place is not called off any more.
    pub fn may_be_called_off(&self) -> bool {
        self.stream.state != StreamState::Ended || self.stream.end_reason == Some(EndReason::Cancelled)
    }
}

/// How far the refunds of a show are.
#[derive(Debug)]
pub struct ShowProgress {
    pub space: Space,
    pub show: ShowRefund,
    pub sums: Vec<ShowRefundSum>,
    pub failed: Vec<FailedShowRefund>,
}

/// What somebody decides, as they saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShowRefundWish {
    pub passes: Vec<PassId>,
    /// The show's title, as they wrote it.
    pub typed: String,
    /// The word of the sums that they saw.
    pub seen: String,
}

/// A show of the caller's team with the orders of the passes that open it.
pub async fn stakes(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<ShowStakes> {
    let stream = services.store.streams().by_id(id).await?;
    let space = services.authorise(by, stream.space, Action::ManageMoney).await?;
    let dues = services.store.show_refunds().due(stream.experience).await?;
    Ok(ShowStakes { space, stream, dues })
}

/// How far the refunds of a show of the caller's team are; `None` if they were not decided. The show may have been deleted since.
pub async fn progress(
    services: &Services,
    by: AccountId,
    id: StreamId,
) -> ServiceResult<Option<ShowProgress>> {
    let refunds = services.store.show_refunds();
    let Some(show) = refunds.of_stream(id).await? else { return Ok(None) };
    let space = services.authorise(by, show.space, Action::ManageMoney).await?;
    let now = services.now();
    let (sums, failed) = (refunds.sums(show.id, now).await?, refunds.failed(show.id, now).await?);
    Ok(Some(ShowProgress { space, show, sums, failed }))
}

/// Calls a show off, and refunds all orders of these passes.
///
/// # Errors
/// `Conflict` with what is in the way: `"decided"` before, the show has taken place (`"state"`), no pass was chosen (`"passes"`), the
/// sums are others now (`"seen"`), or the title is another one (`"name"`).
pub async fn decide(
    services: &Services,
    by: AccountId,
    id: StreamId,
    wish: &ShowRefundWish,
) -> ServiceResult<ShowRefundId> {
    let stakes = stakes(services, by, id).await?;
    services.authorise(by, stakes.stream.space, Action::EditOffer).await?;
    if services.store.show_refunds().of_stream(id).await?.is_some() {
        return Err(ServiceError::Conflict("decided"));
    }
    if !stakes.may_be_called_off() {
        return Err(ServiceError::Conflict("state"));
    }
    let known = |pass: &PassId| stakes.dues.iter().any(|due| due.pass == *pass);
    if wish.passes.is_empty() || !wish.passes.iter().all(known) {
        return Err(ServiceError::Conflict("passes"));
    }
    if wish.seen != fingerprint(&stakes.dues) {
        return Err(ServiceError::Conflict("seen"));
    }
    if text::clean(&wish.typed) != text::clean(&stakes.stream.title) {
        return Err(ServiceError::Conflict("name"));
    }
    provider(services)?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let refunds = tx.refund_show(&stakes.stream, by, &wish.passes, now).await?;
    let refunds = refunds.ok_or(ServiceError::Conflict("decided"))?;
    let orders: i64 = chosen(&stakes.dues, &wish.passes).map(|due| due.orders).sum();
    let detail = format!("{}, {orders} orders of {} passes", stakes.stream.title, wish.passes.len());
    tx.commit_audited(services.act(by, "stream.refund", id, detail)?, &[], now).await?;
    // If this fails, the job of the first batch does it.
    let _ = call_off(services, id, by).await;
    Ok(refunds)
}

fn chosen<'a>(dues: &'a [PassDue], passes: &'a [PassId]) -> impl Iterator<Item = &'a PassDue> {
    dues.iter().filter(|due| passes.contains(&due.pass))
}

/// Ends the show, whatever it does. One that has ended or was deleted stays as it is.
async fn call_off(services: &Services, id: StreamId, by: AccountId) -> ServiceResult<()> {
    let stream = match services.store.streams().by_id(id).await {
        Err(StoreError::NotFound) => return Ok(()),
        found => found?,
    };
    if stream.state == StreamState::Ended {
        return Ok(());
    }
    match services.engine.stream(id).command(StreamCommand::CallOff, Some(by)).await {
        Ok(_) | Err(StreamFailure::Refused(_)) => {}
        Err(failure) => return Err(failure.into()),
    }
    services.changed(&[Change::Space { space: stream.space }]);
    Ok(())
}

/// Carries the decision on: the show ends, the refunds of the next orders are decided, and when all are, their buyers are told. May run
/// again, from the beginning or from anywhere.
pub async fn carry_on(services: &Services, job: &RefundShow) -> ServiceResult<()> {
    let show = services.store.show_refunds().by_id(job.refund).await?;
    call_off(services, show.stream, show.by).await?;
    let now = services.now();
    if !services.store.show_refunds().decide_next(job, now).await? {
        services.store.show_refunds().spread(job.refund, now).await?;
    }
    Ok(())
}

/// Tries the refunds that failed once more. Returns how many.
///
/// # Errors
/// `Conflict("none")` if no refunds of this show were decided, or none of them failed.
pub async fn try_again(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<usize> {
    let found = progress(services, by, id).await?.ok_or(ServiceError::Conflict("none"))?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let mut again = 0;
    for failed in &found.failed {
        again += usize::from(tx.refund_again(failed.id, now).await?);
    }
    if again == 0 {
        return Err(ServiceError::Conflict("none"));
    }
    let act = services.act(by, "stream.refund_again", id, format!("{again} orders"))?;
    tx.commit_audited(act, &[], now).await?;
    Ok(again)
}

/// What the mail about a cancelled show says, and to whom.
pub struct CancelledShow {
    pub show: ShowRefund,
    pub space: Space,
    pub email: String,
    /// What goes back, in each currency.
    pub amounts: Vec<Money>,
}

/// `None` if nobody has the account, or nothing goes back to it.
pub async fn told(services: &Services, job: &TellShowRefund) -> ServiceResult<Option<CancelledShow>> {
    let show = services.store.show_refunds().by_id(job.refund).await?;
    let amounts = services.store.show_refunds().of_buyer(job.refund, job.account).await?;
    let email = services.store.accounts().by_id(job.account).await?.email;
    if amounts.is_empty() || is_no_address(&email) {
        return Ok(None);
    }
    let space = services.store.spaces().by_id(show.space).await?;
    Ok(Some(CancelledShow { show, space, email, amounts }))
}

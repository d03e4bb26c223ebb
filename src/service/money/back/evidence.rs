//! Answers to banks about disputed payments, from our own facts. A job sends each to the payment provider.

use crate::{ServiceError, ServiceResult, Services, money::provider};
use domain::{
    access::may::Action,
    id::{AccountId, PurchaseId},
    money::{
        back::evidence::{EvidenceFacts, SendEvidence},
        payments::{AwaitedAnswer, Dispute, EvidenceRequest, PaymentError},
    },
};
use store::{Act, Evidence, SoldOrder};

/// A disputed order of the caller's team.
#[derive(Debug)]
pub struct DisputedOrder {
    pub order: SoldOrder,
    pub facts: EvidenceFacts,
    pub answer: Option<Evidence>,
}

impl DisputedOrder {
    /// The bank has not decided, and nothing was sent to it.
    pub fn may_be_answered(&self) -> bool {
        let open = matches!(self.order.purchase.dispute, Some(Dispute::Open | Dispute::Inquiry));
        open && self.answer.as_ref().is_none_or(|answer| answer.refused_at.is_some())
    }
}

/// What we know of an order of the caller's team, for the bank of its buyer.
pub async fn of_order(services: &Services, by: AccountId, id: PurchaseId) -> ServiceResult<DisputedOrder> {
    let order = services.store.orders().by_id(id).await?;
    services.authorise(by, order.purchase.space, Action::ManageMoney).await?;
    let facts = services.store.evidences().facts(&order).await?;
    let answer = services.store.evidences().of_purchase(id).await?;
    Ok(DisputedOrder { order, facts, answer })
}

/// Answers the bank. `body`: the facts as the caller saw them, with their words.
///
/// # Errors
/// `Conflict("dispute")` unless [`DisputedOrder::may_be_answered`].
pub async fn submit(services: &Services, by: AccountId, id: PurchaseId, body: &str) -> ServiceResult<()> {
    let order = services.store.orders().by_id(id).await?;
    services.authorise(by, order.purchase.space, Action::ManageMoney).await?;
    provider(services)?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if !tx.answer_dispute(id, by, body, now).await? {
        return Err(ServiceError::Conflict("dispute"));
    }
    let act = services.act(by, "dispute.answer", order.purchase.checkout, "")?;
    Ok(tx.commit_audited(act, &[], now).await?)
}

/// Sends an answer, once, however often the job runs: the provider says whether it has one.
pub async fn send(services: &Services, job: &SendEvidence) -> ServiceResult<()> {
    let Some(answer) = services.store.evidences().of_purchase(job.purchase).await? else { return Ok(()) };
    if answer.created_at != job.at || !answer.is_on_its_way() {
        return Ok(());
    }
    let order = services.store.orders().by_id(job.purchase).await?;
    let checkout = order.purchase.checkout;
    let refused = hand_over(services, &order, answer.body).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.end_evidence(job, refused.is_none(), now).await? {
        let detail = refused.map_or_else(|| "sent".to_owned(), |why| format!("refused: {why}"));
        let act = Act { actor: None, action: "dispute.answer".into(), target: checkout.to_string(), detail };
        tx.commit_audited(act, &[], now).await?;
    }
    Ok(())
}

/// Returns why the provider takes no answer, if it does not.
async fn hand_over(services: &Services, order: &SoldOrder, body: String) -> ServiceResult<Option<String>> {
    let purchase = &order.purchase;
    let session = purchase.provider_session.clone().ok_or(ServiceError::Conflict("no session"))?;
    let payments = provider(services)?;
    let intent = payments.fetch(session).await?.intent.ok_or(ServiceError::Conflict("nothing was paid"))?;
    let dispute = match payments.awaited_answer(intent).await? {
        AwaitedAnswer::Awaited(dispute) => dispute,
        // An earlier try of ours, or the shop's staff was faster.
        AwaitedAnswer::Given => return Ok(None),
        AwaitedAnswer::Nothing => return Ok(Some("no bank waits for an answer".to_owned())),
    };
    let request = EvidenceRequest {
        dispute,
        product: format!("{}, {}", purchase.title, order.space_name),
        buyer: order.parties.buyer.clone(),
        email: order.parties.email.clone(),
        service_date: purchase.paid_at,
        activity: body,
    };
    match payments.answer_dispute(request).await {
        Ok(()) => Ok(None),
        Err(PaymentError::Refused(why)) => Ok(Some(why)),
        Err(away) => Err(away.into()),
    }
}

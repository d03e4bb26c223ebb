//! What payments move at the provider: the balance transactions of charges, refunds and disputes, and the balance itself.

use super::{StripePayments, payment_error};
use domain::{
    money::{
        ledger::movement::{Movement, MovementKind},
        payments::{PaymentError, ProviderBalance},
    },
    time::Millis,
};
use serde::Serialize;
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_shared::{BalanceTransaction, Charge, Dispute, DisputeStatus, Refund};
use stripe_types::{Currency, Expandable, List};

/// What a session is fetched with. The refunds only tell whether there are any: `refunds_of` fetches them with what they
/// moved.
pub(super) const EXPANDED: [&str; 4] = [
    "payment_intent",
    "payment_intent.latest_charge",
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.refunds",
];
/// What the payment of an invoice is fetched with.
pub(super) const INTENT_EXPANDED: [(&str, &str); 3] = [
    ("expand[0]", "latest_charge"),
    ("expand[1]", "latest_charge.balance_transaction"),
    ("expand[2]", "latest_charge.refunds"),
];
/// The longest page of a list.
const MOST: u8 = 100;
/// The metadata key under which a refund carries our id of it.
const REFUND: &str = "refund";

/// The parameters of `GET /v1/refunds` and `GET /v1/disputes`.
#[derive(Serialize)]
struct Of<'a> {
    payment_intent: &'a str,
    limit: u8,
    /// The last one of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    expand: &'a [&'a str],
}

/// `GET /v1/balance`. Amounts are in minor units.
#[derive(miniserde::Deserialize)]
struct Balance {
    available: Vec<Fund>,
    pending: Vec<Fund>,
}

#[derive(miniserde::Deserialize)]
struct Fund {
    amount: i64,
    currency: String,
}

impl StripePayments {
    /// All of them, the newest first, with their balance transactions.
    pub(super) async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, PaymentError> {
        let expand = &["data.balance_transaction", "data.failure_balance_transaction"];
        let (mut all, mut starting_after) = (Vec::<Refund>::new(), None);
        loop {
            let page = Of { payment_intent: intent, limit: MOST, starting_after, expand };
            let call = RequestBuilder::new(StripeMethod::Get, "/refunds").query(&page).customize();
            let found: List<Refund> = call.send(&self.client).await.map_err(payment_error)?;
            starting_after = found.data.last().filter(|_| found.has_more).map(|last| last.id.to_string());
            all.extend(found.data);
            if starting_after.is_none() {
                return Ok(all);
            }
        }
    }

    /// All of them, the newest first. They always carry their balance transactions.
    pub(super) async fn disputes_of(&self, intent: &str) -> Result<Vec<Dispute>, PaymentError> {
        let (mut all, mut starting_after) = (Vec::<Dispute>::new(), None);
        loop {
            let page = Of { payment_intent: intent, limit: MOST, starting_after, expand: &[] };
            let call = RequestBuilder::new(StripeMethod::Get, "/disputes").query(&page).customize();
            let found: List<Dispute> = call.send(&self.client).await.map_err(payment_error)?;
            starting_after = found.data.last().filter(|_| found.has_more).map(|last| last.id.to_string());
            all.extend(found.data);
            if starting_after.is_none() {
                return Ok(all);
            }
        }
    }

    /// What the provider has of ours. Currencies that nothing is priced in are left out.
    pub(super) async fn own_balance(&self) -> Result<Vec<ProviderBalance>, PaymentError> {
        let call = RequestBuilder::new(StripeMethod::Get, "/balance").customize::<Balance>();
        let balance = call.send(&self.client).await.map_err(payment_error)?;
        let sum = |funds: &[Fund], code: &str| {
            funds.iter().filter(|fund| fund.currency == code).map(|fund| fund.amount).sum::<i64>()
        };
        let of = |currency: domain::amount::Currency| ProviderBalance {
            currency,
            available: sum(&balance.available, currency.code()),
            pending: sum(&balance.pending, currency.code()),
        };
        Ok(domain::amount::Currency::ALL.map(of).to_vec())
    }
}

pub(super) fn has_refunds(charge: &Charge) -> bool {
    charge.amount_refunded > 0 || charge.refunds.as_ref().is_some_and(|refunds| !refunds.data.is_empty())
}

/// What of a payment is refunded: all refunds but those that failed.
pub(super) fn refunded(refunds: &[Refund]) -> i64 {
    refunds.iter().filter(|refund| !has_failed(refund)).map(|refund| refund.amount).sum()
}

fn has_failed(refund: &Refund) -> bool {
    matches!(refund.status.as_deref(), Some("failed" | "canceled"))
}

fn moment(seconds: i64) -> Millis {
    Millis(seconds.saturating_mul(1000))
}

/// The fee, and when the money is available. Of a transaction in another currency than the payment's the fee is not known: what the
/// provider exchanged is not in the ledger. Of one that it has not made yet, nothing is known.
fn told(transaction: Option<&BalanceTransaction>, currency: &Currency) -> (Option<i64>, Option<Millis>) {
    let fee = |of: &BalanceTransaction| (of.currency.to_string() == currency.to_string()).then_some(of.fee);
    match transaction {
        Some(of) => (fee(of), Some(moment(of.available_on))),
        None => (None, None),
    }
}

fn expanded(transaction: &Option<Expandable<BalanceTransaction>>) -> Option<&BalanceTransaction> {
    transaction.as_ref().and_then(Expandable::as_object)
}

/// The movement of a paid charge. It is named by its intent, which our rows know.
pub(super) fn payment(intent: Option<String>, charge: &Charge) -> Movement {
    let (fee, available_on) = told(expanded(&charge.balance_transaction), &charge.currency);
    Movement {
        kind: MovementKind::Payment,
        object: intent.unwrap_or_else(|| charge.id.to_string()),
        amount: charge.amount,
        fee,
        available_on,
        at: moment(charge.created),
        reference: None,
    }
}

/// A refund, and its return if it failed.
pub(super) fn refund(refund: &Refund) -> Vec<Movement> {
    let (fee, available_on) = told(expanded(&refund.balance_transaction), &refund.currency);
    let reference = refund.metadata.as_ref().and_then(|metadata| metadata.get(REFUND)).cloned();
    let made = Movement {
        kind: MovementKind::Refund,
        object: refund.id.to_string(),
        amount: refund.amount,
        fee,
        available_on,
        at: moment(refund.created),
        reference,
    };
    if !has_failed(refund) {
        return vec![made];
    }
    let transaction = expanded(&refund.failure_balance_transaction);
    let (fee, available_on) = told(transaction, &refund.currency);
    let at = transaction.map_or(made.at, |of| moment(of.created));
    let kind = MovementKind::RefundReturned;
    let back = Movement { kind, fee, available_on, at, ..made.clone() };
    vec![made, back]
}

/// What a dispute withdrew, and what became of it. An inquiry moves nothing.
pub(super) fn dispute(dispute: &Dispute) -> Vec<Movement> {
    let find = |withdrawn: bool| {
        let mut all = dispute.balance_transactions.iter();
        all.find(|of| if withdrawn { of.amount < 0 } else { of.amount > 0 })
    };
    let movement = |kind, transaction: Option<&BalanceTransaction>| {
        let (fee, available_on) = told(transaction, &dispute.currency);
        let at = moment(transaction.map_or(dispute.created, |of| of.created));
        let object = dispute.id.to_string();
        Movement { kind, object, amount: dispute.amount, fee, available_on, at, reference: None }
    };
    let moves_nothing = matches!(
        dispute.status,
        DisputeStatus::WarningNeedsResponse
            | DisputeStatus::WarningUnderReview
            | DisputeStatus::WarningClosed
            | DisputeStatus::Prevented
    );
    if moves_nothing && find(true).is_none() {
        return Vec::new();
    }
    let mut movements = vec![movement(MovementKind::DisputeOpened, find(true))];
    match &dispute.status {
        DisputeStatus::Won => movements.push(movement(MovementKind::DisputeWon, find(false))),
        DisputeStatus::Lost => {
            let lost = movement(MovementKind::DisputeLost, None);
            movements.push(Movement { fee: Some(0), available_on: Some(lost.at), ..lost });
        }
        _ => {}
    }
    movements
}

//! Follow-up jobs about money.

use crate::{
    id::{CheckoutId, PurchaseId},
    money::payments::ProviderObject,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// An object of the payment provider may have changed: fetches it and applies its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyPayment {
    pub object: ProviderObject,
}

impl Job for ApplyPayment {
    const NAME: &'static str = "apply_payment";
    const LANE: Lane = Lane::Money;
}

/// The form in which releases before [`ApplyPayment`] enqueued it: with a session, or the id of our checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlePayment {
    pub session: Option<String>,
    pub reference: Option<String>,
}

impl Job for SettlePayment {
    const NAME: &'static str = "settle_payment";
    const LANE: Lane = Lane::Money;
}

/// Refunds all money of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPayment {
    pub purchase: PurchaseId,
}

impl Job for RefundPayment {
    const NAME: &'static str = "refund_payment";
    const LANE: Lane = Lane::Money;
}

/// The mail that tells a buyer about a refund. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefundNotice {
    pub purchase: PurchaseId,
}

impl Job for SendRefundNotice {
    const NAME: &'static str = "send_refund_notice";
    const LANE: Lane = Lane::Receipts;
}

/// The mail that tells a buyer that their bank returned a refund. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefundFailure {
    pub purchase: PurchaseId,
}

impl Job for SendRefundFailure {
    const NAME: &'static str = "send_refund_failure";
    const LANE: Lane = Lane::Receipts;
}

/// The mail that tells a buyer that their slow payment failed or was never confirmed. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPaymentFailure {
    pub checkout: CheckoutId,
}

impl Job for SendPaymentFailure {
    const NAME: &'static str = "send_payment_failure";
    const LANE: Lane = Lane::Receipts;
}

/// The mail that confirms a purchase. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReceipt {
    pub purchase: PurchaseId,
}

impl Job for SendReceipt {
    const NAME: &'static str = "send_receipt";
    const LANE: Lane = Lane::Receipts;
}

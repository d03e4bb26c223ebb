//! Follow-up work about money.

use crate::{
    id::PurchaseId,
    money::payments::ProviderObject,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// An object of the payment provider may have changed: fetch it, and apply its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyPayment {
    pub object: ProviderObject,
}

impl Job for ApplyPayment {
    const NAME: &'static str = "apply_payment";
    const LANE: Lane = Lane::Money;
}

/// The same, as a release before [`ApplyPayment`] enqueued it: a session, or the id of our checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlePayment {
    pub session: Option<String>,
    pub reference: Option<String>,
}

impl Job for SettlePayment {
    const NAME: &'static str = "settle_payment";
    const LANE: Lane = Lane::Money;
}

/// Gives all of a purchase's money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPayment {
    pub purchase: PurchaseId,
}

impl Job for RefundPayment {
    const NAME: &'static str = "refund_payment";
    const LANE: Lane = Lane::Money;
}

/// The mail that tells a buyer what went back. Its words are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefundNotice {
    pub purchase: PurchaseId,
}

impl Job for SendRefundNotice {
    const NAME: &'static str = "send_refund_notice";
    const LANE: Lane = Lane::Receipts;
}

/// The mail that confirms a purchase. Its words are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReceipt {
    pub purchase: PurchaseId,
}

impl Job for SendReceipt {
    const NAME: &'static str = "send_receipt";
    const LANE: Lane = Lane::Receipts;
}

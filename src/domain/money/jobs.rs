//! Follow-up work about money.

use crate::{
    id::PurchaseId,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Something happened to a payment: fetch the provider's session (or that of our checkout, if its id is all we know) and
/// apply its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlePayment {
    pub session: Option<String>,
    pub reference: Option<String>,
}

impl Job for SettlePayment {
    const NAME: &'static str = "settle_payment";
    const LANE: Lane = Lane::Money;
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

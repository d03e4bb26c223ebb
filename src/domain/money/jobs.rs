//! Follow-up jobs about money.

use crate::{
    id::{AccountId, CheckoutId, PurchaseId, RefundId, SubscriptionId},
    money::{payments::ProviderObject, recurring::subscription::News},
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

/// Carries out a refund that somebody of a team has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendSellerRefund {
    pub refund: RefundId,
}

impl Job for SendSellerRefund {
    const NAME: &'static str = "send_seller_refund";
    const LANE: Lane = Lane::Money;
}

/// Takes the card of a deleted account from its customer at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetCard {
    /// The provider's id.
    pub card: String,
}

impl Job for ForgetCard {
    const NAME: &'static str = "forget_card";
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

/// Ends a subscription at the provider, if it has not ended yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSubscription {
    pub subscription: SubscriptionId,
    /// Not at once: what is paid for stays.
    #[serde(default)]
    pub with_period: bool,
}

impl Job for EndSubscription {
    const NAME: &'static str = "end_subscription";
    const LANE: Lane = Lane::Money;
}

/// Has the provider forget the person of a deleted account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseCustomer {
    pub account: AccountId,
}

impl Job for EraseCustomer {
    const NAME: &'static str = "erase_customer";
    const LANE: Lane = Lane::Money;
}

/// Tells the payment provider the address that an account has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCustomer {
    pub account: AccountId,
}

impl Job for UpdateCustomer {
    const NAME: &'static str = "update_customer";
    const LANE: Lane = Lane::Money;
}

/// The mail that tells somebody about their subscription, if it is still true then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellSubscriber {
    pub subscription: SubscriptionId,
    pub news: News,
}

impl Job for TellSubscriber {
    const NAME: &'static str = "tell_subscriber";
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

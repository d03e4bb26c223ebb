//! Follow-up jobs of payments.

mod apply_payment;
mod customers;
mod end_subscription;
mod evidence;
mod forget_card;
mod payouts;
mod refund_payment;
mod seller_refund;
mod show_refunds;
pub mod sweep;

use super::Entry;
use domain::money::{
    back::{evidence::SendEvidence, show_refunds::RefundShow},
    jobs::{
        ApplyPayment, EndSubscription, EraseCustomer, ForgetCard, RefundPayment, SendSellerRefund,
        SettlePayment, UpdateCustomer,
    },
    payouts::jobs::{AskSellerAccount, RunPayouts, SendPayout},
};

pub const JOBS: &[Entry] = &[
    Entry::of::<ApplyPayment>(),
    Entry::of::<SettlePayment>(),
    Entry::of::<RefundPayment>(),
    Entry::of::<SendSellerRefund>(),
    Entry::of::<EndSubscription>(),
    Entry::of::<RefundShow>(),
    Entry::of::<SendEvidence>(),
    Entry::of::<EraseCustomer>(),
    Entry::of::<UpdateCustomer>(),
    Entry::of::<RunPayouts>(),
    Entry::of::<SendPayout>(),
    Entry::of::<AskSellerAccount>(),
    Entry::of::<ForgetCard>(),
];

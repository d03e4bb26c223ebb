//! Follow-up jobs of payments.

mod apply_payment;
mod refund_payment;

use super::Entry;
use domain::money::jobs::{ApplyPayment, RefundPayment, SettlePayment};

pub const JOBS: &[Entry] =
    &[Entry::of::<ApplyPayment>(), Entry::of::<SettlePayment>(), Entry::of::<RefundPayment>()];

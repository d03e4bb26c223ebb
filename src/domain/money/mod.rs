//! Checkouts, payouts and the payment provider.

pub mod asking;
pub mod attempts;
pub mod back;
pub mod billing;
pub mod buying;
pub mod checkout;
pub mod jobs;
pub mod ledger;
pub mod number;
pub mod payments;
pub mod payouts;
pub mod promo;
pub mod recurring;
pub mod sales;
pub mod selling;
pub mod settlement;
pub mod store;
pub mod sweep;

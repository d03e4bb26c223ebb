//! Checkouts and the payment provider.

pub mod checkout;
pub mod jobs;
pub mod payments;
pub mod sales;
pub mod settlement;
pub mod store;

//! What is done at the payment provider by the clock, whoever is there.

pub mod customers;
pub mod sweep;

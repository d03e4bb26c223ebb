//! Checkout and purchases.

pub mod checkout;
pub mod purchases;

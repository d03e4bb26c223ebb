//! Checkout and purchases.

pub mod checkout;
pub mod mail;
pub mod purchases;

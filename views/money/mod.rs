//! Checkout, purchases and invoices, and the seller's money, orders and payouts.

pub mod asking;
pub mod back;
pub mod buying;
pub mod checkout;
pub mod comps;
pub mod desk;
pub mod invoice;
pub mod mail;
pub mod operators;
pub mod orders;
pub mod payouts;
pub mod promos;
pub mod purchases;
pub mod subscriptions;

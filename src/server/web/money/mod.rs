//! Checkouts, what people hold, invoices, the money and orders of teams, what goes back, the ledger, and webhooks.

pub mod asking;
pub mod back;
pub mod buying;
pub mod checkouts;
pub mod comps;
pub mod desk;
pub mod holdings;
pub mod invoice;
pub mod operators;
pub mod orders;
pub mod payouts;
pub mod promos;
pub mod subscriptions;
pub mod webhooks;

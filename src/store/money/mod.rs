//! Checkouts, their settlement, purchases and the webhook inbox.

pub mod checkouts;
pub mod purchases;
pub mod settlements;
pub mod webhook_inbox;

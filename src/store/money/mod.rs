//! Checkouts, purchases and the webhook inbox.

pub mod checkouts;
pub mod purchases;
pub mod webhook_inbox;

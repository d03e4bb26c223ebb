//! Checkouts and webhooks.

pub mod checkouts;
pub mod webhooks;

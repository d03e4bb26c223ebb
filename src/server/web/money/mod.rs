//! Checkouts, what people hold, and webhooks.

pub mod checkouts;
pub mod holdings;
pub mod webhooks;

//! Accounts and sessions.

pub mod profile;
pub mod sessions;

//! Accounts and sessions.

pub mod profile;
pub mod sessions;
pub mod sign_in;

//! Accounts and sessions.

pub mod address;
pub mod confirmation;
pub mod deletion;
pub mod export;
pub mod profile;
pub mod recovery;
pub mod sessions;
pub mod sign_in;

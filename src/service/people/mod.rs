//! Accounts, sessions and teams.

pub mod invitations;
pub mod profile;
pub mod sessions;
pub mod sign_in;
pub mod teams;

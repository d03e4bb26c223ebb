//! Accounts, sessions, sign-in codes and teams.

pub mod accounts;
pub mod sessions;
pub mod sign_in;
pub mod teams;

//! Accounts, profiles, sign-in.

pub mod account;
mod agent;
pub mod profile;
pub mod sign_in;

//! Accounts, profiles, sign-in.

pub mod account;
pub mod agent;
pub mod avatar;
pub mod profile;
pub mod sign_in;

//! Accounts, profiles, sign-in.

pub mod account;
pub mod agent;
pub mod following;
pub mod mails;
pub mod profile;
pub mod sign_in;

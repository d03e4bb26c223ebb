//! Accounts, profiles, sign-in.

pub mod account;
pub mod address;
pub mod agent;
pub mod leaving;
pub mod mail;
pub mod naming;
pub mod profile;
pub mod recovery;
pub mod sign_in;

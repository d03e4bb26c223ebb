//! Accounts, sessions, sign-in.

pub mod account;
pub mod session;
pub mod sign_in;

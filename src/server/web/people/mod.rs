//! Accounts, sessions, sign-in.

pub mod account;
mod browser;
pub mod cookies;
pub mod former;
pub mod session;
pub mod sign_in;
pub mod sign_in_links;

//! Accounts, sessions, sign-in.

pub mod account;
pub mod avatar;
mod browser;
pub mod cookies;
pub mod session;
pub mod sign_in;
pub mod sign_in_links;
pub mod upload;

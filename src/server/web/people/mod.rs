//! Accounts, sessions, sign-in, what people follow and get by mail.

pub mod account;
mod browser;
pub mod cookies;
pub mod follows;
pub mod mails;
pub mod session;
pub mod sign_in;
pub mod sign_in_links;

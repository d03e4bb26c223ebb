//! Accounts, sessions, sign-in, which mails people get.

pub mod account;
pub mod address;
pub mod browser;
pub mod confirmation;
pub mod cookies;
pub mod deletion;
pub mod export;
pub mod mails;
pub mod naming;
pub mod passkeys;
pub mod recovery;
pub mod session;
pub mod sign_in;
pub mod sign_in_links;

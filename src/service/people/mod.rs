//! Accounts, sessions, and what people follow and get by mail.

pub mod calendar;
pub mod follows;
pub mod mails;
pub mod profile;
pub mod sessions;
pub mod sign_in;

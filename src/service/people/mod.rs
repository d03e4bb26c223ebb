//! Accounts, sessions, teams, and what people follow and get by mail.

pub mod address;
pub mod calendar;
pub mod confirmation;
pub mod deletion;
pub mod export;
pub mod follows;
pub mod invitations;
pub mod mails;
pub mod passkeys;
pub mod profile;
pub mod recovery;
pub mod sessions;
pub mod sign_in;
pub mod teams;

//! Accounts, profiles, sign-in.

pub mod account;
pub mod address;
pub mod agent;
pub mod avatar;
pub mod following;
pub mod former;
pub mod leaving;
pub mod mail;
pub mod mails;
pub mod naming;
pub mod passkeys;
pub mod profile;
pub mod recovery;
pub mod sign_in;

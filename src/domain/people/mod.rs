//! People and teams.

pub mod account;
pub mod address;
pub mod allowance;
pub mod export;
pub mod impersonation;
pub mod jobs;
pub mod language;
pub mod networks;
pub mod recovery;
pub mod sign_in;

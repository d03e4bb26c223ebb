//! People and teams.

pub mod account;
pub mod address;
pub mod allowance;
pub mod ceremonies;
pub mod export;
pub mod impersonation;
pub mod jobs;
pub mod networks;
pub mod passkeys;
pub mod recovery;
pub mod sign_in;

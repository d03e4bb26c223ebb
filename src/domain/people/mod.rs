//! People and teams.

pub mod account;
pub mod address;
pub mod allowance;
pub mod impersonation;
pub mod networks;
pub mod sign_in;

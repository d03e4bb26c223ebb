//! People and teams.

pub mod account;
pub mod impersonation;

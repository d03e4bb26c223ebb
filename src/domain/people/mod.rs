//! People and teams.

pub mod account;

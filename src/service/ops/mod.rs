//! What operators and monitors ask.

pub mod health;

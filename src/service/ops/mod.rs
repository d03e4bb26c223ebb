//! Use cases and queries of operators and monitors.

pub mod health;

//! Use cases and queries of operators and monitors.

pub mod actors;
pub mod health;
pub mod jobs;
pub mod pictures;
pub mod reports;
pub mod suspensions;

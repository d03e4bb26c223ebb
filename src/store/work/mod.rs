//! The outbox.

pub mod jobs;

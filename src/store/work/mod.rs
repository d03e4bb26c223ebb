//! The outbox.

pub mod backlog;
pub mod jobs;
pub mod prune;

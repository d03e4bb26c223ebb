//! What experiences hold beside shows.

pub(crate) mod files;
pub(crate) mod posts;

pub use files::Files;
pub use posts::{DraftRow, Posts};

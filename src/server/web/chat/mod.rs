//! Lines and moderation.

pub mod community;
pub mod messages;

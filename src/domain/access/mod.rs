//! Access: the decision, team permissions, grants, bans and ejections.

pub mod admit;
pub mod ban;
pub mod eject;
pub mod grant;
pub mod jobs;
pub mod may;
pub mod relation;
pub mod team;

//! Access: the decision, team permissions, grants, bans and ejections.

pub mod admit;
pub mod ban;
pub mod comp;
pub mod device;
pub mod eject;
pub mod entry;
pub mod explain;
pub mod grant;
pub mod jobs;
pub mod may;
pub mod relation;
pub mod team;

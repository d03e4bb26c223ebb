//! Who may enter: the decision, grants, bans, and who is ejected.

pub mod admit;
pub mod ban;
pub mod eject;
pub mod grant;
pub mod jobs;
pub mod may;

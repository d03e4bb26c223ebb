//! Waiting for a pass: applying, one's own place, and the team's list.

pub mod cards;
pub mod desk;
pub mod joining;
pub mod place;

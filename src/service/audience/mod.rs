//! The people of a space for its team: who they are, what is written to them, and what is counted.

pub mod figures;
pub mod letters;
pub mod members;
pub mod visits;

//! The people of a space as its team sees them: who they are, what is written to them, and what is counted of them.

pub mod curve;
pub mod days;
pub mod figures;
pub mod letters;
pub mod members;
pub mod visits;

//! Spaces, experiences, passes.

pub mod calendar;
pub mod experiences;
pub mod explore;
pub mod look;
pub mod manage;
pub mod passes;
pub mod pictures;
pub mod planned;
pub mod spaces;

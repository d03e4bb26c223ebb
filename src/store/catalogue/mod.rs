//! Spaces, experiences, passes and their addresses.

pub mod experiences;
pub mod explore;
pub mod passes;
pub mod slugs;
pub mod spaces;

//! The doors of an experience.

pub mod doors;

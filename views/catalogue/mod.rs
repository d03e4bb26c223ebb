//! Spaces, experiences and passes.

pub mod calendar;
pub mod content;
pub mod cover;
pub mod experiences;
pub mod explore;
pub mod followed;
pub mod look;
pub mod manage;
pub mod pass;
pub mod passes;
pub mod planned;
pub mod selling;
pub mod space;
pub mod spaces;
pub mod ticket;

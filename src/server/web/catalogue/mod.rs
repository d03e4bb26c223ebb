//! Spaces, experiences, passes.

pub mod calendar;
pub mod content;
pub mod embed;
pub mod experiences;
pub mod explore;
pub mod follows;
pub mod look;
pub mod manage;
pub mod on_air;
pub mod open_pages;
pub mod passes;
pub mod pictures;
pub mod planned;
pub mod search_engines;
pub mod selling;
pub mod spaces;

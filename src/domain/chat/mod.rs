//! Chat rooms: rules, history, journal, and the events that pages follow.

pub mod feed;
mod forget;
pub mod history;
pub mod journal;
pub mod links;
pub mod modes;
pub mod pace;
pub mod reactions;
pub mod room;
pub mod rules;
pub mod text;

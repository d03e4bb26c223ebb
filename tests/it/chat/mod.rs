pub mod ban;
mod community;
mod lines;
mod rules;
mod undo;

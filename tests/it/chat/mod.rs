pub mod ban;
mod lines;
mod rules;
mod undo;

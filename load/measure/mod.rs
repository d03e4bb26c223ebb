pub mod facts;
pub mod processes;
pub mod progress;

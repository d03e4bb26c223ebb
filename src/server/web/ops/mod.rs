//! The operators' pages and the endpoints for machines.

pub mod actor;
pub mod audit;
pub mod board;
pub mod directory;
pub mod jobs;
pub mod machines;
pub mod names;
pub mod needs;
pub mod report_forms;
pub mod reports;
pub mod status;
pub mod targets;
pub mod tree;

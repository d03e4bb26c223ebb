//! The generic engine: supervision, slots, directories, workers. It knows nothing of the product.

pub mod action;
pub mod alarm;
pub mod behavior;
pub mod branch;
pub mod budget;
pub mod directory;
pub mod fact;
pub mod fault;
pub mod inbox;
pub mod mask;
pub mod pulse;
pub mod request;
pub mod root;
pub mod slot;
pub mod supervisor;
pub mod tree;
pub mod worker;
pub mod writer;

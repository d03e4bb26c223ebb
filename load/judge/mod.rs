pub mod judgement;
pub mod memory;
pub mod probe;
pub mod replay;

pub mod judgement;
pub mod probe;
pub mod replay;

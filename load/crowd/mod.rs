pub mod agenda;
pub mod connects;
pub mod hearing;
pub mod lookout;
pub mod readers;
pub mod waiting;

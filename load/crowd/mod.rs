pub mod connects;
pub mod headcount;
pub mod hearing;
pub mod lookout;
pub mod readers;
pub mod witness;

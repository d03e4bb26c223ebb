pub mod scenario;
pub mod source;

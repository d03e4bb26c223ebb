//! What is charged again and again.

pub mod change;
pub mod order;
pub mod plan;
pub mod subscription;

//! Who is present: attendances, counts, the queue.

pub mod attendance;
pub mod crowd;
pub mod encoders;
pub mod queue;
pub mod register;

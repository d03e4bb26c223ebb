//! The watch page, the studio, the people of a room, the queue.

pub mod people;
pub mod queue;
pub mod stream;
pub mod studio;

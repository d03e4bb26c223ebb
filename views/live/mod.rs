//! The watch page, the studio, the list of people in a room, and the queue.

pub mod people;
pub mod queue;
pub mod reminder;
pub mod stream;
pub mod studio;

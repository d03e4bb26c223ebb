//! Streams, media, feeds, the queue.

pub mod feed;
pub mod people;
pub mod queue;
pub mod sse;
pub mod streams;
pub mod whip;

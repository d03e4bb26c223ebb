//! Streams, media, feeds, the queue.

pub mod attend;
pub mod captions;
pub mod feed;
pub mod participants;
pub mod passes;
pub mod people;
pub mod polls;
pub mod queue;
pub mod reach;
pub mod recordings;
pub mod reminders;
pub mod restreams;
pub mod sse;
pub mod still;
pub mod streams;
pub mod whip;
pub mod whip_origin;
mod whip_request;
pub mod whip_sessions;

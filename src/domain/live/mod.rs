//! Streams, presence, the queue of a full service, and the media plane.

pub mod calendar;
pub mod captions;
pub mod jobs;
pub mod media;
pub mod notices;
pub mod participants;
pub mod passes;
pub mod presence;
pub mod queue;
pub mod queue_pace;
pub mod recording;
pub mod restream;
pub mod store;
pub mod stream;
pub mod viewership;

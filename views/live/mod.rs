//! Who is live, the watch page, the studio, the list of people in a room, and the queue.

pub mod captions;
pub mod card;
pub mod community;
pub mod embedding;
pub mod now;
pub mod participants;
pub mod people;
pub mod queue;
pub mod reach;
pub mod reactions;
pub mod recording;
pub mod reminder;
pub mod replay_chat;
pub mod restream;
pub mod stream;
pub mod studio;

//! Running streams, of which the host's door admitted the caller, and the mails about streams and posts.

pub mod captions;
pub mod clips;
pub mod ingests;
pub mod notices;
pub mod outside;
pub mod participants;
pub mod posted;
pub mod recordings;
pub mod reminders;
pub mod restreams;
pub mod streams;
pub mod webhooks;

//! Running streams, of which the host's door admitted the caller, and the mails about streams.

pub mod notices;
pub mod reminders;
pub mod streams;

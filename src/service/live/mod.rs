//! Running streams. The caller was admitted at the host's door.

pub mod reminders;
pub mod streams;

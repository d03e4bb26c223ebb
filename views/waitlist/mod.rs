//! Waiting for a pass: applying for it or standing in line, one's own place, the team's list, and the mails.

pub mod card;
pub mod desk;
pub mod entry;
pub mod joining;
pub mod mail;

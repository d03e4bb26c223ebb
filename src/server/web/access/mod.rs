//! The doors of an experience, and the team that decides about them.

pub mod closing;
pub mod confirmation;
pub mod devices;
pub mod doors;
pub mod entry;
pub mod guests;
pub mod invitations;
mod passphrase;
pub mod requirement;
pub mod sales;
pub mod teams;
pub mod why;

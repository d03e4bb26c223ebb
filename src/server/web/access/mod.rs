//! The doors of an experience, and the team that decides about them.

pub mod closing;
pub mod confirmation;
pub mod doors;
pub mod invitations;
pub mod requirement;
pub mod roster;
pub mod sales;
pub mod teams;

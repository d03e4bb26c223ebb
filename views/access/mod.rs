//! Teams: who runs a space, what it says to those outside, and its end.

pub mod closing;
pub mod departure;
pub mod invitation;
mod requirement;
pub mod roster;
pub mod sales;
pub mod team;

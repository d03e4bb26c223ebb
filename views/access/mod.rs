//! Teams: who runs a space, who gets in, what it says to those outside, and its end.

pub mod closing;
pub mod departure;
pub mod device;
pub mod entry;
pub mod guest;
pub mod invitation;
mod requirement;
pub mod sales;
pub mod team;
pub mod why;

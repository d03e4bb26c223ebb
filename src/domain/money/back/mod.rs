//! Money that goes back because somebody wants it to: for a show that was called off, because its buyer asked for it, or
//! because a bank wants it back.

pub mod evidence;
pub mod show_refunds;
pub mod wishes;

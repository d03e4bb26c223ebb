//! Money that goes back because a show was called off, because its buyer asked for it, or
//! because a bank wants it back.

pub mod evidence;
pub mod show_refunds;
pub mod wishes;

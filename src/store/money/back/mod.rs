//! Refunds of shows that were called off, those that buyers ask for, and answers to banks.

pub(crate) mod evidence;
pub(crate) mod refund_wishes;
pub(crate) mod show_refunds;

pub use evidence::{Evidence, Evidences};
pub use refund_wishes::{RefundWish, RefundWishes};
pub use show_refunds::{FailedShowRefund, ShowRefund, ShowRefunds};

//! The checkout actor.

pub mod checkout;

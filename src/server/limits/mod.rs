//! What one network address, account or session may hold: who a request is counted for, and how much each may have.

mod client_address;
mod network;

pub use client_address::{ClientAddress, client_address};
pub use network::{Network, TrustedProxies};

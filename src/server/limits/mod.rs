//! What one network address, account or session may hold: which address a request counts for, and how much each may
//! have.

mod client_address;
mod connections;
mod feeds;
mod files;
mod network;
mod openings;
mod pictures;
mod settings;
mod slots;
mod uploads;

pub use client_address::{ClientAddress, client_address};
pub use connections::ConnectionGate;
pub use feeds::{FeedCaps, FeedPlace, Feeds};
pub use files::{FileLimits, FileLock, FilePlace, FileSettings};
pub use network::{Network, TrustedProxies};
pub use openings::Openings;
pub use pictures::{PictureLimits, PicturePlace};
pub use settings::{ConnectionPlaces, LimitSettings};
pub use uploads::{UploadPlace, Uploads};

/// Counts a limit that was reached: the excess holder was `ended`, or the newcomer was `refused`.
pub fn count(limit: &'static str, outcome: &'static str) {
    metrics::counter!("backstage_limits_reached", "limit" => limit, "outcome" => outcome).increment(1);
}

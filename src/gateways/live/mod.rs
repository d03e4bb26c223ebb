//! What stands beside the media planes.

pub mod relay;

//! Streams that are being shown. The caller was admitted at the host's door.

pub mod streams;

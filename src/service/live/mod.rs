//! Running streams. The caller was admitted at the host's door.

pub mod streams;

//! The media plane over loopback, with str0m clients.

mod client;
mod codecs;
mod limits;
mod plane;

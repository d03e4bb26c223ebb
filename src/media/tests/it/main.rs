//! The media plane over loopback, with str0m clients.

mod client;
mod codecs;
mod events;
mod layers;
mod limits;
mod plane;
mod reach;

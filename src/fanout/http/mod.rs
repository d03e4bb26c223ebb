//! Connections while hyper serves them: accept, which HTTP they speak, deadlines, and the transport underneath.

pub(crate) mod door;
mod http2;
mod lazy_stream;
pub(crate) mod listener;
pub(crate) mod pace;
pub(crate) mod request_body;
pub(crate) mod serve;
mod streams;
mod tap;

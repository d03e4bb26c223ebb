//! Connections while hyper serves them: accept, HTTP version, deadlines, and the transport underneath.

mod handoff_io;
mod http2;
pub(crate) mod http_connection;
mod lazy_stream;
pub(crate) mod listener;
pub(crate) mod pace;
pub(crate) mod request_body;
pub(crate) mod serve;
mod streams;

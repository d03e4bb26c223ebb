//! The stories, through HTTP and SSE, in one binary.

mod architecture;
mod routes;
mod support;

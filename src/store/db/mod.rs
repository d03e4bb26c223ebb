//! Connections, the one writer, statements and rows, and the batch loader.

pub mod batch;
pub mod connections;
pub mod copy;
pub mod readers;
pub mod sql;
pub mod writer;

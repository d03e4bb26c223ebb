pub mod daily;
mod prune;

//! The error of a repository.

/// The database did not perform the operation. None of the change was stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("not found")]
    NotFound,
    /// A conditional statement did not find the state that it requires, or a unique name was taken.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("the database is away: {0}")]
    Unavailable(String),
}

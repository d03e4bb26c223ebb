//! What a repository answers when it could not do what was asked.

/// The database did not do it. Nothing of the change was kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("not found")]
    NotFound,
    /// A conditional statement found another state than it needed, or a unique name was taken.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("the database is away: {0}")]
    Unavailable(String),
}

//! The port to the object store: files that are written as a whole under a name. A folder by default, S3 for scale.

use crate::clock::BoxFuture;

/// The object store did not answer, or refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ObjectError(pub String);

pub type ObjectResult<'a, T> = BoxFuture<'a, Result<T, ObjectError>>;

/// Names are segments of lower-case letters, digits, `-` and `.`, separated by `/`.
pub trait Objects: Send + Sync {
    /// Writes the file; an older one of this name is replaced. Whoever reads meanwhile gets the one or the other.
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> ObjectResult<'a, ()>;

    /// `None` if there is no such file.
    fn get<'a>(&'a self, name: &'a str) -> ObjectResult<'a, Option<Vec<u8>>>;

    /// Succeeds if there is no such file.
    fn delete<'a>(&'a self, name: &'a str) -> ObjectResult<'a, ()>;
}

//! The port to the object store: files under a name, written as a whole or piece by piece. A folder by default, S3 for scale.

use crate::clock::BoxFuture;

/// The object store did not answer, or refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ObjectError(pub String);

pub type ObjectResult<'a, T> = BoxFuture<'a, Result<T, ObjectError>>;

/// What a large file became when its pieces were put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// In bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// Names are segments of lower-case letters, digits, `-` and `.`, separated by `/`.
pub trait Objects: Send + Sync {
    /// Writes the file; an older one of this name is replaced. Whoever reads meanwhile gets the one or the other.
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> ObjectResult<'a, ()>;

    /// `None` if there is no such file.
    fn get<'a>(&'a self, name: &'a str) -> ObjectResult<'a, Option<Vec<u8>>>;

    /// Succeeds if there is no such file.
    fn delete<'a>(&'a self, name: &'a str) -> ObjectResult<'a, ()>;

    /// A part of a file; less of it where the file ends.
    fn get_range<'a>(&'a self, name: &'a str, from: u64, length: u64) -> ObjectResult<'a, Vec<u8>>;

    /// Begins a file that comes in pieces. Returns its progress, which the caller keeps: it names all pieces so far.
    fn begin<'a>(&'a self, name: &'a str) -> ObjectResult<'a, String>;

    /// Writes the next piece behind the `at` bytes that `progress` names, so that it survives a crash. Returns the progress with
    /// it. As long as the caller keeps the former one, the piece does not count, and another one may be written in its place.
    /// Pieces of one file must not be written at the same time.
    fn append<'a>(
        &'a self,
        name: &'a str,
        progress: &'a str,
        at: u64,
        bytes: Vec<u8>,
    ) -> ObjectResult<'a, String>;

    /// Makes the file of its `size` bytes, and reads it once. Does no harm when it is called again.
    fn finish<'a>(&'a self, name: &'a str, progress: &'a str, size: u64) -> ObjectResult<'a, Whole>;

    /// Deletes the pieces of a file that was not finished. Succeeds if there are none.
    fn abandon<'a>(&'a self, name: &'a str, progress: &'a str) -> ObjectResult<'a, ()>;

    /// An address from which anybody gets the file for a short time, as `saved` says it is saved (media type and
    /// disposition). `None` if the store has none.
    fn link<'a>(&'a self, name: &'a str, saved: (&'a str, &'a str)) -> ObjectResult<'a, Option<String>>;
}

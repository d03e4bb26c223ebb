//! The data directory: one service at a time works in it.

use anyhow::{Context, Result, bail};
use std::{
    fs::{DirBuilder, File, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

pub struct DataDir {
    path: PathBuf,
    _lock: File,
    /// Removed with the process, where nobody named a directory.
    _temporary: Option<tempfile::TempDir>,
}

impl DataDir {
    /// Opens and locks `dir`, made if it is not there; a temporary one when none is named.
    pub fn open(dir: Option<&Path>) -> Result<Self> {
        let temporary = match dir {
            None => Some(private_temporary()?),
            Some(_) => None,
        };
        let path = match (&temporary, dir) {
            (Some(made), _) => made.path().to_path_buf(),
            (None, named) => named.unwrap_or(Path::new(".")).to_path_buf(),
        };
        make_private(&path).with_context(|| format!("making {}", path.display()))?;
        let path = path.canonicalize()?;
        let lock = File::create(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock, _temporary: temporary }),
            Err(TryLockError::WouldBlock) => bail!("another backstage is at work in {}", path.display()),
            Err(TryLockError::Error(error)) => Err(error).context("locking the data directory"),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Who else is on the machine reads none of it.
const PRIVATE: u32 = 0o700;

/// A directory that is there already stays as its owner set it up.
fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE).create(dir)
}

fn private_temporary() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("backstage-").permissions(Permissions::from_mode(PRIVATE)).tempdir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_looks_into_what_was_made_here() {
        let mode = |dir: &Path| std::fs::metadata(dir).unwrap().permissions().mode() & 0o777;
        let temporary = DataDir::open(None).unwrap();
        let named = temporary.path().join("named");
        DataDir::open(Some(&named)).unwrap();
        assert_eq!((mode(temporary.path()), mode(&named)), (PRIVATE, PRIVATE));
        std::fs::set_permissions(&named, Permissions::from_mode(0o750)).unwrap();
        DataDir::open(Some(&named)).unwrap();
        assert_eq!(mode(&named), 0o750, "as its owner set it up");
    }
}

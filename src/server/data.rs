//! The data directory: one service at a time works in it.

use anyhow::{Context, Result, bail};
use std::{
    fs::{File, TryLockError},
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
            None => Some(tempfile::Builder::new().prefix("backstage-").tempdir()?),
            Some(_) => None,
        };
        let path = match (&temporary, dir) {
            (Some(made), _) => made.path().to_path_buf(),
            (None, named) => named.unwrap_or(Path::new(".")).to_path_buf(),
        };
        std::fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
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

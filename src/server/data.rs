//! The data directory: one service at a time works in it, and nobody else on the machine reads it.

use anyhow::{Context, Result, bail, ensure};
use std::{
    fs::{DirBuilder, File, Metadata, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
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
    ///
    /// # Errors
    /// When another service is at work in it, or it or anything in it belongs to another user.
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
        let lock =
            File::create(path.join("lock")).with_context(|| format!("writing to {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another backstage is at work in {}", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).context("locking the data directory"),
        }
        let mended = close_to_others(&path)?;
        if mended > 0 {
            tracing::warn!(data = %path.display(), mended, "other users could read data; its permissions were restricted");
        }
        Ok(Self { path, _lock: lock, _temporary: temporary })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

const PRIVATE: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;
/// What the group and others may do.
const OTHERS: u32 = 0o077;

/// From now on, files that this process makes are its user's alone: the database, its log, and backups, too.
pub fn create_files_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(OTHERS));
}

fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE).create(dir)
}

fn private_temporary() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("backstage-").permissions(Permissions::from_mode(PRIVATE)).tempdir()
}

/// Free bytes of the file system that `path` is on, as far as this user may fill them.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(path)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Whether this user may work in `dir`: it is theirs, and takes a file.
pub fn writable(dir: &Path) -> Result<()> {
    let (owner, us) = (std::fs::metadata(dir)?.uid(), rustix::process::geteuid().as_raw());
    ensure!(owner == us, "{} belongs to user {owner}, but this is user {us}", dir.display());
    tempfile::tempfile_in(dir).with_context(|| format!("writing to {}", dir.display())).map(drop)
}

/// Takes from others what they may do in `path` and everything below it. Returns how many files and directories were open to them.
/// Symbolic links are not followed.
fn close_to_others(path: &Path) -> Result<usize> {
    let found = match path.symlink_metadata() {
        Ok(found) if !found.is_symlink() => found,
        Ok(_) => return Ok(0),
        // A command that works beside us has taken its log of the database away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error).with_context(|| format!("looking at {}", path.display())),
    };
    let (owner, us) = (found.uid(), rustix::process::geteuid().as_raw());
    ensure!(owner == us, "{} belongs to user {owner}, but this is user {us}", path.display());
    let mut mended = restrict(path, &found)?;
    if found.is_dir() {
        for entry in std::fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
            mended += close_to_others(&entry?.path())?;
        }
    }
    Ok(mended)
}

fn restrict(path: &Path, found: &Metadata) -> Result<usize> {
    if found.permissions().mode() & OTHERS == 0 {
        return Ok(0);
    }
    let mode = if found.is_dir() { PRIVATE } else { PRIVATE_FILE };
    std::fs::set_permissions(path, Permissions::from_mode(mode))
        .with_context(|| format!("restricting the permissions of {}", path.display()))?;
    Ok(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_directory_is_its_owners_alone() {
        let temporary = DataDir::open(None).unwrap();
        let named = temporary.path().join("named");
        DataDir::open(Some(&named)).unwrap();
        assert_eq!((mode(temporary.path()), mode(&named)), (PRIVATE, PRIVATE));
    }

    #[test]
    fn what_others_could_read_is_closed_to_them() {
        let temporary = private_temporary().unwrap();
        let (inner, file) = (temporary.path().join("mailbox"), temporary.path().join("mailbox/1.json"));
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(&file, "a code").unwrap();
        for (path, open) in [(temporary.path(), 0o755), (&inner, 0o750), (&file, 0o644)] {
            std::fs::set_permissions(path, Permissions::from_mode(open)).unwrap();
        }
        DataDir::open(Some(temporary.path())).unwrap();
        assert_eq!((mode(temporary.path()), mode(&inner), mode(&file)), (PRIVATE, PRIVATE, PRIVATE_FILE));
    }

    #[test]
    fn a_link_is_not_followed_out_of_the_directory() {
        let (temporary, outside) = (private_temporary().unwrap(), private_temporary().unwrap());
        let file = outside.path().join("theirs");
        std::fs::write(&file, "x").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&file, temporary.path().join("link")).unwrap();
        assert_eq!(close_to_others(temporary.path()).unwrap(), 0);
        assert_eq!(mode(&file), 0o644);
    }
}

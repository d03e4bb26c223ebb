//! The data directory. Only one service at a time uses it, and no other user of the machine can read it.

use anyhow::{Context, Result, bail, ensure};
use domain::catalogue::slug;
use std::{
    fs::{DirBuilder, File, Metadata, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use store::Store;

pub struct DataDir {
    path: PathBuf,
    _lock: File,
    /// Set if no directory was given; removed when the process ends.
    _temporary: Option<tempfile::TempDir>,
}

impl DataDir {
    /// Opens and locks `dir`, and creates it if it does not exist. Without `dir`, creates a temporary directory.
    ///
    /// # Errors
    /// If another service is using it, or if it or anything in it belongs to another user.
    pub fn open(dir: Option<&Path>) -> Result<Self> {
        let temporary = match dir {
            None => Some(private_temporary()?),
            Some(_) => None,
        };
        let path = match (&temporary, dir) {
            (Some(made), _) => made.path().to_path_buf(),
            (None, named) => named.unwrap_or(Path::new(".")).to_path_buf(),
        };
        make_private(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot find {}", path.display()))?;
        // Before anything is written: in a directory of another user, every name could be a link to a file of ours.
        ensure_ours(&path, &path.metadata()?)?;
        let lock =
            open_lock(&path.join("lock")).with_context(|| format!("cannot write to {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another backstage is at work in {}: stop it, or name another data directory",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
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

/// Opens the service's database and brings its tables up to date. An error names it, without its password.
pub async fn open_database(url: &str) -> Result<Store> {
    Store::open(url).await.with_context(|| format!("cannot open the database {}", without_password(url)))
}

/// Names spaces whose address an earlier release gave away and this one has for a page of its own.
pub async fn name_shadowed_spaces(store: &Store) -> Result<()> {
    for space in store.spaces().at(&slug::RESERVED).await.context("cannot look for shadowed spaces")? {
        tracing::warn!(
            "the space “{}” has the address /{}, which this service now keeps for pages of its own: some of the \
             space's pages may be unreachable until its team chooses another address at /account/spaces/{}",
            space.name,
            space.slug,
            space.id
        );
    }
    Ok(())
}

fn without_password(url: &str) -> String {
    if let Some(path) = url.strip_prefix("sqlite://") {
        return path.split('?').next().unwrap_or_default().to_owned();
    }
    match url::Url::parse(url) {
        Ok(mut url) => {
            let _ = url.set_password(None);
            // Parameters may hold another password.
            url.set_query(None);
            url.to_string()
        }
        Err(_) => "that DATABASE_URL names".to_owned(),
    }
}

const PRIVATE: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;
/// The permission bits of group and others.
const OTHERS: u32 = 0o077;

/// From now on, only this process's user can access the files that it creates: the database, its log, and backups.
pub fn create_files_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(OTHERS));
}

fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE).create(dir)
}

fn private_temporary() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("backstage-").permissions(Permissions::from_mode(PRIVATE)).tempdir()
}

/// Free bytes of the file system of `path` that this user may use.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(path)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Opens the file without following a link and without truncating it.
fn open_lock(path: &Path) -> io::Result<File> {
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
    File::options().write(true).create(true).truncate(false).custom_flags(no_link).open(path)
}

fn ensure_ours(path: &Path, found: &Metadata) -> Result<()> {
    let (owner, us) = (found.uid(), rustix::process::geteuid().as_raw());
    ensure!(
        owner == us,
        "{} belongs to user {owner}, but this is user {us}: run as its owner, or change the owner",
        path.display()
    );
    Ok(())
}

/// Checks that this user owns `dir` and can create files in it.
pub fn writable(dir: &Path) -> Result<()> {
    ensure_ours(dir, &std::fs::metadata(dir)?)?;
    tempfile::tempfile_in(dir).with_context(|| format!("writing to {}", dir.display())).map(drop)
}

/// Removes the permissions of group and others from `path` and everything below it. Returns the number of files and
/// directories that had any. Fails if anything belongs to another user, symbolic links included: our own are not
/// followed.
fn close_to_others(path: &Path) -> Result<usize> {
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        // A command running next to the service has removed its database log.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error).with_context(|| format!("cannot look at {}", path.display())),
    };
    ensure_ours(path, &found)?;
    if found.is_symlink() {
        return Ok(0);
    }
    let mut mended = restrict(path, &found)?;
    if found.is_dir() {
        for entry in std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
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
        .with_context(|| format!("cannot restrict the permissions of {}", path.display()))?;
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

    #[test]
    fn a_lock_that_is_a_link_is_refused_and_its_target_stays() {
        let (temporary, outside) = (private_temporary().unwrap(), private_temporary().unwrap());
        let file = outside.path().join("important");
        std::fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, temporary.path().join("lock")).unwrap();
        assert!(DataDir::open(Some(temporary.path())).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "x");
    }
}

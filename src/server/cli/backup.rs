//! `backstage backup` and `restore`: one archive with a consistent copy of the database and the other files of the data
//! directory.
//!
//! The archive is a plain tar. Its last file is a manifest with the SHA-256 of every other file, so a truncated archive
//! has no manifest.

use super::{DataLocation, NotHere, say};
use crate::{
    audit_log::AuditLog,
    clock::ServiceClock,
    config::read,
    data::{DataDir, open_database},
    secret::Secret,
};
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use domain::{clock::Clock, secret::SharedSecret};
use gateways::ObjectsConfig;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path, PathBuf},
};

const DATABASE: &str = "backstage.db";
const MANIFEST: &str = "manifest.json";
/// Not in the archive: the database is copied separately, with its logs; a lock belongs to a process.
const LEFT_OUT: [&str; 4] = [DATABASE, "backstage.db-wal", "backstage.db-shm", "lock"];

/// SHA-256 in hexadecimal, by path.
type Manifest = BTreeMap<String, String>;

#[derive(Args)]
pub struct Backup {
    /// The archive to create; an existing file is not overwritten.
    file: PathBuf,
    #[command(flatten)]
    place: DataLocation,
    /// Where uploaded pictures and files are, as for `serve`. What is not in the data directory is named, not copied.
    #[arg(long, env = "OBJECT_STORE_URL")]
    object_store_url: Option<String>,
}

#[derive(Args)]
pub struct Restore {
    file: PathBuf,
    #[command(flatten)]
    place: DataLocation,
    /// The server's secret, if it is not in the archive.
    #[arg(long, env = "BACKSTAGE_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

fn is_postgres(place: &DataLocation) -> bool {
    place.database_url.as_deref().is_some_and(|url| url.starts_with("postgres"))
}

pub async fn backup(args: Backup) -> Result<()> {
    if is_postgres(&args.place) {
        let words = "PostgreSQL makes its own backup: pg_dump --format=custom --file=FILE \"$DATABASE_URL\"";
        return Err(NotHere(words).into());
    }
    let data = args.place.data()?;
    let url = args.place.existing()?;
    let parent = args.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| path.canonicalize().with_context(|| format!("cannot find {}", path.display()));
    ensure!(
        !real(parent)?.starts_with(real(data)?),
        "{} would be in the directory that it copies; name a file outside of {}",
        args.file.display(),
        data.display()
    );
    let archive = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&args.file);
    let archive = archive.with_context(|| format!("cannot create {}", args.file.display()))?;
    // Next to the archive, where there must be enough room anyway.
    let copy = tempfile::Builder::new().prefix(".backstage-").tempdir_in(parent);
    let done = match copy.with_context(|| format!("cannot write to {}", parent.display())) {
        Ok(copy) => write_archive(archive, data, &url, copy.path()).await,
        Err(error) => Err(error),
    };
    if done.is_err() {
        let _ = std::fs::remove_file(&args.file);
    }
    let files = done?;
    let kept = File::open(parent).and_then(|folder| folder.sync_all()).and_then(|()| args.file.metadata());
    let kept = kept.with_context(|| format!("cannot keep {}", args.file.display()))?;
    say(format_args!("{}: {files} files, {} bytes\n", args.file.display(), kept.len()))?;
    match read("OBJECT_STORE_URL", &args.object_store_url, ObjectsConfig::parse)? {
        Some(objects) if !is_below(data, &objects) => say(format_args!(
            "Not in it: uploaded pictures and files, which are in {}. Copy them as well.\n",
            args.object_store_url.as_deref().unwrap_or_default()
        )),
        _ => Ok(()),
    }
}

/// The data directory contains this store, so that the archive does.
fn is_below(data: &Path, objects: &ObjectsConfig) -> bool {
    let ObjectsConfig::Folder(folder) = objects else { return false };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    real(folder).starts_with(real(data))
}

async fn write_archive(archive: File, data: &Path, url: &str, scratch: &Path) -> Result<usize> {
    let mut archive = Archive { tar: tar::Builder::new(archive), manifest: Manifest::new() };
    let (head, copy) = (data.join("audit-head"), scratch.join(DATABASE));
    loop {
        // First, so that the copied database contains the line that the head names.
        let had_head = head.exists();
        if had_head {
            archive.add(&head, "audit-head")?;
        }
        let copied = store::copy_sqlite(url, &copy).await;
        copied.with_context(|| format!("cannot copy the database to {}", copy.display()))?;
        if had_head || !head.exists() {
            break;
        }
        // The first lines of a new service were sealed meanwhile, and the copy may have them without their head.
        std::fs::remove_file(&copy).with_context(|| format!("cannot remove {}", copy.display()))?;
    }
    archive.add(&copy, DATABASE)?;
    // Last, so that every file that the copied database names exists.
    for name in files(data)? {
        if name != "audit-head" && !LEFT_OUT.contains(&name.as_str()) {
            archive.add(&data.join(&name), &name)?;
        }
    }
    archive.finish()
}

struct Archive {
    tar: tar::Builder<File>,
    manifest: Manifest,
}

impl Archive {
    /// Adds the bytes that the file has now. A file that was deleted meanwhile is skipped.
    fn add(&mut self, path: &Path, name: &str) -> Result<()> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let size = file.metadata().with_context(|| format!("cannot read {}", path.display()))?.len();
        let mut bytes = Hashing { inner: file.take(size), hash: Sha256::new(), count: 0 };
        self.write(name, size, &mut bytes)?;
        ensure!(bytes.count == size, "{} became shorter while it was read", path.display());
        self.manifest.insert(name.to_owned(), hex::encode(bytes.hash.finalize()));
        Ok(())
    }

    fn write(&mut self, name: &str, size: u64, bytes: impl Read) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        self.tar
            .append_data(&mut header, name, bytes)
            .with_context(|| format!("cannot write {name} into the archive"))
    }

    /// Returns the number of files. The archive is then on disk.
    fn finish(mut self) -> Result<usize> {
        let text = serde_json::to_vec_pretty(&self.manifest)?;
        self.write(MANIFEST, text.len() as u64, text.as_slice())?;
        self.tar.into_inner().and_then(|file| file.sync_all()).context("cannot write the archive")?;
        Ok(self.manifest.len())
    }
}

/// Forwards bytes and hashes them.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    count: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.count += read as u64;
        Ok(read)
    }
}

/// The files below a directory, as relative paths.
fn files(root: &Path) -> Result<Vec<String>> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let read = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)));
            let (path, kind) = read.with_context(|| format!("cannot read {}", folder.display()))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(root)?.to_str().context("a file name is not valid UTF-8")?;
                found.push(name.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

pub async fn restore(args: Restore) -> Result<()> {
    if is_postgres(&args.place) {
        let words = "PostgreSQL restores by itself: pg_restore --dbname=\"$DATABASE_URL\" FILE";
        return Err(NotHere(words).into());
    }
    let dir = args.place.data()?;
    let archive = File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?;
    let mut there = match dir.read_dir() {
        Ok(there) => Some(there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", dir.display())),
    };
    let empty = there.as_mut().is_none_or(|there| there.next().is_none());
    ensure!(empty, "{} is not empty; a backup is restored into an empty directory", dir.display());
    let data = DataDir::open(Some(dir))?;
    let url = store::default_url(data.path());
    let files = match whole(archive, data.path(), &url).await {
        Ok(files) => files,
        Err(error) => {
            clear(data.path());
            return Err(error.context(format!("cannot restore {}", args.file.display())));
        }
    };
    let store = open_database(&url).await?;
    let given = read("BACKSTAGE_SECRET", &args.secret, SharedSecret::parse)?;
    match Secret::find(given.as_ref(), data.path())? {
        None => say(format_args!(
            "The audit log was not verified: the archive has no secret, and BACKSTAGE_SECRET is not set.\n"
        ))?,
        Some(secret) => {
            let log = AuditLog::new(&secret, data.path());
            let verified = log.verify(&store, ServiceClock::default().now()).await;
            let verified = verified.context("cannot read the restored audit log")?;
            super::audit::tell(&verified.report)?;
        }
    }
    store.close().await;
    say(format_args!("{}: {files} files restored\n", data.path().display()))
}

/// Unpacks the archive and has SQLite check the database. Returns the number of files.
async fn whole(archive: File, dir: &Path, url: &str) -> Result<usize> {
    let files = unpack(archive, dir)?;
    let wrong = store::integrity(&format!("{url}?mode=rw"))
        .await
        .context("cannot read the database in the archive")?;
    ensure!(wrong.is_empty(), "the database in the archive is damaged: {}", wrong.join("; "));
    Ok(files)
}

/// Extracts every file of the archive and compares it with the manifest. Returns the number of files.
fn unpack(archive: File, dir: &Path) -> Result<usize> {
    let (mut seen, mut manifest) = (Manifest::new(), None);
    for entry in tar::Archive::new(archive).entries().context("this is not a backup")? {
        // The reader's own words quote the file, which may be a secret one that was named by mistake.
        let mut entry = entry.map_err(|_| anyhow!("this is not a backup, or it is truncated"))?;
        let path = entry.path()?.into_owned();
        ensure!(entry.header().entry_type().is_file(), "{} is no plain file", path.display());
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(plain, "{} leads out of the directory", path.display());
        if path == Path::new(MANIFEST) {
            let read = serde_json::from_reader::<_, Manifest>(&mut entry);
            manifest = Some(read.context("cannot read the manifest in the archive")?);
            continue;
        }
        let hash = write_new(&dir.join(&path), entry)?;
        seen.insert(path.to_string_lossy().into_owned(), hash);
    }
    let Some(manifest) = manifest else { bail!("the archive has no manifest: it is truncated") };
    for (name, hash) in &manifest {
        ensure!(seen.get(name) == Some(hash), "{name} is not as it was backed up");
    }
    ensure!(seen.len() == manifest.len(), "the archive has files that were not backed up");
    ensure!(seen.contains_key(DATABASE), "the archive has no database");
    Ok(seen.len())
}

/// Returns the SHA-256 of the bytes written.
fn write_new(path: &Path, bytes: impl Read) -> Result<String> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    let mut bytes = Hashing { inner: bytes, hash: Sha256::new(), count: 0 };
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| io::copy(&mut bytes, &mut file).and_then(|_| file.sync_all()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(hex::encode(bytes.hash.finalize()))
}

/// Empties a directory that was empty before the restore.
fn clear(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_outside_of_the_data_directory_are_not_in_the_archive() {
        let dir = tempfile::tempdir().unwrap();
        for (url, below) in [
            (format!("file://{}", dir.path().join("objects").display()), true),
            (format!("file://{}-elsewhere", dir.path().display()), false),
            ("s3://media/backstage".to_owned(), false),
        ] {
            assert_eq!(is_below(dir.path(), &ObjectsConfig::parse(&url).unwrap()), below, "{url}");
        }
    }

    #[test]
    fn a_file_that_is_no_archive_is_refused_without_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("passwd");
        std::fs::write(&file, "root:x:0:0:root:/root:/bin/bash\n".repeat(40)).unwrap();
        let error = unpack(File::open(&file).unwrap(), dir.path()).unwrap_err();
        assert_eq!(format!("{error:#}"), "this is not a backup, or it is truncated");
    }
}

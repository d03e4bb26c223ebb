//! Files that come in pieces. In a folder they are written behind one another into one file, which is renamed in the end. In a
//! bucket they are the parts of a multipart upload; what is too small for a part waits in an object of its own, its tail.

use crate::objects::{ObjectFiles, in_time, said};
use domain::objects::{ObjectError, Whole};
use object_store::{
    Error, ObjectStore as _, ObjectStoreExt, PutPayload,
    multipart::{MultipartStore, PartId},
    path::Path,
    signer::{Method, SignedUrlOptions, Signer},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::task::spawn_blocking;

/// The smallest part that S3 takes. Other services want all parts of one size, except the last.
const PART: usize = 5 << 20;
/// Read at once, to compute the digest.
const READ: u64 = 4 << 20;
/// How long the address of a file is good.
const LINK: Duration = Duration::from_secs(60);
/// The progress of a file in a folder, where the number of its bytes says all.
const IN_A_FOLDER: &str = "folder";

/// Where pieces are written.
pub(crate) enum Pieces {
    Folder(PathBuf),
    Bucket { parts: Arc<dyn MultipartStore>, signer: Arc<dyn Signer> },
}

/// What is in a bucket of a file that is not complete.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Progress {
    upload: String,
    /// What the store calls the parts, in order; each has [`PART`] bytes.
    parts: Vec<String>,
    /// Bytes behind them, in the tail that is named by the number of bytes before its end.
    tail: usize,
    /// The end of the tail before this one, which nothing needs any more.
    former: Option<u64>,
}

impl Progress {
    fn read(text: &str) -> Result<Self, ObjectError> {
        serde_json::from_str(text).map_err(|error| ObjectError(format!("unreadable progress: {error}")))
    }

    fn write(&self) -> Result<String, ObjectError> {
        serde_json::to_string(self).map_err(|error| ObjectError(error.to_string()))
    }
}

fn tails(name: &str) -> Path {
    Path::from(format!("{name}.tails"))
}

fn tail(name: &str, end: u64) -> Path {
    Path::from(format!("{name}.tails/{end}"))
}

impl ObjectFiles {
    pub(crate) async fn begin_pieces(&self, name: &str) -> Result<String, ObjectError> {
        match &self.pieces {
            Pieces::Folder(_) => Ok(IN_A_FOLDER.to_owned()),
            Pieces::Bucket { parts, .. } => {
                let upload = in_time(parts.create_multipart(&Path::from(name))).await.map_err(said)?;
                Progress { upload, ..Progress::default() }.write()
            }
        }
    }

    pub(crate) async fn append_piece(
        &self,
        name: &str,
        progress: &str,
        at: u64,
        bytes: Vec<u8>,
    ) -> Result<String, ObjectError> {
        match &self.pieces {
            Pieces::Folder(root) => {
                let path = root.join(format!("{name}.part"));
                blocking(move || write_at(&path, at, &bytes)).await?;
                Ok(IN_A_FOLDER.to_owned())
            }
            Pieces::Bucket { parts, .. } => {
                self.append_parts(&**parts, name, Progress::read(progress)?, at, bytes).await
            }
        }
    }

    async fn append_parts(
        &self,
        store: &dyn MultipartStore,
        name: &str,
        mut progress: Progress,
        at: u64,
        bytes: Vec<u8>,
    ) -> Result<String, ObjectError> {
        let (path, end) = (Path::from(name), at + bytes.len() as u64);
        let mut all = self.tail_of(name, &progress, at).await?;
        all.extend(bytes);
        let rest = all.split_off(all.len() / PART * PART);
        for part in all.chunks(PART) {
            let payload = PutPayload::from(part.to_vec());
            let put = store.put_part(&path, &progress.upload, progress.parts.len(), payload);
            progress.parts.push(in_time(put).await.map_err(said)?.content_id);
        }
        if let Some(former) = progress.former.take() {
            gone(in_time(self.store.delete(&tail(name, former))).await)?;
        }
        progress.former = (progress.tail > 0).then_some(at);
        progress.tail = rest.len();
        if !rest.is_empty() {
            in_time(self.store.put(&tail(name, end), PutPayload::from(rest))).await.map_err(said)?;
        }
        progress.write()
    }

    /// The bytes behind the last part.
    async fn tail_of(&self, name: &str, progress: &Progress, end: u64) -> Result<Vec<u8>, ObjectError> {
        if progress.tail == 0 {
            return Ok(Vec::new());
        }
        let path = tail(name, end);
        let bytes = in_time(async { self.store.get(&path).await?.bytes().await }).await.map_err(said)?;
        if bytes.len() == progress.tail {
            Ok(bytes.into())
        } else {
            Err(ObjectError(format!("{path} has {} bytes in place of {}", bytes.len(), progress.tail)))
        }
    }

    pub(crate) async fn finish_pieces(
        &self,
        name: &str,
        progress: &str,
        size: u64,
    ) -> Result<Whole, ObjectError> {
        if self.size_of(name).await? != Some(size) {
            let made = match &self.pieces {
                Pieces::Folder(root) => {
                    let (part, whole) = (root.join(format!("{name}.part")), root.join(name));
                    blocking(move || publish(&part, &whole, size)).await
                }
                Pieces::Bucket { parts, .. } => {
                    self.complete(&**parts, name, Progress::read(progress)?, size).await
                }
            };
            // Somebody else may have made it meanwhile.
            if self.size_of(name).await? != Some(size) {
                made?;
                return Err(ObjectError(format!("{name} has another size than was sent")));
            }
        }
        self.delete_tails(name).await?;
        self.digest(name, size).await
    }

    async fn complete(
        &self,
        store: &dyn MultipartStore,
        name: &str,
        mut progress: Progress,
        size: u64,
    ) -> Result<(), ObjectError> {
        let path = Path::from(name);
        let last = self.tail_of(name, &progress, size).await?;
        if !last.is_empty() {
            let put = store.put_part(&path, &progress.upload, progress.parts.len(), PutPayload::from(last));
            progress.parts.push(in_time(put).await.map_err(said)?.content_id);
        }
        let parts = progress.parts.into_iter().map(|content_id| PartId { content_id }).collect();
        in_time(store.complete_multipart(&path, &progress.upload, parts)).await.map(drop).map_err(said)
    }

    async fn size_of(&self, name: &str) -> Result<Option<u64>, ObjectError> {
        match in_time(self.store.head(&Path::from(name))).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(said(error)),
        }
    }

    async fn digest(&self, name: &str, size: u64) -> Result<Whole, ObjectError> {
        let (path, mut hash, mut read) = (Path::from(name), Sha256::new(), 0);
        while read < size {
            let bytes =
                in_time(self.store.get_range(&path, read..size.min(read + READ))).await.map_err(said)?;
            if bytes.is_empty() {
                return Err(ObjectError(format!("{name} ends after {read} bytes")));
            }
            read += bytes.len() as u64;
            hash = spawn_blocking(move || hash.chain_update(&bytes)).await.map_err(broken)?;
        }
        Ok(Whole { size: read, sha256: hex::encode(hash.finalize()) })
    }

    pub(crate) async fn abandon_pieces(&self, name: &str, progress: &str) -> Result<(), ObjectError> {
        match &self.pieces {
            Pieces::Folder(root) => {
                let path = root.join(format!("{name}.part"));
                blocking(move || match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                })
                .await
            }
            Pieces::Bucket { parts, .. } => {
                if !progress.is_empty() {
                    let upload = Progress::read(progress)?.upload;
                    gone(in_time(parts.abort_multipart(&Path::from(name), &upload)).await)?;
                }
                self.delete_tails(name).await
            }
        }
    }

    /// Deletes every tail, also those that a crash left behind.
    async fn delete_tails(&self, name: &str) -> Result<(), ObjectError> {
        if matches!(self.pieces, Pieces::Folder(_)) {
            return Ok(());
        }
        let found = in_time(self.store.list_with_delimiter(Some(&tails(name)))).await.map_err(said)?;
        for object in found.objects {
            gone(in_time(self.store.delete(&object.location)).await)?;
        }
        Ok(())
    }

    pub(crate) async fn signed_link(
        &self,
        name: &str,
        (media_type, disposition): (&str, &str),
    ) -> Result<Option<String>, ObjectError> {
        let Pieces::Bucket { signer, .. } = &self.pieces else { return Ok(None) };
        let saved = SignedUrlOptions::new().with_query([
            ("response-content-type", media_type),
            ("response-content-disposition", disposition),
        ]);
        let path = Path::from(name);
        let signed = signer.signed_url_opts(Method::GET, &path, LINK, &saved);
        Ok(Some(in_time(signed).await.map_err(said)?.into()))
    }
}

/// What is not there need not be deleted.
fn gone(deleted: Result<(), Error>) -> Result<(), ObjectError> {
    match deleted {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(said(error)),
    }
}

fn broken(error: impl std::fmt::Display) -> ObjectError {
    ObjectError(error.to_string())
}

async fn blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), ObjectError> {
    spawn_blocking(work).await.map_err(broken)?.map_err(broken)
}

/// Writes behind the first `at` bytes. What an earlier try left behind them is cut off.
fn write_at(path: &std::path::Path, at: u64, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let is_new = at == 0;
    if is_new {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create(is_new).truncate(false).open(path)?;
    if file.metadata()?.len() < at {
        return Err(io::Error::other(format!("{} has lost what was written", path.display())));
    }
    file.set_len(at)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if is_new { sync_folders(folder) } else { Ok(()) }
}

/// Gives a complete file its name.
fn publish(part: &std::path::Path, whole: &std::path::Path, size: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(part)?;
    if file.metadata()?.len() < size {
        return Err(io::Error::other(format!("{} is not complete", part.display())));
    }
    file.set_len(size)?;
    file.sync_all()?;
    fs::rename(part, whole)?;
    sync_folders(whole.parent().ok_or(io::ErrorKind::InvalidInput)?)
}

/// So that a name in the folder, and the folder's own, survive a crash.
fn sync_folders(folder: &std::path::Path) -> io::Result<()> {
    for folder in folder.ancestors().take(2) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

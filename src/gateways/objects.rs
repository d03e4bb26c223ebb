//! The object store: a folder of this machine, or a bucket of S3 and what speaks like it.

use crate::pieces::Pieces;
use domain::objects::{ObjectError, ObjectResult, Objects, Whole};
use object_store::{
    Error, ObjectStore, ObjectStoreExt, PutPayload,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::time::timeout;
use url::Url;

/// How long a request may take, with its retries.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectsConfig {
    Folder(PathBuf),
    Bucket {
        name: String,
        /// Before the name of each file; may be empty.
        prefix: String,
    },
}

/// Why the address of an object store is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectsConfigError {
    #[error("must begin with file:// or s3://, like s3://bucket/prefix")]
    Scheme,
    #[error("must name an absolute path, like file:///var/lib/backstage/objects")]
    Folder,
    #[error("must name a bucket, like s3://bucket/prefix")]
    Bucket,
    #[error(
        "takes no password, port, query or fragment; S3's keys are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Surplus,
}

impl ObjectsConfig {
    /// Reads `file:///folder` or `s3://bucket/prefix`.
    ///
    /// # Errors
    /// What is wrong with it, to be put behind the name of its variable.
    pub fn parse(text: &str) -> Result<Self, ObjectsConfigError> {
        let url = Url::parse(text).map_err(|_| ObjectsConfigError::Scheme)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        if !plain || url.query().is_some() || url.fragment().is_some() {
            return Err(ObjectsConfigError::Surplus);
        }
        match url.scheme() {
            "file" => url.to_file_path().map(Self::Folder).map_err(|()| ObjectsConfigError::Folder),
            "s3" => {
                let name =
                    url.host_str().filter(|name| !name.is_empty()).ok_or(ObjectsConfigError::Bucket)?;
                Ok(Self::Bucket { name: name.into(), prefix: url.path().trim_matches('/').into() })
            }
            _ => Err(ObjectsConfigError::Scheme),
        }
    }
}

/// The store that the settings name.
pub struct ObjectFiles {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) pieces: Pieces,
}

impl ObjectFiles {
    /// `variables`: those of the environment that begin with `AWS_`; a folder needs none. The folder is created.
    ///
    /// # Errors
    /// If the folder cannot be created, or a variable cannot be used.
    pub fn open(
        config: &ObjectsConfig,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ObjectError> {
        match config {
            ObjectsConfig::Folder(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| ObjectError(format!("cannot create {}: {error}", path.display())))?;
                let store = LocalFileSystem::new_with_prefix(path).map_err(said)?.with_fsync(true);
                Ok(Self { store: Arc::new(store), pieces: Pieces::Folder(path.clone()) })
            }
            ObjectsConfig::Bucket { name, prefix } => {
                let store = variables.into_iter().fold(AmazonS3Builder::new(), configured);
                let store = store.with_bucket_name(name).build().map_err(said)?;
                let store = Arc::new(PrefixStore::new(store, Path::from(prefix.as_str())));
                let pieces = Pieces::Bucket { parts: store.clone(), signer: store.clone() };
                Ok(Self { store, pieces })
            }
        }
    }

    /// Writes, reads and deletes a file, for `backstage check`.
    ///
    /// # Errors
    /// Why one of these failed.
    pub async fn check(&self) -> Result<(), ObjectError> {
        let name = "check/written-by-backstage-check";
        self.put(name, b"check".to_vec()).await?;
        let read = self.get(name).await?;
        self.delete(name).await?;
        match read.as_deref() {
            Some(b"check") => Ok(()),
            _ => Err(ObjectError("what was written is not read back".into())),
        }
    }
}

/// With one variable of the environment; those that it does not know are ignored. Plain HTTP is used only where the
/// endpoint asks for it.
fn configured(store: AmazonS3Builder, (name, value): (String, String)) -> AmazonS3Builder {
    let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() else { return store };
    let endpoint = matches!(key, AmazonS3ConfigKey::Endpoint | AmazonS3ConfigKey::S3Endpoint);
    let plain = endpoint && value.starts_with("http://");
    let store = store.with_config(key, value);
    if plain { store.with_allow_http(true) } else { store }
}

pub(crate) fn said(error: Error) -> ObjectError {
    ObjectError(error.to_string())
}

pub(crate) async fn in_time<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |_| Error::Generic { store: "objects", source: "no answer in time".into() };
    timeout(PATIENCE, answer).await.map_err(late)?
}

impl Objects for ObjectFiles {
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> ObjectResult<'a, ()> {
        Box::pin(async move {
            let name = Path::from(name);
            in_time(self.store.put(&name, PutPayload::from(bytes))).await.map(drop).map_err(said)
        })
    }

    fn get<'a>(&'a self, name: &'a str) -> ObjectResult<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let name = Path::from(name);
            let read = in_time(async { self.store.get(&name).await?.bytes().await });
            match read.await {
                Ok(bytes) => Ok(Some(bytes.to_vec())),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(said(error)),
            }
        })
    }

    fn delete<'a>(&'a self, name: &'a str) -> ObjectResult<'a, ()> {
        Box::pin(async move {
            let name = Path::from(name);
            match in_time(self.store.delete(&name)).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(said(error)),
            }
        })
    }

    fn get_range<'a>(&'a self, name: &'a str, from: u64, length: u64) -> ObjectResult<'a, Vec<u8>> {
        Box::pin(async move {
            let name = Path::from(name);
            let read = in_time(self.store.get_range(&name, from..from + length)).await;
            read.map(Vec::from).map_err(said)
        })
    }

    fn begin<'a>(&'a self, name: &'a str) -> ObjectResult<'a, String> {
        Box::pin(self.begin_pieces(name))
    }

    fn append<'a>(
        &'a self,
        name: &'a str,
        progress: &'a str,
        at: u64,
        bytes: Vec<u8>,
    ) -> ObjectResult<'a, String> {
        Box::pin(self.append_piece(name, progress, at, bytes))
    }

    fn finish<'a>(&'a self, name: &'a str, progress: &'a str, size: u64) -> ObjectResult<'a, Whole> {
        Box::pin(self.finish_pieces(name, progress, size))
    }

    fn abandon<'a>(&'a self, name: &'a str, progress: &'a str) -> ObjectResult<'a, ()> {
        Box::pin(self.abandon_pieces(name, progress))
    }

    fn link<'a>(&'a self, name: &'a str, saved: (&'a str, &'a str)) -> ObjectResult<'a, Option<String>> {
        Box::pin(self.signed_link(name, saved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_folder_or_a_bucket() {
        let bucket =
            |name: &str, prefix: &str| Ok(ObjectsConfig::Bucket { name: name.into(), prefix: prefix.into() });
        for (text, want) in [
            ("file:///var/lib/objects", Ok(ObjectsConfig::Folder("/var/lib/objects".into()))),
            ("s3://media", bucket("media", "")),
            ("s3://media/a/b/", bucket("media", "a/b")),
            ("s3://", Err(ObjectsConfigError::Bucket)),
            ("file://elsewhere/objects", Err(ObjectsConfigError::Folder)),
            ("/var/lib/objects", Err(ObjectsConfigError::Scheme)),
            ("https://media.s3.amazonaws.com", Err(ObjectsConfigError::Scheme)),
            ("s3://key:secret@media", Err(ObjectsConfigError::Surplus)),
            ("s3://media?region=eu", Err(ObjectsConfigError::Surplus)),
        ] {
            assert_eq!(ObjectsConfig::parse(text), want, "{text}");
        }
    }
}

//! Mail that stays on this machine: one file per message, shown at `/dev/mailbox`.

use crate::LocalOnly;
use domain::{
    clock::BoxFuture,
    id::JobId,
    mail::{Mail, MailError, Mailer},
    time::Millis,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// A mail as the mailbox page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    pub key: JobId,
    /// When its job was created.
    pub at: Millis,
    pub mail: Mail,
}

pub struct LocalMailer {
    dir: PathBuf,
}

impl LocalMailer {
    /// Opens a mailbox directory, creating it if needed. Only its owner can read it, because it contains sign-in codes.
    ///
    /// # Errors
    /// When the directory cannot be created.
    pub fn open(_proof: LocalOnly, dir: impl Into<PathBuf>) -> io::Result<Self> {
        let dir = dir.into();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        Ok(Self { dir })
    }

    /// The newest mails, newest first. Job ids sort by creation time.
    ///
    /// # Errors
    /// When the directory or a file in it cannot be read.
    pub async fn list(&self, limit: usize) -> io::Result<Vec<StoredMail>> {
        let dir = self.dir.clone();
        tokio::task::spawn_blocking(move || newest(&dir, limit)).await.map_err(io::Error::other)?
    }
}

impl Mailer for LocalMailer {
    /// Sending a mail again under the same key replaces the file.
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        let dir = self.dir.clone();
        let stored = StoredMail { key, at: made_at(key), mail };
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || write(&dir, &stored)).await;
            written.map_err(io::Error::other).flatten().map_err(|error| MailError::Away(error.to_string()))
        })
    }
}

fn made_at(key: JobId) -> Millis {
    let (seconds, nanos) = key.0.get_timestamp().map_or((0, 0), |time| time.to_unix());
    Millis(i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos / 1_000_000))
}

/// Atomic, and on disk when it returns.
fn write(dir: &Path, stored: &StoredMail) -> io::Result<()> {
    let fresh = dir.join(format!("{}.new", stored.key));
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(&serde_json::to_vec_pretty(stored)?)?;
    file.sync_all()?;
    fs::rename(&fresh, dir.join(format!("{}.json", stored.key)))?;
    File::open(dir)?.sync_all()
}

fn newest(dir: &Path, limit: usize) -> io::Result<Vec<StoredMail>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            names.push(path);
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.truncate(limit);
    names.iter().map(|path| Ok(serde_json::from_slice(&fs::read(path)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mail(subject: &str) -> Mail {
        Mail {
            to: "kim@example.org".into(),
            subject: subject.into(),
            text: "123456".into(),
            html: None,
            unsubscribe: None,
        }
    }

    #[tokio::test]
    async fn the_newest_come_first_and_one_sent_twice_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let proof = LocalOnly::for_listener(([127, 0, 0, 1], 3000).into()).unwrap();
        let mailer = LocalMailer::open(proof, dir.path().join("mail")).unwrap();
        let keys: Vec<JobId> = (0..5).map(|_| JobId::new()).collect();
        for key in [1, 0, 4, 3, 2, 4] {
            mailer.send(keys[key], mail(&key.to_string())).await.unwrap();
        }
        let subjects = |mails: Vec<StoredMail>| mails.into_iter().map(|m| m.mail.subject).collect::<String>();
        assert_eq!(subjects(mailer.list(9).await.unwrap()), "43210");
        assert_eq!(subjects(mailer.list(2).await.unwrap()), "43");
        assert!(mailer.list(1).await.unwrap()[0].at.0 > 1_700_000_000_000);
    }

    #[tokio::test]
    async fn codes_are_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mail");
        let proof = LocalOnly::for_listener(([127, 0, 0, 1], 3000).into()).unwrap();
        let key = JobId::new();
        LocalMailer::open(proof, &path).unwrap().send(key, mail("code")).await.unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join(format!("{key}.json")))), (0o700, 0o600));
    }
}

//! The audit log of this server: seals what was written, keeps the end of the chain in the data directory, and remembers what the
//! last verification found.

use crate::secret::Secret;
use anyhow::{Context, Result};
use domain::time::Millis;
use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use store::{AuditHead, AuditKey, AuditReport, Store};

pub struct AuditLog {
    key: AuditKey,
    head: PathBuf,
    verified: Mutex<Option<Arc<Verified>>>,
    /// One reading of the log at a time.
    reading: tokio::sync::Mutex<()>,
}

/// What a verification found, and when it began.
pub struct Verified {
    pub at: Millis,
    pub report: AuditReport,
}

impl AuditLog {
    pub fn new(secret: &Secret, data: &Path) -> Self {
        Self {
            key: AuditKey::new(secret.sign("audit", &[])),
            head: data.join("audit-head"),
            verified: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    /// Seals what waits and moves the head that is kept outside the database. Returns how many batches were sealed.
    ///
    /// The head is written after the commit: after a crash between the two it names a line that the chain still has.
    pub async fn seal(&self, store: &Store) -> Result<usize> {
        let mut batches = 0;
        let mut end = if self.head.exists() { None } else { store.audit().head().await? };
        while let Some(head) = store.audit().seal(&self.key).await? {
            (batches, end) = (batches + 1, Some(head));
        }
        if let Some(end) = end {
            self.move_head(store, &end).await?;
        }
        Ok(batches)
    }

    /// A head that the chain no longer has stays: it is the proof that lines were cut.
    async fn move_head(&self, store: &Store, end: &AuditHead) -> Result<()> {
        if let Some(kept) = read_head(&self.head)?
            && !store.audit().continues(&kept).await?
        {
            tracing::error!(
                line = kept.count,
                "the audit log no longer has the line that was its end; the head is not moved"
            );
            return Ok(());
        }
        let (path, text) = (self.head.clone(), serde_json::to_vec(end)?);
        tokio::task::spawn_blocking(move || replace(&path, &text)).await?.context("writing the audit head")
    }

    /// Reads the whole log and remembers what was found. Who asks while it is read waits, and gets what a reading found that began
    /// at `now` or later.
    pub async fn verify(&self, store: &Store, now: Millis) -> Result<Arc<Verified>> {
        let _one = self.reading.lock().await;
        if let Some(verified) = self.verified().filter(|verified| verified.at >= now) {
            return Ok(verified);
        }
        // An unreadable head verifies nothing: the report says that there is none.
        let head = read_head(&self.head).unwrap_or_else(|error| {
            tracing::error!(%error, "the audit head cannot be read");
            None
        });
        let report = store.audit().verify(&self.key, head.as_ref()).await?;
        metrics::gauge!("backstage_audit_findings").set((report.findings.len() + report.more) as f64);
        let verified = Arc::new(Verified { at: now, report });
        *self.verified.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&verified));
        Ok(verified)
    }

    /// `None` until the first verification after the start is done.
    pub fn verified(&self) -> Option<Arc<Verified>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read_head(path: &Path) -> Result<Option<AuditHead>> {
    match std::fs::read(path) {
        Ok(text) => {
            serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display())).map(Some)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Replaces a file so that after a crash it has either the old or the new text.
fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    match path.parent() {
        Some(directory) => File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}

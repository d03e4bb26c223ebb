//! The audit log of this server. It seals new lines, keeps the head of the chain in the data directory, and remembers
//! the result of the last verification.

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
    verified: Mutex<Option<Arc<AuditVerification>>>,
    /// Only one reader of the log at a time.
    reading: tokio::sync::Mutex<()>,
}

/// The result of a verification, and when it began.
pub struct AuditVerification {
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

    /// Seals the waiting lines and moves the head that is kept outside the database. Returns the number of sealed
    /// batches.
    ///
    /// The head is written after the commit. If the process crashes between the two, the old head still names a line of
    /// the chain.
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

    /// If the chain no longer has the kept head, the head stays: it proves that lines were removed.
    async fn move_head(&self, store: &Store, end: &AuditHead) -> Result<()> {
        if let Some(kept) = read_head(&self.head)?
            && !store.audit().continues(&kept).await?
        {
            tracing::error!(
                line = kept.count,
                "the audit log no longer has its last known line; the head is not moved"
            );
            return Ok(());
        }
        let (path, text) = (self.head.clone(), serde_json::to_vec(end)?);
        tokio::task::spawn_blocking(move || replace(&path, &text)).await?.context("writing the audit head")
    }

    /// Reads the whole log and remembers the result. Callers that arrive during a run wait. They get the result of a
    /// run that began at `now` or later.
    pub async fn verify(&self, store: &Store, now: Millis) -> Result<Arc<AuditVerification>> {
        let _one = self.reading.lock().await;
        if let Some(verified) = self.verified().filter(|verified| verified.at >= now) {
            return Ok(verified);
        }
        // An unreadable head verifies nothing; the report says that there is none.
        let head = read_head(&self.head).unwrap_or_else(|error| {
            tracing::error!(%error, "the audit head cannot be read");
            None
        });
        let report = store.audit().verify(&self.key, head.as_ref()).await?;
        metrics::gauge!("backstage_audit_findings").set((report.findings.len() + report.more) as f64);
        let verified = Arc::new(AuditVerification { at: now, report });
        *self.verified.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&verified));
        Ok(verified)
    }

    /// `None` until the first verification after the start has finished.
    pub fn verified(&self) -> Option<Arc<AuditVerification>> {
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

/// Replaces a file atomically: after a crash it has either the old or the new text.
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

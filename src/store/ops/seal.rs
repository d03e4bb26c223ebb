//! The chain of the audit log. Each line has a hash that covers the line before it, and a seal: an HMAC under the
//! server's secret that covers the hash and the previous seal. Without the secret, nobody can change a line and make
//! the chain match again.

use super::audit::{Act, Audit, read_act};
use crate::db::sql::{BulkInsert, args, statements};
use domain::{error::StoreError, time::Millis};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

statements! {
    ANY_PENDING = "SELECT id FROM audit_pending LIMIT 1";
    PENDING = "SELECT id, at, actor_id, action, target, detail FROM audit_pending ORDER BY id LIMIT $1";
    END = "SELECT seq, hash, (SELECT mac FROM audit_seals ORDER BY seq DESC LIMIT 1) AS mac
        FROM audit ORDER BY seq DESC LIMIT 1";
    HEAD = "SELECT seq, mac FROM audit_seals ORDER BY seq DESC LIMIT 1";
    SEALED = "SELECT mac FROM audit_seals WHERE seq = $1";
    FORGET_PENDING = "DELETE FROM audit_pending WHERE id IN (SELECT id FROM audit_seals WHERE seq > $1)";
}
pub(crate) static LINES: BulkInsert = BulkInsert::new(
    "INSERT INTO audit (seq, at, actor_id, action, target, detail, previous, hash) VALUES",
    8,
);
pub(crate) static SEALS: BulkInsert =
    BulkInsert::new("INSERT INTO audit_seals (seq, id, key_id, previous, mac) VALUES", 5);

/// Lines sealed in one transaction. It occupies SQLite's writer for a few milliseconds.
const BATCH: i64 = 256;
/// If another sealer took the next number, this one retries with the remaining lines. Each retry means that the other
/// made progress.
const ATTEMPTS: usize = 50;

/// The key of the seals.
#[derive(Clone)]
pub struct AuditKey(Vec<u8>);

impl AuditKey {
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self(key.into())
    }

    /// Identifies the key without revealing it, so that a changed secret is not mistaken for changed lines.
    pub(super) fn id(&self) -> String {
        self.sign(&serde_json::json!(["key"]))[..16].to_owned()
    }

    pub(super) fn seal(&self, seq: i64, id: &str, hash: &str, previous: &str) -> String {
        self.sign(&serde_json::json!(["seal", seq, id, hash, previous]))
    }

    /// Signs a JSON array, in which no text can be mistaken for a separator.
    fn sign(&self, parts: &serde_json::Value) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(parts.to_string().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

/// The head of the chain, to be kept outside the reach of those who can write to the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of the last line.
    pub count: i64,
    /// Its seal.
    pub mac: String,
}

/// The SHA-256 of a line, computed the same way in every release.
pub(super) fn hash(seq: i64, at: Millis, act: &Act, previous: &str) -> String {
    let Act { actor, action, target, detail } = act;
    let actor = actor.map(|a| a.to_string());
    let covered = serde_json::json!([seq, at.0, actor, action, target, detail, previous]);
    hex::encode(Sha256::digest(covered.to_string().as_bytes()))
}

impl Audit<'_> {
    /// Chains up to 256 pending lines. Returns the new head of the chain, or `None` if no line was pending.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if other sealers were faster too often. Nothing is lost; call again.
    pub async fn seal(&self, key: &AuditKey) -> Result<Option<AuditHead>, StoreError> {
        // Ask a reader first, so that an idle system does not occupy the writer.
        if self.0.row(ANY_PENDING, args![]).await?.is_none() {
            return Ok(None);
        }
        for _ in 0..ATTEMPTS {
            match self.seal_batch(key).await {
                // The primary key of `audit` detects a competing sealer: the slower one starts again.
                Err(StoreError::Conflict("unique")) => {}
                done => return done,
            }
        }
        Err(StoreError::Conflict("audit"))
    }

    async fn seal_batch(&self, key: &AuditKey) -> Result<Option<AuditHead>, StoreError> {
        let mut tx = self.0.begin().await?;
        let pending = tx.rows(PENDING, args![BATCH]).await?;
        if pending.is_empty() {
            return Ok(None);
        }
        let (mut seq, mut previous, mut mac) = match tx.row(END, args![]).await? {
            None => (0, String::new(), String::new()),
            Some(row) => {
                let mac: Option<String> = row.get("mac")?;
                (row.get::<i64>("seq")?, row.get("hash")?, mac.unwrap_or_default())
            }
        };
        let (before, key_id) = (seq, key.id());
        let (mut lines, mut seals) = (Vec::new(), Vec::new());
        for row in &pending {
            seq += 1;
            let (id, at, act): (String, Millis, _) = (row.get("id")?, row.get("at")?, read_act(row)?);
            let hash = hash(seq, at, &act, &previous);
            let seal = key.seal(seq, &id, &hash, &mac);
            let Act { actor, action, target, detail } = act;
            lines.push(args![seq, at, actor, action, target, detail, previous, hash.clone()]);
            seals.push(args![seq, id, key_id.clone(), mac, seal.clone()]);
            (previous, mac) = (hash, seal);
        }
        tx.insert_many(&LINES, lines).await?;
        tx.insert_many(&SEALS, seals).await?;
        tx.run(FORGET_PENDING, args![before]).await?;
        tx.commit().await?;
        Ok(Some(AuditHead { count: seq, mac }))
    }

    /// The head of the chain in the database; `None` before the first seal.
    pub async fn head(&self) -> Result<Option<AuditHead>, StoreError> {
        let row = self.0.row(HEAD, args![]).await?;
        row.map(|row| Ok(AuditHead { count: row.get("seq")?, mac: row.get("mac")? })).transpose()
    }

    /// Whether the chain still contains this head. A newer one may have replaced it.
    pub async fn continues(&self, head: &AuditHead) -> Result<bool, StoreError> {
        let row = self.0.row(SEALED, args![head.count]).await?;
        Ok(row.map(|row| row.get::<String>("mac")).transpose()?.as_deref() == Some(head.mac.as_str()))
    }

    /// Resolves after this process commits a transaction that wrote an audit line.
    pub async fn written(&self) {
        self.0.audited.notified().await;
    }
}

//! Walks the audit log and finds every line that differs from what was sealed.

use super::{
    audit::{Act, Audit, read_act},
    seal::{AuditHead, AuditKey, hash},
};
use crate::db::sql::{Row, args, statements};
use domain::{error::StoreError, time::Millis};
use std::fmt;

statements! {
    AFTER = "SELECT a.seq, a.at, a.actor_id, a.action, a.target, a.detail, a.previous, a.hash,
            s.id, s.key_id, s.previous AS seal_before, s.mac
        FROM audit a LEFT JOIN audit_seals s ON s.seq = a.seq WHERE a.seq > $1 ORDER BY a.seq LIMIT 1000";
    WAITING = "SELECT COUNT(*) AS lines, MIN(at) AS oldest FROM audit_pending";
}

/// Faulty lines beyond this number are only counted.
const MOST_FINDINGS: usize = 1000;
/// This many changed lines are compared with each other, to detect swapped lines.
const MOST_COMPARED: usize = 100;

/// The result of a walk through the whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// The number of the last line that was read.
    pub last: i64,
    /// Lines with a seal. Lines of the previous release have none; their hash chain ends in the first sealed line.
    pub sealed: i64,
    /// Lines that wait for the sealer, and since when.
    pub pending: i64,
    pub oldest_pending: Option<Millis>,
    pub findings: Vec<AuditFinding>,
    /// Faulty lines beyond those in `findings`.
    pub more: usize,
}

impl AuditReport {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One fault of the log, in adjacent lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditFinding {
    pub flaw: Flaw,
    pub from: i64,
    pub to: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The text is not the sealed text.
    Changed,
    /// The lines before and after it exist.
    Missing,
    /// It was written under this other number.
    Moved { was: i64 },
    /// It does not follow the line before it.
    Replaced,
    /// A line without a seal after lines with one.
    Unsealed,
    /// Sealed with a secret other than ours.
    OtherSecret,
    /// The head kept outside proves that the log once had them.
    Cut,
    /// The line's seal differs from the head kept outside.
    NotTheHead,
    /// There is no head outside, so a missing end cannot be detected.
    NoHead,
}

impl fmt::Display for AuditFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flaw, from, to } = self;
        let one = from == to;
        if one { write!(f, "line {from} ") } else { write!(f, "lines {from} to {to} ") }?;
        let (was, does, carries) = if one { ("was", "does", "carries") } else { ("were", "do", "carry") };
        match flaw {
            Flaw::Changed => {
                write!(f, "{was} changed after {} sealed", if one { "it was" } else { "they were" })
            }
            Flaw::Missing => write!(f, "{} missing", if one { "is" } else { "are" }),
            Flaw::Moved { was } => write!(f, "was moved: it was written as line {was}"),
            Flaw::Replaced => write!(f, "{does} not follow the line before"),
            Flaw::Unsealed => {
                write!(f, "{carries} no seal: the service did not write {}", if one { "it" } else { "them" })
            }
            Flaw::OtherSecret => write!(f, "{was} sealed with another secret than BACKSTAGE_SECRET"),
            Flaw::Cut => write!(f, "{was} cut from the end"),
            Flaw::NotTheHead => write!(
                f,
                "{} not the line whose seal is kept outside the database",
                if one { "is" } else { "are" }
            ),
            Flaw::NoHead => write!(f, "may not be the last: the head outside the database is missing"),
        }
    }
}

struct StoredAuditLine {
    seq: i64,
    at: Millis,
    act: Act,
    previous: String,
    hash: String,
    seal: Option<Seal>,
}

struct Seal {
    id: String,
    key_id: String,
    previous: String,
    mac: String,
}

fn read(row: &Row) -> Result<StoredAuditLine, StoreError> {
    let id: Option<String> = row.get("id")?;
    let seal = match id {
        None => None,
        Some(id) => Some(Seal {
            id,
            key_id: row.get("key_id")?,
            previous: row.get("seal_before")?,
            mac: row.get("mac")?,
        }),
    };
    Ok(StoredAuditLine {
        seq: row.get("seq")?,
        at: row.get("at")?,
        act: read_act(row)?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
        seal,
    })
}

impl Audit<'_> {
    /// Reads the whole log. `head` is the head of the chain kept outside the database; read it before this call.
    pub async fn verify(&self, key: &AuditKey, head: Option<&AuditHead>) -> Result<AuditReport, StoreError> {
        let mut walk = Walk::new(key, head);
        loop {
            let page = self.0.rows(AFTER, args![walk.report.last]).await?;
            if page.is_empty() {
                break;
            }
            for row in &page {
                walk.step(read(row)?);
            }
        }
        let mut report = walk.end();
        if let Some(row) = self.0.row(WAITING, args![]).await? {
            (report.pending, report.oldest_pending) = (row.get("lines")?, row.get("oldest")?);
        }
        Ok(report)
    }
}

/// What the next line must match.
struct Walk<'a> {
    key: &'a AuditKey,
    key_id: String,
    head: Option<&'a AuditHead>,
    report: AuditReport,
    /// `None` after a faulty line, so that the next line is not blamed for it.
    hash: Option<String>,
    mac: Option<String>,
    /// Lines whose text does not match their hash; they may have been moved.
    changed: Vec<StoredAuditLine>,
}

impl<'a> Walk<'a> {
    fn new(key: &'a AuditKey, head: Option<&'a AuditHead>) -> Self {
        let (hash, mac) = (Some(String::new()), Some(String::new()));
        Self { key, key_id: key.id(), head, report: AuditReport::default(), hash, mac, changed: Vec::new() }
    }

    fn found(&mut self, flaw: Flaw, from: i64, to: i64) {
        if self.report.findings.len() < MOST_FINDINGS {
            self.report.findings.push(AuditFinding { flaw, from, to });
        } else {
            self.report.more += 1;
        }
    }

    fn step(&mut self, line: StoredAuditLine) {
        let expected = self.report.last + 1;
        if line.seq != expected {
            self.found(Flaw::Missing, expected, line.seq - 1);
            (self.hash, self.mac) = (None, None);
        }
        let flaw = self.flaw(&line);
        self.report.last = line.seq;
        self.report.sealed += i64::from(line.seal.is_some());
        if let Some(flaw) = flaw {
            self.found(flaw, line.seq, line.seq);
        } else if self
            .head
            .is_some_and(|h| h.count == line.seq && line.seal.as_ref().is_none_or(|s| s.mac != h.mac))
        {
            self.found(Flaw::NotTheHead, line.seq, line.seq);
        }
        self.hash = flaw.is_none().then(|| line.hash.clone());
        if let Some(seal) = &line.seal {
            self.mac = Some(seal.mac.clone());
        }
        if flaw == Some(Flaw::Changed) && self.changed.len() < MOST_COMPARED {
            self.changed.push(line);
        }
    }

    fn flaw(&self, line: &StoredAuditLine) -> Option<Flaw> {
        if line.hash != hash(line.seq, line.at, &line.act, &line.previous) {
            return Some(Flaw::Changed);
        }
        let Some(seal) = &line.seal else {
            let follows = self.hash.as_ref().is_none_or(|hash| *hash == line.previous);
            let unsealed = self.report.sealed > 0;
            return if unsealed { Some(Flaw::Unsealed) } else { (!follows).then_some(Flaw::Replaced) };
        };
        if seal.key_id != self.key_id {
            return Some(Flaw::OtherSecret);
        }
        if seal.mac != self.key.seal(line.seq, &seal.id, &line.hash, &seal.previous) {
            return Some(Flaw::Changed);
        }
        let follows = |before: &Option<String>, this: &str| before.as_deref().is_none_or(|b| b == this);
        let fits = follows(&self.hash, &line.previous) && follows(&self.mac, &seal.previous);
        (!fits).then_some(Flaw::Replaced)
    }

    fn end(mut self) -> AuditReport {
        self.name_moved();
        match self.head {
            Some(head) if head.count > self.report.last => {
                self.found(Flaw::Cut, self.report.last + 1, head.count)
            }
            None if self.report.sealed > 0 => self.found(Flaw::NoHead, self.report.last, self.report.last),
            _ => {}
        }
        self.report.findings = merged(std::mem::take(&mut self.report.findings));
        self.report
    }

    /// A changed line whose hash matches under the number of another changed line was originally written there.
    fn name_moved(&mut self) {
        for line in &self.changed {
            let written_as = |seq: i64| hash(seq, line.at, &line.act, &line.previous) == line.hash;
            let other = self.changed.iter().find(|other| other.seq != line.seq && written_as(other.seq));
            let finding = self.report.findings.iter_mut().find(|f| f.from == line.seq);
            if let (Some(other), Some(finding)) = (other, finding) {
                finding.flaw = Flaw::Moved { was: other.seq };
            }
        }
    }
}

/// Merges adjacent lines with the same fault into one finding.
fn merged(findings: Vec<AuditFinding>) -> Vec<AuditFinding> {
    let mut merged: Vec<AuditFinding> = Vec::new();
    for finding in findings {
        match merged.last_mut() {
            Some(last) if last.flaw == finding.flaw && last.to + 1 == finding.from => last.to = finding.to,
            _ => merged.push(finding),
        }
    }
    merged
}

//! What people report to the operators, and letters. Decided reports are the history of their subject until their retention is
//! over.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, code, maybe_code, row, statements},
    },
    work::jobs::enqueue,
};
use domain::{
    error::StoreError,
    id::*,
    ops::{
        jobs::{SendLetter, SendReportAnswer},
        reports::{Kind, ReportDecision, ReportReason},
    },
    picture::PictureId,
    time::Millis,
};

row! {
    fn read -> Report {
        id: "id",
        kind: "kind" => code(Kind::from_code),
        subject: "subject_id",
        space: "space_id",
        person: "person_id",
        stream: "stream_id",
        room: "room_id",
        line: "line",
        reporter: "reporter_id",
        email: "email",
        reason: "reason" => code(ReportReason::from_code),
        words: "words",
        created_at: "created_at",
        decided_at: "decided_at",
        decision: "decision" => maybe_code(ReportDecision::from_code),
        answer: "answer",
    }
}

/// Reports with the names of whom and what they name.
macro_rules! filed {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!("r."),
            ", a.username AS reporter_username, s.name AS space_name, s.slug AS space_slug, s.cover AS space_cover,
                s.logo AS space_logo, t.title AS stream_title, q.title AS post_title, x.title AS clip_title, p.name AS person_name, p.username AS person_username,
                p.avatar AS person_avatar,
                d.username AS decider_username,
                (SELECT COUNT(*) FROM reports o WHERE o.subject_id = r.subject_id AND o.kind = r.kind AND o.id <> r.id) AS others
            FROM reports r LEFT JOIN accounts a ON a.id = r.reporter_id LEFT JOIN spaces s ON s.id = r.space_id
            LEFT JOIN streams t ON t.id = r.stream_id LEFT JOIN posts q ON q.id = r.subject_id AND r.kind = 'post'
            LEFT JOIN clips x ON x.id = r.subject_id AND r.kind = 'clip' LEFT JOIN accounts p ON p.id = r.person_id
            LEFT JOIN accounts d ON d.id = r.decided_by ",
            $rest
        )
    };
}

statements! {
    BY_ID = filed!("WHERE r.id = $1");
    OPEN = filed!("WHERE r.decided_at IS NULL ORDER BY r.created_at, r.id LIMIT $1");
    DECIDED = filed!("WHERE r.decided_at IS NOT NULL ORDER BY r.decided_at DESC, r.id DESC LIMIT $1");
    ABOUT = filed!("WHERE r.subject_id = $1 AND r.id <> $2 ORDER BY r.created_at DESC, r.id DESC LIMIT 20");
    WAITING = "SELECT COUNT(*) AS reports, MIN(created_at) AS oldest FROM reports WHERE decided_at IS NULL";
    INSERT = "INSERT INTO reports (id, kind, subject_id, space_id, person_id, stream_id, line, reporter_id, email, reason, words,
            created_at, room_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
    /// All that are open about the same.
    DECIDE = "UPDATE reports SET decided_at = $3, decided_by = $4, decision = $5, answer = $6
        WHERE kind = $1 AND subject_id = $2 AND decided_at IS NULL RETURNING id";
    /// All that are open about what was suspended.
    DECIDE_SUSPENDED = "UPDATE reports SET decided_at = $2, decided_by = $3, decision = 'acted', answer = ''
        WHERE subject_id = $1 AND decided_at IS NULL RETURNING id";
    OPERATORS = "SELECT id FROM accounts WHERE operator = 1 ORDER BY id LIMIT 10";
    /// What a person wrote in a room, also what was removed since.
    LINES = "SELECT j.seq AS seq, j.at AS at, COALESCE(j.body, j.removed_body) AS body, j.removed_at AS removed_at
        FROM journal j WHERE j.kind = 'said' AND j.author_id = $2 AND j.room_id = $1 ORDER BY j.seq DESC LIMIT 10";
}

/// What somebody told the operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    pub kind: Kind,
    /// The id of what it is about; a letter's own id.
    pub subject: String,
    pub space: Option<SpaceId>,
    pub person: Option<AccountId>,
    pub stream: Option<StreamId>,
    /// Where the line was written; `None` in reports of earlier releases.
    pub room: Option<RoomId>,
    /// The chat line that was reported.
    pub line: Option<i64>,
    /// `None`: somebody who was not signed in.
    pub reporter: Option<AccountId>,
    /// Where a letter is answered to.
    pub email: Option<String>,
    pub reason: ReportReason,
    pub words: String,
    pub created_at: Millis,
    pub decided_at: Option<Millis>,
    pub decision: Option<ReportDecision>,
    pub answer: Option<String>,
}

/// A report as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledReport {
    pub report: Report,
    /// Usernames.
    pub reporter: Option<String>,
    pub decider: Option<String>,
    /// Name and slug.
    pub space: Option<(String, String)>,
    pub cover: Option<PictureId>,
    pub logo: Option<PictureId>,
    /// Of the person.
    pub avatar: Option<PictureId>,
    pub stream_title: Option<String>,
    /// `None` also once the post is deleted.
    pub post_title: Option<String>,
    /// The same of a clip, which also goes with its recording.
    pub clip_title: Option<String>,
    /// Name and username.
    pub person: Option<(String, String)>,
    /// Other reports about the same, decided ones included.
    pub others: i64,
}

impl FiledReport {
    /// How what it is about is called; empty for a letter.
    pub fn name(&self) -> &str {
        let name = match self.report.kind {
            Kind::Space | Kind::Picture => self.space.as_ref().map(|space| &space.0),
            Kind::Show => self.stream_title.as_ref(),
            Kind::Post => self.post_title.as_ref(),
            Kind::Clip => self.clip_title.as_ref(),
            Kind::Person => self.person.as_ref().map(|person| &person.0),
            Kind::Letter => None,
        };
        name.map_or("", String::as_str)
    }
}

/// A chat line of a reported person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidLine {
    pub seq: i64,
    pub at: Millis,
    pub body: String,
    pub removed: bool,
}

pub struct Reports<'a>(&'a Db);

impl Store {
    pub fn reports(&self) -> Reports<'_> {
        Reports(self.db())
    }
}

impl Reports<'_> {
    pub async fn by_id(&self, id: ReportId) -> Result<FiledReport, StoreError> {
        filed(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those that wait for a decision, the oldest first.
    pub async fn open(&self, limit: usize) -> Result<Vec<FiledReport>, StoreError> {
        self.0.rows(OPEN, args![limit as i64]).await?.iter().map(filed).collect()
    }

    /// The last that were decided.
    pub async fn decided(&self, limit: usize) -> Result<Vec<FiledReport>, StoreError> {
        self.0.rows(DECIDED, args![limit as i64]).await?.iter().map(filed).collect()
    }

    /// The last 20 others about the same thing, of any kind.
    pub async fn about(&self, report: &Report) -> Result<Vec<FiledReport>, StoreError> {
        self.0.rows(ABOUT, args![&report.subject, report.id]).await?.iter().map(filed).collect()
    }

    /// How many wait for a decision, and since when the oldest of them.
    pub async fn waiting(&self) -> Result<(i64, Option<Millis>), StoreError> {
        let row = self.0.row(WAITING, args![]).await?.ok_or(StoreError::NotFound)?;
        Ok((row.get("reports")?, row.get("oldest")?))
    }

    /// The last ten lines that a person wrote in a room, the newest first. Also words that were removed,
    /// which only who decides about a report sees.
    pub async fn lines(&self, room: RoomId, author: AccountId) -> Result<Vec<SaidLine>, StoreError> {
        let line = |row: &Row| {
            Ok(SaidLine {
                seq: row.get("seq")?,
                at: row.get("at")?,
                body: row.get::<Option<String>>("body")?.unwrap_or_default(),
                removed: row.get::<Option<Millis>>("removed_at")?.is_some(),
            })
        };
        self.0.rows(LINES, args![room, author]).await?.iter().map(line).collect()
    }
}

impl Tx<'_> {
    /// Files a report. Returns false if its reporter has an open one about the same. A letter is sent to the operators,
    /// too.
    pub async fn file_report(&mut self, report: &Report) -> Result<bool, StoreError> {
        let Report { id, kind, space, person, stream, room, line, reporter, created_at, .. } = *report;
        let Report { subject, email, reason, words, .. } = report;
        let (kind_code, email) = (kind.code(), email.clone());
        let row = args![
            id,
            kind_code,
            subject,
            space,
            person,
            stream,
            line,
            reporter,
            email,
            reason.code(),
            words,
            created_at,
            room
        ];
        if self.run(INSERT, row).await? == 0 {
            return Ok(false);
        }
        if kind == Kind::Letter {
            for row in self.rows(OPERATORS, args![]).await? {
                let letter = SendLetter { report: id, operator: row.get("id")? };
                enqueue(self, &letter, None, created_at).await?;
            }
        }
        Ok(true)
    }

    /// Decides all open reports about the same, and enqueues the mails that say so. Returns their number.
    pub async fn decide_reports(
        &mut self,
        (kind, subject): (Kind, &str),
        by: AccountId,
        (decision, answer): (ReportDecision, &str),
        now: Millis,
    ) -> Result<usize, StoreError> {
        let args = args![kind.code(), subject, now, by, decision.code(), answer];
        let rows = self.rows(DECIDE, args).await?;
        self.answer_reports(&rows, now).await
    }

    /// The same for whatever was reported about a space or an account that is being suspended.
    pub(super) async fn decide_suspended(
        &mut self,
        subject: &str,
        by: AccountId,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let rows = self.rows(DECIDE_SUSPENDED, args![subject, now, by]).await?;
        self.answer_reports(&rows, now).await
    }

    async fn answer_reports(&mut self, rows: &[Row], now: Millis) -> Result<usize, StoreError> {
        for row in rows {
            let mail = SendReportAnswer { report: row.get("id")? };
            enqueue(self, &mail, None, now).await?;
        }
        Ok(rows.len())
    }
}

fn filed(row: &Row) -> Result<FiledReport, StoreError> {
    let pair = |first, second| {
        let (first, second): (Option<String>, Option<String>) = (row.get(first)?, row.get(second)?);
        Ok::<_, StoreError>(first.zip(second))
    };
    Ok(FiledReport {
        report: read(row)?,
        reporter: row.get("reporter_username")?,
        decider: row.get("decider_username")?,
        space: pair("space_name", "space_slug")?,
        cover: row.get("space_cover")?,
        logo: row.get("space_logo")?,
        avatar: row.get("person_avatar")?,
        stream_title: row.get("stream_title")?,
        post_title: row.get("post_title")?,
        clip_title: row.get("clip_title")?,
        person: pair("person_name", "person_username")?,
        others: row.get("others")?,
    })
}

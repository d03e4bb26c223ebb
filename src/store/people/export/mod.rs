//! Everything that is stored about a person, in parts and pages, for the person. Pages are bounded, however much there is.

mod columns;
mod part;
pub(crate) mod passages;

use crate::db::{
    connections::Db,
    sql::{Row, Sql, args, statements},
};
pub use columns::ColumnKind;
use domain::{error::StoreError, id::AccountId, time::Millis};
pub use part::Part;
use passages::{JournalPlace, Passage};

/// Rows of a page.
const ROWS: i64 = 500;
/// Posts of a page: each may be as long as a hundred other rows.
const POSTS_ROWS: i64 = 20;

/// A column of a post or its picture, if the account $1 changed the post last or is in the team: what others wrote after it left
/// is not its own.
macro_rules! own {
    ($column:literal) => {
        concat!(
            "CASE WHEN p.edited_by = $1 OR EXISTS (SELECT 1 FROM spaces o JOIN team_members m ON m.team_id = o.team_id
                WHERE o.id = p.space_id AND m.account_id = $1) THEN ",
            $column,
            " END"
        )
    };
}

statements! {
    SESSIONS = "SELECT id, browser, created_at, last_seen_at, expires_at, revoked_at FROM sessions
        WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    PASSKEYS = "SELECT id, name, created_at, used_at FROM passkeys WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    SPACES = "SELECT s.id AS id, s.slug AS slug, s.name AS name, m.role AS role, m.created_at AS created_at
        FROM team_members m JOIN spaces s ON s.team_id = m.team_id WHERE m.account_id = $1 AND s.id > $2 ORDER BY s.id LIMIT $3";
    ORDERS = "SELECT c.id AS id, s.name AS space, c.title AS title, c.amount AS amount, c.currency AS currency, c.state AS state,
        c.email AS email, c.gift_to AS gift_to, c.answers AS answers, c.created_at AS created_at, c.settled_at AS settled_at,
        c.terms_version AS terms_version, c.refunds_version AS refunds_version, c.agreed_language AS agreed_language,
        c.agreed_at AS agreed_at
        FROM checkouts c JOIN spaces s ON s.id = c.space_id WHERE c.account_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3";
    PURCHASES = "SELECT p.id AS id, s.name AS space, p.title AS title, p.amount AS amount, p.currency AS currency,
        p.refunded AS refunded, p.refund_reason AS refund_reason, p.paid_at AS paid_at,
        p.subscription_id AS subscription, p.number AS number, p.invoice_year AS invoice_year, p.invoice_number AS invoice_number, p.billed_name AS billed_name,
        p.billed_email AS billed_email, p.billed_company AS billed_company, p.billed_address AS billed_address,
        p.billed_tax_id AS billed_tax_id, (SELECT w.reason FROM refund_wishes w WHERE w.purchase_id = p.id
            ORDER BY w.asked_at DESC, w.id DESC LIMIT 1) AS refund_wish
        FROM purchases p JOIN spaces s ON s.id = p.space_id WHERE p.account_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3";
    SUBSCRIPTIONS = "SELECT b.id AS id, s.name AS space, b.title AS title, b.amount AS amount, b.currency AS currency,
        b.charged_every AS charged_every, b.instalments AS instalments, b.paid_instalments AS paid_instalments,
        b.status AS status, b.period_end AS period_end, b.created_at AS created_at, b.ended_at AS ended_at
        FROM subscriptions b JOIN spaces s ON s.id = b.space_id WHERE b.account_id = $1 AND b.id > $2 ORDER BY b.id LIMIT $3";
    CARDS = "SELECT id, brand, last4, exp_month, exp_year, saved_at FROM saved_cards
        WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    PASSES = "SELECT g.id AS id, s.name AS space, p.title AS title, g.starts_at AS starts_at, g.expires_at AS expires_at,
        g.revoked_at AS revoked_at, g.revoked_reason AS revoked_reason, g.answers AS answers, g.source AS source
        FROM grants g JOIN passes p ON p.id = g.pass_id JOIN spaces s ON s.id = g.space_id
        WHERE g.account_id = $1 AND g.id > $2 ORDER BY g.id LIMIT $3";
    WAITLISTS = "SELECT w.id AS id, s.name AS space, p.title AS title, w.kind AS kind, w.state AS state, w.answers AS answers,
        w.since AS since, w.offer_until AS offer_until, w.pays_amount AS pays_amount, w.pays_currency AS pays_currency,
        w.pays_since AS pays_since
        FROM waitlist_entries w JOIN passes p ON p.id = w.pass_id JOIN spaces s ON s.id = w.space_id
        WHERE w.account_id = $1 AND w.id > $2 ORDER BY w.id LIMIT $3";
    PERMITS = "SELECT x.id AS id, s.name AS space, e.title AS experience, x.kind AS kind, x.created_at AS created_at, x.until AS until,
        x.ended_at AS ended_at FROM permits x JOIN spaces s ON s.id = x.space_id LEFT JOIN experiences e ON e.id = x.experience_id
        WHERE x.account_id = $1 AND x.id > $2 ORDER BY x.id LIMIT $3";
    DEVICES = "SELECT d.grant_id || '-' || d.session_id AS id, s.name AS space, p.title AS title, d.session_id AS browser,
        d.taken_at AS taken_at FROM grants g JOIN device_seats d ON d.grant_id = g.id JOIN passes p ON p.id = g.pass_id
        JOIN spaces s ON s.id = g.space_id
        WHERE g.account_id = $1 AND d.grant_id || '-' || d.session_id > $2 ORDER BY 1 LIMIT $3";
    /// To the address that the account has now. What somebody has taken who had it before is theirs.
    GIFTS = "SELECT c.id AS id, s.name AS space, p.title AS title, c.email AS email, c.created_at AS created_at,
        c.claimed_at AS claimed_at, c.revoked_at AS revoked_at
        FROM accounts a JOIN comps c ON c.email = a.email JOIN passes p ON p.id = c.pass_id JOIN spaces s ON s.id = c.space_id
        WHERE a.id = $1 AND c.id > $2 AND (c.grant_id IS NULL
            OR EXISTS (SELECT 1 FROM grants g WHERE g.id = c.grant_id AND g.account_id = a.id)) ORDER BY c.id LIMIT $3";
    REMINDERS = "SELECT r.stream_id AS id, s.name AS space, t.title AS title, t.scheduled_at AS scheduled_at,
        r.created_at AS created_at FROM reminders r JOIN streams t ON t.id = r.stream_id JOIN spaces s ON s.id = t.space_id
        WHERE r.account_id = $1 AND r.stream_id > $2 ORDER BY r.stream_id LIMIT $3";
    /// Of shows on air: the rows go with the end of a show.
    STAGES = "SELECT p.id AS id, s.name AS space, t.title AS title, p.state AS state, p.muted AS muted, p.since AS since
        FROM participants p JOIN streams t ON t.id = p.stream_id JOIN spaces s ON s.id = t.space_id
        WHERE p.account_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3";
    MEASURES = "SELECT b.id AS id, s.name AS space, b.kind AS kind, b.reason AS reason, b.created_at AS created_at,
        b.until AS until, b.lifted_at AS lifted_at FROM bans b JOIN spaces s ON s.id = b.space_id
        WHERE b.account_id = $1 AND b.id > $2 ORDER BY b.id LIMIT $3";
    MAILS = "SELECT id, email, subject, sent_at FROM sent_mails WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    FOLLOWS = "SELECT f.space_id AS id, s.name AS space, s.slug AS slug, f.created_at AS created_at
        FROM follows f JOIN spaces s ON s.id = f.space_id
        WHERE f.account_id = $1 AND f.space_id > $2 ORDER BY f.space_id LIMIT $3";
    /// Of the spaces that the person owns.
    RECORDINGS = "SELECT r.stream_id AS id, s.name AS space, r.title AS title, '/media/recordings/' || r.stream_id AS recording,
        CASE WHEN EXISTS (SELECT 1 FROM captions c WHERE c.stream_id = r.stream_id) THEN '/streams/' || r.stream_id || '/replay/captions.vtt'
            END AS captions, r.began_at AS began_at, r.length AS length, r.bytes + r.head AS bytes, r.expires_at AS expires_at
        FROM team_members m JOIN spaces s ON s.team_id = m.team_id JOIN recordings r ON r.space_id = s.id
        WHERE m.account_id = $1 AND m.role = 'owner' AND r.deleted_at IS NULL AND r.stream_id > $2 ORDER BY r.stream_id LIMIT $3";
    /// `begins` and `until` in milliseconds of the recording.
    CLIPS = "SELECT c.id AS id, s.name AS space, c.title AS title, '/streams/' || c.stream_id || '/clips/' || c.id AS clip,
        c.begins AS begins, c.until AS until, c.created_at AS created_at
        FROM clips c JOIN spaces s ON s.id = c.space_id WHERE c.account_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3";
    /// Of the spaces that the person owns, with videos.
    FILES = "SELECT f.id AS id, s.name AS space, f.name AS name, f.about AS about, f.size AS bytes, f.created_at AS created_at
        FROM team_members m JOIN spaces s ON s.team_id = m.team_id JOIN files f ON f.space_id = s.id
        WHERE m.account_id = $1 AND m.role = 'owner' AND f.deleted_at IS NULL AND f.id > $2 ORDER BY f.id LIMIT $3";
    /// Of the spaces that the person owns. The keys are theirs at other platforms, where they find them.
    DESTINATIONS = "SELECT d.id AS id, s.name AS space, d.name AS name, d.address AS address, d.created_at AS created_at
        FROM team_members m JOIN spaces s ON s.team_id = m.team_id JOIN restream_destinations d ON d.space_id = s.id
        WHERE m.account_id = $1 AND m.role = 'owner' AND d.id > $2 ORDER BY d.id LIMIT $3";
    /// Also the spaces whose messages they do not want.
    PREFERENCES = "SELECT x.id AS id, x.kind AS kind, x.off_at AS off_at FROM (
            SELECT m.kind AS id, m.kind AS kind, m.off_at AS off_at FROM mail_preferences m WHERE m.account_id = $1
            UNION ALL SELECT 'space ' || u.space_id AS id, 'messages of ' || s.name AS kind, u.off_at AS off_at
                FROM unwanted_messages u JOIN spaces s ON s.id = u.space_id WHERE u.account_id = $1) x
        WHERE x.id > $2 ORDER BY x.id LIMIT $3";
    /// Who decided is not the reporter's to know.
    REPORTS = "SELECT r.id AS id, r.kind AS kind, r.subject_id AS subject, s.name AS space, r.email AS email, r.reason AS reason,
        r.words AS words, r.created_at AS created_at, r.decided_at AS decided_at, r.decision AS decision, r.answer AS answer
        FROM reports r LEFT JOIN spaces s ON s.id = r.space_id WHERE r.reporter_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3";
    /// To the address that the account has now. A team may have several spaces, and is named by the first.
    INVITATIONS = "SELECT i.id AS id, (SELECT s.name FROM spaces s WHERE s.team_id = i.team_id ORDER BY s.id LIMIT 1) AS space,
        i.email AS email, i.role AS role, i.created_at AS created_at, i.sent_at AS sent_at, i.expires_at AS expires_at
        FROM invitations i JOIN accounts a ON a.email = i.email WHERE a.id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3";
    /// To holders of passes: what they wrote, and what was written to those whom they were one of then, unless they wanted none.
    MESSAGES = "SELECT m.id AS id, s.name AS space, CASE WHEN m.by_id = $1 THEN 'sent' ELSE 'received' END AS way,
        m.subject AS subject, m.body AS body, m.created_at AS created_at
        FROM holder_messages m JOIN spaces s ON s.id = m.space_id
        WHERE m.id IN (SELECT o.id FROM holder_messages o WHERE o.by_id = $1
            UNION SELECT h.id FROM grants g JOIN holder_messages h ON h.space_id = g.space_id
                JOIN holder_message_passes c ON c.message_id = h.id AND c.pass_id = g.pass_id
            WHERE g.account_id = $1 AND g.starts_at <= h.created_at AND (g.closed_at IS NULL OR g.closed_at > h.created_at)
                AND (g.expires_at IS NULL OR g.expires_at > h.created_at)
                AND NOT EXISTS (SELECT 1 FROM unwanted_messages u WHERE u.account_id = g.account_id
                    AND u.space_id = h.space_id AND u.off_at <= h.created_at))
            AND m.id > $2 ORDER BY m.id LIMIT $3";
    /// About payments of theirs, and what they wrote for a team; whoever has left it gets no words about its buyers.
    ANSWERS = "SELECT d.purchase_id AS id, s.name AS space, p.title AS title,
        CASE WHEN p.account_id = $1 THEN 'about' ELSE 'sent' END AS way,
        CASE WHEN p.account_id = $1 OR EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = s.team_id AND m.account_id = $1)
            THEN d.body END AS body, d.created_at AS created_at, d.sent_at AS sent_at
        FROM dispute_evidence d JOIN purchases p ON p.id = d.purchase_id JOIN spaces s ON s.id = p.space_id
        WHERE d.purchase_id IN (SELECT e.purchase_id FROM dispute_evidence e WHERE e.by_id = $1
            UNION SELECT q.id FROM purchases q WHERE q.account_id = $1) AND d.purchase_id > $2 ORDER BY d.purchase_id LIMIT $3";
    /// Also drafts, and those in spaces whose team the person has left, as far as the words are theirs.
    POSTS = concat!("SELECT p.id AS id, s.name AS space, ", own!("e.title"), " AS experience, ", own!("p.title"), " AS title, ",
        own!("p.body"), " AS body, p.created_at AS created_at, p.published_at AS published_at, p.edited_at AS edited_at
        FROM posts p JOIN experiences e ON e.id = p.experience_id JOIN spaces s ON s.id = p.space_id
        WHERE p.author_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3");
    PICTURES = concat!("SELECT i.post_id || '-' || CAST(i.position AS TEXT) AS id, i.post_id AS post,
        '/experiences/' || p.experience_id || '/posts/' || p.id || '/pictures/' || i.picture_id || '-post-1600.jpg' AS picture,
        ", own!("i.alt"), " AS alt
        FROM posts p JOIN post_pictures i ON i.post_id = p.id
        WHERE p.author_id = $1 AND i.post_id || '-' || CAST(i.position AS TEXT) > $2 ORDER BY 1 LIMIT $3");
    /// The words of a removed line are the author's, too.
    CHAT = "SELECT j.seq AS at, s.name AS space, j.at AS written_at, COALESCE(j.body, j.removed_body) AS words, j.removed_at AS removed_at
        FROM journal j JOIN rooms r ON r.id = j.room_id JOIN spaces s ON s.id = r.space_id
        WHERE j.author_id = $1 AND j.room_id = $2 AND j.seq > $3 AND j.seq <= $4 ORDER BY j.seq LIMIT $5";
    STREAM = "SELECT stream_id AS id FROM viewings WHERE account_id = $1 AND stream_id > $2 ORDER BY stream_id LIMIT 1";
    VIEWINGS = "SELECT v.since AS at, s.name AS space, t.title AS title, v.since AS since, v.until AS until
        FROM viewings v JOIN streams t ON t.id = v.stream_id JOIN spaces s ON s.id = t.space_id
        WHERE v.account_id = $1 AND v.stream_id = $2 AND v.since > $3 ORDER BY v.since LIMIT $4";
    DOCUMENT = "SELECT document AS id FROM consents WHERE account_id = $1 AND document > $2 ORDER BY document LIMIT 1";
    CONSENTS = "SELECT version AS at, document, version, language, accepted_at FROM consents
        WHERE account_id = $1 AND document = $2 AND version > $3 ORDER BY version LIMIT $4";
}

/// The value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    Nothing,
    Text(String),
    Number(i64),
    Time(Millis),
}

/// The place after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The last id, or the room, stream or document that is being read.
    id: String,
    /// The last number in it.
    at: i64,
}

impl Default for Bookmark {
    fn default() -> Self {
        Self { id: String::new(), at: i64::MIN }
    }
}

/// Some rows of a part, in the order of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPage {
    pub rows: Vec<Vec<Datum>>,
    /// `None` after the last page.
    pub next: Option<Bookmark>,
}

enum Reading {
    /// By the id of its rows.
    Flat(Sql),
    /// Lines of chat, in one pass over all of them.
    Written,
    /// By the numbers in each stream or document that has any, in which rows are found by their own keys.
    Within { each: Sql, rows: Sql },
}

impl Part {
    const fn rows(self) -> i64 {
        if matches!(self, Self::Posts) { POSTS_ROWS } else { ROWS }
    }

    const fn reading(self) -> Reading {
        match self {
            Self::Sessions => Reading::Flat(SESSIONS),
            Self::Passkeys => Reading::Flat(PASSKEYS),
            Self::Spaces => Reading::Flat(SPACES),
            Self::Orders => Reading::Flat(ORDERS),
            Self::Purchases => Reading::Flat(PURCHASES),
            Self::Subscriptions => Reading::Flat(SUBSCRIPTIONS),
            Self::Cards => Reading::Flat(CARDS),
            Self::Passes => Reading::Flat(PASSES),
            Self::Waitlists => Reading::Flat(WAITLISTS),
            Self::Permits => Reading::Flat(PERMITS),
            Self::Devices => Reading::Flat(DEVICES),
            Self::Gifts => Reading::Flat(GIFTS),
            Self::Reminders => Reading::Flat(REMINDERS),
            Self::Stages => Reading::Flat(STAGES),
            Self::Measures => Reading::Flat(MEASURES),
            Self::Mails => Reading::Flat(MAILS),
            Self::Follows => Reading::Flat(FOLLOWS),
            Self::Recordings => Reading::Flat(RECORDINGS),
            Self::Clips => Reading::Flat(CLIPS),
            Self::Files => Reading::Flat(FILES),
            Self::Destinations => Reading::Flat(DESTINATIONS),
            Self::Preferences => Reading::Flat(PREFERENCES),
            Self::Reports => Reading::Flat(REPORTS),
            Self::Invitations => Reading::Flat(INVITATIONS),
            Self::Messages => Reading::Flat(MESSAGES),
            Self::Evidence => Reading::Flat(ANSWERS),
            Self::Posts => Reading::Flat(POSTS),
            Self::Pictures => Reading::Flat(PICTURES),
            Self::Chat => Reading::Written,
            Self::Viewings => Reading::Within { each: STREAM, rows: VIEWINGS },
            Self::Consents => Reading::Within { each: DOCUMENT, rows: CONSENTS },
        }
    }

    fn read(self, row: &Row) -> Result<Vec<Datum>, StoreError> {
        let read = |(column, kind): &(&'static str, ColumnKind)| {
            Ok(match kind {
                ColumnKind::Text => row.get::<Option<String>>(column)?.map(Datum::Text),
                ColumnKind::Number => row.get::<Option<i64>>(column)?.map(Datum::Number),
                ColumnKind::Time => row.get::<Option<Millis>>(column)?.map(Datum::Time),
            }
            .unwrap_or(Datum::Nothing))
        };
        self.columns().iter().map(read).collect()
    }
}

pub struct Exports<'a>(pub(crate) &'a Db);

impl Exports<'_> {
    /// The rows of a part after `from`.
    pub async fn page(
        &self,
        part: Part,
        account: AccountId,
        from: Bookmark,
    ) -> Result<ExportPage, StoreError> {
        match part.reading() {
            Reading::Flat(sql) => {
                let most = part.rows();
                let found = self.0.rows(sql, args![account, &from.id, most]).await?;
                let rows = found.iter().map(|row| part.read(row)).collect::<Result<_, _>>()?;
                let last = found.last().filter(|_| found.len() as i64 == most);
                let next = last.map(|row| Ok::<_, StoreError>(Bookmark { id: row.get("id")?, ..from }));
                Ok(ExportPage { rows, next: next.transpose()? })
            }
            Reading::Within { each, rows } => self.within(part, account, from, each, rows).await,
            Reading::Written => self.written(part, account, from).await,
        }
    }

    /// Goes through the lines of all rooms until a page is full.
    async fn written(
        &self,
        part: Part,
        account: AccountId,
        from: Bookmark,
    ) -> Result<ExportPage, StoreError> {
        let mut rows = Vec::new();
        let mut place = JournalPlace { room: from.id, seq: from.at };
        loop {
            let passages = passages::look(self.0, account, &place).await?;
            for Passage { room, head, tail } in passages.found {
                let found = self.0.rows(CHAT, args![account, room, head - 1, tail, ROWS]).await?;
                for row in &found {
                    rows.push(part.read(row)?);
                }
                if rows.len() as i64 >= ROWS {
                    let at = match found.last().filter(|_| found.len() as i64 == ROWS) {
                        Some(row) => row.get("at")?,
                        None => tail,
                    };
                    return Ok(ExportPage { rows, next: Some(Bookmark { id: room.to_string(), at }) });
                }
            }
            match passages.next {
                Some(next) => place = next,
                None => return Ok(ExportPage { rows, next: None }),
            }
        }
    }

    /// Goes through the streams or documents until a page is full.
    async fn within(
        &self,
        part: Part,
        account: AccountId,
        mut from: Bookmark,
        each: Sql,
        sql: Sql,
    ) -> Result<ExportPage, StoreError> {
        let mut rows = Vec::new();
        loop {
            if !from.id.is_empty() {
                let found = self.0.rows(sql, args![account, &from.id, from.at, ROWS]).await?;
                for row in &found {
                    rows.push(part.read(row)?);
                    from.at = row.get("at")?;
                }
                if found.len() as i64 == ROWS || rows.len() as i64 >= ROWS {
                    return Ok(ExportPage { rows, next: Some(from) });
                }
            }
            let Some(next) = self.0.row(each, args![account, &from.id]).await? else {
                return Ok(ExportPage { rows, next: None });
            };
            from = Bookmark { id: next.get("id")?, ..Bookmark::default() };
        }
    }
}

//! All spaces and all people, for operators: searched, and in pages.

use crate::{
    Store,
    db::{
        connections::Db,
        sql::{Row, args, statements},
    },
};
use domain::{error::StoreError, id::*, time::Millis};

macro_rules! spaces {
    ($where:literal) => {
        concat!(
            "SELECT s.id, s.name, s.slug, s.published_at, s.created_at, o.username AS owner_username,
                x.created_at AS suspended_at, x.reason AS suspended_reason,
                (SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air,
                (SELECT COUNT(*) FROM grants g WHERE g.space_id = s.id AND g.closed_at IS NULL) AS holders,
                (SELECT COUNT(*) FROM reports r WHERE r.space_id = s.id AND r.kind <> 'person' AND r.decided_at IS NULL) AS reports
            FROM spaces s LEFT JOIN accounts o ON o.id = (
                SELECT m.account_id FROM team_members m WHERE m.team_id = s.team_id AND m.role = 'owner'
                ORDER BY m.created_at, m.account_id LIMIT 1)
            LEFT JOIN suspensions x ON x.subject_id = s.id AND x.lifted_at IS NULL WHERE ",
            $where
        )
    };
}

macro_rules! people {
    ($where:literal) => {
        concat!(
            "SELECT a.id, a.name, a.username, a.email, a.operator, a.created_at,
                x.created_at AS suspended_at, x.reason AS suspended_reason,
                (SELECT COUNT(*) FROM sessions s WHERE s.account_id = a.id AND s.revoked_at IS NULL AND s.expires_at > $1) AS sessions,
                (SELECT COUNT(*) FROM team_members m JOIN spaces s ON s.team_id = m.team_id
                    WHERE m.account_id = a.id AND m.role = 'owner') AS spaces,
                (SELECT COUNT(*) FROM reports r WHERE r.person_id = a.id AND r.decided_at IS NULL) AS reports
            FROM accounts a LEFT JOIN suspensions x ON x.subject_id = a.id AND x.lifted_at IS NULL WHERE ",
            $where
        )
    };
}

statements! {
    /// `search` holds the words of a space in small letters. $1 a pattern, $2 whether only suspended ones, $3 ids below this.
    /// Without words, those that are not public and have no experience are left out: each account has one from the start.
    SPACES = spaces!("(s.search LIKE $1 OR s.id = $5) AND (CAST($2 AS BIGINT) = 0 OR x.id IS NOT NULL) AND s.id < $3
        AND ($5 <> '' OR x.id IS NOT NULL OR s.published_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM experiences e WHERE e.space_id = s.id))
        ORDER BY s.id DESC LIMIT $4");
    SPACE = spaces!("s.id = $1");
    /// An address is found only as a whole.
    PEOPLE = people!("(a.username LIKE $2 OR LOWER(a.name) LIKE $2 OR a.email = $6 OR a.id = $6)
        AND (CAST($3 AS BIGINT) = 0 OR x.id IS NOT NULL) AND a.id < $4 ORDER BY a.id DESC LIMIT $5");
    PERSON = people!("a.id = $2");
}

/// A space as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceEntry {
    pub id: SpaceId,
    pub name: String,
    pub slug: String,
    pub owner: Option<String>,
    pub published_at: Option<Millis>,
    pub created_at: Millis,
    pub suspended: Option<(Millis, String)>,
    pub on_air: i64,
    pub holders: i64,
    /// Open reports about it.
    pub reports: i64,
}

/// A person as operators see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonEntry {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    pub email: String,
    pub operator: bool,
    pub created_at: Millis,
    pub suspended: Option<(Millis, String)>,
    /// Browsers that are signed in.
    pub sessions: i64,
    /// Spaces that they own.
    pub spaces: i64,
    pub reports: i64,
}

/// What operators search for, a page at a time.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// A part of a name; empty for all.
    pub words: &'a str,
    pub suspended: bool,
    /// Entries with an id below this; empty for the first page.
    pub before: &'a str,
    pub limit: usize,
}

impl Sought<'_> {
    fn pattern(&self) -> String {
        let words: String = self.words.to_lowercase().chars().filter(|c| !matches!(c, '%' | '_')).collect();
        format!("%{words}%")
    }

    fn before(&self) -> &str {
        // Ids are hexadecimal.
        if self.before.is_empty() { "g" } else { self.before }
    }
}

pub struct Directory<'a>(&'a Db);

impl Store {
    pub fn directory(&self) -> Directory<'_> {
        Directory(self.db())
    }
}

impl Directory<'_> {
    /// The newest first; without words, those that are public or have an experience.
    pub async fn spaces(&self, sought: Sought<'_>) -> Result<Vec<SpaceEntry>, StoreError> {
        let args =
            args![sought.pattern(), sought.suspended, sought.before(), sought.limit as i64, sought.words];
        self.0.rows(SPACES, args).await?.iter().map(space).collect()
    }

    pub async fn space(&self, id: SpaceId) -> Result<SpaceEntry, StoreError> {
        space(&self.0.row(SPACE, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The newest first. Addresses are found only as a whole.
    pub async fn people(&self, sought: Sought<'_>, now: Millis) -> Result<Vec<PersonEntry>, StoreError> {
        let args = args![
            now,
            sought.pattern(),
            sought.suspended,
            sought.before(),
            sought.limit as i64,
            sought.words.to_lowercase()
        ];
        self.0.rows(PEOPLE, args).await?.iter().map(person).collect()
    }

    pub async fn person(&self, id: AccountId, now: Millis) -> Result<PersonEntry, StoreError> {
        person(&self.0.row(PERSON, args![now, id]).await?.ok_or(StoreError::NotFound)?)
    }
}

fn suspended(row: &Row) -> Result<Option<(Millis, String)>, StoreError> {
    let (at, reason): (Option<Millis>, Option<String>) =
        (row.get("suspended_at")?, row.get("suspended_reason")?);
    Ok(at.zip(reason))
}

fn space(row: &Row) -> Result<SpaceEntry, StoreError> {
    Ok(SpaceEntry {
        id: row.get("id")?,
        name: row.get("name")?,
        slug: row.get("slug")?,
        owner: row.get("owner_username")?,
        published_at: row.get("published_at")?,
        created_at: row.get("created_at")?,
        suspended: suspended(row)?,
        on_air: row.get("on_air")?,
        holders: row.get("holders")?,
        reports: row.get("reports")?,
    })
}

fn person(row: &Row) -> Result<PersonEntry, StoreError> {
    Ok(PersonEntry {
        id: row.get("id")?,
        name: row.get("name")?,
        username: row.get("username")?,
        email: row.get("email")?,
        operator: row.get("operator")?,
        created_at: row.get("created_at")?,
        suspended: suspended(row)?,
        sessions: row.get("sessions")?,
        spaces: row.get("spaces")?,
        reports: row.get("reports")?,
    })
}

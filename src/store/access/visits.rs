//! Read models of what one person sees: a space at its address, and the passes that they hold.

use crate::{
    access::{facts::Access, grants},
    catalogue::{
        sales::{self, sales_columns},
        spaces::{self, Viewer},
    },
    db::sql::{Row, args, statements},
    people::accounts,
};
use domain::{
    access::{ban::KeptOut, grant::Grant},
    catalogue::offer::{ExperienceKind, Space},
    error::StoreError,
    id::*,
    money::sales::SalesPage,
    people::account::{Account, TeamRole},
    time::Millis,
};

/// A space as one visitor (`$2`) sees it.
macro_rules! visit {
    ($which:literal) => { concat!("SELECT ", spaces::columns!("s."), ", ", accounts::columns!("o." as "owner_"), ", h.retired_at, s.first_published_at, m.role, ", sales_columns!(), ", ", spaces::kept_out_until!("$2"), " AS kept_out_until,
            x.created_at AS suspended_at, x.reason AS suspended_reason, x.published_at AS suspended_published_at,
            (SELECT COUNT(*) FROM follows w WHERE w.space_id = s.id AND w.account_id = $2) AS follows,
            CASE WHEN m.role IS NULL THEN 0 ELSE (SELECT COUNT(*) FROM follows w WHERE w.space_id = s.id) END AS followers
        FROM space_slugs h JOIN spaces s ON s.id = h.space_id
        LEFT JOIN suspensions x ON x.subject_id = s.id AND x.lifted_at IS NULL JOIN accounts o ON o.id = (
            SELECT f.account_id FROM team_members f WHERE f.team_id = s.team_id AND f.role = 'owner'
            ORDER BY f.created_at, f.account_id LIMIT 1)
        LEFT JOIN team_members m ON m.team_id = s.team_id AND m.account_id = $2
        LEFT JOIN sales_pages w ON w.space_id = s.id WHERE ", $which) };
}

statements! {
    VISIT = visit!("h.slug = $1");
    VISIT_BY_ID = visit!("h.space_id = $1 AND h.retired_at IS NULL");
    /// A row for each experience that a grant opens, or one with none.
    HOLDINGS = concat!("SELECT ", grants::columns!("g."), ", p.title AS pass_title, s.name AS space_name, s.slug AS space_slug,
            e.slug AS experience_slug, e.title AS experience_title, e.kind AS experience_kind, (
            SELECT COUNT(*) FROM streams t WHERE t.experience_id = e.id AND t.state IN ('live', 'interrupted')) AS on_air, ", spaces::kept_out_until!("$1"), " AS kept_out_until
        FROM grants g JOIN passes p ON p.id = g.pass_id JOIN spaces s ON s.id = g.space_id
        LEFT JOIN (SELECT pass_id, experience_id, CAST(NULL AS BIGINT) AS removed_at FROM pass_includes
            UNION ALL SELECT pass_id, experience_id, removed_at FROM pass_includes_before) i
            ON i.pass_id = g.pass_id AND (i.removed_at IS NULL OR g.starts_at <= i.removed_at)
        LEFT JOIN experiences e ON e.id = i.experience_id
        WHERE g.account_id = $1 ORDER BY g.starts_at DESC, g.id DESC, e.position, e.id");
}

/// The space that a slug refers to, as one visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub space: Space,
    pub sales: SalesPage,
    /// The team's first owner.
    pub owner: Account,
    /// The visitor's role in the team.
    pub role: Option<TeamRole>,
    /// A ban keeps the visitor out.
    pub kept_out: Option<KeptOut>,
    /// It was published before, so everybody may know that it exists.
    pub was_public: bool,
    /// The visitor follows the space.
    pub follows: bool,
    /// How many follow it; 0 for whoever is not in the team.
    pub followers: i64,
    /// The slug is a former one; the space now has another.
    pub moved: bool,
    /// Operators suspended the space.
    pub suspended: Option<Closure>,
}

/// What the page of a suspended space says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub since: Millis,
    /// For the team only.
    pub reason: String,
    /// It was public before.
    pub was_public: bool,
}

/// A pass that somebody has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub grant: Grant,
    pub pass_title: String,
    pub space_name: String,
    pub space_slug: String,
    /// A ban keeps its holder out of the space.
    pub kept_out: Option<KeptOut>,
    /// What it opens, in the order of the space.
    pub opens: Vec<HeldExperience>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldExperience {
    pub kind: ExperienceKind,
    pub slug: String,
    pub title: String,
    /// On air.
    pub live: bool,
}

impl Access<'_> {
    /// The space that has or had this address, published or not.
    pub async fn visit(&self, slug: &str, visitor: Viewer) -> Result<Option<Visit>, StoreError> {
        let row = self.db.row(VISIT, args![slug, visitor.account]).await?;
        row.map(|row| read_visit(row, visitor)).transpose()
    }

    /// The space at its address of now, published or not. A deleted one has none.
    pub async fn visit_by_id(&self, space: SpaceId, visitor: Viewer) -> Result<Option<Visit>, StoreError> {
        let row = self.db.row(VISIT_BY_ID, args![space, visitor.account]).await?;
        row.map(|row| read_visit(row, visitor)).transpose()
    }

    /// All passes that a person ever had, the newest first.
    pub async fn holdings(&self, account: AccountId, now: Millis) -> Result<Vec<Holding>, StoreError> {
        let mut holdings: Vec<Holding> = Vec::new();
        for row in self.db.rows(HOLDINGS, args![account]).await? {
            let grant = grants::read(&row)?;
            let opened = opened(&row)?;
            match holdings.last_mut().filter(|last| last.grant.id == grant.id) {
                Some(last) => last.opens.extend(opened),
                None => holdings.push(Holding {
                    grant,
                    pass_title: row.get("pass_title")?,
                    space_name: row.get("space_name")?,
                    space_slug: row.get("space_slug")?,
                    kept_out: spaces::kept_out(&row, now)?,
                    opens: opened.into_iter().collect(),
                }),
            }
        }
        Ok(holdings)
    }
}

fn read_visit(mut row: Row, visitor: Viewer) -> Result<Visit, StoreError> {
    let space = spaces::read(&row)?;
    let moved = row.get::<Option<Millis>>("retired_at")?.is_some();
    let role = row.maybe_code("role", TeamRole::from_code)?;
    let kept_out = spaces::kept_out(&row, visitor.now)?;
    let suspended = closure(&row)?;
    let was_public = row.get::<Option<Millis>>("first_published_at")?.is_some();
    let sales = sales::read(&row)?;
    let (follows, followers) = (row.get("follows")?, row.get("followers")?);
    let owner = accounts::read(row.part("owner_"))?;
    Ok(Visit { space, sales, owner, role, kept_out, was_public, follows, followers, moved, suspended })
}

fn closure(row: &Row) -> Result<Option<Closure>, StoreError> {
    let Some(since) = row.get("suspended_at")? else { return Ok(None) };
    let was_public = row.get::<Option<Millis>>("suspended_published_at")?.is_some();
    Ok(Some(Closure { since, reason: row.get("suspended_reason")?, was_public }))
}

fn opened(row: &Row) -> Result<Option<HeldExperience>, StoreError> {
    let Some(slug) = row.get("experience_slug")? else { return Ok(None) };
    let kind = row.code("experience_kind", ExperienceKind::from_code)?;
    Ok(Some(HeldExperience { kind, slug, title: row.get("experience_title")?, live: row.get("on_air")? }))
}

//! People who hold or held passes of a space, a page at a time.

use crate::{
    Store,
    db::{
        connections::Db,
        sql::{Row, SelectIn, Value, args, statements},
    },
    people::accounts,
};
use domain::{
    access::grant::GrantSource,
    audience::members::{MemberSearch, MemberState},
    error::StoreError,
    id::*,
    money::asking::Answer,
    people::account::Account,
    time::{Millis, Span},
};
use std::collections::HashMap;

/// The grant `g` is in force at a moment.
macro_rules! in_force {
    ($now:literal) => {
        concat!(
            "g.closed_at IS NULL AND g.suspended_at IS NULL AND g.starts_at <= ",
            $now,
            " AND (g.expires_at IS NULL OR g.expires_at > ",
            $now,
            ")"
        )
    };
}
pub(super) use in_force;

/// A ban keeps an account out of a space at a moment.
macro_rules! kept_out {
    ($space:literal $account:literal $now:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM bans b WHERE b.space_id = ",
            $space,
            " AND b.account_id = ",
            $account,
            " AND b.kind = 'ban' AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > ",
            $now,
            "))"
        )
    };
}
pub(super) use kept_out;

/// The text `$5` begins a column.
macro_rules! begins {
    ($column:literal) => {
        concat!("SUBSTR(", $column, ", 1, LENGTH($5)) = $5")
    };
}

statements! {
    /// $2: now. $3: a pass, $4: a state, $5: how a name or, unless $9, an address begins; '' for all. Who joined last comes first.
    LIST = concat!("SELECT x.since AS since, a.deleted_at AS gone, CAST(CASE WHEN ", kept_out!("$1" "a.id" "$2"), " THEN 1 ELSE 0 END AS BIGINT) AS banned, ",
        accounts::columns!("a." as "account_"), " FROM (
            SELECT g.account_id AS account_id, MIN(g.starts_at) AS since, MAX(CASE WHEN ", in_force!("$2"), " THEN 1 ELSE 0 END) AS holds
            FROM grants g WHERE g.space_id = $1 AND (CAST($3 AS TEXT) = '' OR g.pass_id = $3) GROUP BY g.account_id) x
        JOIN accounts a ON a.id = x.account_id
        WHERE (CAST($4 AS TEXT) = '' OR ($4 = 'holds' AND x.holds = 1) OR ($4 = 'former' AND x.holds = 0)
                OR ($4 = 'banned' AND ", kept_out!("$1" "a.id" "$2"), "))
            AND (CAST($5 AS TEXT) = '' OR (a.deleted_at IS NULL AND (", begins!("LOWER(a.name)"), " OR ", begins!("a.username"), "
                OR (CAST($9 AS BIGINT) = 0 AND ", begins!("a.email"), "))))
            AND (x.since, x.account_id) < ($6, $7) ORDER BY x.since DESC, x.account_id DESC LIMIT $8");
    /// The passes of a space with who holds them now; `holders` and `members`: who holds or held any.
    FACETS = concat!("SELECT p.id AS id, p.title AS title,
            (SELECT COUNT(DISTINCT g.account_id) FROM grants g WHERE g.pass_id = p.id AND ", in_force!("$2"), ") AS people,
            (SELECT COUNT(DISTINCT g.account_id) FROM grants g WHERE g.space_id = $1 AND ", in_force!("$2"), ") AS holders,
            (SELECT COUNT(DISTINCT g.account_id) FROM grants g WHERE g.space_id = $1) AS members
        FROM passes p WHERE p.space_id = $1 ORDER BY p.position, p.id");
}

/// What these people hold and held in the space $1, the newest first.
pub(crate) static HELD: SelectIn = SelectIn::new(
    "SELECT g.id, g.account_id, g.pass_id, p.title, g.starts_at, g.expires_at, g.suspended_at, g.revoked_at, g.closed_at,
        COALESCE(g.answers, c.answers) AS answers,
        COALESCE(g.source, CASE WHEN g.purchase_id IS NULL THEN 'free' ELSE 'purchase' END) AS source
    FROM grants g JOIN passes p ON p.id = g.pass_id LEFT JOIN purchases u ON u.id = g.purchase_id
    LEFT JOIN subscriptions b ON b.grant_id = g.id LEFT JOIN checkouts c ON c.id = COALESCE(u.checkout_id, b.checkout_id)
    WHERE g.space_id = $1 AND g.account_id IN",
    1,
    "ORDER BY g.starts_at DESC, g.id DESC",
);

/// What these people did in the space $1.
pub(crate) static ACTIVITY: SelectIn = SelectIn::new(
    "SELECT a.id AS account_id,
        (SELECT CAST(COALESCE(SUM(v.until - v.since), 0) AS BIGINT) FROM streams s JOIN viewings v ON v.stream_id = s.id
            WHERE s.space_id = $1 AND v.account_id = a.id) AS watched,
        (SELECT MAX(v.until) FROM streams s JOIN viewings v ON v.stream_id = s.id
            WHERE s.space_id = $1 AND v.account_id = a.id) AS seen,
        (SELECT COUNT(*) FROM purchases p WHERE p.account_id = a.id AND p.space_id = $1) AS orders
    FROM accounts a WHERE a.id IN",
    1,
    "",
);

/// Somebody who holds or held a pass of a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceMember {
    pub account: Account,
    /// The account was deleted: its address is none.
    pub gone: bool,
    pub banned: bool,
    /// When the first of the passes began that were asked for.
    pub since: Millis,
}

/// A pass that a member holds or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPass {
    pub grant: GrantId,
    pub pass: PassId,
    pub title: String,
    pub starts_at: Millis,
    pub expires_at: Option<Millis>,
    pub suspended_at: Option<Millis>,
    /// When it was taken away, or ended because it had run out.
    pub revoked_at: Option<Millis>,
    pub closed_at: Option<Millis>,
    pub source: GrantSource,
    pub answers: Vec<Answer>,
}

impl HeldPass {
    /// In force at `now`.
    pub fn holds_at(&self, now: Millis) -> bool {
        self.closed_at.is_none()
            && self.suspended_at.is_none()
            && self.starts_at <= now
            && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What a member did in a space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberActivity {
    pub watched: Span,
    /// When they watched last.
    pub seen: Option<Millis>,
    pub orders: i64,
}

/// A pass of a space, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    pub pass: PassId,
    pub title: String,
    pub people: i64,
    /// Who holds any pass of the space, and who holds or held one.
    pub holders: i64,
    pub members: i64,
}

pub struct Members<'a>(pub(crate) &'a Db);

impl Members<'_> {
    /// Those who fit, whoever joined last first. `before`: the last one of the page before.
    pub async fn list(
        &self,
        space: SpaceId,
        search: &MemberSearch,
        now: Millis,
        before: Option<(Millis, AccountId)>,
        limit: usize,
    ) -> Result<Vec<SpaceMember>, StoreError> {
        let (since, id) =
            before.map_or_else(|| (Millis(i64::MAX), String::new()), |(since, id)| (since, id.to_string()));
        let pass = search.pass.map(|pass| pass.to_string()).unwrap_or_default();
        let state = search.state.map_or("", MemberState::code);
        let (words, only) = (&search.words, search.names_only);
        let args = args![space, now, pass, state, words, since, id, limit as i64, only];
        self.0.rows(LIST, args).await?.into_iter().map(member).collect()
    }

    /// The passes of a space with how many hold them.
    pub async fn facets(&self, space: SpaceId, now: Millis) -> Result<Vec<Facet>, StoreError> {
        let rows = self.0.rows(FACETS, args![space, now]).await?;
        let facet = |row: &Row| {
            Ok(Facet {
                pass: row.get("id")?,
                title: row.get("title")?,
                people: row.get("people")?,
                holders: row.get("holders")?,
                members: row.get("members")?,
            })
        };
        rows.iter().map(facet).collect()
    }

    /// All that these people, at most 256, hold and held in a space, the newest first.
    pub async fn held(
        &self,
        space: SpaceId,
        people: &[AccountId],
    ) -> Result<HashMap<AccountId, Vec<HeldPass>>, StoreError> {
        let mut found = HashMap::<AccountId, Vec<HeldPass>>::new();
        if people.is_empty() {
            return Ok(found);
        }
        let (sql, args) = HELD.of(args![space], people.iter().map(|id| Value::from(*id)));
        for row in self.0.rows(sql, args).await? {
            found.entry(row.get("account_id")?).or_default().push(held(&row)?);
        }
        Ok(found)
    }

    /// What these people, at most 256, did in a space.
    pub async fn activity(
        &self,
        space: SpaceId,
        people: &[AccountId],
    ) -> Result<HashMap<AccountId, MemberActivity>, StoreError> {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let (sql, args) = ACTIVITY.of(args![space], people.iter().map(|id| Value::from(*id)));
        let activity = |row: &Row| {
            let did = MemberActivity {
                watched: row.get("watched")?,
                seen: row.get("seen")?,
                orders: row.get("orders")?,
            };
            Ok((row.get("account_id")?, did))
        };
        self.0.rows(sql, args).await?.iter().map(activity).collect()
    }
}

fn member(mut row: Row) -> Result<SpaceMember, StoreError> {
    let (since, banned) = (row.get("since")?, row.get("banned")?);
    let gone = row.get::<Option<Millis>>("gone")?.is_some();
    Ok(SpaceMember { since, banned, gone, account: accounts::read(row.part("account_"))? })
}

fn held(row: &Row) -> Result<HeldPass, StoreError> {
    Ok(HeldPass {
        grant: row.get("id")?,
        pass: row.get("pass_id")?,
        title: row.get("title")?,
        starts_at: row.get("starts_at")?,
        expires_at: row.get("expires_at")?,
        suspended_at: row.get("suspended_at")?,
        revoked_at: row.get("revoked_at")?,
        closed_at: row.get("closed_at")?,
        source: row.code("source", GrantSource::from_code)?,
        answers: row.maybe_json("answers")?.unwrap_or_default(),
    })
}

impl Store {
    pub fn members(&self) -> Members<'_> {
        Members(self.db())
    }
}

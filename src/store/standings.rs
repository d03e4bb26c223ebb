//! What people are and have in a space. Many who come at once are looked up together, by their accounts or by their tokens.

use crate::{
    bans,
    db::Reader,
    gather::Gatherer,
    sql::{Among, Row, Value, args},
};
use domain::{
    account::{Identity, TeamRole},
    catalog::Grant,
    id::*,
    moderation::Ban,
    ports::StoreError,
    time::Millis,
};
use std::{collections::HashMap, hash::Hash};

/// What rows say of people in the space `$1` at the moment `$2`: one for each grant they have there, or one without. Bans, which
/// are few, are only counted. `more` columns are read, and `from` has an `accounts a`.
macro_rules! people {
    ($more:literal, $from:literal) => {
        concat!(
            "SELECT a.id AS account_id, g.id AS grant_id, g.pass_id AS pass_id, g.purchase_id AS purchase_id,
                g.starts_at AS starts_at, g.expires_at AS expires_at, g.revoked_at AS revoked_at,
                (SELECT m.role FROM team_members m
                    WHERE m.account_id = a.id AND m.team_id = (SELECT team_id FROM spaces WHERE id = $1)) AS role,
                (SELECT COUNT(*) FROM bans b WHERE b.space_id = $1 AND b.account_id = a.id
                    AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > $2)) AS bans",
            $more,
            " FROM ",
            $from,
            " LEFT JOIN grants g ON g.account_id = a.id AND g.space_id = $1 WHERE "
        )
    };
}

pub(crate) static BY_ACCOUNT: Among = Among::new(concat!(people!("", "accounts a"), "a.id IN"), 2, "");
pub(crate) static BY_TOKEN: Among = Among::new(
    concat!(
        people!(
            ", a.operator AS operator, s.id AS session_id, s.token_hash AS token_hash, s.expires_at AS session_ends",
            "sessions s JOIN accounts a ON a.id = s.account_id"
        ),
        "s.revoked_at IS NULL AND s.token_hash IN"
    ),
    2,
    "",
);

/// What one person is and has in one space; nothing, for somebody who is not signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub team: Option<TeamRole>,
    /// The oldest first.
    pub grants: Box<[Grant]>,
    /// Those in force when this was loaded.
    pub bans: Box<[Ban]>,
}

/// Whom a token lets in, and what they are and have in a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub who: Identity,
    /// When the session ends.
    pub until: Millis,
    pub standing: Standing,
}

/// A space, a person by `K`, and the moment for which bans are read.
type Asked<K> = (SpaceId, K, Millis);
pub(crate) type Standings = Gatherer<Asked<AccountId>, Standing>;
/// By the hashes of tokens.
pub(crate) type Newcomers = Gatherer<Asked<String>, Option<Newcomer>>;

/// Each in their place.
pub(crate) async fn by_account(
    reader: &mut Reader,
    asked: &[Asked<AccountId>],
) -> Result<Vec<Standing>, StoreError> {
    let found = look_up(reader, &BY_ACCOUNT, asked, |row| Ok((row.get("account_id")?, ()))).await?;
    Ok(found.into_iter().map(|found| found.unwrap_or_default().1).collect())
}

/// Each in their place; nobody, where the token opens nothing.
pub(crate) async fn by_token(
    reader: &mut Reader,
    asked: &[Asked<String>],
) -> Result<Vec<Option<Newcomer>>, StoreError> {
    let read = |row: &Row| {
        let who = Identity {
            session: row.get("session_id")?,
            account: row.get("account_id")?,
            operator: row.get("operator")?,
        };
        Ok((row.get("token_hash")?, (who, row.get("session_ends")?)))
    };
    let found = look_up(reader, &BY_TOKEN, asked, read).await?;
    let newcomer = |((who, until), standing)| Newcomer { who, until, standing };
    Ok(found.into_iter().map(|found| found.map(newcomer)).collect())
}

/// One statement a space, however many are asked for, and one more if any of them is banned. `read` says who is meant and what
/// else a row has.
async fn look_up<K: Clone + Eq + Hash + Into<Value>, T: Clone>(
    reader: &mut Reader,
    among: &'static Among,
    asked: &[Asked<K>],
    read: impl Fn(&Row) -> Result<(K, T), StoreError>,
) -> Result<Vec<Option<(T, Standing)>>, StoreError> {
    let mut spaces: HashMap<SpaceId, Vec<&Asked<K>>> = HashMap::new();
    for one in asked {
        spaces.entry(one.0).or_default().push(one);
    }
    let mut found: HashMap<(SpaceId, K), (T, Standing)> = HashMap::new();
    for (space, asked) in spaces {
        let now = asked.iter().map(|one| one.2).min().unwrap_or_default();
        let (sql, args) = among.of(args![space, now], asked.iter().map(|one| one.1.clone().into()));
        let mut people: HashMap<K, Person<T>> = HashMap::new();
        for row in reader.rows(sql, args).await? {
            let (key, more) = read(&row)?;
            let account = row.get("account_id")?;
            people.entry(key).or_insert_with(|| Person::new(account, more)).hear(space, &row)?;
        }
        let banned = people.values().filter(|one| one.banned).map(|one| one.account).collect();
        let bans = in_force(reader, space, now, banned).await?;
        found.extend(people.into_iter().map(|(key, one)| ((space, key), one.settle(&bans))));
    }
    Ok(asked.iter().map(|one| found.get(&(one.0, one.1.clone())).cloned()).collect())
}

/// What the rows say of one person, one after the other.
struct Person<T> {
    account: AccountId,
    more: T,
    team: Option<TeamRole>,
    grants: Vec<Grant>,
    banned: bool,
}

impl<T> Person<T> {
    const fn new(account: AccountId, more: T) -> Self {
        Self { account, more, team: None, grants: Vec::new(), banned: false }
    }

    fn hear(&mut self, space: SpaceId, row: &Row) -> Result<(), StoreError> {
        self.team = row.get::<Option<String>>("role")?.and_then(|role| TeamRole::from_code(&role));
        self.banned = row.get::<i64>("bans")? > 0;
        if let Some(id) = row.get("grant_id")? {
            self.grants.push(Grant {
                id,
                account: self.account,
                pass: row.get("pass_id")?,
                space,
                purchase: row.get("purchase_id")?,
                starts_at: row.get("starts_at")?,
                expires_at: row.get("expires_at")?,
                revoked_at: row.get("revoked_at")?,
            });
        }
        Ok(())
    }

    fn settle(mut self, bans: &[Ban]) -> (T, Standing) {
        self.grants.sort_unstable_by_key(|grant| grant.id);
        let bans = bans.iter().filter(|ban| ban.account == self.account).cloned().collect();
        (self.more, Standing { team: self.team, grants: self.grants.into(), bans })
    }
}

async fn in_force(
    reader: &mut Reader,
    space: SpaceId,
    now: Millis,
    accounts: Vec<AccountId>,
) -> Result<Vec<Ban>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let (sql, args) = bans::AMONG.of(args![space, now], accounts.into_iter().map(Value::from));
    reader.rows(sql, args).await?.iter().map(bans::read).collect()
}

//! The roles, grants and bans of people in a space. People who arrive at the same time are loaded together, by account
//! or by token.

use crate::{
    access::{bans, devices, entry},
    db::{
        batch::BatchLoader,
        connections::Reader,
        sql::{SelectIn, Value, args, decode_error},
    },
};
use domain::{
    access::{ban::Ban, device::DeviceSeat, entry::Permit, grant::Grant},
    error::StoreError,
    id::*,
    people::account::{Began, Identity, TeamRole},
    time::Millis,
};
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    str::{FromStr, Split},
};

/// Loads people in the space `$1` at the time `$2`, as one text: one line for each grant they have there, or one line
/// if they have none. `from` must contain an `accounts a`. The fields of `more` are appended to each line. Bans are
/// few, so they are only counted.
///
/// The result is one text because a row of many columns is copied three times on its way from SQLite's thread, each
/// value separately. For a crowd, that took longer than the query. All fields are ids, numbers and our own words, so
/// none can contain a separator. A plus after a role says that the team requires passkeys. What somebody has beside passes is one
/// field of several, which [`entry::read_permits`] reads.
macro_rules! people {
    ($from:literal $(, $more:literal)*) => {
        concat!(
            "SELECT string_agg(line, ';') AS people FROM (SELECT a.id",
            " || ',' || COALESCE((SELECT m.role || CASE WHEN t.passkeys_at IS NULL THEN '' ELSE '+' END
                FROM team_members m JOIN teams t ON t.id = m.team_id
                WHERE m.account_id = a.id AND m.team_id = (SELECT team_id FROM spaces WHERE id = $1)), '')",
            " || ',' || (SELECT COUNT(*) FROM bans b WHERE b.space_id = $1 AND b.account_id = a.id
                AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > $2))",
            " || ',' || COALESCE(", entry::permits!("$1", "a.id", "$2"), ", '')",
            " || ',' || COALESCE(g.id, '') || ',' || COALESCE(g.pass_id, '') || ',' || COALESCE(g.purchase_id, '')",
            " || ',' || COALESCE(CAST(g.starts_at AS TEXT), '') || ',' || COALESCE(CAST(g.expires_at AS TEXT), '')",
            " || ',' || COALESCE(CAST(g.suspended_at AS TEXT), '') || ',' || COALESCE(CAST(g.revoked_at AS TEXT), '')",
            " || ',' || COALESCE(", devices::seats!("g.id"), ", '')",
            $(" || ',' || ", $more,)*
            " AS line FROM ",
            $from,
            " LEFT JOIN grants g ON g.account_id = a.id AND g.space_id = $1 WHERE "
        )
    };
}

pub(crate) static BY_ACCOUNT: SelectIn =
    SelectIn::new(concat!(people!("accounts a"), "a.id IN"), 2, ") AS found");
pub(crate) static BY_TOKEN: SelectIn = SelectIn::new(
    concat!(
        people!(
            "sessions s JOIN accounts a ON a.id = s.account_id",
            "s.token_hash",
            "s.id",
            "s.expires_at",
            "a.operator",
            "s.began"
        ),
        "s.revoked_at IS NULL AND s.token_hash IN"
    ),
    2,
    ") AS found",
);

/// A person's role, grants, permits and bans in one space. Empty for somebody who is not signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub team: Option<TeamRole>,
    /// That team requires passkeys.
    pub passkeys: bool,
    /// Oldest first.
    pub grants: Box<[Grant]>,
    /// Bans in force when this was loaded.
    pub bans: Box<[Ban]>,
    /// What they have there beside passes.
    pub permits: Box<[Permit]>,
    /// The devices on which they use passes that limit devices.
    pub seats: Box<[DeviceSeat]>,
}

/// The person a token belongs to, and their standing in a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub who: Identity,
    /// When the session ends.
    pub until: Millis,
    pub standing: Standing,
}

/// A space, a person identified by `K`, and the time at which bans must be in force.
type StandingKey<K> = (SpaceId, K, Millis);
pub(crate) type Standings = BatchLoader<StandingKey<AccountId>, Standing>;
/// Keyed by token hash.
pub(crate) type Newcomers = BatchLoader<StandingKey<String>, Option<Newcomer>>;

/// Returns the standings in the order of the keys.
pub(crate) async fn by_account(
    reader: &mut Reader,
    asked: &[StandingKey<AccountId>],
) -> Result<Vec<Standing>, StoreError> {
    let found = look_up(reader, &BY_ACCOUNT, asked, |account, _| Ok((account, ()))).await?;
    Ok(found.into_iter().map(|found| found.unwrap_or_default().1).collect())
}

/// Returns the newcomers in the order of the keys; `None` for an invalid token.
pub(crate) async fn by_token(
    reader: &mut Reader,
    asked: &[StandingKey<String>],
) -> Result<Vec<Option<Newcomer>>, StoreError> {
    let read = |account, line: &mut FieldReader<'_>| {
        let (token, session, until) = (line.field()?, line.field()?, line.time()?);
        let operator = line.field::<u8>()? != 0;
        let passkey = line.field::<String>()? == Began::Passkey.code();
        Ok((token, (Identity { session, account, operator, passkey }, until)))
    };
    let found = look_up(reader, &BY_TOKEN, asked, read).await?;
    let newcomer = |((who, until), standing)| Newcomer { who, until, standing };
    Ok(found.into_iter().map(|found| found.map(newcomer)).collect())
}

/// Runs one statement per space, however many people are requested, and one more if any of them is banned. `read`
/// parses the key and the additional fields of a line.
async fn look_up<K: Clone + Eq + Hash + Into<Value>, T: Clone>(
    reader: &mut Reader,
    among: &'static SelectIn,
    asked: &[StandingKey<K>],
    read: impl Fn(AccountId, &mut FieldReader<'_>) -> Result<(K, T), StoreError>,
) -> Result<Vec<Option<(T, Standing)>>, StoreError> {
    let mut spaces: HashMap<SpaceId, Vec<&StandingKey<K>>> = HashMap::new();
    for one in asked {
        spaces.entry(one.0).or_default().push(one);
    }
    let mut found: HashMap<(SpaceId, K), (T, Standing)> = HashMap::new();
    for (space, asked) in spaces {
        let now = asked.iter().map(|one| one.2).min().unwrap_or_default();
        let (sql, args) = among.of(args![space, now], asked.iter().map(|one| one.1.clone().into()));
        let mut people: HashMap<K, (Person, T)> = HashMap::new();
        let text: Option<String> = match reader.rows(sql, args).await?.pop() {
            Some(row) => row.get("people")?,
            None => None,
        };
        for line in text.iter().flat_map(|text| text.split(';')) {
            let mut line = FieldReader(line.split(','));
            let person = Person::read(space, &mut line)?;
            let (key, more) = read(person.account, &mut line)?;
            match people.entry(key) {
                Entry::Occupied(known) => known.into_mut().0.add(person),
                Entry::Vacant(unknown) => drop(unknown.insert((person, more))),
            }
        }
        let banned = people.values().filter(|one| one.0.banned).map(|one| one.0.account).collect();
        let bans = in_force(reader, space, now, banned).await?;
        found.extend(people.into_iter().map(|(key, (one, more))| ((space, key), (more, one.settle(&bans)))));
    }
    Ok(asked.iter().map(|one| found.get(&(one.0, one.1.clone())).cloned()).collect())
}

/// The unread fields of a line.
struct FieldReader<'a>(Split<'a, char>);

impl FieldReader<'_> {
    fn field<T: FromStr>(&mut self) -> Result<T, StoreError> {
        self.maybe()?.ok_or_else(|| decode_error("people", "a line that lacks something"))
    }

    /// `None` if the field is empty.
    fn maybe<T: FromStr>(&mut self) -> Result<Option<T>, StoreError> {
        let field = self.0.next().filter(|field| !field.is_empty());
        field.map(|field| field.parse().map_err(|_| decode_error("people", field))).transpose()
    }

    fn time(&mut self) -> Result<Millis, StoreError> {
        self.field().map(Millis)
    }
}

/// What the lines say about one person.
struct Person {
    account: AccountId,
    team: Option<TeamRole>,
    passkeys: bool,
    grants: Vec<Grant>,
    banned: bool,
    permits: Box<[Permit]>,
    seats: Vec<DeviceSeat>,
}

impl Person {
    /// Reads the fields that every line has, in order.
    fn read(space: SpaceId, line: &mut FieldReader<'_>) -> Result<Self, StoreError> {
        let account = line.field()?;
        let role = line.maybe::<String>()?.unwrap_or_default();
        let passkeys = role.ends_with('+');
        let team = TeamRole::from_code(role.trim_end_matches('+'));
        let banned = line.field::<u64>()? > 0;
        let permits = entry::read_permits(&line.maybe::<String>()?.unwrap_or_default())?;
        let (id, pass, purchase) = (line.maybe()?, line.maybe()?, line.maybe()?);
        let [starts_at, expires_at, suspended_at, revoked_at] =
            [line.maybe()?, line.maybe()?, line.maybe()?, line.maybe()?].map(|time| time.map(Millis));
        let seats = line.maybe::<String>()?.zip(id);
        let seats = seats.map(|(text, grant)| devices::read_seats(grant, &text)).transpose()?;
        let granted = id.zip(pass).zip(starts_at);
        let grant = granted.map(|((id, pass), starts_at)| Grant {
            id,
            account,
            pass,
            space,
            purchase,
            starts_at,
            expires_at,
            suspended_at,
            revoked_at,
        });
        let grants = grant.into_iter().collect();
        Ok(Self { account, team, passkeys, grants, banned, permits, seats: seats.unwrap_or_default() })
    }

    /// Another line about the same person.
    fn add(&mut self, other: Self) {
        self.grants.extend(other.grants);
        self.seats.extend(other.seats);
    }

    fn settle(mut self, bans: &[Ban]) -> Standing {
        self.grants.sort_unstable_by_key(|grant| grant.id);
        let bans = bans.iter().filter(|ban| ban.account == self.account).cloned().collect();
        self.seats.sort_unstable_by_key(|seat| (seat.grant, seat.session));
        let Self { team, passkeys, grants, permits, seats, .. } = self;
        Standing { team, passkeys, grants: grants.into(), bans, permits, seats: seats.into() }
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

//! Random histories: people, what they were given and what was taken from them, and what spaces ask for.

use crate::database::*;
use domain::{
    catalogue::offer::{Experience, ExperienceKind, PriceKind},
    id::*,
    people::account::Identity,
};
use sqlx::{AnyConnection, AssertSqlSafe};
use store::ExperienceText;

pub const SPACES: usize = 8;
/// Experiences of each space; two of them are shows.
const KINDS: [ExperienceKind; 4] =
    [ExperienceKind::Show, ExperienceKind::Show, ExperienceKind::Community, ExperienceKind::Posts];
const PASSES: usize = 3;
/// Rows of one statement.
const ROWS: usize = 200;

/// The same numbers in each run.
pub struct Dice(u64);

impl Dice {
    pub const fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    /// Less than `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    /// True in so many of a hundred cases.
    fn is(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    /// One of few moments, so that they often coincide with each other and with now.
    fn moment(&mut self) -> i64 {
        NOW.0 + (i64::try_from(self.roll(13)).unwrap_or(0) - 6) * 1000
    }

    /// A moment as SQL, or `NULL` in so many of a hundred cases.
    fn maybe(&mut self, null: u64) -> String {
        let at = self.moment();
        if self.is(null) { "NULL".into() } else { at.to_string() }
    }
}

pub struct Place {
    pub space: SpaceId,
    pub experiences: Vec<Experience>,
}

pub struct World {
    pub people: Vec<Identity>,
    pub places: Vec<Place>,
}

async fn run(connection: &mut AnyConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.expect("the statement runs");
}

/// Rows of one table, inserted together.
struct Rows {
    head: &'static str,
    rows: Vec<String>,
}

impl Rows {
    const fn into(head: &'static str) -> Self {
        Self { head, rows: Vec::new() }
    }

    fn push(&mut self, row: impl Into<String>) {
        self.rows.push(row.into());
    }

    async fn insert(self, connection: &mut AnyConnection) {
        for rows in self.rows.chunks(ROWS) {
            let sql = format!("INSERT INTO {} VALUES {}", self.head, rows.join(","));
            run(connection, sql).await;
        }
    }
}

/// `people` of them, and [`SPACES`] spaces in which each has a history.
pub async fn make(
    db: &TestDatabase,
    connection: &mut AnyConnection,
    dice: &mut Dice,
    people: usize,
) -> World {
    let people = persons(connection, dice, people).await;
    let mut places = Vec::new();
    for n in 0..SPACES {
        places.push(place(db, connection, dice, n, &people).await);
    }
    World { people, places }
}

async fn persons(connection: &mut AnyConnection, dice: &mut Dice, count: usize) -> Vec<Identity> {
    let mut accounts = Rows::into("accounts (id, email, username, name, created_at)");
    let mut sessions =
        Rows::into("sessions (id, account_id, token_hash, browser, created_at, expires_at, began)");
    let mut people = Vec::with_capacity(count);
    for n in 0..count {
        let (account, session, passkey) = (AccountId::new(), SessionId::new(), dice.is(40));
        let began = if passkey { "passkey" } else { "code" };
        accounts.push(format!("('{account}', 'p{n}@example.org', 'p{n}', 'P', 0)"));
        sessions.push(format!(
            "('{session}', '{account}', 'token {n}', 'a browser', 0, {}, '{began}')",
            i64::MAX
        ));
        people.push(Identity { session, account, operator: false, passkey });
    }
    accounts.insert(connection).await;
    sessions.insert(connection).await;
    people
}

async fn place(
    db: &TestDatabase,
    connection: &mut AnyConnection,
    dice: &mut Dice,
    n: usize,
    people: &[Identity],
) -> Place {
    let (creator, space) = db.creator(&format!("creator{n}@example.org")).await;
    let mut experiences = Vec::new();
    for (at, kind) in KINDS.into_iter().enumerate() {
        let slug = format!("place-{at}");
        let text = ExperienceText { slug: slug.as_str().into(), title: slug.clone(), about: String::new() };
        experiences
            .push(db.store.experiences().create(space.id, kind, &text, NOW).await.expect("an experience"));
    }
    let mut changes: Vec<String> = Vec::new();
    let mut streams = Vec::new();
    for show in experiences.iter().filter(|e| e.kind.has_streams()) {
        if dice.is(90) {
            let stream = db.store.streams().schedule(show.id, "A show", None, NOW).await.expect("a stream");
            let state =
                ["live", "live", "interrupted", "ended", "scheduled", "rehearsal"][dice.roll(6) as usize];
            changes.push(format!("UPDATE streams SET state = '{state}' WHERE id = '{}'", stream.id));
            streams.push((show.id, stream.id));
        }
    }
    // One is not public, and one was suspended by operators.
    let published = if n == 1 { "NULL" } else { "1" };
    changes.push(format!("UPDATE spaces SET published_at = {published} WHERE id = '{}'", space.id));
    if n == 2 {
        changes.push(format!(
            "INSERT INTO suspensions (id, kind, subject_id, reason, by_id, created_at)
            VALUES ('{}', 'space', '{}', 'x', '{}', 0)",
            SuspensionId::new(),
            space.id,
            creator.id
        ));
    }
    if n.is_multiple_of(2) {
        changes.push(format!("UPDATE teams SET passkeys_at = 1 WHERE id = '{}'", space.team));
    }
    for sql in changes {
        run(connection, sql).await;
    }
    let place = Place { space: space.id, experiences };
    team(connection, dice, space.team, people).await;
    passes(db, connection, dice, &place, people).await;
    entries(connection, dice, &place, (&streams, people)).await;
    bans(connection, dice, &place, people).await;
    place
}

async fn team(connection: &mut AnyConnection, dice: &mut Dice, team: TeamId, people: &[Identity]) {
    let mut members = Rows::into("team_members (team_id, account_id, role, created_at)");
    for one in people {
        if dice.is(6) {
            let role = ["owner", "admin", "editor", "moderator", "analyst"][dice.roll(5) as usize];
            members.push(format!("('{team}', '{}', '{role}', 0)", one.account));
        }
    }
    members.insert(connection).await;
}

/// What is included now and before, limits of devices, grants that began, ended and were paused, and seats.
async fn passes(
    db: &TestDatabase,
    connection: &mut AnyConnection,
    dice: &mut Dice,
    place: &Place,
    people: &[Identity],
) {
    let mut before = Rows::into("pass_includes_before (pass_id, experience_id, removed_at)");
    let mut grants = Rows::into(
        "grants (id, account_id, pass_id, space_id, starts_at, expires_at, suspended_at, revoked_at, closed_at)",
    );
    let mut seats = Rows::into("device_seats (grant_id, session_id, taken_at)");
    for n in 0..PASSES {
        let (now, gone): (Vec<_>, Vec<_>) = place.experiences.iter().partition(|_| dice.is(50));
        let includes: Vec<ExperienceId> = now.iter().map(|e| e.id).collect();
        let pass = db.pass(place.space, &format!("pass-{n}"), PriceKind::Free, &includes).await;
        for one in gone.iter().filter(|_| n > 0) {
            before.push(format!("('{}', '{}', {})", pass.id, one.id, dice.moment()));
        }
        let limited = n == 1;
        if limited {
            let sql = format!("UPDATE passes SET devices = 1 WHERE id = '{}'", pass.id);
            run(connection, sql).await;
        }
        for one in people {
            // One that was closed, and one that may still be in force.
            for open in [false, true] {
                if !dice.is(if open { 30 } else { 10 }) {
                    continue;
                }
                let id = GrantId::new();
                let [expires, suspended] = [dice.maybe(50), dice.maybe(85)];
                let revoked = if open { "NULL".into() } else { dice.moment().to_string() };
                grants.push(format!(
                    "('{id}', '{}', '{}', '{}', {}, {expires}, {suspended}, {revoked}, {revoked})",
                    one.account,
                    pass.id,
                    place.space,
                    NOW.0 - 1000 * i64::try_from(dice.roll(8)).unwrap_or(0) + 1000
                ));
                if limited && dice.is(70) {
                    let session = if dice.is(60) { one.session } else { SessionId::new() };
                    seats.push(format!("('{id}', '{session}', 0)"));
                }
            }
        }
    }
    before.insert(connection).await;
    grants.insert(connection).await;
    seats.insert(connection).await;
}

/// Passphrases that were changed, links that were revoked, and previews.
async fn entries(
    connection: &mut AnyConnection,
    dice: &mut Dice,
    place: &Place,
    (streams, people): (&[(ExperienceId, StreamId)], &[Identity]),
) {
    let mut rules = Rows::into("entry_rules (experience_id, space_id, passphrase, rule, version)");
    let mut invites = Rows::into(
        "invites (id, space_id, experience_id, note, uses, most, created_by, created_at, expires_at, revoked_at)",
    );
    let mut permits = Rows::into(
        "permits (id, space_id, experience_id, account_id, kind, invite_id, version, stream_id, created_at, until, ended_at)",
    );
    let space = place.space;
    for e in &place.experiences {
        if dice.is(60) {
            let phrase = if dice.is(85) { "'hash'" } else { "NULL" };
            let rule = if dice.is(50) { "also" } else { "instead" };
            rules.push(format!("('{}', '{space}', {phrase}, '{rule}', {})", e.id, 1 + dice.roll(2)));
        }
        let links = [(InviteId::new(), "NULL"), (InviteId::new(), "1")];
        for (id, revoked) in &links {
            let by = people[0].account;
            invites.push(format!("('{id}', '{space}', '{}', '', 0, 9, '{by}', 0, 1, {revoked})", e.id));
        }
        for Identity { account, .. } in people {
            let mut push = |kind: &str,
                            invite: &str,
                            version: u64,
                            stream: &str,
                            until: &str,
                            ended: &str| {
                permits.push(format!(
                    "('{}', '{space}', '{}', '{account}', '{kind}', {invite}, {version}, '{stream}', 0, {until}, {ended})",
                    PermitId::new(),
                    e.id
                ));
            };
            if dice.is(10) {
                let (link, revoked) = &links[dice.roll(2) as usize];
                push("invite", &format!("'{link}'"), 0, "", "NULL", revoked);
            }
            if dice.is(40) {
                push("passphrase", "NULL", 1 + dice.roll(2), "", "NULL", "NULL");
            }
            if let Some((_, stream)) = streams.iter().find(|(of, _)| *of == e.id)
                && dice.is(40)
            {
                let stream = if dice.is(80) { *stream } else { StreamId::new() };
                push("preview", "NULL", 0, &stream.to_string(), &dice.moment().to_string(), "NULL");
            }
        }
    }
    rules.insert(connection).await;
    invites.insert(connection).await;
    permits.insert(connection).await;
}

async fn bans(connection: &mut AnyConnection, dice: &mut Dice, place: &Place, people: &[Identity]) {
    let mut bans = Rows::into(
        "bans (id, space_id, account_id, name, kind, by_id, reason, created_at, until, lifted_at)",
    );
    for Identity { account, .. } in people {
        for kind in ["ban", "mute", "mute"] {
            if dice.is(8) {
                let (until, lifted) = (dice.maybe(40), dice.maybe(70));
                let by = people[0].account;
                bans.push(format!(
                    "('{}', '{}', '{account}', 'P', '{kind}', '{by}', '', 0, {until}, {lifted})",
                    BanId::new(),
                    place.space
                ));
            }
        }
    }
    bans.insert(connection).await;
}

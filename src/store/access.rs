//! What the decision at a door is made of: the place, which is the same for everybody, and each person's standing in it. Many
//! people who come at once are looked up together.

use crate::{
    bans,
    db::{Db, Reader},
    gather::Gatherer,
    grants,
    passes::Passes,
    sessions, spaces,
    sql::{Among, args, statements},
    streams::Streams,
};
use domain::{
    access::Facts,
    account::{Session, TeamRole},
    catalog::{Experience, Grant, Pass, Space},
    id::*,
    moderation::Ban,
    ports::StoreError,
    stream::Stream,
    time::Millis,
};
use std::{collections::HashMap, sync::Arc};

statements! {
    PLACE = "SELECT s.*, e.id AS experience_id, e.slug AS experience_slug, e.title AS title,
            e.about AS experience_about, e.position AS position
        FROM experiences e JOIN spaces s ON s.id = e.space_id WHERE e.id = $1";
}

/// Some people in a space: a row for each grant there, or one without. Bans, which are few, are only counted.
pub(crate) static AMONG: Among = Among::new(
    "SELECT a.id AS whose,
        (SELECT m.role FROM team_members m JOIN spaces s ON s.team_id = m.team_id WHERE s.id = $1 AND m.account_id = a.id) AS role,
        (SELECT COUNT(*) FROM bans b WHERE b.space_id = $1 AND b.account_id = a.id
            AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > $2)) AS bans,
        g.*
        FROM accounts a LEFT JOIN grants g ON g.account_id = a.id AND g.space_id = $1 WHERE a.id IN",
    2,
    "ORDER BY g.id",
);

/// An experience and what is sold for it; the same for everybody before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub space: Space,
    pub experience: Experience,
    /// All of the space, withdrawn ones among them.
    pub passes: Vec<Pass>,
    /// The one that was asked for, else the one that the experience shows.
    pub stream: Option<Stream>,
}

/// What one person is and has in one space; nothing, for somebody who is not signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub team: Option<TeamRole>,
    pub grants: Box<[Grant]>,
    /// Those in force when this was loaded.
    pub bans: Box<[Ban]>,
}

/// One person, or nobody, before one experience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFacts {
    pub account: Option<AccountId>,
    pub place: Arc<Place>,
    pub standing: Arc<Standing>,
}

impl AccessFacts {
    pub fn as_facts(&self) -> Facts<'_> {
        Facts {
            account: self.account,
            team: self.standing.team,
            published: self.place.space.published_at.is_some(),
            experience: self.place.experience.id,
            passes: &self.place.passes,
            grants: &self.standing.grants,
            bans: &self.standing.bans,
            stream: self.place.stream.as_ref().map(|s| s.state),
        }
    }
}

/// Who, where, and the moment for which bans are read.
type Who = (SpaceId, AccountId, Millis);
pub(crate) type Standings = Gatherer<Who, Standing>;
/// The same of one who is known by the hash of a token.
type Unknown = (String, SpaceId, Millis);
pub(crate) type Newcomers = Gatherer<Unknown, Option<(Session, Standing)>>;

pub struct Access<'a> {
    pub(crate) db: &'a Db,
    pub(crate) standings: &'a Standings,
    pub(crate) newcomers: &'a Newcomers,
}

impl Access<'_> {
    pub async fn of_experience(
        &self,
        account: Option<AccountId>,
        experience: ExperienceId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let stream = Streams(self.db).current(experience).await?;
        self.before(account, self.place(experience, stream).await?, now).await
    }

    pub async fn of_stream(
        &self,
        account: Option<AccountId>,
        stream: StreamId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        self.before(account, self.place_of(stream).await?, now).await
    }

    /// Where a stream is.
    pub async fn place_of(&self, stream: StreamId) -> Result<Place, StoreError> {
        let stream = Streams(self.db).by_id(stream).await?;
        self.place(stream.experience, Some(stream)).await
    }

    /// What a person is and has in a space.
    pub async fn standing(
        &self,
        space: SpaceId,
        account: AccountId,
        now: Millis,
    ) -> Result<Standing, StoreError> {
        self.standings.get((space, account, now)).await
    }

    /// Whom a token lets in, while it lasts, and what they are and have in a space.
    pub async fn newcomer(
        &self,
        token: &str,
        space: SpaceId,
        now: Millis,
    ) -> Result<Option<(Session, Standing)>, StoreError> {
        let found = self.newcomers.get((sessions::hash(token), space, now)).await?;
        Ok(found.filter(|(session, _)| session.expires_at > now))
    }

    async fn before(
        &self,
        account: Option<AccountId>,
        place: Place,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let standing = match account {
            Some(account) => self.standing(place.space.id, account, now).await?,
            None => Standing::default(),
        };
        Ok(AccessFacts { account, place: Arc::new(place), standing: Arc::new(standing) })
    }

    async fn place(&self, experience: ExperienceId, stream: Option<Stream>) -> Result<Place, StoreError> {
        let row = self.db.row(PLACE, args![experience]).await?.ok_or(StoreError::NotFound)?;
        let space = spaces::read(&row)?;
        let experience = Experience {
            id: row.get("experience_id")?,
            space: space.id,
            slug: row.get("experience_slug")?,
            title: row.get("title")?,
            about: row.get("experience_about")?,
            position: row.get("position")?,
        };
        let passes = Passes(self.db).list(space.id).await?;
        Ok(Place { space, experience, passes, stream })
    }
}

/// The standing of each of some people, in their order: one statement a space, however many they are, and one for bans.
pub(crate) async fn standings(reader: &mut Reader<'_>, people: &[Who]) -> Result<Vec<Standing>, StoreError> {
    let mut spaces: HashMap<SpaceId, Vec<Who>> = HashMap::new();
    for who in people {
        spaces.entry(who.0).or_default().push(*who);
    }
    let mut found: HashMap<(SpaceId, AccountId), Standing> = HashMap::new();
    for (space, people) in spaces {
        for (account, standing) in in_space(reader, space, &people).await? {
            found.insert((space, account), standing);
        }
    }
    Ok(people.iter().map(|who| found.get(&(who.0, who.1)).cloned().unwrap_or_default()).collect())
}

async fn in_space(
    reader: &mut Reader<'_>,
    space: SpaceId,
    people: &[Who],
) -> Result<HashMap<AccountId, Standing>, StoreError> {
    let now = people.iter().map(|who| who.2).min().unwrap_or_default();
    let mut read = async |among: &'static Among| {
        let (sql, args) = among.of(args![space, now], people.iter().map(|who| who.1.into()));
        reader.rows(sql, args).await
    };
    let mut found: HashMap<AccountId, Standing> = HashMap::new();
    let (mut grants, mut banned) = (Vec::new(), false);
    for row in read(&AMONG).await? {
        let standing = found.entry(row.get("whose")?).or_default();
        standing.team = row.get::<Option<String>>("role")?.and_then(|role| TeamRole::from_code(&role));
        if row.get::<Option<GrantId>>("id")?.is_some() {
            grants.push(grants::read(&row)?);
        }
        banned |= row.get::<i64>("bans")? > 0;
    }
    for (account, grants) in by_account(grants, |grant| grant.account) {
        found.entry(account).or_default().grants = grants;
    }
    if banned {
        let bans: Vec<_> = read(&bans::AMONG).await?.iter().map(bans::read).collect::<Result<_, _>>()?;
        for (account, bans) in by_account(bans, |ban| ban.account) {
            found.entry(account).or_default().bans = bans;
        }
    }
    Ok(found)
}

/// Sessions and standings in one go, each in its place.
pub(crate) async fn newcomers(
    reader: &mut Reader<'_>,
    unknown: &[Unknown],
) -> Result<Vec<Option<(Session, Standing)>>, StoreError> {
    let hashes: Vec<_> = unknown.iter().map(|(hash, ..)| hash.clone()).collect();
    let sessions = sessions::by_token(reader, &hashes).await?;
    let known = sessions.iter().zip(unknown).filter_map(|(session, (_, space, now))| {
        session.as_ref().map(|session| (*space, session.account.id, *now))
    });
    let mut standings = standings(reader, &known.collect::<Vec<_>>()).await?.into_iter();
    Ok(sessions.into_iter().map(|session| Some((session?, standings.next()?))).collect())
}

fn by_account<T>(items: Vec<T>, account: impl Fn(&T) -> AccountId) -> HashMap<AccountId, Box<[T]>> {
    let mut all: HashMap<AccountId, Vec<T>> = HashMap::new();
    for item in items {
        all.entry(account(&item)).or_default().push(item);
    }
    all.into_iter().map(|(account, items)| (account, items.into())).collect()
}

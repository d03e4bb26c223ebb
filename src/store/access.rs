//! What the decision at a door is made of: the place, which is the same for everybody, and each person's standing in it. Many
//! people who come at once are looked up together.

use crate::{
    bans,
    db::{Db, Reader},
    gather::Gatherer,
    grants,
    passes::Passes,
    sessions, spaces,
    sql::{Among, Row, Value, args, statements},
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

/// The roles of some people in the team of a space.
pub(crate) static ROLES: Among = Among::new(
    "SELECT m.account_id, m.role FROM team_members m JOIN spaces s ON s.team_id = m.team_id WHERE s.id = $1 AND m.account_id IN",
    1,
    "",
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

/// The standing of each of some people, in their order: three statements a space, however many they are.
pub(crate) async fn standings(reader: &mut Reader<'_>, people: &[Who]) -> Result<Vec<Standing>, StoreError> {
    let mut spaces: HashMap<SpaceId, Vec<Who>> = HashMap::new();
    for who in people {
        spaces.entry(who.0).or_default().push(*who);
    }
    let mut found: HashMap<(SpaceId, AccountId), Standing> = HashMap::new();
    for (space, people) in spaces {
        let now = people.iter().map(|who| who.2).min().unwrap_or_default();
        let mut read = async |among: &'static Among, before: Vec<Value>| {
            let (sql, args) = among.of(before, people.iter().map(|who| who.1.into()));
            reader.rows(sql, args).await
        };
        for row in read(&ROLES, args![space]).await? {
            let role: String = row.get("role")?;
            found.entry((space, row.get("account_id")?)).or_default().team = TeamRole::from_code(&role);
        }
        for (account, grants) in
            by_account(&read(&grants::AMONG, args![space]).await?, grants::read, |g| g.account)?
        {
            found.entry((space, account)).or_default().grants = grants;
        }
        for (account, bans) in
            by_account(&read(&bans::AMONG, args![space, now]).await?, bans::read, |b| b.account)?
        {
            found.entry((space, account)).or_default().bans = bans;
        }
    }
    Ok(people.iter().map(|who| found.get(&(who.0, who.1)).cloned().unwrap_or_default()).collect())
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

fn by_account<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
    account: impl Fn(&T) -> AccountId,
) -> Result<HashMap<AccountId, Box<[T]>>, StoreError> {
    let mut all: HashMap<AccountId, Vec<T>> = HashMap::new();
    for row in rows {
        let item = read(row)?;
        all.entry(account(&item)).or_default().push(item);
    }
    Ok(all.into_iter().map(|(account, items)| (account, items.into())).collect())
}

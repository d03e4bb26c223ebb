//! The input of a door's decision: the place, which is the same for everybody, and each person's standing in it.

use crate::{
    access::{
        devices, entry,
        standings::{self, Newcomer, Newcomers, Standing, Standings},
    },
    catalogue::{experiences, passes::Passes, spaces},
    db::{
        connections::Db,
        sql::{MOST_ROWS, args, statements},
    },
    live::streams::Streams,
    people::sessions,
};
use domain::{
    access::{admit::Facts, device::DeviceLimit, entry::Lock},
    catalogue::offer::{Experience, Pass, Space},
    error::StoreError,
    id::*,
    live::stream::Stream,
    people::account::Identity,
    time::Millis,
};
use std::sync::Arc;

statements! {
    /// See [`RoomId::of_experience`].
    STANDING = "SELECT id FROM experiences WHERE id = $1 AND kind <> 'show'";
    PLACE = concat!("SELECT ", spaces::columns!("s."), ", ", experiences::columns!("e." as "experience_"), ",
            (SELECT COUNT(*) FROM suspensions x WHERE x.subject_id = s.id AND x.lifted_at IS NULL) AS suspensions,
            ", entry::locks!("s.id"), " AS locks, ", devices::limits!("s.id"), " AS limits,
            (SELECT r.minutes FROM preview_rules r WHERE r.experience_id = e.id) AS preview_minutes
        FROM experiences e JOIN spaces s ON s.id = e.space_id WHERE e.id = $1");
}

/// An experience and its passes; the same for all callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub space: Space,
    /// Operators suspended the space.
    pub suspended: bool,
    pub experience: Experience,
    /// All passes of the space, including withdrawn ones.
    pub passes: Vec<Pass>,
    /// The experiences of the space that ask for a passphrase.
    pub locks: Vec<Lock>,
    /// The passes of the space that limit devices.
    pub limits: Vec<DeviceLimit>,
    /// How many minutes of each show somebody without a pass watches for free.
    pub preview: Option<i64>,
    /// The requested stream, or else the one that the experience shows. Only shows have one.
    pub stream: Option<Stream>,
}

/// Who comes to a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entrant {
    account: AccountId,
    /// The session that asks, if its device counts.
    session: Option<SessionId>,
    /// The session that asks began with a passkey.
    passkey: bool,
}

impl Entrant {
    /// `passkey`: the session that asks began with one.
    pub const fn new(account: AccountId, passkey: bool) -> Self {
        Self { account, session: None, passkey }
    }
    /// Somebody of whom no session asks: what a mail tells them, say.
    pub const fn absent(account: AccountId) -> Self {
        Self::new(account, false)
    }
}

impl From<Identity> for Entrant {
    fn from(who: Identity) -> Self {
        Self { account: who.account, session: Some(who.session), passkey: who.passkey }
    }
}

/// One person, or nobody, and one experience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFacts {
    pub who: Option<Entrant>,
    pub place: Arc<Place>,
    pub standing: Arc<Standing>,
}

impl AccessFacts {
    pub fn as_facts(&self) -> Facts<'_> {
        Facts {
            account: self.who.map(|who| who.account),
            team: self.standing.team,
            owes_passkey: self.standing.passkeys && !self.who.is_some_and(|who| who.passkey),
            published: self.place.space.published_at.is_some(),
            suspended: self.place.suspended,
            experience: self.place.experience.id,
            kind: self.place.experience.kind,
            passes: &self.place.passes,
            grants: &self.standing.grants,
            bans: &self.standing.bans,
            locks: &self.place.locks,
            permits: &self.standing.permits,
            session: self.who.and_then(|who| who.session),
            limits: &self.place.limits,
            seats: &self.standing.seats,
            show: self.place.stream.as_ref().map(|s| s.id),
            stream: self.place.stream.as_ref().map(|s| s.state),
        }
    }
}

pub struct Access<'a> {
    pub(crate) db: &'a Db,
    pub(crate) standings: &'a Standings,
    pub(crate) newcomers: &'a Newcomers,
}

impl Access<'_> {
    pub async fn of_experience(
        &self,
        who: Option<Entrant>,
        experience: ExperienceId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let stream = Streams(self.db).current(experience).await?;
        self.before(who, self.place(experience, stream).await?, now).await
    }

    pub async fn of_room(
        &self,
        who: Option<Entrant>,
        room: RoomId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        self.before(who, self.place_of(room).await?, now).await
    }

    /// Where a room is: that of a stream, or the only one of an experience without streams.
    pub async fn place_of(&self, room: RoomId) -> Result<Place, StoreError> {
        match Streams(self.db).of_room(room).await {
            Ok(stream) => self.place(stream.experience, Some(stream)).await,
            Err(StoreError::NotFound) => {
                let row = self.db.row(STANDING, args![room]).await?.ok_or(StoreError::NotFound)?;
                self.place(row.get("id")?, None).await
            }
            Err(error) => Err(error),
        }
    }

    /// A person's role, grants and bans in a space.
    pub async fn standing(
        &self,
        space: SpaceId,
        account: AccountId,
        now: Millis,
    ) -> Result<Standing, StoreError> {
        self.standings.get((space, account, now)).await
    }

    /// The standings of many people, in their order: one statement per chunk of `MOST_ROWS` people, and one more if
    /// anybody in the chunk is banned.
    pub async fn standings(
        &self,
        space: SpaceId,
        accounts: &[AccountId],
        now: Millis,
    ) -> Result<Vec<Standing>, StoreError> {
        let mut reader = self.db.crowd_reader().await?;
        let mut found = Vec::with_capacity(accounts.len());
        for some in accounts.chunks(MOST_ROWS) {
            let asked: Vec<_> = some.iter().map(|account| (space, *account, now)).collect();
            found.extend(standings::by_account(&mut reader, &asked).await?);
        }
        Ok(found)
    }

    /// The person a valid token belongs to, and their standing.
    pub async fn newcomer(
        &self,
        token: &str,
        space: SpaceId,
        now: Millis,
    ) -> Result<Option<Newcomer>, StoreError> {
        let found = self.newcomers.get((space, sessions::hash(token), now)).await?;
        Ok(found.filter(|newcomer| newcomer.until > now))
    }

    async fn before(
        &self,
        who: Option<Entrant>,
        place: Place,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let standing = match who {
            Some(who) => self.standing(place.space.id, who.account, now).await?,
            None => Standing::default(),
        };
        Ok(AccessFacts { who, place: Arc::new(place), standing: Arc::new(standing) })
    }

    async fn place(&self, experience: ExperienceId, stream: Option<Stream>) -> Result<Place, StoreError> {
        let mut row = self.db.row(PLACE, args![experience]).await?.ok_or(StoreError::NotFound)?;
        let space = spaces::read(&row)?;
        let suspended = row.get::<i64>("suspensions")? > 0;
        let preview = row.get("preview_minutes")?;
        let (locks, limits) = (entry::read_locks(&row)?, devices::read_limits(&row)?);
        let experience = experiences::read(row.part("experience_"))?;
        let passes = Passes(self.db).list(space.id).await?;
        Ok(Place { space, suspended, experience, passes, locks, limits, preview, stream })
    }
}

//! What the decision at a door is made of, in five short look-ups, or three for somebody who is not signed in.

use crate::{
    bans::Bans,
    db::Db,
    grants::Grants,
    passes::Passes,
    spaces,
    sql::{args, statements},
    streams::Streams,
};
use domain::{
    access::Facts,
    account::TeamRole,
    catalog::{Experience, Grant, Pass, Space},
    id::*,
    moderation::Ban,
    ports::StoreError,
    stream::Stream,
    time::Millis,
};

statements! {
    PLACE = "SELECT s.*, m.role AS role, e.id AS experience_id, e.slug AS experience_slug, e.title AS title,
            e.about AS experience_about, e.position AS position
        FROM experiences e JOIN spaces s ON s.id = e.space_id
        LEFT JOIN team_members m ON m.team_id = s.team_id AND m.account_id = $2 WHERE e.id = $1";
}

/// One person, or nobody, before one experience; owned, so that it can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFacts {
    pub account: Option<AccountId>,
    pub team: Option<TeamRole>,
    pub space: Space,
    pub experience: Experience,
    /// All of the space, withdrawn ones among them.
    pub passes: Vec<Pass>,
    pub grants: Vec<Grant>,
    /// Those in force when this was loaded.
    pub bans: Vec<Ban>,
    /// The one that was asked for, else the one that the experience shows.
    pub stream: Option<Stream>,
}

impl AccessFacts {
    pub fn as_facts(&self) -> Facts<'_> {
        Facts {
            account: self.account,
            team: self.team,
            published: self.space.published_at.is_some(),
            experience: self.experience.id,
            passes: &self.passes,
            grants: &self.grants,
            bans: &self.bans,
            stream: self.stream.as_ref().map(|s| s.state),
        }
    }
}

pub struct Access<'a>(pub(crate) &'a Db);

impl Access<'_> {
    pub async fn of_experience(
        &self,
        account: Option<AccountId>,
        experience: ExperienceId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let stream = Streams(self.0).current(experience).await?;
        self.load(account, experience, stream, now).await
    }

    pub async fn of_stream(
        &self,
        account: Option<AccountId>,
        stream: StreamId,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let stream = Streams(self.0).by_id(stream).await?;
        self.load(account, stream.experience, Some(stream), now).await
    }

    async fn load(
        &self,
        account: Option<AccountId>,
        experience: ExperienceId,
        stream: Option<Stream>,
        now: Millis,
    ) -> Result<AccessFacts, StoreError> {
        let row = self.0.row(PLACE, args![experience, account]).await?.ok_or(StoreError::NotFound)?;
        let space = spaces::read(&row)?;
        let role: Option<String> = row.get("role")?;
        let experience = Experience {
            id: row.get("experience_id")?,
            space: space.id,
            slug: row.get("experience_slug")?,
            title: row.get("title")?,
            about: row.get("experience_about")?,
            position: row.get("position")?,
        };
        let passes = Passes(self.0).list(space.id).await?;
        let (grants, bans) = match account {
            None => Default::default(),
            Some(person) => (
                Grants(self.0).in_space(person, space.id).await?,
                Bans(self.0).of_account(space.id, person, now).await?,
            ),
        };
        let team = role.as_deref().and_then(TeamRole::from_code);
        Ok(AccessFacts { account, team, space, experience, passes, grants, bans, stream })
    }
}

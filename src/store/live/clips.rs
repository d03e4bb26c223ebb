//! The rows of clips.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, row, statements},
    },
};
use domain::{
    error::StoreError,
    id::*,
    live::recording::clips::{Clip, MOST, MOST_OFTEN, OFTEN},
    time::Millis,
};

row! {
    fn read -> Clip {
        id: "id",
        stream: "stream_id",
        space: "space_id",
        maker: "account_id",
        by: => maker_name,
        title: "title",
        begins: "begins",
        until: "until",
        created_at: "created_at",
    }
}

fn maker_name(row: &Row) -> Result<String, StoreError> {
    row.get("maker_name")
}

statements! {
    ONE = concat!("SELECT ", columns!("c."), ", a.name AS maker_name FROM clips c JOIN accounts a ON a.id = c.account_id
        WHERE c.id = $1 AND c.stream_id = $2");
    BY_ID = concat!("SELECT ", columns!("c."), ", a.name AS maker_name FROM clips c JOIN accounts a ON a.id = c.account_id
        WHERE c.id = $1");
    OF_STREAM = concat!("SELECT ", columns!("c."), ", a.name AS maker_name FROM clips c JOIN accounts a ON a.id = c.account_id
        WHERE c.stream_id = $1 ORDER BY c.id DESC LIMIT $2");
    /// Clips of one recording are made one after the other, and not while it is deleted.
    LOCK = "UPDATE recordings SET title = title WHERE stream_id = $1 AND deleted_at IS NULL";
    COUNTS = "SELECT (SELECT COUNT(*) FROM clips WHERE stream_id = $1) AS clips,
        (SELECT COUNT(*) FROM clips WHERE stream_id = $1 AND account_id = $2 AND created_at > $3) AS lately";
    MAKE = "INSERT INTO clips (id, stream_id, space_id, account_id, title, begins, until, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    RESTRICT = "UPDATE streams SET clips_by_team = $2, version = version + 1 WHERE id = $1 AND clips_by_team <> $2";
    REMOVE = "DELETE FROM clips WHERE id = $1 AND stream_id = $2";
}

pub struct Clips<'a>(&'a Db);

impl Store {
    pub fn clips(&self) -> Clips<'_> {
        Clips(self.db())
    }
}

impl Clips<'_> {
    /// One of any stream.
    pub async fn by_id(&self, id: ClipId) -> Result<Clip, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn of_id(&self, stream: StreamId, id: ClipId) -> Result<Clip, StoreError> {
        read(&self.0.row(ONE, args![id, stream]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those of a stream, the newest first.
    pub async fn of_stream(&self, stream: StreamId) -> Result<Vec<Clip>, StoreError> {
        self.0.rows(OF_STREAM, args![stream, MOST]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Keeps a clip.
    ///
    /// # Errors
    /// `NotFound` without a recording, `Conflict("full")` if its stream has too many clips, `Conflict("often")` if the maker has
    /// made too many of them lately.
    pub async fn make_clip(&mut self, clip: &Clip) -> Result<(), StoreError> {
        if self.run(LOCK, args![clip.stream]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let lately = Millis(clip.created_at.0 - OFTEN.0);
        let counts = self.row(COUNTS, args![clip.stream, clip.maker, lately]).await?;
        let counts = counts.ok_or(StoreError::NotFound)?;
        if counts.get::<i64>("clips")? >= MOST {
            return Err(StoreError::Conflict("full"));
        }
        if counts.get::<i64>("lately")? >= MOST_OFTEN {
            return Err(StoreError::Conflict("often"));
        }
        let Clip { id, stream, space, maker, title, begins, until, created_at, .. } = clip;
        let row = args![*id, *stream, *space, *maker, title, begins.0, until.0, *created_at];
        self.run(MAKE, row).await.map(drop)
    }

    /// Sets whether only the team makes clips of a stream. Its actor must then reload the row. Returns false if nothing changed.
    pub async fn restrict_clips(&mut self, id: StreamId, team: bool) -> Result<bool, StoreError> {
        Ok(self.run(RESTRICT, args![id, team]).await? == 1)
    }

    pub async fn remove_clip(&mut self, stream: StreamId, id: ClipId) -> Result<(), StoreError> {
        match self.run(REMOVE, args![id, stream]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}

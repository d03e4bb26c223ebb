//! Where the shows of a space are sent, too, and for which streams that is switched on.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, decode_error, row, statements},
    },
    live::streams,
};
use domain::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    live::restream::{
        MOST_DESTINATIONS, Restream, RestreamAddress, RestreamDestination, RestreamStore, StreamKey,
    },
    time::Millis,
};

row! {
    fn read -> RestreamDestination {
        id: "id",
        space: "space_id",
        name: "name",
        address: "address" => address,
        key: "stream_key" => key,
    }
}

fn address(row: &Row, column: &str) -> Result<RestreamAddress, StoreError> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| decode_error(column, text))
}

/// Its error does not name the key.
fn key(row: &Row, column: &str) -> Result<StreamKey, StoreError> {
    let text: String = row.get(column)?;
    StreamKey::parse(&text).map_err(|error| decode_error(column, error))
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM restream_destinations WHERE id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM restream_destinations WHERE space_id = $1 ORDER BY created_at, id");
    ADD = "INSERT INTO restream_destinations (id, space_id, name, address, stream_key, created_at)
        SELECT $1, s.id, $3, $4, $5, $6 FROM spaces s WHERE s.id = $2
        AND $7 > (SELECT COUNT(*) FROM restream_destinations d WHERE d.space_id = s.id)";
    /// It is switched and removed by one host after the other.
    LOCK = "UPDATE restream_destinations SET name = name WHERE id = $1";
    REMOVE = "DELETE FROM restream_destinations WHERE id = $1";
    SWITCHES = "SELECT id FROM restreams WHERE destination_id = $1 ORDER BY id";
    FORGET_SWITCHES = "DELETE FROM restreams WHERE destination_id = $1";
    FORGET_SWITCHES_BY = "DELETE FROM restreams WHERE account_id = $1 AND stream_id IN (
        SELECT t.id FROM streams t JOIN spaces s ON s.id = t.space_id WHERE s.team_id = $2)";
    FORGET_ALL_SWITCHES_BY = "DELETE FROM restreams WHERE account_id = $1";
    FORGET_SWITCHES_OF_SPACE = "DELETE FROM restreams WHERE destination_id IN (
        SELECT d.id FROM restream_destinations d WHERE d.space_id = $1)";
    FORGET_OF_SPACE = "DELETE FROM restream_destinations WHERE space_id = $1";
    BESIDE_STREAM = concat!("SELECT ", columns!("d."), ", r.id AS restream_id FROM restream_destinations d
        LEFT JOIN restreams r ON r.destination_id = d.id AND r.stream_id = $2
        WHERE d.space_id = $1 ORDER BY d.created_at, d.id");
    SWITCH_OFF = "DELETE FROM restreams WHERE stream_id = $1 AND destination_id = $2 RETURNING id";
    /// Only a destination of the stream's own space.
    SWITCH_ON = "INSERT INTO restreams (id, stream_id, destination_id, account_id) SELECT $1, s.id, d.id, $4
        FROM restream_destinations d JOIN streams s ON s.space_id = d.space_id WHERE s.id = $2 AND d.id = $3
        ON CONFLICT DO NOTHING";
    LOAD = concat!("SELECT ", columns!("d."), ", r.stream_id AS stream_id, r.account_id AS account_id
        FROM restreams r JOIN restream_destinations d ON d.id = r.destination_id WHERE r.id = $1");
    WANTED = "SELECT r.id AS id FROM restreams r JOIN streams s ON s.id = r.stream_id
        WHERE s.state IN ('live', 'interrupted') ORDER BY r.id";
}

pub struct Restreams<'a>(&'a Db);

impl Store {
    pub fn restreams(&self) -> Restreams<'_> {
        Restreams(self.db())
    }
}

impl Restreams<'_> {
    pub async fn destination(&self, id: DestinationId) -> Result<RestreamDestination, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The destinations of a space, the oldest first.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<RestreamDestination>, StoreError> {
        self.0.rows(LIST, args![space]).await?.iter().map(read).collect()
    }

    /// The same beside a stream, with the restreams for which they are switched on.
    pub async fn beside(
        &self,
        space: SpaceId,
        stream: StreamId,
    ) -> Result<Vec<(RestreamDestination, Option<RestreamId>)>, StoreError> {
        let rows = self.0.rows(BESIDE_STREAM, args![space, stream]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.get("restream_id")?))).collect()
    }
}

impl Tx<'_> {
    /// # Errors
    /// `Conflict("destinations")` if the space has as many as it may.
    pub async fn add_destination(
        &mut self,
        new: &RestreamDestination,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.lock_space(new.space).await?;
        let (address, key) = (new.address.to_string(), new.key.expose());
        let row = args![new.id, new.space, &new.name, address, key, now, MOST_DESTINATIONS];
        match self.run(ADD, row).await? {
            0 => Err(StoreError::Conflict("destinations")),
            _ => Ok(()),
        }
    }

    /// Removes a destination. Returns the restreams to it, whose actors must then look.
    pub async fn remove_destination(&mut self, id: DestinationId) -> Result<Vec<RestreamId>, StoreError> {
        self.run(LOCK, args![id]).await?;
        let rows = self.rows(SWITCHES, args![id]).await?;
        let ended = rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?;
        self.run(FORGET_SWITCHES, args![id]).await?;
        match self.run(REMOVE, args![id]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(ended),
        }
    }

    /// Switches a destination off for a stream. Returns the restream, whose actor must then look. Nobody else switches or removes the
    /// destination before the transaction is over.
    pub async fn switch_restream_off(
        &mut self,
        stream: StreamId,
        destination: DestinationId,
    ) -> Result<Option<RestreamId>, StoreError> {
        self.run(LOCK, args![destination]).await?;
        let gone = self.row(SWITCH_OFF, args![stream, destination]).await?;
        gone.map(|row| row.get("id")).transpose()
    }

    /// Switches a destination on for a stream.
    ///
    /// # Errors
    /// `NotFound` if it belongs to another space.
    pub async fn switch_restream_on(
        &mut self,
        id: RestreamId,
        stream: StreamId,
        destination: DestinationId,
        by: AccountId,
    ) -> Result<(), StoreError> {
        match self.run(SWITCH_ON, args![id, stream, destination, by]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Switches off what somebody has switched on for the shows of a team that they may not host any more; `None`: of any. Whoever may
    /// host finds the destinations, and chooses anew. The actors of those on air must then look.
    pub(crate) async fn switch_restreams_off_by(
        &mut self,
        account: AccountId,
        team: Option<TeamId>,
    ) -> Result<(), StoreError> {
        match team {
            Some(team) => self.run(FORGET_SWITCHES_BY, args![account, team]).await.map(drop),
            None => self.run(FORGET_ALL_SWITCHES_BY, args![account]).await.map(drop),
        }
    }

    /// Forgets where the shows of a space were sent, with the keys.
    pub(crate) async fn forget_destinations(&mut self, space: SpaceId) -> Result<(), StoreError> {
        self.run(FORGET_SWITCHES_OF_SPACE, args![space]).await?;
        self.run(FORGET_OF_SPACE, args![space]).await.map(drop)
    }
}

impl RestreamStore for Store {
    fn load(&self, id: RestreamId) -> BoxFuture<'_, Result<Restream, StoreError>> {
        Box::pin(async move {
            let row = self.db().row(LOAD, args![id]).await?.ok_or(StoreError::NotFound)?;
            let (stream, by, destination) = (row.get("stream_id")?, row.get("account_id")?, read(&row)?);
            let stream = streams::Streams(self.db()).by_id(stream).await?;
            let (on_air, room) = (stream.state.on_air(), stream.room);
            Ok(Restream { id, stream: stream.id, room, on_air, by, destination })
        })
    }

    fn wanted(&self) -> BoxFuture<'_, Result<Vec<RestreamId>, StoreError>> {
        Box::pin(
            async move { self.db().rows(WANTED, args![]).await?.iter().map(|row| row.get("id")).collect() },
        )
    }
}

//! What its hosts choose for a stream beside its state, and the version of its publishing key.

use crate::{
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    live::streams::Streams,
};
use domain::{
    error::StoreError,
    id::StreamId,
    live::{passes::Plane, recording::Recorded},
};

statements! {
    HIDE_COUNT = "UPDATE streams SET count_hidden = $2, version = version + 1 WHERE id = $1 AND count_hidden <> $2";
    RECORD = "UPDATE streams SET recorded = $2, version = version + 1 WHERE id = $1 AND recorded <> $2";
    /// What is on air, or was, stays where it is.
    CHOOSE_PLANE = "UPDATE streams SET plane = $2, version = version + 1 WHERE id = $1 AND state = 'scheduled'
        AND COALESCE(plane, '') <> $2";
    /// A suspended space has no keys.
    WHIP_KEY = "SELECT whip_key_version FROM streams t WHERE t.id = $1
        AND NOT EXISTS (SELECT 1 FROM suspensions x WHERE x.subject_id = t.space_id AND x.lifted_at IS NULL)";
    ROTATE_WHIP_KEY = "UPDATE streams SET whip_key_version = whip_key_version + 1 WHERE id = $1 RETURNING whip_key_version";
}

impl Streams<'_> {
    /// The version from which the publishing key is derived; `NotFound` while the space is suspended. Incrementing it invalidates
    /// earlier keys.
    pub async fn whip_key_version(&self, id: StreamId) -> Result<i64, StoreError> {
        self.0.row(WHIP_KEY, args![id]).await?.ok_or(StoreError::NotFound)?.get("whip_key_version")
    }
}

impl Tx<'_> {
    /// Sets whether only the team sees the viewer count. The stream's actor must then reload the row. Returns false if
    /// nothing changed.
    pub async fn hide_count(&mut self, id: StreamId, hidden: bool) -> Result<bool, StoreError> {
        Ok(self.run(HIDE_COUNT, args![id, hidden]).await? == 1)
    }

    /// Sets whether the service records it. The stream's actor must then reload the row. Returns false if nothing changed.
    pub async fn record_stream(&mut self, id: StreamId, to: Recorded) -> Result<bool, StoreError> {
        Ok(self.run(RECORD, args![id, to.code()]).await? == 1)
    }

    /// Sets the plane that the stream's media will run on. The stream's actor must then reload the row. Returns false if nothing
    /// changed: it has begun, or is there already.
    pub async fn choose_plane(&mut self, id: StreamId, plane: Plane) -> Result<bool, StoreError> {
        Ok(self.run(CHOOSE_PLANE, args![id, plane.code()]).await? == 1)
    }

    /// Creates a new publishing key. Returns its version.
    pub async fn rotate_whip_key(&mut self, id: StreamId) -> Result<i64, StoreError> {
        let row = self.row(ROTATE_WHIP_KEY, args![id]).await?;
        row.ok_or(StoreError::NotFound)?.get("whip_key_version")
    }
}

//! Streams that were planned in one act, week by week.

use crate::{
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    live::streams::{self, Streams, tell},
};
use domain::{
    error::StoreError,
    id::{SeriesId, SpaceId, StreamId},
    live::{notices::Notice, stream::Stream},
    time::Millis,
};

statements! {
    /// A series has at most twelve.
    COMING = concat!("SELECT ", streams::columns!(), streams::room_column!("streams."), " FROM streams
        WHERE series_id = $1 AND state = 'scheduled' ORDER BY scheduled_at, id LIMIT 12");
    CANCEL = "UPDATE streams SET state = 'ended', ended_at = $2, end_reason = 'cancelled', version = version + 1
        WHERE series_id = $1 AND state = 'scheduled' RETURNING id";
}

impl Streams<'_> {
    /// Those of a series that have not begun, the first to come first.
    pub async fn coming(&self, series: SeriesId) -> Result<Vec<Stream>, StoreError> {
        self.0.rows(COMING, args![series]).await?.iter().map(streams::read).collect()
    }
}

impl Tx<'_> {
    /// Cancels those of a series that have not begun. Their actors must then reload the rows.
    pub async fn cancel_series(
        &mut self,
        space: SpaceId,
        series: SeriesId,
        now: Millis,
    ) -> Result<Vec<StreamId>, StoreError> {
        self.lock_space(space).await?;
        let rows = self.rows(CANCEL, args![series, now]).await?;
        let cancelled = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<StreamId>, _>>()?;
        for stream in &cancelled {
            tell(self, Notice::Cancelled { stream: *stream, at: now }).await?;
        }
        Ok(cancelled)
    }
}

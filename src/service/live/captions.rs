//! Captions: the lines that a program sends with the key of a running stream, the host's new key, and the file that a team gives a
//! replay.

use crate::{Often, ServiceError, ServiceResult, Services, bounds::Limit};
use domain::{
    access::may::Action,
    chat::feed::Moment,
    id::{AccountId, SpaceId, StreamId},
    live::{
        captions::{Caption, file::Cue, takes_captions},
        recording::Recording,
        stream::Stream,
    },
    people::allowance::Allowance,
    time::{Millis, Span},
};
use std::sync::Arc;

/// Lines of one show: two a second, and at once those of some seconds in which a program was cut off.
const LINES: Allowance = Allowance { times: 20, span: Span::secs(10) };
/// Those of all shows of a space: as many as three at the same time.
const LINES_OF_A_SPACE: Allowance = Allowance { times: 60, span: Span::secs(10) };

/// How many captions are taken. Part of [`crate::Limits`].
pub(crate) struct CaptionLimits {
    of_stream: Limit<StreamId>,
    of_space: Limit<SpaceId>,
}

impl CaptionLimits {
    pub(crate) fn new() -> Self {
        Self {
            of_stream: Limit::new(LINES, "stream_captions", Often::Captions),
            of_space: Limit::new(LINES_OF_A_SPACE, "space_captions", Often::Captions),
        }
    }

    fn take(&self, stream: &Stream, now: Millis) -> ServiceResult<()> {
        self.of_space.check(&stream.space, now)?;
        self.of_stream.take(stream.id, now)?;
        self.of_space.take(stream.space, now)
    }
}

/// Shows a line to all who watch, and keeps it if the show is being recorded. In a rehearsal the team alone sees it. Whoever sends it
/// has shown the key of the stream.
///
/// # Errors
/// `Conflict("off_air")` before the rehearsal and after the end, `TooMany` lines of the stream or its space.
pub async fn show(services: &Services, stream: &Stream, text: String) -> ServiceResult<()> {
    if !takes_captions(stream.state) {
        return Err(ServiceError::Conflict("off_air"));
    }
    let now = services.now();
    services.limits.captions.take(stream, now)?;
    let caption = Caption { at: now, until: None, text };
    if caption.is_public(stream) {
        services.store.captions().keep(stream.id, &caption).await?;
    }
    services.engine.feed(stream.room).moment(Moment::Caption(Arc::new(caption)));
    Ok(())
}

/// Creates a new key and returns its version. Earlier keys become invalid.
pub async fn rotate_key(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<i64> {
    let mut tx = services.store.begin().await?;
    let version = tx.rotate_caption_key(id).await?;
    let act = services.act(by, "stream.caption_key", id, version.to_string())?;
    tx.commit_audited(act, &[], services.now()).await?;
    Ok(version)
}

/// Gives a replay the captions of a file, in place of those that it has.
///
/// # Errors
/// `NotFound` while it is not complete.
pub async fn replace(
    services: &Services,
    by: AccountId,
    recording: &Recording,
    cues: Vec<Cue>,
) -> ServiceResult<()> {
    services.authorise(by, recording.space, Action::EditOffer).await?;
    let captions: Vec<Caption> = cues.into_iter().map(|cue| Caption::of_file(cue, recording)).collect();
    let (stream, count) = (recording.stream, captions.len().to_string());
    let mut tx = services.store.begin().await?;
    tx.replace_captions(stream, &captions).await?;
    tx.commit_audited(services.act(by, "recording.captions", stream, count)?, &[], services.now()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{ExperienceId, RoomId},
        live::stream::StreamState,
    };

    fn stream(space: SpaceId) -> Stream {
        Stream {
            id: StreamId::new(),
            room: RoomId::new(),
            space,
            experience: ExperienceId::new(),
            series: None,
            title: "Friday session".into(),
            state: StreamState::Live,
            version: 1,
            scheduled_at: None,
            started_at: Some(Millis(0)),
            grace_until: None,
            empty_since: None,
            ended_at: None,
            end_reason: None,
            peak: 0,
            count_hidden: false,
            recorded: Default::default(),
            clips_by_team: false,
            plane: None,
        }
    }

    #[test]
    fn captions_are_bounded_by_stream_and_by_space() {
        let (limits, space, now) = (CaptionLimits::new(), SpaceId::new(), Millis(1_000));
        let taken = |stream: &Stream| (0..99).filter(|_| limits.take(stream, now).is_ok()).count();
        let shows = [0; 4].map(|_| stream(space));
        assert_eq!(shows.each_ref().map(taken), [20, 20, 20, 0]);
        assert_eq!(taken(&stream(SpaceId::new())), 20, "another space");
        assert!(limits.take(&shows[0], now + Span(499)).is_err());
        assert!(limits.take(&shows[0], now + Span(500)).is_ok(), "two a second");
    }
}

//! Clips of shows: who may enter a show and its replay makes them while the host lets them, and its maker or the team removes them.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    change::Change,
    error::StoreError,
    id::{AccountId, ClipId, StreamId},
    live::{
        recording::{
            Recording, Segment,
            clips::{Clip, ClipRefused, ClipWish, LEAD, moments, played_from},
        },
        stream::Stream,
    },
    people::account::Account,
    time::Span,
};

/// What is written about a new clip. Without a title it takes that of its stream.
#[derive(Clone, Debug)]
pub struct NewClip {
    pub title: Option<String>,
    pub wish: ClipWish,
}

/// Makes a clip of a stream whose door admitted the caller. `team`: they moderate it.
///
/// # Errors
/// `Clip` says why not.
pub async fn make(
    services: &Services,
    by: &Account,
    stream: &Stream,
    team: bool,
    new: NewClip,
) -> ServiceResult<Clip> {
    if stream.clips_by_team && !team {
        return Err(ClipRefused::Team.into());
    }
    let recording = recording_of(services, stream.id, team).await;
    let recording = recording.map_err(|error| match error {
        ServiceError::NotFound => ClipRefused::NotRecorded.into(),
        other => other,
    })?;
    let now = services.now();
    let moments = moments(new.wish, &recording, now)?;
    let clip = Clip {
        id: ClipId::new(),
        stream: stream.id,
        space: recording.space,
        maker: by.id,
        by: by.name.clone(),
        title: new.title.unwrap_or_else(|| stream.title.clone()),
        begins: moments.start,
        until: moments.end,
        created_at: now,
    };
    if clip.is_whole(&recording, now) && segments(services, &clip).await?.is_empty() {
        return Err(ClipRefused::NotRecorded.into());
    }
    let mut tx = services.store.begin().await?;
    tx.make_clip(&clip).await.map_err(|error| match error {
        StoreError::Conflict("full") => ClipRefused::Full.into(),
        StoreError::Conflict("often") => ClipRefused::Often.into(),
        other => ServiceError::from(other),
    })?;
    // Without the title: what is in the audit log outlives its writer's account.
    tx.commit_audited(services.act(by.id, "clip.make", clip.id, stream.id.to_string())?, &[], now).await?;
    Ok(clip)
}

/// Removes a clip. `moderates`: the caller moderates the show.
///
/// # Errors
/// `NotFound` for whoever neither made it nor moderates.
pub async fn remove(
    services: &Services,
    by: AccountId,
    moderates: bool,
    stream: StreamId,
    id: ClipId,
) -> ServiceResult<()> {
    let clip = services.store.clips().of_id(stream, id).await?;
    if !clip.may_be_removed(by, moderates) {
        return Err(ServiceError::NotFound);
    }
    let mut tx = services.store.begin().await?;
    tx.remove_clip(stream, id).await?;
    let act = services.act(by, "clip.remove", id, stream.to_string())?;
    tx.commit_audited(act, &[], services.now()).await?;
    Ok(())
}

/// The host lets the team alone make clips, or all who may enter. All pages receive the change with the stream.
pub async fn restrict(services: &Services, by: AccountId, stream: &Stream, team: bool) -> ServiceResult<()> {
    let changes = [Change::Space { space: stream.space }];
    let mut tx = services.store.begin().await?;
    if tx.restrict_clips(stream.id, team).await? {
        let detail = if team { "team" } else { "everybody" };
        let act = services.act(by, "stream.clips", stream.id, detail)?;
        tx.commit_audited(act, &changes, services.now()).await?;
        services.changed(&changes);
        services.engine.stream(stream.id).reload().await?;
    }
    Ok(())
}

/// The recording of a stream whose clips this person may watch. Whether they may enter its show is for its door to say.
///
/// # Errors
/// `NotFound` if there is none for them.
pub async fn recording_of(services: &Services, stream: StreamId, team: bool) -> ServiceResult<Recording> {
    let recording = services.store.recordings().of_stream(stream).await?;
    // Nothing can be cut out of what an outside plane has made.
    match recording.shows_clips(team, services.now()) && !recording.is_outside() {
        true => Ok(recording),
        false => Err(StoreError::NotFound.into()),
    }
}

/// A clip that this person may watch, and its recording. Whether they may enter its show is for its door to say.
///
/// # Errors
/// As [`recording_of`], and `NotFound` if it was removed.
pub async fn shown(
    services: &Services,
    stream: StreamId,
    id: ClipId,
    team: bool,
) -> ServiceResult<(Clip, Recording)> {
    let recording = recording_of(services, stream, team).await?;
    Ok((services.store.clips().of_id(stream, id).await?, recording))
}

/// The segments from which a clip is played, in order. Its first picture is in the first one.
pub async fn segments(services: &Services, clip: &Clip) -> ServiceResult<Vec<Segment>> {
    let from = Span(clip.begins.0 - LEAD.0);
    let found = services.store.recordings().segments_between(clip.stream, from..clip.until).await?;
    Ok(played_from(&found, clip.begins).to_vec())
}

//! Signing out: here, in one other browser, or everywhere else. Pages and media of an ended session end at once. And when
//! each session was last seen.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
};

/// Ends a session of the caller. Returns `NotFound` if it belongs to somebody else or has already ended.
pub async fn revoke(services: &Services, by: AccountId, session: SessionId) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if !tx.revoke_session(by, session, now).await? {
        return Err(ServiceError::NotFound);
    }
    let changes = [Change::SessionEnded { session }];
    tx.commit_audited(unbounded_act(by, "session.revoke", session, ""), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Ends all sessions of the caller except `keep`. Returns their number.
pub async fn revoke_others(services: &Services, by: AccountId, keep: SessionId) -> ServiceResult<usize> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let ended = tx.revoke_other_sessions(by, keep, now).await?;
    if ended.is_empty() {
        return Ok(0);
    }
    let changes: Vec<_> = ended.into_iter().map(|session| Change::SessionEnded { session }).collect();
    let detail = format!("{} ended", changes.len());
    tx.commit_audited(unbounded_act(by, "session.revoke_others", keep, detail), &changes, now).await?;
    services.changed(&changes);
    Ok(changes.len())
}

/// The caller has `read` what this session was told. What it was told since stays.
pub async fn read_notice(
    services: &Services,
    by: AccountId,
    session: SessionId,
    read: &str,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.read_notice(by, session, read).await? {
        tx.commit_audited(services.act(by, "session.read", session, "")?, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}

/// Stores which sessions were seen lately. Returns their number. What fails to be stored is noted again when the session
/// is looked up next.
pub async fn store_sightings(services: &Services) -> ServiceResult<usize> {
    let seen = services.caches.sessions.take_seen();
    services.store.sessions().saw(&seen).await?;
    Ok(seen.len())
}

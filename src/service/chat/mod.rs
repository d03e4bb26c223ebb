//! Posting and moderation in a room.
//!
//! The caller was admitted at a door; [`By`] contains their role. The room's actor decides. The batch that it stores
//! contains the rows, the jobs, the audit line and the change in one transaction.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    catalogue::offer::Space,
    change::Change,
    chat::{
        reactions::Reaction,
        room::{By, ChatPost, JournalEntry, Mode, Moderate},
    },
    id::{AccountId, BanId, RoomId},
    time::Span,
};
use std::sync::Arc;

/// Posts a line. Resolves when it is stored. A repetition under the same client id returns the first line.
///
/// # Errors
/// The room's refusals, and `TooMany` lines in all rooms.
pub async fn say(services: &Services, room: RoomId, post: ChatPost) -> ServiceResult<Arc<JournalEntry>> {
    services.limits.say(post.author, services.now())?;
    Ok(services.engine.chat_room(room).post(post).await?)
}

/// Counts a reaction, of which nothing is stored. The room bounds each person.
pub async fn react(
    services: &Services,
    room: RoomId,
    by: AccountId,
    reaction: Reaction,
) -> ServiceResult<()> {
    Ok(services.engine.chat_room(room).react(by, reaction).await?)
}

/// Removes a line from all pages: the caller's own, or that of a person with a lower role.
pub async fn remove(services: &Services, room: RoomId, by: By, seq: u64) -> ServiceResult<()> {
    moderate(services, room, Moderate::Remove { by, lines: vec![seq] }).await
}

/// Undoes the caller's own removal, while that is possible.
pub async fn restore(services: &Services, room: RoomId, by: By, seq: u64) -> ServiceResult<()> {
    moderate(services, room, Moderate::Restore { by, lines: vec![seq] }).await
}

/// Sets one mode of the room.
pub async fn set_mode(services: &Services, room: RoomId, by: By, mode: Mode) -> ServiceResult<()> {
    moderate(services, room, Moderate::SetMode { by, mode }).await
}

/// Whom to ban or mute, and for how long.
#[derive(Clone, Debug)]
pub struct BanDraft {
    pub account: AccountId,
    pub kind: BanKind,
    /// `None`: until lifted.
    pub lasts: Option<Span>,
    pub reason: String,
}

/// Bans or mutes a person in the whole space. When it resolves, the room and the doors enforce it, and open pages and
/// media are ended.
pub async fn ban(
    services: &Services,
    room: RoomId,
    space: &Space,
    by: By,
    draft: BanDraft,
) -> ServiceResult<Ban> {
    let BanDraft { account, kind, lasts, reason } = draft;
    let person = services.store.accounts().by_id(account).await?;
    let role = services.store.teams().role(space.team, account).await?.map_or(Role::Viewer, Role::of);
    let id = BanId::new();
    let command = Moderate::Ban { by, id, account, name: person.name, role, kind, reason, lasts };
    moderate(services, room, command).await?;
    services.changed(&[match kind {
        BanKind::Ban => Change::Banned { space: space.id, account },
        BanKind::Mute => Change::Access { space: space.id, account },
    }]);
    Ok(services.store.bans().by_id(id).await?)
}

/// Lifts a ban or mute of the space. `undo` also restores what the ban removed, as far as [`restore`] could.
pub async fn lift(
    services: &Services,
    room: RoomId,
    space: &Space,
    by: By,
    id: BanId,
    undo: bool,
) -> ServiceResult<()> {
    let ban = services.store.bans().by_id(id).await?;
    if ban.space != space.id {
        return Err(ServiceError::NotFound);
    }
    moderate(services, room, Moderate::Lift { by, ban: id, undo }).await?;
    services.changed(&[Change::Access { space: space.id, account: ban.account }]);
    Ok(())
}

/// Repeats the effects of [`ban`] after its commit, in case the process died in between.
pub fn enforce_ban(services: &Services, ban: &Ban) {
    if ban.kind == BanKind::Ban {
        services.changed(&[Change::Banned { space: ban.space, account: ban.account }]);
    }
}

async fn moderate(services: &Services, room: RoomId, command: Moderate) -> ServiceResult<()> {
    services.limits.moderate(command.by().account, services.now())?;
    services.engine.chat_room(room).moderate(command).await?;
    Ok(())
}

//! Attending a room: how a page or a media session enters it.

use crate::{
    app::App,
    web::{
        access::doors::Caller,
        error::{WebError, WebResult},
    },
};
use actors::{Attendance, AttendanceGuard, AttendanceKind, Notice};
use domain::{access::admit::Door, id::AttendanceId, live::presence::Person};

/// Registers an open page or media session of this caller, and then decides again at `door`: access or the session may
/// have ended since the request was admitted. What ends later finds the attendance.
pub async fn attend(
    app: &App,
    caller: Caller,
    door: Door,
    kind: AttendanceKind,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> WebResult<(Caller, AttendanceGuard)> {
    let admission = caller.enter(door)?;
    let who = caller.who.ok_or_else(WebError::sign_in)?;
    let guard = app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: caller.room,
        space: caller.facts.place.space.id,
        person: Person::Account(who.account),
        session: Some(who.session),
        grant: admission.grant,
        until: admission.until,
        kind,
        team: admission.role.moderates(),
        tell: Box::new(tell),
    });
    let caller = caller.again(app).await?;
    caller.enter(door)?;
    if app.services.caches.sessions.has_ended(who.session) {
        return Err(WebError::sign_in());
    }
    Ok((caller, guard))
}

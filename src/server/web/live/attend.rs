//! How an open page or a media session attends, so that it ends with its access or its session.

use crate::{
    app::App,
    web::{
        access::doors::Caller,
        error::{WebError, WebResult},
    },
};
use actors::{Attendance, AttendanceGuard, AttendanceKind, Notice};
use domain::{
    access::admit::Door,
    id::{AttendanceId, SessionId, VisitorId},
    live::presence::Person,
    people::account::Identity,
};

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
        room: Some((caller.facts.place.space.id, caller.room)),
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
    signed_in_still(app, who.session)?;
    Ok((caller, guard))
}

/// Enters a page outside of all rooms, which ends with its session. Call it before the last look at what it shows.
pub fn attend_outside(
    app: &App,
    who: Identity,
    kind: AttendanceKind,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> WebResult<AttendanceGuard> {
    let guard = app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: None,
        person: Person::Account(who.account),
        session: Some(who.session),
        grant: None,
        until: None,
        kind,
        team: false,
        tell: Box::new(tell),
    });
    signed_in_still(app, who.session)?;
    Ok(guard)
}

/// Enters a public page of somebody who is not signed in. Only a newer page of the same address ends it.
pub fn attend_unknown(
    app: &App,
    kind: AttendanceKind,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> AttendanceGuard {
    app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: None,
        person: Person::Visitor(VisitorId::new()),
        session: None,
        grant: None,
        until: None,
        kind,
        team: false,
        tell: Box::new(tell),
    })
}

fn signed_in_still(app: &App, session: SessionId) -> WebResult<()> {
    if app.services.caches.sessions.has_ended(session) { Err(WebError::sign_in()) } else { Ok(()) }
}

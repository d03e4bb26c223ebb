//! How an open page or a media session attends, so that it ends with its access or its session.

use crate::{
    app::App,
    web::{
        access::doors::{Caller, signed_in_still},
        error::{WebError, WebResult},
    },
};
use actors::{Attendance, AttendanceGuard, AttendanceKind, Notice};
use domain::{
    access::admit::{Admission, Door},
    id::{AttendanceId, VisitorId},
    live::presence::Person,
    people::account::Identity,
};
use std::sync::Arc;
use views::t;

/// How often it is registered anew while what admits its person changes.
const ATTEMPTS: usize = 3;

/// Registers an open page or media session of this caller, and then decides again at `door`: access or the session may
/// have ended since the request was admitted. What ends later finds the attendance, by what admits its person then.
pub async fn attend(
    app: &App,
    mut caller: Caller,
    door: Door,
    kind: AttendanceKind,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> WebResult<(Caller, AttendanceGuard)> {
    let mut admission = caller.enter(door)?;
    let who = caller.who.ok_or_else(WebError::sign_in)?;
    let tell = Arc::new(tell);
    for _ in 0..ATTEMPTS {
        let told = Arc::clone(&tell);
        let guard = register(app, &caller, (who, admission), kind, move |notice| told(notice));
        caller = caller.again(app).await?;
        let before = std::mem::replace(&mut admission, caller.enter(door)?);
        if before == admission {
            return Ok((caller, guard));
        }
        // It would end with a pass that admits them no more, and not with the minutes that do.
    }
    Err(WebError::unavailable(t!("refusals-busy")))
}

fn register(
    app: &App,
    caller: &Caller,
    (who, admission): (Identity, Admission),
    kind: AttendanceKind,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> AttendanceGuard {
    app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: Some((caller.facts.place.space.id, caller.room)),
        person: Person::Account(who.account),
        session: Some(who.session),
        grant: admission.grant,
        until: admission.until,
        kind,
        team: admission.role.moderates(),
        counted: admission.role.is_counted(caller.stream().is_ok()),
        tell: Box::new(tell),
    })
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
        counted: false,
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
        counted: false,
        tell: Box::new(tell),
    })
}

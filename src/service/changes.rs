//! What each change invalidates, and how each process learns of it. No other code removes cache entries or ejects
//! people.

use crate::{Parts, Services};
use actors::Worker;
use domain::{
    access::eject::{EjectReason, EjectTarget},
    change::Change,
    time::Span,
};
use store::News;

/// How often to read changes of other processes.
const PERIOD: Span = Span::secs(1);

/// First invalidates what was derived from the old state, then ends what is still open because of it.
pub(crate) fn apply(parts: &Parts, change: &Change) {
    let (caches, engine) = (&parts.caches, &parts.engine);
    match *change {
        Change::Account { account } => {
            caches.sessions.forget_account(account);
            engine.notify(EjectTarget::Operator(account));
        }
        Change::Terms { version } => caches.terms.learn(version),
        Change::Refunds { version } => caches.refunds.learn(version),
        Change::SessionEnded { session } => {
            caches.sessions.end(session, parts.clock.now());
            engine.eject(EjectTarget::Session(session), EjectReason::SignedOut);
        }
        Change::SessionClosed { session } => {
            caches.sessions.end(session, parts.clock.now());
            engine.eject(EjectTarget::Session(session), EjectReason::AccountSuspended);
        }
        Change::SpaceSuspended { space } => {
            caches.access.forget_space(space);
            caches.forget_public();
            engine.review_orders(space, None);
            engine.eject(EjectTarget::WholeSpace(space), EjectReason::SpaceSuspended);
            engine.end_encoders(space, None);
        }
        Change::KeysRenewed { space, room } => {
            engine.end_encoders(space, room);
            engine.look_at_restreams();
        }
        Change::Space { space } | Change::Pass { space, .. } => {
            caches.access.forget_space(space);
            caches.programme.forget_all();
            engine.review_orders(space, None);
        }
        Change::SpaceClosed { space } => {
            caches.access.forget_space(space);
            caches.forget_public();
            engine.review_orders(space, None);
            engine.eject(EjectTarget::Space(space), EjectReason::Unpublished);
        }
        Change::Access { space, account } => {
            caches.access.forget_person(space, account);
            // An order of theirs may have been paid or cancelled in another process.
            engine.review_orders(space, Some(account));
            // Their pages fetch the new permissions: a muted person's composer closes at once.
            engine.notify(EjectTarget::Account(space, account));
        }
        Change::Banned { space, account } => {
            caches.access.forget_person(space, account);
            engine.review_orders(space, Some(account));
            engine.eject(EjectTarget::Account(space, account), EjectReason::Banned);
            // What was let up does not come back with the end of the ban.
            engine.leave_stages(space, account);
        }
        // Pages of another role receive what this one may not see any more.
        Change::Team { space, account } => {
            caches.access.forget_person(space, account);
            engine.review_orders(space, Some(account));
            engine.eject(EjectTarget::Account(space, account), EjectReason::TeamChanged);
        }
        Change::StreamDeleted { space, stream, room } => {
            caches.access.forget_space(space);
            caches.programme.forget_all();
            engine.eject(EjectTarget::Room(room), EjectReason::StreamDeleted);
            engine.retire_stream(stream, room);
        }
        // Open pages listen for it.
        Change::Posts { .. } | Change::Stock { .. } | Change::Waitlist { .. } => {}
        Change::RoomRewritten { room } => engine.reload_chat(room),
        Change::RoomAccessLost { .. }
        | Change::GrantSuspended { .. }
        | Change::DeviceMoved { .. }
        | Change::GrantEnded { .. } => lose_access(parts, change),
    }
}

/// One person may no longer do something in a space: what is open because of it ends.
fn lose_access(parts: &Parts, change: &Change) {
    let (space, account, target, reason) = match *change {
        Change::RoomAccessLost { space, account, room } => {
            (space, account, EjectTarget::InRoom(room, account), EjectReason::PassChanged)
        }
        Change::GrantSuspended { space, account, grant } => {
            (space, account, EjectTarget::Grant(grant), EjectReason::GrantSuspended)
        }
        Change::DeviceMoved { space, account, grant, session } => {
            (space, account, EjectTarget::Device(grant, session), EjectReason::Moved)
        }
        Change::GrantEnded { space, account, grant } => {
            (space, account, EjectTarget::Grant(grant), EjectReason::GrantEnded)
        }
        _ => return,
    };
    parts.caches.access.forget_person(space, account);
    parts.engine.eject(target, reason);
}

/// Applies changes that other processes make to the same database (the command line, another node), and passes on what the
/// actors of checkouts have changed.
pub async fn follow(services: Services, mut worker: Worker) {
    let mut position = services.store.changes().position();
    let (mut freed, mut next) = (services.engine.watch_freed_seats(), services.now() + PERIOD);
    while !worker.is_stopping() {
        tokio::select! {
            () = worker.stopping() => return,
            seat = freed.recv() => {
                // One that was missed is counted by the next look at what is left.
                if let Ok((space, pass)) = seat {
                    services.changed(&[Change::Stock { space, pass }]);
                }
                continue;
            }
            () = services.clock.sleep_until(next) => next = services.now() + PERIOD,
        }
        match services.store.changes().of_others(&mut position).await {
            Ok(News { changes, unknown }) => {
                if unknown > 0 {
                    // Whatever it changed, nothing is decided on what was read before it.
                    services.caches.forget_all();
                    worker.failed(format!("{unknown} changes of a newer release were not understood"));
                }
                changes.iter().for_each(|change| apply(&services, change));
                worker.handled(changes.len() as u64 + unknown);
            }
            Err(error) => worker.failed(error.to_string()),
        }
    }
}

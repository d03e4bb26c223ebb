//! What is known of the sender of a request: the networks that it comes from, and how its session began. It travels beside the
//! request, as the request's id does, so that no use case has to pass it on, and none can forget it.

use crate::{ServiceError, ServiceResult};
use domain::{
    id::SessionId,
    people::{
        account::{Began, Session, TeamRole},
        networks::Networks,
    },
};
use std::{cell::Cell, future::Future, net::IpAddr};
use store::Membership;

tokio::task_local! {
    static SENDER: Sender;
}

/// The sender of a request, or the reader of a page that is drawn again.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// What the request makes us keep counts for them, too. `None` for pages that are drawn without a request.
    networks: Option<Networks<IpAddr>>,
    session: Cell<Option<SessionId>>,
    /// What is not known counts for no more than a mailbox.
    began: Cell<Option<Began>>,
}

impl Sender {
    /// A sender of whose session nothing is known yet.
    pub fn from(networks: Networks<IpAddr>) -> Self {
        Self { networks: Some(networks), ..Self::default() }
    }

    /// The readers of a page in sessions that all began with a passkey, or that all did not.
    pub fn reading(passkey: bool) -> Self {
        Self { began: Cell::new(passkey.then_some(Began::Passkey)), ..Self::default() }
    }

    /// The sender of the current request, for a task that goes on with it.
    pub fn current() -> Self {
        SENDER.try_with(Clone::clone).unwrap_or_default()
    }
}

/// Handles a request, or draws a page.
pub fn as_sender<F: Future>(sender: Sender, request: F) -> impl Future<Output = F::Output> {
    SENDER.scope(sender, request)
}

/// Notes what was found out about the session of the current request.
pub fn note_session(session: &Session) {
    // Outside of a request nobody asks.
    let _ = SENDER.try_with(|sender| {
        sender.session.set(Some(session.id));
        sender.began.set(Some(session.began));
    });
}

/// `None` outside of requests: for jobs and the command line.
pub(crate) fn networks() -> Option<Networks<IpAddr>> {
    SENDER.try_with(|sender| sender.networks).ok().flatten()
}

/// The session of the current request, if it is known.
pub(crate) fn session() -> Option<SessionId> {
    SENDER.try_with(|sender| sender.session.get()).ok().flatten()
}

/// How the session of the current request began.
pub(crate) fn began() -> Began {
    SENDER.try_with(|sender| sender.began.get()).ok().flatten().unwrap_or(Began::Code)
}

/// False outside of requests: what a team keeps for passkeys, no job does in a member's name.
pub(crate) fn has_passkey() -> bool {
    began() == Began::Passkey
}

/// The role of a member in whose name a request acts.
///
/// # Errors
/// `NotFound` for somebody else, `OwesPasskey` if the team requires a passkey and the session began without one.
pub(crate) fn role(member: Option<Membership>) -> ServiceResult<TeamRole> {
    let member = member.ok_or(ServiceError::NotFound)?;
    if member.passkeys && !has_passkey() { Err(ServiceError::OwesPasskey) } else { Ok(member.role) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_team_that_requires_a_passkey_gets_one() {
        let member = |passkeys| Some(Membership { role: TeamRole::Editor, passkeys });
        for (required, passkey, want) in [
            (false, Some(false), true),
            (false, Some(true), true),
            (false, None, true),
            (true, Some(true), true),
            (true, Some(false), false),
            (true, None, false),
        ] {
            let judge = async {
                match role(member(required)) {
                    Ok(role) => role == TeamRole::Editor,
                    Err(error) => !matches!(error, ServiceError::OwesPasskey),
                }
            };
            let got = match passkey {
                Some(passkey) => as_sender(Sender::reading(passkey), judge).await,
                None => judge.await,
            };
            assert_eq!(got, want, "{required} {passkey:?}");
        }
        assert!(matches!(role(None), Err(ServiceError::NotFound)));
    }

    #[tokio::test]
    async fn a_task_goes_on_in_the_name_of_its_request() {
        let networks = Networks([Some(IpAddr::from([10, 1, 1, 1])), None, None]);
        let known = || (super::networks(), has_passkey());
        let task = as_sender(Sender::from(networks), async {
            let _ = SENDER.try_with(|sender| sender.began.set(Some(Began::Passkey)));
            tokio::spawn(as_sender(Sender::current(), async move { known() })).await
        });
        assert_eq!(task.await.unwrap(), (Some(networks), true));
        assert_eq!(known(), (None, false), "and nobody else does");
    }
}

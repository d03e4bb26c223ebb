//! Whether the session of a request began with a passkey. It travels beside the request, as its networks do, so that no use
//! case has to pass it on, and none can forget it.

use crate::{ServiceError, ServiceResult};
use domain::people::account::TeamRole;
use std::{cell::Cell, future::Future};
use store::Membership;

tokio::task_local! {
    static PASSKEY: Cell<bool>;
}

/// Runs a request, or draws a page, of a session that began with a passkey, or did not.
pub fn as_caller<F: Future>(passkey: bool, request: F) -> impl Future<Output = F::Output> {
    PASSKEY.scope(Cell::new(passkey), request)
}

/// Notes what was found out about the session of the current request.
pub fn note_caller(passkey: bool) {
    // Outside of a request nobody asks.
    let _ = PASSKEY.try_with(|known| known.set(passkey));
}

/// False outside of requests: what a team keeps for passkeys, no job does in a member's name.
pub(crate) fn has_passkey() -> bool {
    PASSKEY.try_with(Cell::get).unwrap_or(false)
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
                Some(passkey) => {
                    as_caller(false, async {
                        note_caller(passkey);
                        judge.await
                    })
                    .await
                }
                None => judge.await,
            };
            assert_eq!(got, want, "{required} {passkey:?}");
        }
        assert!(matches!(role(None), Err(ServiceError::NotFound)));
    }
}

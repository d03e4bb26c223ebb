//! Who joins a team, and how: an invitation that is accepted by signing in with the address that it was sent to.

use crate::{
    access::may::may_give,
    id::{AccountId, InvitationId, TeamId},
    people::account::TeamRole,
    time::{Millis, Span},
};

/// How long an invitation can be accepted after it was sent.
pub const INVITATION_LASTS: Span = Span::days(7);
/// Expired invitations are kept for so long, so that they can be sent again.
pub const EXPIRED_KEPT: Span = Span::days(30);
/// Members of a team.
pub const MOST_MEMBERS: i64 = 50;
/// Invitations of a team that were not accepted, including expired ones.
pub const MOST_INVITATIONS: i64 = 20;

/// An invitation that was neither accepted nor withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub team: TeamId,
    pub email: String,
    /// [`TeamRole::Owner`] hands the team over.
    pub role: TeamRole,
    /// Who hands it over leaves the team then, instead of becoming an admin.
    pub leaves: bool,
    pub invited_by: AccountId,
    pub created_at: Millis,
    /// When it was last sent.
    pub sent_at: Millis,
    pub expires_at: Millis,
}

/// Why somebody cannot accept an invitation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// It was sent to another address. Nothing is said about it.
    Address,
    Expired,
    /// Whoever sent it may no longer give this role.
    Withdrawn,
}

impl Invitation {
    /// Whether the person with this address may accept it. `inviter`: the role that its sender has now.
    pub fn accept(&self, email: &str, inviter: Option<TeamRole>, now: Millis) -> Result<(), NotAccepted> {
        if self.email != email {
            return Err(NotAccepted::Address);
        }
        if self.expires_at <= now {
            return Err(NotAccepted::Expired);
        }
        let may_still = inviter.is_some_and(|inviter| may_give(inviter, self.role));
        if may_still { Ok(()) } else { Err(NotAccepted::Withdrawn) }
    }

    /// Whether it hands the team over.
    pub fn is_handover(&self) -> bool {
        self.role == TeamRole::Owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_accept_is_decided_by_address_time_and_the_senders_role() {
        use TeamRole::*;
        let now = Millis(1_000);
        let invitation = |role, expires_at| Invitation {
            id: InvitationId::new(),
            team: TeamId::new(),
            email: "ann@example.org".into(),
            role,
            leaves: false,
            invited_by: AccountId::new(),
            created_at: Millis(0),
            sent_at: Millis(0),
            expires_at: Millis(expires_at),
        };
        let table = [
            ("ann@example.org", Editor, 1_001, Some(Admin), Ok(())),
            ("ann@example.org", Owner, 1_001, Some(Owner), Ok(())),
            ("ben@example.org", Editor, 1_001, Some(Admin), Err(NotAccepted::Address)),
            ("ben@example.org", Editor, 1_000, None, Err(NotAccepted::Address)),
            ("ann@example.org", Editor, 1_000, Some(Admin), Err(NotAccepted::Expired)),
            ("ann@example.org", Editor, 1_001, Some(Editor), Err(NotAccepted::Withdrawn)),
            ("ann@example.org", Owner, 1_001, Some(Admin), Err(NotAccepted::Withdrawn)),
            ("ann@example.org", Analyst, 1_001, None, Err(NotAccepted::Withdrawn)),
        ];
        for (email, role, until, inviter, expected) in table {
            let accepted = invitation(role, until).accept(email, inviter, now);
            assert_eq!(accepted, expected, "{email} {role:?} {until} {inviter:?}");
        }
        let handovers =
            [Owner, Admin, Editor, Moderator, Analyst].map(|role| invitation(role, 1).is_handover());
        assert_eq!(handovers, [true, false, false, false, false], "who invites an owner hands the team over");
    }
}

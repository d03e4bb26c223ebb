//! Follow-up jobs about access.

use crate::{
    access::ban::Ban,
    id::{AccountId, CompId, InvitationId, SpaceId, TeamId},
    people::account::TeamRole,
    time::Millis,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Repeats the eject that follows a ban's commit, in case the process was killed in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforceBan {
    pub ban: Ban,
}

impl Job for EnforceBan {
    const NAME: &'static str = "enforce_ban";
    const LANE: Lane = Lane::Doors;
}

/// The mail with an invitation into a team. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendInvitation {
    pub invitation: InvitationId,
    /// The sending that this mail belongs to.
    pub sent_at: Millis,
    pub expires_at: Millis,
}

impl Job for SendInvitation {
    const NAME: &'static str = "send_invitation";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.expires_at)
    }
}

/// The mail to an address that a pass was given to. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendComp {
    pub comp: CompId,
}

impl Job for SendComp {
    const NAME: &'static str = "send_comp";
    const LANE: Lane = Lane::Notices;
}

/// Tells one of the two people that a team was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendHandover {
    pub team: TeamId,
    /// The owner before.
    pub from: AccountId,
    /// The owner now.
    pub to: AccountId,
    /// `from` has left the team.
    pub left: bool,
    /// Who gets this mail: one of the two.
    pub reader: AccountId,
}

impl Job for SendHandover {
    const NAME: &'static str = "send_handover";
    const LANE: Lane = Lane::Notices;
}

/// Tells an owner that somebody of the team has deleted their account. Nothing else of the person is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDeparture {
    pub team: TeamId,
    pub name: String,
    pub role: TeamRole,
    /// The owner who gets this mail.
    pub reader: AccountId,
}

impl Job for SendDeparture {
    const NAME: &'static str = "send_departure";
    const LANE: Lane = Lane::Notices;
}

/// Ends what is on air in a space that was closed, and enqueues a [`SendClosing`] for each person who holds a pass of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseSpace {
    pub space: SpaceId,
    pub by: AccountId,
    pub closed_at: Millis,
}

impl Job for CloseSpace {
    const NAME: &'static str = "close_space";
    const LANE: Lane = Lane::Doors;
}

/// Tells a holder that the space of their pass was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendClosing {
    pub space: SpaceId,
    pub account: AccountId,
    pub closed_at: Millis,
}

impl SendClosing {
    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        format!("closing:{}:{}:{}", self.space, self.account, self.closed_at.0)
    }
}

impl Job for SendClosing {
    const NAME: &'static str = "send_closing";
    const LANE: Lane = Lane::Notices;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_not_sent_once_it_has_expired() {
        let (invitation, sent_at, expires_at) = (InvitationId::new(), Millis(1), Millis(2));
        assert_eq!(SendInvitation { invitation, sent_at, expires_at }.expires_at(), Some(expires_at));
        assert_eq!(SendComp { comp: CompId::new() }.expires_at(), None, "a pass waits to be taken");
    }
}

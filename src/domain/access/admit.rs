//! Access decisions. One function, [`admit`], runs at every entry point each time: page, SSE, post, WHIP, WHEP.

use crate::{
    access::{
        ban::{Ban, BanKind},
        grant::Grant,
        may::{Action, may},
    },
    catalogue::offer::{ExperienceKind, Pass},
    id::*,
    live::stream::StreamState,
    people::account::TeamRole,
    time::Millis,
};
use serde::{Deserialize, Serialize};

/// The entry points of an experience and its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// The page and its SSE feed.
    Enter,
    /// Posting to the chat.
    Post,
    /// WHEP: receiving media.
    Play,
    /// Deleting, banning, muting, slow mode.
    Moderate,
    /// The studio, WHIP with a session, the stream's state, editing.
    Host,
}

/// The role of an admitted person. Moderators and hosts see more and are exempt from slow mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Moderator,
    Host,
}

impl Role {
    /// The role of a member of the team.
    pub const fn of(member: TeamRole) -> Self {
        if may(member, Action::Host) {
            Self::Host
        } else if may(member, Action::Moderate) {
            Self::Moderator
        } else {
            Self::Viewer
        }
    }
    pub const fn moderates(self) -> bool {
        !matches!(self, Self::Viewer)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Team,
    Holder,
    /// Not public: answered as if it did not exist.
    Hidden,
    /// Operators suspended the space. Only its team is told; to others it is not public.
    Closed,
    SignIn,
    NeedsPass,
    /// The person holds the pass, but a bank is deciding about a dispute of its payment.
    Suspended,
    Banned,
    Muted,
    NotTeam,
    /// The team requires a passkey for this, and the session began without one.
    OwesPasskey,
    /// Viewers cannot play media now: during a rehearsal only hosts can, before and after the stream nobody can.
    NotLive,
    /// The chat has ended and accepts no more lines.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Admitted,
    Refused,
}

/// The decision at an entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    pub verdict: Verdict,
    pub reason: Reason,
    /// If admitted: when the admission ends by itself. If refused: when the ban or mute ends.
    pub until: Option<Millis>,
    /// The grant that the decision is based on.
    pub grant: Option<GrantId>,
    pub role: Role,
}

impl Admission {
    const fn refused(reason: Reason, until: Option<Millis>) -> Self {
        Self { verdict: Verdict::Refused, reason, until, grant: None, role: Role::Viewer }
    }
    pub fn admitted(&self) -> bool {
        self.verdict == Verdict::Admitted
    }
}

/// The facts of one decision: a person, or a visitor who is not signed in, and an experience.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub account: Option<AccountId>,
    /// The person's role in the team that owns the space.
    pub team: Option<TeamRole>,
    /// The team requires sessions that began with a passkey, and this one did not. It enters, but as a viewer.
    pub owes_passkey: bool,
    /// A suspended space is not published.
    pub published: bool,
    /// Operators suspended the space.
    pub suspended: bool,
    pub experience: ExperienceId,
    pub kind: ExperienceKind,
    /// The passes of the space, including withdrawn ones, because holders keep what they have.
    pub passes: &'a [Pass],
    /// The person's grants in this space.
    pub grants: &'a [Grant],
    /// The person's bans and mutes in this space.
    pub bans: &'a [Ban],
    pub stream: Option<StreamState>,
}

/// Fails closed: whatever is not explicitly allowed is refused with a reason.
pub fn admit(facts: &Facts<'_>, door: Door, now: Millis) -> Admission {
    if let Some(role) = facts.team {
        if facts.suspended {
            return Admission::refused(Reason::Closed, None);
        }
        return team(role, facts, door);
    }
    if !facts.published || facts.suspended {
        return Admission::refused(Reason::Hidden, None);
    }
    if matches!(door, Door::Moderate | Door::Host) {
        let reason = if facts.account.is_some() { Reason::NotTeam } else { Reason::SignIn };
        return Admission::refused(reason, None);
    }
    if facts.account.is_none() {
        return Admission::refused(Reason::SignIn, None);
    }
    if let Some(ban) = latest(facts.bans, BanKind::Ban, now) {
        return Admission::refused(Reason::Banned, ban.until);
    }
    let Some(grant) = deciding_grant(facts, now) else {
        let suspended =
            facts.grants.iter().any(|g| g.suspended_at.is_some() && g.lasts_at(now) && opens(facts, g));
        return Admission::refused(if suspended { Reason::Suspended } else { Reason::NeedsPass }, None);
    };
    if let Some(refusal) = closed(facts, door, now) {
        return refusal;
    }
    Admission {
        verdict: Verdict::Admitted,
        reason: Reason::Holder,
        until: grant.expires_at,
        grant: Some(grant.id),
        role: Role::Viewer,
    }
}

fn team(role: TeamRole, facts: &Facts<'_>, door: Door) -> Admission {
    let needed = match door {
        Door::Host => Some(Action::Host),
        Door::Moderate => Some(Action::Moderate),
        Door::Enter | Door::Post | Door::Play => None,
    };
    if needed.is_some_and(|action| !may(role, action)) {
        return Admission::refused(Reason::NotTeam, None);
    }
    if needed.is_some() && facts.owes_passkey {
        return Admission::refused(Reason::OwesPasskey, None);
    }
    let role = if facts.owes_passkey { Role::Viewer } else { Role::of(role) };
    let silent = match facts.kind {
        ExperienceKind::Show => facts.stream == Some(StreamState::Ended),
        kind => !kind.has_chat(),
    };
    if door == Door::Post && silent {
        return Admission::refused(Reason::Ended, None);
    }
    Admission { verdict: Verdict::Admitted, reason: Reason::Team, until: None, grant: None, role }
}

/// Why a holder of a valid pass is refused here.
fn closed(facts: &Facts<'_>, door: Door, now: Millis) -> Option<Admission> {
    match door {
        Door::Play => {
            let open = matches!(facts.stream, Some(StreamState::Live | StreamState::Interrupted));
            (!open).then(|| Admission::refused(Reason::NotLive, None))
        }
        Door::Post => {
            let silent = match facts.kind {
                ExperienceKind::Show => matches!(facts.stream, None | Some(StreamState::Ended)),
                kind => !kind.has_chat(),
            };
            if silent {
                return Some(Admission::refused(Reason::Ended, None));
            }
            latest(facts.bans, BanKind::Mute, now).map(|mute| Admission::refused(Reason::Muted, mute.until))
        }
        _ => None,
    }
}

/// The ban in force that ends last; one without an end counts as last.
pub fn latest(bans: &[Ban], kind: BanKind, now: Millis) -> Option<&Ban> {
    bans.iter()
        .filter(|b| b.kind == kind && b.holds_at(now))
        .max_by_key(|b| b.until.map_or(i64::MAX, |u| u.0))
}

/// The grant in force for the experience that ends last.
fn deciding_grant<'a>(facts: &Facts<'a>, now: Millis) -> Option<&'a Grant> {
    let in_force = facts.grants.iter().filter(|grant| grant.holds_at(now) && opens(facts, grant));
    in_force.max_by_key(|g| g.expires_at.map_or(i64::MAX, |e| e.0))
}

/// A grant opens what its pass includes now, and what the pass included while the grant existed.
fn opens(facts: &Facts<'_>, grant: &Grant) -> bool {
    facts.account == Some(grant.account)
        && facts.passes.iter().any(|p| p.id == grant.pass && p.opens_since(facts.experience, grant.starts_at))
}

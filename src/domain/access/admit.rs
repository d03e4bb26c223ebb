//! Access decisions. One function, [`admit`], runs at every entry point each time: page, SSE, post, WHIP, WHEP.

use crate::{
    access::{
        ban::{Ban, BanKind},
        device::{DeviceLimit, DeviceSeat},
        entry::{Lock, LockRule, Permit, PermitKind},
        explain::{Outcome, Rule},
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
    /// Whether whoever enters with this role counts among the people there. Who hosts a show is not its audience, on whatever
    /// page; in a community everybody counts.
    pub const fn is_counted(self, show: bool) -> bool {
        !(show && matches!(self, Self::Host))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Team,
    Holder,
    /// They came by a link that invites.
    Invited,
    /// They know the passphrase, which opens in place of a pass.
    Passphrase,
    /// They watch the first minutes for free.
    Preview,
    /// Not public: answered as if it did not exist.
    Hidden,
    /// Operators suspended the space. Only its team is told; to others it is not public.
    Closed,
    SignIn,
    NeedsPass,
    /// They hold a pass, which they use on as many other devices as it allows.
    OtherDevice,
    /// They hold a pass, but the passphrase is asked for, too.
    NeedsPassphrase,
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

impl Reason {
    /// Whether whoever is refused sees a door that says what opens it.
    pub const fn shows_door(self) -> bool {
        matches!(self, Self::SignIn | Self::NeedsPass | Self::NeedsPassphrase)
    }

    /// Whether the page of the experience offers what gives access, there or on this device.
    pub const fn has_remedy(self) -> bool {
        self.shows_door() || matches!(self, Self::OtherDevice)
    }
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
    /// The experiences of the space that ask for a passphrase.
    pub locks: &'a [Lock],
    /// What the person has in this space beside passes.
    pub permits: &'a [Permit],
    /// The session that asks; `None` if none does, and then no device is counted.
    pub session: Option<SessionId>,
    /// The passes of the space that limit devices.
    pub limits: &'a [DeviceLimit],
    /// The devices on which the person uses such passes.
    pub seats: &'a [DeviceSeat],
    /// The stream that the experience shows.
    pub show: Option<StreamId>,
    pub stream: Option<StreamState>,
}

/// Fails closed: whatever is not explicitly allowed is refused with a reason.
pub fn admit(facts: &Facts<'_>, door: Door, now: Millis) -> Admission {
    decide(facts, door, now, &mut |_, _| {})
}

/// Is told of each rule that was asked.
pub(super) type RuleObserver<'a> = &'a mut dyn FnMut(Rule, Outcome);

/// The one decision, for [`admit`] and for [`explain`](super::explain::explain).
pub(super) fn decide(facts: &Facts<'_>, door: Door, now: Millis, note: RuleObserver<'_>) -> Admission {
    if let Some(role) = facts.team {
        let admission = match facts.suspended {
            true => Admission::refused(Reason::Closed, None),
            false => team(role, facts, door),
        };
        note(Rule::Team, Outcome::of(&admission));
        return admission;
    }
    note(Rule::Team, Outcome::Lacks);
    if let Some(refusal) = kept_out(facts, door, now, note) {
        return refusal;
    }
    let way = match way_in(facts, now, note) {
        Ok(way) => way,
        Err(reason) => return Admission::refused(reason, None),
    };
    if let Some(refusal) = closed(facts, door, now, note) {
        return refusal;
    }
    if door == Door::Post && way.reason == Reason::Preview {
        note(Rule::Preview, Outcome::Refuses);
        return Admission::refused(Reason::NeedsPass, None);
    }
    let Way { reason, until, grant } = way;
    Admission { verdict: Verdict::Admitted, reason, until, grant, role: Role::Viewer }
}

/// What keeps people out whatever they hold.
fn kept_out(facts: &Facts<'_>, door: Door, now: Millis, note: RuleObserver<'_>) -> Option<Admission> {
    let ban = latest(facts.bans, BanKind::Ban, now);
    let of_team = matches!(door, Door::Moderate | Door::Host);
    let rules = [
        (Rule::Public, (!facts.published || facts.suspended).then_some((Reason::Hidden, None))),
        (Rule::Account, facts.account.is_none().then_some((Reason::SignIn, None))),
        (Rule::Team, of_team.then_some((Reason::NotTeam, None))),
        (Rule::Ban, ban.map(|ban| (Reason::Banned, ban.until))),
    ];
    for (rule, refusal) in rules {
        if let Some((reason, until)) = refusal {
            note(rule, Outcome::Refuses);
            return Some(Admission::refused(reason, until));
        }
        if rule != Rule::Team {
            note(rule, Outcome::Holds);
        }
    }
    None
}

/// How somebody gets in who is not kept out.
struct Way {
    reason: Reason,
    until: Option<Millis>,
    grant: Option<GrantId>,
}

impl Way {
    /// Without a pass, until it is taken back.
    const fn beside(reason: Reason) -> Self {
        Self { reason, until: None, grant: None }
    }
}

/// An invitation opens by itself; the passphrase opens in place of a pass, or is asked for beside one.
fn way_in(facts: &Facts<'_>, now: Millis, note: RuleObserver<'_>) -> Result<Way, Reason> {
    let invites =
        |permit: &Permit| permit.kind == PermitKind::Invite && permit.experience == facts.experience;
    if facts.permits.iter().any(invites) {
        note(Rule::Invite, Outcome::Opens);
        return Ok(Way::beside(Reason::Invited));
    }
    note(Rule::Invite, Outcome::Lacks);
    let Some(lock) = facts.locks.iter().find(|lock| lock.experience == facts.experience) else {
        return by_pass(facts, now, note);
    };
    let said = facts.permits.iter().any(|permit| permit.opens(lock));
    match (lock.rule, said) {
        (LockRule::Instead, true) => {
            note(Rule::Passphrase, Outcome::Opens);
            Ok(Way::beside(Reason::Passphrase))
        }
        (LockRule::Instead, false) => {
            note(Rule::Passphrase, Outcome::Lacks);
            by_pass(facts, now, note)
        }
        (LockRule::Also, true) => {
            let way = by_pass(facts, now, note)?;
            note(Rule::Passphrase, Outcome::Holds);
            Ok(way)
        }
        (LockRule::Also, false) => {
            by_pass(facts, now, note)?;
            note(Rule::Passphrase, Outcome::Refuses);
            Err(Reason::NeedsPassphrase)
        }
    }
}

fn by_pass(facts: &Facts<'_>, now: Millis, note: RuleObserver<'_>) -> Result<Way, Reason> {
    let Some(grant) = deciding_grant(facts, now) else {
        note(Rule::Pass, Outcome::Lacks);
        let mut paused = facts.grants.iter().filter(|g| g.suspended_at.is_some());
        let suspended = paused.any(|g| g.lasts_at(now) && opens(facts, g));
        if !suspended {
            return by_preview(facts, now, note);
        }
        note(Rule::Paused, Outcome::Refuses);
        return Err(Reason::Suspended);
    };
    note(Rule::Pass, Outcome::Opens);
    if limit_of(facts, grant).is_some() {
        let seated = has_seat(facts, grant);
        note(Rule::Device, if seated { Outcome::Holds } else { Outcome::Refuses });
        if !seated {
            return Err(Reason::OtherDevice);
        }
    }
    Ok(Way { reason: Reason::Holder, until: grant.expires_at, grant: Some(grant.id) })
}

/// The first minutes of a show, without a pass.
fn by_preview(facts: &Facts<'_>, now: Millis, note: RuleObserver<'_>) -> Result<Way, Reason> {
    let previews = facts.permits.iter().filter(|one| one.shows(facts.experience, facts.show, now));
    let preview = previews.max_by_key(|one| one.until);
    note(Rule::Preview, if preview.is_some() { Outcome::Opens } else { Outcome::Refuses });
    let preview = preview.ok_or(Reason::NeedsPass)?;
    Ok(Way { reason: Reason::Preview, until: preview.until, grant: None })
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

/// Why somebody who has a way in is refused at this door.
fn closed(facts: &Facts<'_>, door: Door, now: Millis, note: RuleObserver<'_>) -> Option<Admission> {
    let silent = match facts.kind {
        ExperienceKind::Show => matches!(facts.stream, None | Some(StreamState::Ended)),
        kind => !kind.has_chat(),
    };
    let on_air = matches!(facts.stream, Some(StreamState::Live | StreamState::Interrupted));
    let mute = latest(facts.bans, BanKind::Mute, now).filter(|_| door == Door::Post);
    let shut = match door {
        Door::Play => (!on_air).then_some(Reason::NotLive),
        Door::Post => silent.then_some(Reason::Ended),
        _ => return None,
    };
    if let Some(reason) = shut {
        note(Rule::Open, Outcome::Refuses);
        return Some(Admission::refused(reason, None));
    }
    note(Rule::Open, Outcome::Holds);
    let mute = mute?;
    note(Rule::Mute, Outcome::Refuses);
    Some(Admission::refused(Reason::Muted, mute.until))
}

/// The ban in force that ends last; one without an end counts as last.
pub fn latest(bans: &[Ban], kind: BanKind, now: Millis) -> Option<&Ban> {
    bans.iter()
        .filter(|b| b.kind == kind && b.holds_at(now))
        .max_by_key(|b| b.until.map_or(i64::MAX, |u| u.0))
}

/// The grant in force for the experience that ends last; one that opens on this device comes before one that does not.
fn deciding_grant<'a>(facts: &Facts<'a>, now: Millis) -> Option<&'a Grant> {
    let in_force = facts.grants.iter().filter(|grant| grant.holds_at(now) && opens(facts, grant));
    in_force.max_by_key(|g| {
        let here = limit_of(facts, g).is_none() || has_seat(facts, g);
        (here, g.expires_at.map_or(i64::MAX, |e| e.0))
    })
}

/// On how many devices the grant is used at the same time; `None`: on any number, or no device asks.
fn limit_of(facts: &Facts<'_>, grant: &Grant) -> Option<i64> {
    facts.session?;
    facts.limits.iter().find(|limit| limit.pass == grant.pass).map(|limit| limit.devices)
}

fn has_seat(facts: &Facts<'_>, grant: &Grant) -> bool {
    facts.seats.iter().any(|seat| seat.grant == grant.id && Some(seat.session) == facts.session)
}

/// The grant that would decide if this device had a seat by it, and how many seats there are. `None` if it needs none.
pub fn limited_grant(facts: &Facts<'_>, now: Millis) -> Option<(GrantId, i64)> {
    let grant = deciding_grant(facts, now)?;
    Some((grant.id, limit_of(facts, grant)?))
}

/// A grant opens what its pass includes now, and what the pass included while the grant existed.
fn opens(facts: &Facts<'_>, grant: &Grant) -> bool {
    facts.account == Some(grant.account)
        && facts.passes.iter().any(|p| p.id == grant.pass && p.opens_since(facts.experience, grant.starts_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hosts_a_show_is_not_its_audience() {
        for (role, of_show, of_community) in
            [(Role::Viewer, true, true), (Role::Moderator, true, true), (Role::Host, false, true)]
        {
            assert_eq!((role.is_counted(true), role.is_counted(false)), (of_show, of_community), "{role:?}");
        }
    }
}

//! What lets people in beside passes: a passphrase, and links that invite them.

use crate::{
    id::*,
    text::{self, TextError},
    time::{Millis, Span},
};

/// How a passphrase and passes go together: the creator's choice for each experience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockRule {
    /// Whoever has a pass is asked for the passphrase, too.
    Also,
    /// Whoever knows the passphrase needs no pass; whoever has a pass is not asked.
    Instead,
}

impl LockRule {
    pub const ALL: [Self; 2] = [Self::Also, Self::Instead];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Also => "also",
            Self::Instead => "instead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }
}

/// An experience that asks for a passphrase. The phrase itself is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub experience: ExperienceId,
    pub rule: LockRule,
    /// Counts passphrases: whoever said an earlier one is asked again.
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PermitKind {
    /// They came by a link that invites. They need neither a pass nor the passphrase.
    Invite,
    /// They said the passphrase.
    Passphrase,
    /// They watch one show for some minutes without a pass.
    Preview,
}

impl PermitKind {
    pub const ALL: [Self; 3] = [Self::Invite, Self::Passphrase, Self::Preview];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Passphrase => "passphrase",
            Self::Preview => "preview",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What one person has for one experience beside a pass. It is in force: one that ended is not among the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    pub experience: ExperienceId,
    pub kind: PermitKind,
    /// Of the passphrase that they said.
    pub version: i64,
    /// The one show of a preview.
    pub stream: Option<StreamId>,
    /// The end is exclusive.
    pub until: Option<Millis>,
}

impl Permit {
    /// Whether it is the preview of this show, and goes on.
    pub fn shows(&self, experience: ExperienceId, stream: Option<StreamId>, now: Millis) -> bool {
        self.kind == PermitKind::Preview
            && self.experience == experience
            && stream.is_some()
            && self.stream == stream
            && self.until.is_some_and(|until| now < until)
    }

    /// Whether it is the passphrase that this lock asks for.
    pub fn opens(&self, lock: &Lock) -> bool {
        self.kind == PermitKind::Passphrase
            && self.experience == lock.experience
            && self.version == lock.version
    }
}

/// A link by which people enter an experience without a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    pub id: InviteId,
    pub space: SpaceId,
    pub experience: ExperienceId,
    /// For whom it is, in the words of the team; may be empty.
    pub note: String,
    /// How many people came by it.
    pub uses: i64,
    pub most: i64,
    pub created_at: Millis,
    /// Nobody takes it from then on. Whoever came by it stays.
    pub expires_at: Millis,
    /// Whoever came by it is out, too.
    pub revoked_at: Option<Millis>,
    /// Whoever made it may make none any more: nobody takes it from then on. Whoever came by it stays.
    pub closed_at: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteState {
    Open,
    Full,
    Expired,
    Closed,
    Revoked,
}

impl Invite {
    pub fn state(&self, now: Millis) -> InviteState {
        if self.revoked_at.is_some() {
            InviteState::Revoked
        } else if self.closed_at.is_some() {
            InviteState::Closed
        } else if self.expires_at <= now {
            InviteState::Expired
        } else if self.uses >= self.most {
            InviteState::Full
        } else {
            InviteState::Open
        }
    }
}

/// Characters of a passphrase. With the slow hash and the bounds on guesses, eight are enough.
pub const PASSPHRASE: std::ops::RangeInclusive<usize> = 8..=100;
/// Characters of the note of an invite.
pub const LONGEST_NOTE: usize = 60;
/// People who may come by one link.
pub const USES: std::ops::RangeInclusive<i64> = 1..=10_000;
/// Days that a link may be good for.
pub const DAYS: std::ops::RangeInclusive<i64> = 1..=365;
/// Minutes that a creator may show for free.
pub const PREVIEW_MINUTES: std::ops::RangeInclusive<i64> = 1..=60;
/// Links of one experience, those that are over included.
pub const MOST_INVITES: i64 = 200;

/// A passphrase as it is compared: without blanks around it, and in one form of its letters.
pub fn passphrase(typed: &str) -> Result<String, TextError> {
    text::line(typed, PASSPHRASE)
}

pub fn note(typed: &str) -> Result<String, TextError> {
    text::line(typed, 0..=LONGEST_NOTE)
}

/// When a link that is good for so many days expires.
pub fn expires_at(now: Millis, days: i64) -> Millis {
    now + Span::days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_is_open_until_it_is_used_up_expired_closed_or_revoked() {
        let open = Invite {
            id: InviteId::new(),
            space: SpaceId::new(),
            experience: ExperienceId::new(),
            note: String::new(),
            uses: 1,
            most: 2,
            created_at: Millis(0),
            expires_at: Millis(10),
            revoked_at: None,
            closed_at: None,
        };
        assert_eq!(open.state(Millis(9)), InviteState::Open);
        assert_eq!(open.state(Millis(10)), InviteState::Expired);
        let full = Invite { uses: 2, ..open.clone() };
        assert_eq!(full.state(Millis(9)), InviteState::Full);
        let closed = Invite { closed_at: Some(Millis(3)), ..full };
        assert_eq!(closed.state(Millis(9)), InviteState::Closed);
        let revoked = Invite { revoked_at: Some(Millis(3)), ..closed };
        assert_eq!(revoked.state(Millis(99)), InviteState::Revoked);
    }

    #[test]
    fn a_passphrase_opens_its_own_lock_as_long_as_it_is_the_last_one() {
        let lock = Lock { experience: ExperienceId::new(), rule: LockRule::Also, version: 2 };
        let said = Permit {
            experience: lock.experience,
            kind: PermitKind::Passphrase,
            version: 2,
            stream: None,
            until: None,
        };
        assert!(said.opens(&lock));
        assert!(!Permit { version: 1, ..said }.opens(&lock));
        assert!(!Permit { experience: ExperienceId::new(), ..said }.opens(&lock));
        assert!(!Permit { kind: PermitKind::Invite, ..said }.opens(&lock));
    }

    #[test]
    fn a_preview_is_of_one_show_until_its_end() {
        let (experience, stream) = (ExperienceId::new(), StreamId::new());
        let kind = PermitKind::Preview;
        let preview = Permit { experience, kind, version: 0, stream: Some(stream), until: Some(Millis(10)) };
        assert!(preview.shows(experience, Some(stream), Millis(9)));
        assert!(!preview.shows(experience, Some(stream), Millis(10)));
        assert!(!preview.shows(experience, Some(StreamId::new()), Millis(9)));
        assert!(!preview.shows(ExperienceId::new(), Some(stream), Millis(9)));
        assert!(!preview.shows(experience, None, Millis(9)));
        assert!(!Permit { until: None, ..preview }.shows(experience, Some(stream), Millis(9)));
        assert!(!Permit { stream: None, ..preview }.shows(experience, None, Millis(9)));
        assert!(!Permit { kind: PermitKind::Invite, ..preview }.shows(experience, Some(stream), Millis(9)));
    }

    #[test]
    fn a_note_is_one_line_of_bounded_length_and_may_be_empty() {
        assert_eq!(note(" For the\npress "), Ok("For the press".into()));
        assert_eq!(note(""), Ok(String::new()));
        assert_eq!(note(&"x".repeat(LONGEST_NOTE)), Ok("x".repeat(LONGEST_NOTE)));
        assert!(note(&"x".repeat(LONGEST_NOTE + 1)).is_err());
    }

    #[test]
    fn a_link_is_good_for_whole_days() {
        assert_eq!(expires_at(Millis(5), 1), Millis(86_400_005));
        assert_eq!(expires_at(Millis(5), 365), Millis(31_536_000_005));
    }

    #[test]
    fn a_passphrase_is_compared_in_one_form() {
        assert_eq!(passphrase("  open sesame "), Ok("open sesame".into()));
        assert!(passphrase("sesame").is_err(), "too short");
    }
}

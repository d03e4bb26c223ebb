//! Suspensions: operators close a space or an account until they restore it.

use crate::{
    id::{AccountId, SpaceId, SuspensionId},
    text::{self, TextError},
    time::Millis,
};

/// Who or what is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Space(SpaceId),
    Account(AccountId),
}

impl Subject {
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Space(_) => "space",
            Self::Account(_) => "account",
        }
    }

    pub fn id(self) -> String {
        match self {
            Self::Space(id) => id.to_string(),
            Self::Account(id) => id.to_string(),
        }
    }

    pub fn from_parts(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "space" => id.parse().ok().map(Self::Space),
            "account" => id.parse().ok().map(Self::Account),
            _ => None,
        }
    }
}

/// A suspension as stored. It is lifted, never deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub id: SuspensionId,
    pub subject: Subject,
    /// Told to the team of a space, or to the person.
    pub reason: String,
    pub created_at: Millis,
    pub lifted_at: Option<Millis>,
    /// When the space was published before it: the time that a restored space has again.
    pub published_at: Option<Millis>,
}

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// The reason of a suspension or of its end. Those concerned are told, so it cannot be empty.
pub fn reason(typed: &str) -> Result<String, TextError> {
    text::paragraphs(typed, 3..=LONGEST_REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_back() {
        for subject in [Subject::Space(SpaceId::new()), Subject::Account(AccountId::new())] {
            assert_eq!(Subject::from_parts(subject.kind(), &subject.id()), Some(subject));
        }
        assert_eq!(Subject::from_parts("pass", &SpaceId::new().to_string()), None);
        assert_eq!(Subject::from_parts("space", "maya"), None);
    }

    #[test]
    fn a_suspension_says_why() {
        assert_eq!(reason(" It sold what it never gave. "), Ok("It sold what it never gave.".into()));
        for refused in ["", "  ", "no", &"x".repeat(LONGEST_REASON + 1)] {
            assert!(reason(refused).is_err(), "{refused:?}");
        }
    }
}

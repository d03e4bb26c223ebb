//! Follow-up work: how a job is named, and the lane that it runs in.

pub mod retention;

use crate::time::Millis;
use serde::{Serialize, de::DeserializeOwned};

/// Jobs of one lane share workers; lanes never wait for one another. The numbers are stored: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Keeps people out who may no longer be in.
    Doors = 10,
    /// Applies what the payment provider knows.
    Money = 11,
    /// Mail about money.
    Receipts = 12,
    /// Mail that somebody waits for in front of a form.
    Codes = 13,
    /// All other mail.
    Notices = 14,
    /// What nobody waits for.
    Upkeep = 15,
}

impl Lane {
    pub const ALL: [Self; 6] =
        [Self::Doors, Self::Money, Self::Receipts, Self::Codes, Self::Notices, Self::Upkeep];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Doors => "doors",
            Self::Money => "money",
            Self::Receipts => "receipts",
            Self::Codes => "codes",
            Self::Notices => "notices",
            Self::Upkeep => "upkeep",
        }
    }

    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| *lane as i64 == number)
    }

    /// Position in [`Lane::ALL`].
    pub const fn index(self) -> usize {
        self as usize - Self::Doors as usize
    }

    /// Of codes the newest is worth most: whoever asked long ago has given up. Elsewhere the oldest goes first.
    pub const fn newest_first(self) -> bool {
        matches!(self, Self::Codes)
    }
}

/// A job as it is stored: its name, and its fields as JSON. The server's `RunJob` says what is done.
///
/// A job may run twice, so doing it must be idempotent. Rows outlive releases: a name is never changed, and a field that is
/// added later has a default.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    const LANE: Lane;

    /// From when on it is not worth doing; it is dropped then.
    fn expires_at(&self) -> Option<Millis> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_have_numbers_and_places_of_their_own() {
        for (place, lane) in Lane::ALL.into_iter().enumerate() {
            assert_eq!((lane.index(), Lane::from_number(lane as i64)), (place, Some(lane)));
        }
        assert_eq!(
            (Lane::from_number(0), Lane::from_number(2)),
            (None, None),
            "numbers of the first release"
        );
    }
}

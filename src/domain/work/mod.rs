//! Follow-up jobs: their names and lanes.

pub mod retention;

use crate::time::Millis;
use serde::{Serialize, de::DeserializeOwned};

/// Jobs of one lane share workers; lanes never wait for each other. The numbers are stored: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Ejects people who may no longer be inside.
    Doors = 10,
    /// Applies the payment provider's state.
    Money = 11,
    /// Mail about money.
    Receipts = 12,
    /// Mail that a person is waiting for, such as sign-in codes.
    Codes = 13,
    /// All other mail. Who gets it is named by one of [`READERS`], by an address, or by what the mail is about.
    Notices = 14,
    /// Jobs that nobody waits for.
    Upkeep = 15,
    /// What sellers are paid: a week's payouts come at once, and delay neither the payments of buyers nor the upkeep.
    Payouts = 16,
}

/// The fields by which a job of [`Lane::Notices`] names the account that gets its mail. A deleted account gets none: its jobs are
/// found by these fields. `tests/it/architecture/jobs.rs` asserts that each such job has one.
pub const READERS: [&str; 3] = ["account", "reader", "operator"];

impl Lane {
    pub const ALL: [Self; 7] =
        [Self::Doors, Self::Money, Self::Receipts, Self::Codes, Self::Notices, Self::Upkeep, Self::Payouts];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Doors => "doors",
            Self::Money => "money",
            Self::Receipts => "receipts",
            Self::Codes => "codes",
            Self::Notices => "notices",
            Self::Upkeep => "upkeep",
            Self::Payouts => "payouts",
        }
    }

    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| *lane as i64 == number)
    }

    /// The position in [`Lane::ALL`].
    pub const fn index(self) -> usize {
        self as usize - Self::Doors as usize
    }

    /// Codes are sent newest first, because people who asked long ago have given up. Other lanes run oldest first.
    pub const fn newest_first(self) -> bool {
        matches!(self, Self::Codes)
    }
}

/// A job as stored: its name, and its fields as JSON. The server's `RunJob` implements it.
///
/// A job may run twice, so it must be idempotent. Rows outlive releases: a name never changes, and a field that is
/// added later has a default.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    const LANE: Lane;

    /// The time after which it is pointless and is dropped.
    fn expires_at(&self) -> Option<Millis> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_have_distinct_numbers_and_positions() {
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

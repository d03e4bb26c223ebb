//! The modes of a room: rules that a moderator switches on for everybody who writes there. Moderators are exempt.
//!
//! To add one: a field of [`Modes`], a variant of [`Mode`], and its arms in the two methods below.

use crate::chat::rules::ChatRefusal;
use serde::{Deserialize, Serialize};

/// Slow mode is off, or 3 to 120 seconds between two messages of one person.
pub const SLOW_MODE: std::ops::RangeInclusive<i64> = 3..=120;

/// Stored as JSON. A field that an older release did not store has its default: off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Modes {
    /// Seconds; 0 is off.
    pub slow_mode: i64,
}

/// A mode with its new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Seconds between two messages of one person; 0 is off.
    Slow(i64),
}

impl Modes {
    /// Slow mode alone.
    pub const fn slow(seconds: i64) -> Self {
        Self { slow_mode: seconds }
    }

    /// The modes after setting one of them.
    ///
    /// # Errors
    /// When the mode cannot have this value.
    pub fn with(mut self, mode: Mode) -> Result<Self, ChatRefusal> {
        match mode {
            Mode::Slow(seconds) if seconds != 0 && !SLOW_MODE.contains(&seconds) => {
                return Err(ChatRefusal::BadSlowMode);
            }
            Mode::Slow(seconds) => self.slow_mode = seconds,
        }
        Ok(self)
    }

    /// The modes that are on, for the audit log and operators. Pages say it by `views::chat::composer::modes`.
    pub fn names(self) -> Vec<String> {
        let Self { slow_mode } = self;
        let slow = (slow_mode != 0).then(|| format!("slow mode {slow_mode} s"));
        [slow].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_mode_is_off_or_within_its_range() {
        for (seconds, taken) in [(0, true), (2, false), (3, true), (120, true), (121, false), (-1, false)] {
            let set = Modes::default().with(Mode::Slow(seconds));
            assert_eq!(set, if taken { Ok(Modes::slow(seconds)) } else { Err(ChatRefusal::BadSlowMode) });
        }
        assert_eq!(Modes::default().names(), Vec::<String>::new());
    }

    #[test]
    fn a_mode_that_an_older_release_did_not_store_is_off() {
        assert_eq!(serde_json::from_str::<Modes>("{}").ok(), Some(Modes::default()));
    }
}

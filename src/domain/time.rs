//! Moments and spans. The core never reads the clock: a [`Millis`] is passed in.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Range, Sub};

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// A span in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    pub const fn secs(n: i64) -> Self {
        Self(n.saturating_mul(1000))
    }
    pub const fn minutes(n: i64) -> Self {
        Self::secs(n.saturating_mul(60))
    }
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
    /// Whole seconds, rounded up, for messages to people.
    pub const fn ceil_secs(self) -> i64 {
        (self.0 + 999).div_euclid(1000)
    }
    /// As the standard library's type; a negative span becomes zero.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0.max(0).unsigned_abs())
    }
}

impl Add<Span> for Millis {
    type Output = Millis;
    fn add(self, span: Span) -> Millis {
        Millis(self.0.saturating_add(span.0))
    }
}

impl Sub for Millis {
    type Output = Span;
    fn sub(self, other: Millis) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Millis {
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

/// A day of UTC as forms write it, `2026-11-29`: from its first moment up to the first one of the next.
pub fn day(text: &str) -> Option<Range<Millis>> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let begin = |date: jiff::civil::Date| {
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Millis(zoned.timestamp().as_millisecond()))
    };
    Some(begin(date)?..begin(date.tomorrow().ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_24_hours_of_utc() {
        let first = Millis(1_795_910_400_000); // 29 November 2026, 00:00
        assert_eq!(day("2026-11-29"), Some(first..first + Span::days(1)));
        assert_eq!(day("2026-11-30").map(|day| day.start), Some(first + Span::days(1)));
        assert_eq!(day("1970-01-01"), Some(Millis(0)..Millis(86_400_000)));
        for text in ["", "today", "2026-02-30", "29.11.2026", "9999-12-31"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}

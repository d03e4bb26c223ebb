//! The days of a space: each begins at midnight in the zone of the space, so on two days a year it has 23 or 25 hours.

use crate::{catalogue::zone::Zone, time::Millis};
use jiff::civil::Date;
use std::{fmt, ops::Range, str::FromStr};

/// A date in the zone of a space. Written as `2026-11-29`, so that texts sort as the days do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDay(Date);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day")]
pub struct NoDay;

impl LocalDay {
    /// The day in which a moment is.
    pub fn of(at: Millis, zone: &Zone) -> Self {
        Self(zone.local(at).date())
    }

    /// From its first moment up to that of the next day.
    pub fn bounds(self, zone: &Zone) -> Range<Millis> {
        zone.midnight(self.0)..zone.midnight(self.plus(1).0)
    }

    /// So many days later, or earlier.
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// The days from this one to the last, both included; at most `most` of them, the last ones.
    pub fn up_to(self, last: Self, most: i64) -> impl Iterator<Item = Self> {
        let first = self.max(last.plus(1 - most));
        std::iter::successors(Some(first), |day| Some(day.plus(1))).take_while(move |day| *day <= last)
    }

    /// The month in which it is: `2026-11`.
    pub fn month(self) -> LocalMonth {
        LocalMonth(self.0.first_of_month())
    }

    pub fn date(self) -> Date {
        self.0
    }
}

impl fmt::Display for LocalDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LocalDay {
    type Err = NoDay;
    fn from_str(text: &str) -> Result<Self, NoDay> {
        text.parse().map(Self).map_err(|_| NoDay)
    }
}

/// A month in the zone of a space, by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalMonth(Date);

impl LocalMonth {
    pub fn of(at: Millis, zone: &Zone) -> Self {
        LocalDay::of(at, zone).month()
    }

    pub fn plus(self, months: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().months(months)))
    }

    /// Its first moment.
    pub fn begin(self, zone: &Zone) -> Millis {
        zone.midnight(self.0)
    }
}

impl fmt::Display for LocalMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    #[test]
    fn a_day_on_which_the_clocks_change_has_23_or_25_hours() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        for (day, hours) in [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)] {
            let bounds = day.parse::<LocalDay>().expect(day).bounds(&berlin);
            assert_eq!(bounds.end - bounds.start, Span::hours(hours), "{day}");
        }
    }

    #[test]
    fn days_follow_one_another_without_gaps_where_midnight_is_skipped() {
        // In Beirut the clocks go from 00:00 to 01:00.
        let beirut = Zone::named("Asia/Beirut").expect("a zone");
        let first: LocalDay = "2026-01-01".parse().expect("a day");
        let mut days = first.up_to(first.plus(364), 365).map(|day| day.bounds(&beirut)).peekable();
        let mut count = 0;
        while let Some(day) = days.next() {
            count += 1;
            assert!(day.start < day.end);
            assert!(days.peek().is_none_or(|next| next.start == day.end));
        }
        assert_eq!(count, 365);
    }

    #[test]
    fn a_moment_is_in_the_day_whose_bounds_hold_it() {
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"];
        for zone in zones.map(|name| Zone::named(name).expect(name)) {
            for hour in 0..24 * 40 {
                let at = Millis(1_792_000_000_000) + Span::hours(hour);
                let day = LocalDay::of(at, &zone);
                assert!(day.bounds(&zone).contains(&at), "{day} in {}", zone.name());
            }
        }
    }

    #[test]
    fn a_range_of_days_keeps_the_last_ones() {
        let day = |text: &str| text.parse::<LocalDay>().expect(text);
        let days = |first, last, most| {
            day(first).up_to(day(last), most).map(|day| day.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(days("2026-02-27", "2026-03-01", 9), ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!(days("2026-02-27", "2026-03-01", 1), ["2026-03-01"]);
        assert!(days("2026-03-02", "2026-03-01", 9).is_empty());
        assert_eq!(day("2026-12-31").month().plus(1).to_string(), "2027-01");
        assert!("yesterday".parse::<LocalDay>().is_err());
    }
}

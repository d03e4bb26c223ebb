//! The scheduled time of a stream: parses and validates what a form sends.

use crate::time::{Millis, Span};
use jiff::{
    Timestamp, Zoned,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

/// A form has minute precision, so the current minute does not count as past.
const GRACE: Span = Span::minutes(1);
/// The furthest plan ahead; catches a year with a digit too many.
const FURTHEST: Span = Span::days(2 * 365);

/// A moment that a person chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub at: Millis,
    /// The clocks go back over this local time, so it occurs twice; the first one was taken.
    pub twice: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("Write date and time like 2026-12-04T20:00.")]
    Form,
    #[error("Add the time of day, like 2026-12-04T20:00.")]
    NoTime,
    #[error("We do not know the time zone “{0}”. Use a name like Europe/Berlin.")]
    Zone(String),
    #[error("{0} has passed. Choose a time to come.")]
    Past(String),
    #[error("{0} is more than two years ahead. Check the year.")]
    Far(String),
    #[error("{0} does not exist: the clocks go forward over it. Choose an hour later or earlier.")]
    Skipped(String),
}

/// Parses a local date and time in the zone, or in UTC if it is empty. Empty input means no date yet. A time with its
/// own offset (`2026-12-04T20:00+01:00`) ignores the zone.
///
/// # Errors
/// With a message for the person who typed it.
pub fn read(typed: &str, zone: &str, now: Millis) -> Result<Option<Planned>, ScheduleError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let (moment, twice) = resolve(typed, zone.trim())?;
    let at = Millis(moment.timestamp().as_millisecond());
    let words = || moment.strftime("%-d %B %Y, %H:%M %Z").to_string();
    if at + GRACE < now {
        return Err(ScheduleError::Past(words()));
    }
    if at - now > FURTHEST {
        return Err(ScheduleError::Far(words()));
    }
    Ok(Some(Planned { at, twice }))
}

fn resolve(typed: &str, zone: &str) -> Result<(Zoned, bool), ScheduleError> {
    let tz = match zone {
        "" => TimeZone::UTC,
        zone => TimeZone::get(zone).map_err(|_| ScheduleError::Zone(zone.chars().take(60).collect()))?,
    };
    if typed.contains('[') {
        return typed.parse().map(|zoned| (zoned, false)).map_err(|_| ScheduleError::Form);
    }
    if !typed.contains(':') {
        return Err(ScheduleError::NoTime);
    }
    if let Ok(moment) = typed.parse::<Timestamp>() {
        return Ok((moment.to_zoned(tz), false));
    }
    let local: DateTime = typed.parse().map_err(|_| ScheduleError::Form)?;
    let ambiguous = tz.to_ambiguous_zoned(local);
    let twice = match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            let words = local.strftime("%-d %B %Y, %H:%M");
            return Err(ScheduleError::Skipped(words.to_string()));
        }
        AmbiguousOffset::Fold { .. } => true,
        AmbiguousOffset::Unambiguous { .. } => false,
    };
    // The year may be outside the range of representable moments.
    let moment = ambiguous.earlier().map_err(|_| ScheduleError::Far(local.to_string()))?;
    Ok((moment, twice))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 28 November 2026, 12:00 UTC.
    const NOW: Millis = Millis(1_795_867_200_000);

    fn at(typed: &str, zone: &str) -> Result<String, ScheduleError> {
        read(typed, zone, NOW).map(|planned| planned.map_or("none".into(), |p| p.at.timestamp().to_string()))
    }

    #[test]
    fn times_mean_their_zone_or_their_own_offset() {
        for (typed, zone, want) in [
            ("", "", "none"),
            ("  ", "Europe/Berlin", "none"),
            ("2026-12-04T20:00", "", "2026-12-04T20:00:00Z"),
            ("2026-12-04T20:00", "UTC", "2026-12-04T20:00:00Z"),
            ("2026-12-04T20:00", "Europe/Berlin", "2026-12-04T19:00:00Z"),
            ("2026-12-04 20:00:30", "Asia/Tokyo", "2026-12-04T11:00:30Z"),
            ("2026-12-04T20:00+02:00", "Asia/Tokyo", "2026-12-04T18:00:00Z"),
            ("2026-12-04T20:00Z", "Asia/Tokyo", "2026-12-04T20:00:00Z"),
            ("2026-12-04T20:00[Europe/Lisbon]", "Asia/Tokyo", "2026-12-04T20:00:00Z"),
            ("2026-11-28T12:00", "", "2026-11-28T12:00:00Z"),
            ("2026-11-28T11:59", "", "2026-11-28T11:59:00Z"),
        ] {
            assert_eq!(at(typed, zone).as_deref(), Ok(want), "{typed} {zone}");
        }
    }

    #[test]
    fn invalid_times_are_refused_with_a_message() {
        for (typed, zone, words) in [
            ("soon", "", "time of day"),
            ("at: soon", "", "Write date"),
            ("2026-12-04", "", "time of day"),
            ("2026-13-04T20:00", "", "Write date"),
            ("2026-12-04T25:00", "", "Write date"),
            ("04.12.2026 20:00", "", "Write date"),
            ("2026-12-04T20:00[Nowhere/Else]", "", "Write date"),
            ("2026-12-04T20:00", "Nowhere/Else", "Nowhere/Else"),
            ("2026-12-04T20:00", "../../etc/passwd", "time zone"),
            ("2016-12-04T20:00", "Europe/Berlin", "4 December 2016, 20:00 CET has passed"),
            ("2026-11-28T11:58", "", "has passed"),
            ("2036-12-04T20:00", "", "two years"),
            ("9999-12-31T23:59", "", "two years"),
            ("9999-12-31T23:59", "America/Los_Angeles", "two years"),
            ("2027-03-28T02:30", "Europe/Berlin", "28 March 2027, 02:30 does not exist"),
            ("2027-03-14T02:30", "America/New_York", "does not exist"),
        ] {
            let error = at(typed, zone).expect_err(typed).to_string();
            assert!(error.contains(words), "{typed} {zone}: {error}");
        }
    }

    #[test]
    fn an_ambiguous_time_is_the_first_one_and_is_marked() {
        let planned = read("2027-10-31T02:30", "Europe/Berlin", NOW).unwrap().unwrap();
        assert_eq!(
            (planned.at.timestamp().to_string().as_str(), planned.twice),
            ("2027-10-31T00:30:00Z", true)
        );
        let second = read("2027-10-31T02:30+01:00", "Europe/Berlin", NOW).unwrap().unwrap();
        assert_eq!(
            (second.at.timestamp().to_string().as_str(), second.twice),
            ("2027-10-31T01:30:00Z", false)
        );
    }

    #[test]
    fn time_zones_are_bundled_with_the_binary() {
        let bundled = jiff::tz::TimeZoneDatabase::bundled();
        for zone in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"] {
            assert!(bundled.get(zone).is_ok(), "{zone}");
        }
    }
}

//! The scheduled times of streams: parses and validates what a form sends, and repeats it week by week.

use crate::{
    catalogue::zone::{UnknownZone, Zone},
    time::{Millis, Span},
};
use jiff::{
    Timestamp, Zoned,
    civil::DateTime,
    tz::{AmbiguousOffset, AmbiguousZoned},
};
use std::fmt;

/// A form has minute precision, so the current minute does not count as past.
const GRACE: Span = Span::minutes(1);
/// The furthest plan ahead; catches a year with a digit too many.
const FURTHEST: Span = Span::days(2 * 365);
const WEEK: Span = Span::days(7);
/// The most shows of a series.
pub const MOST_WEEKS: usize = 12;

/// A moment that a person chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub at: Millis,
    /// What was taken where the clocks change over the local time.
    pub remark: Option<Remark>,
}

/// The clocks change over a local time, so another moment than the plain one was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// They go back, so it comes twice: the first one was taken.
    Twice { local: DateTime, taken: Zoned },
    /// They go forward over it.
    Skipped { local: DateTime, taken: Zoned },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Twice { local, taken } | Self::Skipped { local, taken }) = self;
        let (day, time) = (local.strftime("%-d %B %Y"), local.strftime("%H:%M"));
        let taken = taken.strftime("%H:%M %Z");
        match self {
            Self::Twice { .. } => {
                write!(
                    f,
                    "The clocks go back on {day}, so {time} comes twice: we took the first one, {taken}."
                )
            }
            Self::Skipped { .. } => {
                write!(f, "On {day} the clocks go forward over {time}: we took {taken}.")
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("Write date and time like 2026-12-04T20:00.")]
    Form,
    #[error("Add the time of day, like 2026-12-04T20:00.")]
    NoTime,
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    #[error("{} has passed. Choose a time to come.", .0.strftime("%-d %B %Y, %H:%M %Z"))]
    Past(Zoned),
    #[error("{} is more than two years ahead. Check the year.", .0.strftime("%-d %B %Y, %H:%M %Z"))]
    Far(Zoned),
    /// So far ahead that no zone can place it.
    #[error("{0} is more than two years ahead. Check the year.")]
    Beyond(DateTime),
    #[error("{} does not exist: the clocks go forward over it. Choose an hour later or earlier.", .0.strftime("%-d %B %Y, %H:%M"))]
    Skipped(DateTime),
    #[error("Choose how many weeks: 1 to {}.", MOST_WEEKS)]
    Weeks,
    #[error("A weekly show needs the time of its first one.")]
    Undated,
}

/// The zone of a form: the one that it names, else that of the space, else UTC.
///
/// # Errors
/// If the form names something else.
pub fn zone(named: &str, space: Option<&Zone>) -> Result<Zone, ScheduleError> {
    match named.trim() {
        "" => Ok(space.cloned().unwrap_or(Zone::UTC)),
        named => Ok(Zone::named(named)?),
    }
}

/// Parses a local date and time in the zone. Empty input means no date yet. A time with its own offset or zone
/// (`2026-12-04T20:00+01:00`) ignores the zone.
///
/// # Errors
/// With a message for the person who typed it.
pub fn read(typed: &str, zone: &Zone, now: Millis) -> Result<Option<Planned>, ScheduleError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let planned = resolve(typed, zone)?;
    if planned.at + GRACE < now {
        return Err(ScheduleError::Past(zone.local(planned.at)));
    }
    if planned.at - now > FURTHEST {
        return Err(ScheduleError::Far(zone.local(planned.at)));
    }
    Ok(Some(planned))
}

/// The same for a form that showed the moment `kept`. Where its text was not changed, the moment is the same: also if it
/// has passed, has seconds, or is the second one of its local time.
///
/// # Errors
/// As [`read`].
pub fn reread(
    typed: &str,
    zone: &Zone,
    kept: Option<Millis>,
    now: Millis,
) -> Result<Option<Planned>, ScheduleError> {
    match kept {
        Some(at) if typed.trim() == written(at, zone) => Ok(Some(Planned { at, remark: None })),
        _ => read(typed, zone, now),
    }
}

/// The local time of a moment, as `datetime-local` inputs write it.
pub fn written(at: Millis, zone: &Zone) -> String {
    zone.local(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

fn resolve(typed: &str, zone: &Zone) -> Result<Planned, ScheduleError> {
    if let Some((local, zone)) = typed.strip_suffix(']').and_then(|typed| typed.split_once('[')) {
        return resolve(local.trim(), &Zone::named(zone)?);
    }
    if !typed.contains(':') {
        return Err(ScheduleError::NoTime);
    }
    if let Ok(moment) = typed.parse::<Timestamp>() {
        return Ok(Planned { at: Millis(moment.as_millisecond()), remark: None });
    }
    let local: DateTime = typed.parse().map_err(|_| ScheduleError::Form)?;
    let moment = zone.rules().to_ambiguous_zoned(local);
    if let AmbiguousOffset::Gap { .. } = moment.offset() {
        return Err(ScheduleError::Skipped(local));
    }
    // The year may be outside the range of representable moments.
    taken(local, moment).ok_or(ScheduleError::Beyond(local))
}

/// The moment of a local time: the first one if it comes twice, and as much later as the clocks go forward if they skip it.
fn taken(local: DateTime, moment: AmbiguousZoned) -> Option<Planned> {
    let offset = moment.offset();
    let taken = moment.compatible().ok()?;
    let at = Millis(taken.timestamp().as_millisecond());
    let remark = match offset {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Fold { .. } => Some(Remark::Twice { local, taken }),
        AmbiguousOffset::Gap { .. } => Some(Remark::Skipped { local, taken }),
    };
    Some(Planned { at, remark })
}

/// How many weeks in a row a form asks for. Empty input means once.
///
/// # Errors
/// With a message for the person who typed it.
pub fn weeks(typed: &str) -> Result<usize, ScheduleError> {
    match typed.trim() {
        "" => Ok(1),
        typed => typed.parse().ok().filter(|n| (1..=MOST_WEEKS).contains(n)).ok_or(ScheduleError::Weeks),
    }
}

/// The first moment and its repetitions at the same local time, week by week.
///
/// # Errors
/// If there is more than one and no first one.
pub fn weekly(first: Option<Planned>, zone: &Zone, weeks: usize) -> Result<Vec<Planned>, ScheduleError> {
    let Some(first) = first else {
        return if weeks > 1 { Err(ScheduleError::Undated) } else { Ok(Vec::new()) };
    };
    let at = first.at;
    let later = (1..weeks).filter_map(|n| weeks_after(at, zone, n as i64));
    Ok(std::iter::once(first).chain(later).collect())
}

/// The next moment after `now` that has the local time of `at`, one week or more after it.
pub fn next_week(at: Millis, zone: &Zone, now: Millis) -> Option<Millis> {
    let passed = (now - at).0.max(0) / WEEK.0;
    // The one after is for a week that a change of the clocks makes shorter.
    let weeks = [passed + 1, passed + 2].into_iter();
    weeks.filter_map(|weeks| weeks_after(at, zone, weeks)).map(|planned| planned.at).find(|at| *at > now)
}

fn weeks_after(at: Millis, zone: &Zone, weeks: i64) -> Option<Planned> {
    let span = jiff::Span::new().try_weeks(weeks).ok()?;
    let local = zone.local(at).datetime().checked_add(span).ok()?;
    taken(local, zone.rules().to_ambiguous_zoned(local))
}

//! How many people watched a show, minute by minute, and how long people stay members, month by month.

use crate::{
    audience::days::LocalMonth,
    catalogue::zone::Zone,
    time::{Millis, Span},
};
use std::collections::BTreeMap;

/// Minutes of a show that are drawn.
pub const MOST_MINUTES: usize = 24 * 60;
/// Months of which retention is told.
pub const MONTHS: i64 = 6;

/// Stays that begin, and stays that end, in one minute of a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteStays {
    /// Counted from the begin of the show.
    pub minute: i64,
    pub begun: i64,
    pub ended: i64,
}

/// People in each minute of a show: whoever was there at any moment of it. A stay that ends in a minute counts in it.
pub fn people(stays: &[MinuteStays], minutes: usize) -> Vec<i64> {
    let mut here = BTreeMap::<i64, (i64, i64)>::new();
    for stay in stays {
        let one = here.entry(stay.minute.max(0)).or_default();
        *one = (one.0 + stay.begun, one.1 + stay.ended);
    }
    let mut now = 0;
    (0..minutes.min(MOST_MINUTES) as i64)
        .map(|minute| {
            let (begun, ended) = here.get(&minute).copied().unwrap_or_default();
            now += begun;
            let there = now;
            now -= ended;
            there
        })
        .collect()
}

/// Whole and broken minutes of a show that lasted so long.
pub fn minutes(lasted: Span) -> usize {
    usize::try_from(lasted.0.max(0) / 60_000 + 1).unwrap_or(MOST_MINUTES).min(MOST_MINUTES)
}

/// From when and until when somebody was a member, from the first pass to the end of the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub since: Millis,
    pub until: Option<Millis>,
}

/// Those who joined in one month, and how many of them were still members when each of the next months began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    pub month: LocalMonth,
    pub joined: i64,
    /// One figure for each month that has begun since.
    pub stayed: Vec<i64>,
}

/// The cohorts of the last months, the oldest first. Months in which nobody joined are left out.
pub fn cohorts(members: &[Membership], now: Millis, zone: &Zone) -> Vec<Cohort> {
    let this = LocalMonth::of(now, zone);
    let months: Vec<LocalMonth> = (1 - MONTHS..=0).map(|back| this.plus(back)).collect();
    let cohort = |(at, month): (usize, &LocalMonth)| {
        let of_it: Vec<&Membership> =
            members.iter().filter(|one| LocalMonth::of(one.since, zone) == *month).collect();
        let stayed = |month: &LocalMonth| {
            let begin = month.begin(zone);
            of_it.iter().filter(|one| one.until.is_none_or(|until| until > begin)).count() as i64
        };
        (!of_it.is_empty()).then(|| Cohort {
            month: *month,
            joined: of_it.len() as i64,
            stayed: months[at + 1..].iter().map(stayed).collect(),
        })
    };
    months.iter().enumerate().filter_map(cohort).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_what_counting_each_minute_gives() {
        // Stays in seconds from the begin.
        let stays = [(0, 30), (10, 130), (60, 180), (61, 119), (200, 201)];
        let grouped: Vec<MinuteStays> = (0..4)
            .map(|minute| MinuteStays {
                minute,
                begun: stays.iter().filter(|stay| stay.0 / 60 == minute).count() as i64,
                ended: stays.iter().filter(|stay| stay.1 / 60 == minute).count() as i64,
            })
            .collect();
        let counted: Vec<i64> = (0..4)
            .map(|minute| {
                stays.iter().filter(|stay| stay.0 / 60 <= minute && stay.1 / 60 >= minute).count() as i64
            })
            .collect();
        assert_eq!(people(&grouped, 4), counted);
        assert_eq!(people(&[], 3), [0, 0, 0]);
        assert_eq!(people(&grouped, usize::MAX).len(), MOST_MINUTES);
        assert_eq!([0, 59_999, 60_000].map(|lasted| minutes(Span(lasted))), [1, 1, 2]);
    }

    #[test]
    fn a_cohort_counts_who_is_still_there_when_a_month_begins() {
        let zone = Zone::UTC;
        let now = Millis(1_795_910_400_000); // 29 November 2026
        let at = |month: LocalMonth, days| month.begin(&zone) + Span::days(days);
        let september = LocalMonth::of(now, &zone).plus(-2);
        let members = [
            Membership { since: at(september, 3), until: None },
            Membership { since: at(september, 4), until: Some(at(september, 9)) },
            Membership { since: at(september, 29), until: Some(at(september, 40)) },
            Membership { since: at(september.plus(2), 1), until: None },
            Membership { since: at(september.plus(-20), 1), until: None },
        ];
        assert_eq!(
            cohorts(&members, now, &zone),
            [
                Cohort { month: september, joined: 3, stayed: vec![2, 1] },
                Cohort { month: september.plus(2), joined: 1, stayed: vec![] },
            ]
        );
    }
}

//! Months and years in UTC, counted from an anchor as Stripe counts them: the 31st becomes the last day of a short month.

use crate::book::billing::Interval;

pub const DAY: i64 = 24 * 3600;

/// The anchor plus so many intervals.
pub fn plus(anchor: i64, interval: Interval, count: i64) -> i64 {
    let months = match interval {
        Interval::Month => count,
        Interval::Year => 12 * count,
    };
    let (year, month, day) = date(anchor.div_euclid(DAY));
    let month = year * 12 + (month - 1) + months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = day.min(days_in(year, month));
    days(year, month, day) * DAY + anchor.rem_euclid(DAY)
}

/// The first end of a period after `start`, counted from the anchor.
pub fn next(anchor: i64, interval: Interval, start: i64) -> i64 {
    let longest = match interval {
        Interval::Month => 31 * DAY,
        Interval::Year => 366 * DAY,
    };
    let sure = ((start - anchor) / longest).max(0);
    (sure..).map(|count| plus(anchor, interval, count)).find(|end| *end > start).unwrap_or(start + longest)
}

/// The last second of a month.
pub fn end_of_month(year: i64, month: i64) -> i64 {
    days(year, month, days_in(year, month)) * DAY + DAY - 1
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days(next_year, next_month, 1) - days(year, month, 1)
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (years + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-31 10:00 UTC.
    const JANUARY: i64 = 1_769_853_600;

    #[test]
    fn a_date_is_read_back() {
        for number in (-200_000..200_000).step_by(97) {
            let (year, month, day) = date(number);
            assert_eq!(days(year, month, day), number);
        }
        assert_eq!(date(JANUARY / DAY), (2026, 1, 31));
    }

    #[test]
    fn the_last_day_stays_the_last_day() {
        let day = |count| date(plus(JANUARY, Interval::Month, count).div_euclid(DAY));
        assert_eq!(
            [day(1), day(2), day(3), day(12)],
            [(2026, 2, 28), (2026, 3, 31), (2026, 4, 30), (2027, 1, 31)]
        );
        assert_eq!(date(plus(JANUARY, Interval::Year, 2) / DAY), (2028, 1, 31));
        assert_eq!(
            plus(JANUARY, Interval::Month, 1).rem_euclid(DAY),
            JANUARY.rem_euclid(DAY),
            "the same time of day"
        );
    }

    #[test]
    fn periods_follow_one_another() {
        for interval in [Interval::Month, Interval::Year] {
            let mut start = JANUARY;
            for count in 1..=30 {
                start = next(JANUARY, interval, start);
                assert_eq!(start, plus(JANUARY, interval, count));
            }
        }
    }

    #[test]
    fn a_card_is_good_until_its_month_has_ended() {
        assert_eq!(date(end_of_month(2028, 2) / DAY), (2028, 2, 29));
        assert_eq!(date((end_of_month(2027, 12) + 1) / DAY), (2028, 1, 1));
    }
}

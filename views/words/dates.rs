//! Days and times in words. English and German order and abbreviate them differently, so each form is a message.

use crate::t;
use domain::{catalogue::zone::Zone, time::Millis};

/// The parts of a moment, from which the messages take theirs.
struct MomentParts {
    weekday: i64,
    month: i64,
    date: String,
    year: String,
    time: String,
}

impl MomentParts {
    /// `time`: hours and minutes, or with seconds, as `strftime` writes them.
    fn of(at: Millis, zone: &Zone, time: &str) -> Self {
        let local = zone.local(at);
        Self {
            weekday: local.weekday().to_monday_one_offset().into(),
            month: local.month().into(),
            date: local.day().to_string(),
            year: local.year().to_string(),
            time: local.strftime(time).to_string(),
        }
    }
    fn weekday(&self) -> String {
        t!("dates-weekday", weekday = self.weekday)
    }
    fn month(&self) -> String {
        t!("dates-month", month = self.month)
    }
    fn long_month(&self) -> String {
        t!("dates-month-long", month = self.month)
    }
}

/// `Fri 4 Dec 2026, 20:00 UTC`
pub fn moment(at: Millis) -> String {
    let told = MomentParts::of(at, &Zone::UTC, "%H:%M");
    let (weekday, month) = (told.weekday(), told.month());
    t!("dates-moment", weekday = weekday, date = told.date, month = month, year = told.year, time = told.time)
}

/// `Fri 4 Dec, 20:00:07 UTC`
pub fn second(at: Millis) -> String {
    let told = MomentParts::of(at, &Zone::UTC, "%H:%M:%S");
    let (weekday, month) = (told.weekday(), told.month());
    t!("dates-second", weekday = weekday, date = told.date, month = month, time = told.time)
}

/// `4 December 2026`
pub fn date(at: Millis) -> String {
    let told = MomentParts::of(at, &Zone::UTC, "");
    let month = told.long_month();
    t!("dates-date", date = told.date, month = month, year = told.year)
}

/// `Dec`, `4`, `Fri`: the lines of a calendar's leaf.
pub fn leaf(at: Millis) -> [String; 3] {
    let told = MomentParts::of(at, &Zone::UTC, "");
    let (month, weekday) = (told.month(), told.weekday());
    [month, told.date, weekday]
}

/// `4 December 2026 at 20:00 UTC`, inside a sentence.
pub fn at(at: Millis) -> String {
    let told = MomentParts::of(at, &Zone::UTC, "%H:%M");
    let month = told.long_month();
    t!("dates-at", date = told.date, month = month, year = told.year, time = told.time)
}

/// `Friday 4 December 2026, 21:00 CET`
pub fn in_zone(at: Millis, zone: &Zone) -> String {
    let told = MomentParts::of(at, zone, "%H:%M %Z");
    let (weekday, month) = (t!("dates-weekday-long", weekday = told.weekday), told.long_month());
    t!(
        "dates-in-zone",
        weekday = weekday,
        date = told.date,
        month = month,
        year = told.year,
        time = told.time
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::text::language::Language;

    #[test]
    fn a_moment_is_told_as_its_language_does() {
        let friday = Millis(1_796_414_407_000);
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let all = |language| {
            let told =
                || [moment(friday), second(friday), date(friday), at(friday), in_zone(friday, &berlin)];
            speak(language, told)
        };
        assert_eq!(
            all(Language::English),
            [
                "Fri 4 Dec 2026, 20:00 UTC",
                "Fri 4 Dec, 20:00:07 UTC",
                "4 December 2026",
                "4 December 2026 at 20:00 UTC",
                "Friday 4 December 2026, 21:00 CET",
            ]
        );
        assert_eq!(
            all(Language::German),
            [
                "Fr., 4.\u{a0}Dez. 2026, 20:00 UTC",
                "Fr., 4.\u{a0}Dez., 20:00:07 UTC",
                "4.\u{a0}Dezember 2026",
                "4.\u{a0}Dezember 2026 um 20:00 UTC",
                "Freitag, 4.\u{a0}Dezember 2026, 21:00 CET",
            ]
        );
    }

    #[test]
    fn a_leaf_has_the_month_the_day_and_the_weekday() {
        let friday = Millis(1_796_414_407_000);
        assert_eq!(speak(Language::English, || leaf(friday)), ["Dec", "4", "Fri"]);
        assert_eq!(speak(Language::German, || leaf(friday)), ["Dez.", "4", "Fr."]);
    }

    /// The names of jiff are the English ones.
    #[test]
    fn every_day_and_month_has_its_name() {
        for days in 0..400 {
            let at = Millis(days * 86_400_000);
            let utc = Zone::UTC.local(at);
            assert_eq!(moment(at), utc.strftime("%a %-d %b %Y, %H:%M UTC").to_string());
            assert_eq!(in_zone(at, &Zone::UTC), utc.strftime("%A %-d %B %Y, %H:%M %Z").to_string());
        }
    }
}

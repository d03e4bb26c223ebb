//! When a show begins: what a form says, in the time zone of the space, also where clocks change.

use domain::{
    catalogue::{
        schedule::{
            MOST_WEEKS, Planned, ScheduleError, next_week, read, reread, weekly, weeks, written, zone,
        },
        zone::Zone,
    },
    time::{Millis, Span},
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// 28 November 2026, 12:00 UTC.
const NOW: Millis = Millis(1_795_867_200_000);
/// Two that change by an hour at different dates, and one that changes by half an hour, in the south.
static ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

fn named(name: &str) -> Zone {
    Zone::named(name).expect(name)
}

fn in_utc(at: Millis) -> String {
    at.timestamp().to_string()
}

/// A form with a time and the name of a zone.
fn at(typed: &str, name: &str) -> Result<String, ScheduleError> {
    let planned = read(typed, &zone(name, None)?, NOW)?;
    Ok(planned.map_or("none".into(), |planned| in_utc(planned.at)))
}

#[test]
fn times_mean_their_zone_or_their_own_offset() {
    for (typed, zone, want) in [
        ("", "", "none"),
        ("  ", "Europe/Berlin", "none"),
        ("2026-12-04T20:00", "", "2026-12-04T20:00:00Z"),
        ("2026-12-04T20:00", "UTC", "2026-12-04T20:00:00Z"),
        ("2026-12-04T20:00", "Europe/Berlin", "2026-12-04T19:00:00Z"),
        ("2027-07-04T20:00", "Europe/Berlin", "2027-07-04T18:00:00Z"),
        ("2026-12-04T20:00", "Australia/Lord_Howe", "2026-12-04T09:00:00Z"),
        ("2027-07-04T20:00", "Australia/Lord_Howe", "2027-07-04T09:30:00Z"),
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
        ("2026-12-04T20:00[Nowhere/Else]", "", "Nowhere/Else"),
        ("2026-12-04T20:00", "Nowhere/Else", "Nowhere/Else"),
        ("2026-12-04T20:00", "../../etc/passwd", "time zone"),
        ("2016-12-04T20:00", "Europe/Berlin", "4 December 2016, 20:00 CET has passed"),
        ("2026-11-28T11:58", "", "has passed"),
        ("2036-12-04T20:00", "", "two years"),
        ("9999-12-31T23:59", "", "two years"),
        ("9999-12-31T23:59", "America/Los_Angeles", "two years"),
        ("2027-03-28T02:30", "Europe/Berlin", "28 March 2027, 02:30 does not exist"),
        ("2027-03-28T02:30[Europe/Berlin]", "UTC", "28 March 2027, 02:30 does not exist"),
        ("2027-03-14T02:30", "America/New_York", "does not exist"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", "does not exist"),
    ] {
        let error = at(typed, zone).expect_err(typed).to_string();
        assert!(error.contains(words), "{typed} {zone}: {error}");
    }
}

#[test]
fn an_ambiguous_time_is_the_first_one_and_the_words_say_so() {
    for (typed, zone, want, words) in [
        ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00Z", "the first one, 02:30 CEST."),
        ("2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00Z", "the first one, 01:30 EDT."),
        (
            "2027-04-04T01:45",
            "Australia/Lord_Howe",
            "2027-04-03T14:45:00Z",
            "on 4 April 2027, so 01:45 comes twice",
        ),
    ] {
        let planned = read(typed, &named(zone), NOW).unwrap().unwrap();
        assert_eq!(in_utc(planned.at), want, "{typed} {zone}");
        assert!(
            planned.remark.as_ref().is_some_and(|remark| remark.to_string().contains(words)),
            "{planned:?}"
        );
    }
    let second = read("2027-10-31T02:30+01:00", &named("Europe/Berlin"), NOW).unwrap().unwrap();
    assert_eq!((in_utc(second.at).as_str(), second.remark), ("2027-10-31T01:30:00Z", None));
}

#[test]
fn a_form_names_its_zone_or_means_that_of_the_space() {
    let lisbon = named("Europe/Lisbon");
    assert_eq!(zone("", None), Ok(Zone::UTC));
    assert_eq!(zone(" ", Some(&lisbon)), Ok(lisbon.clone()));
    assert_eq!(zone("Asia/Tokyo", Some(&lisbon)), Ok(named("Asia/Tokyo")));
    assert!(matches!(zone("Mars/Olympus", Some(&lisbon)), Err(ScheduleError::Zone(_))));
}

#[test]
fn a_form_that_does_not_change_the_time_keeps_it() {
    let berlin = named("Europe/Berlin");
    let second = Millis("2027-10-31T01:30:07Z".parse::<Timestamp>().unwrap().as_millisecond());
    let past = Millis(NOW.0 - Span::days(3).0);
    for kept in [second, past] {
        let shown = written(kept, &berlin);
        let same = reread(&shown, &berlin, Some(kept), NOW).unwrap();
        assert_eq!(same, Some(Planned { at: kept, remark: None }), "{shown}");
        assert_ne!(
            reread(&shown, &named("Asia/Tokyo"), Some(kept), NOW),
            Ok(same),
            "elsewhere it is another time"
        );
    }
    assert_eq!(written(second, &berlin), "2027-10-31T02:30");
    assert_eq!(reread("", &berlin, Some(second), NOW), Ok(None));
}

#[test]
fn a_form_asks_for_one_to_twelve_weeks() {
    for (typed, want) in
        [("", Some(1)), ("1", Some(1)), (" 12 ", Some(12)), ("0", None), ("13", None), ("-1", None)]
    {
        assert_eq!(weeks(typed).ok(), want, "{typed}");
    }
    assert!(weeks("many").expect_err("no number").to_string().contains("1 to 12"));
    assert_eq!(weekly(None, &Zone::UTC, 1), Ok(Vec::new()));
    assert_eq!(weekly(None, &Zone::UTC, 2), Err(ScheduleError::Undated));
}

/// The changes of three zones: the local time stays, the distance does not.
#[test]
fn a_series_goes_through_clock_changes_at_the_same_local_time() {
    for (first, zone, weeks, want, remark) in [
        ("2027-03-21T20:00", "Europe/Berlin", 2, "2027-03-28T18:00:00Z", None),
        ("2027-10-24T20:00", "Europe/Berlin", 2, "2027-10-31T19:00:00Z", None),
        (
            "2027-03-21T02:30",
            "Europe/Berlin",
            2,
            "2027-03-28T01:30:00Z",
            Some("over 02:30: we took 03:30 CEST."),
        ),
        ("2027-03-21T02:30", "Europe/Berlin", 3, "2027-04-04T00:30:00Z", None),
        (
            "2027-10-24T02:30",
            "Europe/Berlin",
            2,
            "2027-10-31T00:30:00Z",
            Some("we took the first one, 02:30 CEST."),
        ),
        ("2027-03-07T19:00", "America/New_York", 2, "2027-03-14T23:00:00Z", None),
        ("2027-03-07T02:30", "America/New_York", 2, "2027-03-14T07:30:00Z", Some("we took 03:30 EDT.")),
        (
            "2027-10-31T01:30",
            "America/New_York",
            2,
            "2027-11-07T05:30:00Z",
            Some("the first one, 01:30 EDT."),
        ),
        ("2027-03-28T20:00", "Australia/Lord_Howe", 2, "2027-04-04T09:30:00Z", None),
        ("2027-03-28T01:45", "Australia/Lord_Howe", 2, "2027-04-03T14:45:00Z", Some("01:45 comes twice")),
        (
            "2027-09-26T02:15",
            "Australia/Lord_Howe",
            2,
            "2027-10-02T15:45:00Z",
            Some("over 02:15: we took 02:45"),
        ),
    ] {
        let zone = named(zone);
        let planned = weekly(read(first, &zone, NOW).unwrap(), &zone, weeks).unwrap();
        assert_eq!(planned.len(), weeks, "{first}");
        let last = planned.last().unwrap();
        assert_eq!(in_utc(last.at), want, "{first} {}", zone.name());
        match (remark, last.remark.as_ref().map(ToString::to_string)) {
            (Some(words), Some(remark)) => assert!(remark.contains(words), "{remark}"),
            (words, remark) => assert_eq!(remark.as_deref(), words, "{first} {}", zone.name()),
        }
    }
}

#[test]
fn the_next_week_of_a_show_is_to_come() {
    let berlin = named("Europe/Berlin");
    let moment = |text: &str| Millis(text.parse::<Timestamp>().unwrap().as_millisecond());
    for (at, now, want) in [
        // Still to come: a week after it.
        ("2027-03-26T19:00:00Z", "2027-03-20T12:00:00Z", "2027-04-02T18:00:00Z"),
        ("2027-03-26T19:00:00Z", "2027-03-27T12:00:00Z", "2027-04-02T18:00:00Z"),
        ("2027-03-19T19:00:00Z", "2027-04-02T18:30:00Z", "2027-04-09T18:00:00Z"),
        ("2026-01-02T19:00:00Z", "2027-06-30T12:00:00Z", "2027-07-02T18:00:00Z"),
    ] {
        let next = next_week(moment(at), &berlin, moment(now)).map(in_utc);
        assert_eq!(next.as_deref(), Some(want), "{at} {now}");
    }
}

/// All moments of a local time, found by trying every offset that the zone has around it.
fn moments(zone: &TimeZone, local: DateTime) -> (BTreeSet<i64>, i64) {
    let as_utc = local.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
    let offset = |second: i64| i64::from(zone.to_offset(Timestamp::from_second(second).unwrap()).seconds());
    let offsets: BTreeSet<i64> = (-48..=48).map(|n| offset(as_utc + n * 1800)).collect();
    let fits = offsets.into_iter().filter(|o| offset(as_utc - o) == *o).map(|o| as_utc - o);
    (fits.collect(), as_utc - offset(as_utc - 36 * 3600))
}

proptest! {
    /// All three zones change on Sundays, early in the morning.
    #[test]
    fn every_show_of_a_series_is_at_the_local_time_of_the_first(
        name in prop::sample::select(&ZONES[..]), week in 0_i64..90, minute in 0_i64..300,
    ) {
        let (zone, rules) = (named(name), TimeZone::get(name).unwrap());
        let sunday: DateTime = "2026-11-29T00:00".parse().unwrap();
        let first = sunday + jiff::Span::new().weeks(week).minutes(minute);
        let typed = first.strftime("%Y-%m-%dT%H:%M").to_string();
        let read = read(&typed, &zone, NOW);
        if moments(&rules, first).0.is_empty() {
            prop_assert!(matches!(read, Err(ScheduleError::Skipped(_))), "{:?}", read);
            return Ok(());
        }
        let planned = weekly(read.unwrap(), &zone, MOST_WEEKS).unwrap();
        prop_assert_eq!(planned.len(), MOST_WEEKS);
        for (n, planned) in (0_i64..).zip(&planned) {
            let (moments, skipped) = moments(&rules, first + jiff::Span::new().weeks(n));
            let want = moments.first().copied().unwrap_or(skipped);
            prop_assert_eq!(planned.at.0, want * 1000);
            prop_assert_eq!(planned.remark.is_some(), moments.len() != 1, "{:?}", &planned.remark);
        }
    }

    /// A form that shows a moment and is sent unchanged moves nothing, whatever the zone.
    #[test]
    fn what_is_shown_is_read_back(name in prop::sample::select(&ZONES[..]), minute in 0_i64..1_000_000) {
        let (zone, at) = (named(name), NOW + Span::minutes(minute));
        let shown = written(at, &zone);
        prop_assert_eq!(reread(&shown, &zone, Some(at), NOW), Ok(Some(Planned { at, remark: None })));
        let read = read(&shown, &zone, NOW).unwrap().unwrap();
        prop_assert!(read.at == at || (read.remark.is_some() && read.at < at), "{shown}");
    }
}

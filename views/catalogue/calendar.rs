//! A calendar that other programs read and subscribe to: iCalendar (RFC 5545), with times in UTC.

use domain::{
    live::stream::{EndReason, Stream},
    time::{Millis, Span},
};
use std::fmt::Display;

/// A stream has no planned end; calendars need one to draw it.
const ASSUMED: Span = Span::hours(1);
/// How often a program should ask again.
const REFRESH: &str = "PT1H";
/// The longest line, in bytes, without its line break.
const LONGEST: usize = 75;

#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    pub name: &'a str,
    pub events: &'a [Event<'a>],
    pub now: Millis,
}

/// A stream that has a date.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub stream: &'a Stream,
    pub at: Millis,
    /// The name of its space.
    pub space: &'a str,
    /// Of the page on which it takes place.
    pub url: &'a str,
}

pub fn file(calendar: &Calendar<'_>) -> String {
    let mut lines = Lines::default();
    lines.value("BEGIN", "VCALENDAR");
    lines.value("VERSION", "2.0");
    lines.value("PRODID", "-//Backstage Pass//Shows//EN");
    lines.text("NAME", calendar.name);
    // The name before RFC 7986, which many programs still read.
    lines.text("X-WR-CALNAME", calendar.name);
    lines.value("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    lines.value("X-PUBLISHED-TTL", REFRESH);
    calendar.events.iter().for_each(|event| write(&mut lines, event, calendar.now));
    lines.value("END", "VCALENDAR");
    lines.0
}

/// A change of the stream raises its version, so programs know the newer state by `SEQUENCE`.
fn write(lines: &mut Lines, event: &Event<'_>, now: Millis) {
    let Event { stream, at, space, url } = *event;
    let cancelled = stream.end_reason == Some(EndReason::Cancelled);
    let ended = stream.ended_at.filter(|ended| !cancelled && *ended > at);
    lines.value("BEGIN", "VEVENT");
    lines.value("UID", stream.id);
    lines.value("DTSTAMP", moment(now));
    lines.value("SEQUENCE", stream.version);
    lines.value("DTSTART", moment(at));
    lines.value("DTEND", moment(ended.unwrap_or(at + ASSUMED)));
    lines.text("SUMMARY", &stream.title);
    lines.text("DESCRIPTION", &format!("{space}\n{url}"));
    lines.text("LOCATION", url);
    lines.value("URL", url);
    lines.value("STATUS", if cancelled { "CANCELLED" } else { "CONFIRMED" });
    lines.value("END", "VEVENT");
}

fn moment(at: Millis) -> impl Display {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Folded after [`LONGEST`] bytes, between two characters.
    fn value(&mut self, name: &str, value: impl Display) {
        let mut length = 0;
        for c in format!("{name}:{value}").chars() {
            if length + c.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(c);
            length += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// With what separates values escaped, and without characters that no text may have.
    fn text(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\n' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                c if c.is_control() && c != '\t' => {}
                c => escaped.push(c),
            }
        }
        self.value(name, escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{id::*, live::stream::StreamState};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// 28 November 2026, 12:00 UTC.
    const NOW: Millis = Millis(1_795_867_200_000);
    const URL: &str = "https://backstage.example/maya/friday-session";

    fn stream(title: &str, state: StreamState) -> Stream {
        let over = state == StreamState::Ended;
        Stream {
            id: StreamId(uuid::Uuid::from_u128(0x40)),
            room: RoomId::new(),
            space: SpaceId::new(),
            experience: ExperienceId::new(),
            series: None,
            title: title.into(),
            state,
            version: 3,
            scheduled_at: Some(NOW),
            started_at: None,
            grace_until: None,
            empty_since: None,
            ended_at: over.then(|| NOW + Span::minutes(95)),
            end_reason: over.then_some(EndReason::Host),
            peak: 0,
            count_hidden: false,
            recorded: Default::default(),
            clips_by_team: false,
            plane: None,
        }
    }

    fn text_of(stream: &Stream, space: &str) -> String {
        let events = [Event { stream, at: NOW, space, url: URL }];
        file(&Calendar { name: space, events: &events, now: NOW + Span::hours(1) })
    }

    /// The lines as a program reads them, by their names.
    fn read(text: &str) -> BTreeMap<String, String> {
        let unfolded = text.replace("\r\n ", "");
        let lines = unfolded.split_terminator("\r\n").map(|line| line.split_once(':').expect("a name"));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn unescaped(value: &str) -> String {
        let (mut text, mut characters) = (String::new(), value.chars());
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some('n') => text.push('\n'),
                    Some(c) => text.push(c),
                    None => panic!("{value} ends within an escape"),
                },
                ';' | ',' => panic!("{value} separates values"),
                c => text.push(c),
            }
        }
        text
    }

    #[test]
    fn a_stream_is_an_event_in_utc() {
        let text = text_of(&stream("Friday; first, takes\\", StreamState::Scheduled), "Maya Lin");
        let want = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Backstage Pass//Shows//EN",
            "NAME:Maya Lin",
            "X-WR-CALNAME:Maya Lin",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "BEGIN:VEVENT",
            "UID:00000000000000000000000000000040",
            "DTSTAMP:20261128T130000Z",
            "SEQUENCE:3",
            "DTSTART:20261128T120000Z",
            "DTEND:20261128T130000Z",
            "SUMMARY:Friday\\; first\\, takes\\\\",
            "DESCRIPTION:Maya Lin\\nhttps://backstage.example/maya/friday-session",
            "LOCATION:https://backstage.example/maya/friday-session",
            "URL:https://backstage.example/maya/friday-session",
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(text.split("\r\n").collect::<Vec<_>>(), want);
    }

    #[test]
    fn the_end_is_known_of_what_was_shown_alone() {
        let shown = stream("Shown", StreamState::Ended);
        let cancelled = Stream { end_reason: Some(EndReason::Cancelled), ..shown.clone() };
        let early = Stream { ended_at: Some(Millis(NOW.0 - 1)), ..shown.clone() };
        for (stream, end, status) in [
            (shown, "20261128T133500Z", "CONFIRMED"),
            (early, "20261128T130000Z", "CONFIRMED"),
            (cancelled, "20261128T130000Z", "CANCELLED"),
        ] {
            let lines = read(&text_of(&stream, "Maya"));
            assert_eq!((lines["DTEND"].as_str(), lines["STATUS"].as_str()), (end, status));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_words_are_lines_stay_short_and_the_words_whole(
            title in prop_oneof![any::<String>(), "[\u{0}-\u{20}äé漢🔥;,\\\\:]{0,200}"], space in "\\PC{0,120}",
        ) {
            let text = text_of(&stream(&title, StreamState::Scheduled), &space);
            prop_assert!(text.ends_with("\r\n"));
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= LONGEST, "{} bytes: {line}", line.len());
                prop_assert!(!line.is_empty() && !line.contains(['\r', '\n']), "{line:?}");
            }
            let lines = read(&text);
            let visible: String = title.chars().filter(|c| !c.is_control() || "\n\t".contains(*c)).collect();
            prop_assert_eq!(unescaped(&lines["SUMMARY"]), visible);
            prop_assert_eq!(unescaped(&lines["DESCRIPTION"]), format!("{space}\n{URL}"));
            prop_assert_eq!(lines["URL"].as_str(), URL);
        }
    }
}

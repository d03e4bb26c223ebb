//! Captions of a show: lines of text that a program of its host sends while it is on air. Viewers see each as it comes; what was
//! sent while the show was recorded stands under its replay, unless its team gives it a file.

pub mod file;

use crate::{
    live::{
        recording::Recording,
        stream::{Stream, StreamState},
    },
    text::{self, TextError},
    time::{Millis, Span},
};
use file::Cue;
use std::fmt::Write;

/// The longest line, in characters: four lines of subtitles, which have 42 each in the guidelines of broadcasters.
pub const LONGEST: usize = 168;
/// Lines that are kept of one show: more than one in two seconds for eight hours, which is the longest.
pub const MOST: i64 = 16_000;
/// How long a line is shown if no other one comes: what it takes to read the longest at 24 characters a second. `captions.js` takes
/// lines away after the same time.
pub const SHOWN_FOR: Span = Span::secs(7);

/// A line, and when it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    pub at: Millis,
    /// When it goes, if a file says so. Else some seconds later, or with the next one.
    pub until: Option<Millis>,
    /// Those of a file may have several lines.
    pub text: String,
}

impl Caption {
    /// That of a file, on the clock of the shows.
    pub fn of_file(cue: Cue, recording: &Recording) -> Self {
        let on_clock = |moment| recording.began_at + moment;
        Self { at: on_clock(cue.begins), until: Some(on_clock(cue.until)), text: cue.text }
    }

    /// Whether it belongs to the show: viewers get nothing of a rehearsal, and nothing of it is kept.
    pub fn is_public(&self, stream: &Stream) -> bool {
        stream.started_at.is_some_and(|began| began <= self.at)
    }
}

/// Whether a stream takes captions in this state: its team tries them out in the rehearsal.
pub fn takes_captions(state: StreamState) -> bool {
    state.on_air() || state == StreamState::Rehearsal
}

/// The text of a caption, in one line.
///
/// # Errors
/// It is empty or too long.
pub fn line(text: &str) -> Result<String, TextError> {
    text::line(text, 1..=LONGEST)
}

/// What a file of captions begins with (WebVTT, W3C, 2019).
pub const HEAD: &str = "WEBVTT\n";

/// Some lines of a recorded show as cues of such a file, by the clock of its recording: in their order, and the one that follows them.
/// What was sent before the first or after the last frame is left out, and so is what another line replaced within the same
/// millisecond.
pub fn cues(lines: &[Caption], following: Option<&Caption>, recording: &Recording) -> String {
    let mut file = String::new();
    let length = recording.length.0;
    for (nth, line) in lines.iter().enumerate().filter(|(_, line)| line.at >= recording.began_at) {
        let begins = recording.moment(line.at).0;
        let next = || lines.get(nth + 1).or(following).map_or(length, |next| recording.moment(next.at).0);
        let until = line.until.map(|until| recording.moment(until).0);
        let until = until.unwrap_or_else(|| (begins + SHOWN_FOR.0).min(next())).min(length);
        if begins < until {
            // Writing to a text does not fail.
            let _ = write!(file, "\n{} --> {}\n{}\n", stamp(begins), stamp(until), escaped(&line.text));
        }
    }
    file
}

/// Milliseconds as a cue names them, like `01:02:03.456`.
fn stamp(ms: i64) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The text of a cue, in which these three letters would mean something.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::recording::tests::recording as ready;

    const BEGAN: Millis = Millis(1_000_000);

    fn recording(length: Span) -> Recording {
        Recording { length, ..ready() }
    }

    fn web_vtt(lines: &[Caption], recording: &Recording) -> String {
        format!("{HEAD}{}", cues(lines, None, recording))
    }

    fn said(ms: i64, text: &str) -> Caption {
        Caption { at: BEGAN + Span(ms), until: None, text: text.to_owned() }
    }

    #[test]
    fn captions_of_a_file_have_ends_of_their_own_and_come_back_as_they_were() {
        let file = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\none\nand more\n\n00:00:02.000 --> 00:00:20.000\ntwo &amp; two\n";
        let recording = recording(Span(20_000));
        let cues = file::read(file.as_bytes()).unwrap().into_iter();
        let lines: Vec<Caption> = cues.map(|cue| Caption::of_file(cue, &recording)).collect();
        assert_eq!(web_vtt(&lines, &recording), file);
    }

    #[test]
    fn a_line_has_something_to_read_and_is_short() {
        for (text, taken) in [
            (" Good evening. \r\n", Ok("Good evening.".to_owned())),
            ("Good\nevening", Ok("Good evening".to_owned())),
            ("", Err(TextError::Empty)),
            ("\u{200b}", Err(TextError::Invisible)),
            (&"ä".repeat(LONGEST), Ok("ä".repeat(LONGEST))),
            (&"ä".repeat(LONGEST + 1), Err(TextError::Long { most: LONGEST, count: LONGEST + 1 })),
        ] {
            assert_eq!(line(text), taken, "{text:?}");
        }
    }

    #[test]
    fn captions_are_taken_from_the_rehearsal_to_the_end() {
        let taken = StreamState::ALL.map(|state| (state, takes_captions(state)));
        for (state, takes) in taken {
            let wants =
                [StreamState::Rehearsal, StreamState::Live, StreamState::Interrupted].contains(&state);
            assert_eq!(takes, wants, "{state:?}");
        }
    }

    #[test]
    fn a_cue_ends_with_the_next_one_with_the_recording_or_after_some_seconds() {
        let lines = [
            said(-5_000, "before the first frame"),
            said(1_000, "one"),
            said(3_500, "two"),
            said(3_500, "three"),
            said(3_723_004, "four"),
            said(3_735_000, "five"),
            said(3_740_000, "after the last frame"),
        ];
        let want = "WEBVTT\n\
            \n00:00:01.000 --> 00:00:03.500\none\n\
            \n00:00:03.500 --> 00:00:10.500\nthree\n\
            \n01:02:03.004 --> 01:02:10.004\nfour\n\
            \n01:02:15.000 --> 01:02:16.000\nfive\n";
        assert_eq!(web_vtt(&lines, &recording(Span(3_736_000))), want);
        assert_eq!(web_vtt(&[], &recording(Span(10_000))), "WEBVTT\n");
        // However the lines are divided.
        for first in 0..=lines.len() {
            let (before, after) = lines.split_at(first);
            let recording = recording(Span(3_736_000));
            let parts = [cues(before, after.first(), &recording), cues(after, None, &recording)];
            assert_eq!(format!("{HEAD}{}", parts.concat()), want, "after {first} lines");
        }
    }

    #[test]
    fn what_means_something_in_a_cue_is_text() {
        let file = web_vtt(&[said(0, "<b>a</b> --> b & c")], &recording(Span(9_000)));
        let want = "WEBVTT\n\n00:00:00.000 --> 00:00:07.000\n&lt;b&gt;a&lt;/b&gt; --&gt; b &amp; c\n";
        assert_eq!(file, want);
    }
}

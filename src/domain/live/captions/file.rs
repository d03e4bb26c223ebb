//! A file of captions that a team gives a replay: WebVTT (W3C, 2019), of which times and words are taken over, without marks.

use super::MOST;
use crate::{text, time::Span};

/// The largest file, in bytes: a day of speech takes less.
pub const LARGEST_FILE: usize = 1024 * 1024;
/// The longest text of a cue, in characters.
pub const LONGEST_CUE: usize = 400;

/// What is shown from one moment of a recording to another. The text may have several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    pub begins: Span,
    pub until: Span,
    pub text: String,
}

/// Why a file is not taken. Lines are counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptionFileError {
    #[error("no file was chosen")]
    NoFile,
    #[error("the file has more than {LARGEST_FILE} bytes")]
    Large,
    #[error("the file is not text in UTF-8")]
    Encoding,
    #[error("the file does not begin with WEBVTT")]
    Head,
    #[error("the times in line {0} cannot be read")]
    Times(usize),
    #[error("the caption in line {0} does not end after its beginning")]
    Backwards(usize),
    #[error("the caption in line {0} has more than {LONGEST_CUE} characters")]
    Long(usize),
    #[error("the file has more than {MOST} captions")]
    Many,
    #[error("there is no caption in the file")]
    Empty,
}

/// The captions of a file, in its order. Notes, styles, regions, settings and empty captions are left out.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(file: &[u8]) -> Result<Vec<Cue>, CaptionFileError> {
    if file.is_empty() {
        return Err(CaptionFileError::NoFile);
    }
    if file.len() > LARGEST_FILE {
        return Err(CaptionFileError::Large);
    }
    let text = std::str::from_utf8(file).map_err(|_| CaptionFileError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<(usize, &str)> = (1..).zip(text.split('\n').map(str::trim_end)).collect();
    let head = lines.first().and_then(|(_, line)| line.strip_prefix("WEBVTT"));
    if !head.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return Err(CaptionFileError::Head);
    }
    let mut cues = Vec::new();
    // The first block is the head.
    for block in lines.split(|(_, line)| line.is_empty()).skip(1) {
        cues.extend(cue(block)?);
        if cues.len() as i64 > MOST {
            return Err(CaptionFileError::Many);
        }
    }
    if cues.is_empty() { Err(CaptionFileError::Empty) } else { Ok(cues) }
}

/// The caption of a block; `None` of one without any.
fn cue(block: &[(usize, &str)]) -> Result<Option<Cue>, CaptionFileError> {
    // The line before the times is the name of the caption.
    let Some(place) = block.iter().take(2).position(|(_, line)| line.contains("-->")) else {
        return Ok(None);
    };
    let (number, line) = block[place];
    let (begins, until) = times(line).ok_or(CaptionFileError::Times(number))?;
    if until <= begins {
        return Err(CaptionFileError::Backwards(number));
    }
    let words = block[place + 1..].iter().map(|(_, line)| text::clean(&plain(line)));
    let text = words.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    match text.chars().count() {
        0 => Ok(None),
        count if count > LONGEST_CUE => Err(CaptionFileError::Long(number)),
        _ => Ok(Some(Cue { begins, until, text })),
    }
}

/// `00:01.000 --> 00:00:04.000 align:start`: what follows the times says how they are laid out.
fn times(line: &str) -> Option<(Span, Span)> {
    let (begins, rest) = line.split_once("-->")?;
    Some((moment(begins.trim())?, moment(rest.split_whitespace().next()?)?))
}

/// `01:02.003`, or with hours before it.
fn moment(text: &str) -> Option<Span> {
    let number = |digits: &str, most: usize| {
        let fits = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (clock, ms) = text.split_once('.')?;
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => (0, minutes, seconds),
        [hours, minutes, seconds] => (number(hours, 3)?, minutes, seconds),
        _ => return None,
    };
    let sixtieth = |digits: &str| number(digits, 2).filter(|number| *number < 60);
    let ms = number(ms, 3).filter(|_| ms.len() == 3)?;
    Some(Span(((hours * 60 + sixtieth(minutes)?) * 60 + sixtieth(seconds)?) * 1000 + ms))
}

/// The words of a line without marks such as `<i>` and `<v Ann>`.
fn plain(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut inside = false;
    for letter in line.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            _ => words.push(letter),
        }
    }
    for (written, meant) in [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")] {
        words = words.replace(written, meant);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(begins: i64, until: i64, text: &str) -> Cue {
        Cue { begins: Span(begins), until: Span(until), text: text.into() }
    }

    #[test]
    fn times_and_words_are_taken_over_and_nothing_else() {
        let file = "\u{feff}WEBVTT - by hand\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nNOTE for us\r\n\r\n\
            first\r\n00:01.000 --> 00:02.500 align:start position:10%\r\n<v Ann>Good <i>evening</i>.\r\nAll &lt;of&gt; you &amp; me.\r\n\r\n\
            01:02:03.004-->100:00:00.000\nlast\n\n00:00.000 --> 00:01.000\n<i></i>\n";
        let want =
            [one(1_000, 2_500, "Good evening.\nAll <of> you & me."), one(3_723_004, 360_000_000, "last")];
        assert_eq!(read(file.as_bytes()).unwrap(), want);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        use CaptionFileError::*;
        let long = format!("WEBVTT\n\n00:00.000 --> 00:01.000\n{}", "x".repeat(LONGEST_CUE + 1));
        let many = format!("WEBVTT\n{}", "\n00:00.000 --> 00:01.000\nx\n".repeat(MOST as usize + 1));
        for (file, wrong) in [
            ("", NoFile),
            ("1\n00:00:01,000 --> 00:00:02,000\nSubRip", Head),
            ("WEBVTTS", Head),
            ("WEBVTT", Empty),
            ("WEBVTT\n\nNOTE nothing", Empty),
            ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nx", Times(3)),
            ("WEBVTT\n\nname\n00:01.000 -->\nx", Times(4)),
            ("WEBVTT\n\n00:61.000 --> 01:00.000\nx", Times(3)),
            ("WEBVTT\n\n0:1.00 --> 01:00.000\nx", Times(3)),
            ("WEBVTT\n\n9999:00:00.000 --> 9999:00:01.000\nx", Times(3)),
            ("WEBVTT\n\n-0:01.000 --> 00:02.000\nx", Times(3)),
            ("WEBVTT\n\n00:01.000 --> 00:01.000\nx", Backwards(3)),
            (&long, Long(3)),
            (&many, Many),
            (&"x".repeat(LARGEST_FILE + 1), Large),
        ] {
            assert_eq!(read(file.as_bytes()), Err(wrong), "{file:.60}");
        }
        assert_eq!(read(b"WEBVTT\xff"), Err(Encoding));
    }
}

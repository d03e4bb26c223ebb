//! Files behind the gate of an experience: what they are called, how they are sent, and what they are sent as.

use crate::{
    catalogue::content::videos::{Video, VideoState},
    id::*,
    picture::PictureId,
    text::{self, TextError},
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Files of one space that were not deleted, with those that are on their way.
pub const OF_A_SPACE: i64 = 500;
/// Files of one space that are on their way at once.
pub const OPEN_OF_A_SPACE: i64 = 10;
/// The same of one account, in all spaces.
pub const OPEN_OF_AN_ACCOUNT: i64 = 5;
/// The room of one account, in all spaces together: that of so many spaces.
pub const ROOMS_OF_AN_ACCOUNT: i64 = 2;
/// How long a file may be on its way.
pub const SEND_WITHIN: Span = Span::days(1);
/// The description of a file, in characters.
pub const ABOUT: usize = 500;

/// In characters.
const LONGEST_NAME: usize = 120;
/// In bytes of UTF-8: file systems take 255, and browsers add " (1)".
const MOST_NAME_BYTES: usize = 240;
/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The same, with a digit behind.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];
/// Characters that separate folders, or that a file system refuses.
const REFUSED: [char; 9] = ['/', '\\', '<', '>', ':', '"', '|', '?', '*'];

/// Why a file, or a piece of it, is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefusal {
    /// It is larger than a file may be, or than was announced.
    TooLarge,
    /// The space has as many as it can have.
    Files,
    /// As many are on their way as may be.
    OnTheirWay,
    /// The space would hold too many bytes.
    Room,
    /// The account would.
    OwnRoom,
    /// All spaces together would, or the disk has hardly room left.
    AllRoom,
    /// It was not sent in time.
    Ended,
    /// Other bytes are expected next.
    Offset,
}

impl FileRefusal {
    pub const ALL: [Self; 8] = [
        Self::TooLarge,
        Self::Files,
        Self::OnTheirWay,
        Self::Room,
        Self::OwnRoom,
        Self::AllRoom,
        Self::Ended,
        Self::Offset,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Files => "files",
            Self::OnTheirWay => "on_their_way",
            Self::Room => "room",
            Self::OwnRoom => "own_room",
            Self::AllRoom => "all_room",
            Self::Ended => "ended",
            Self::Offset => "offset",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// A file, or what has arrived of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub space: SpaceId,
    pub experience: ExperienceId,
    pub name: String,
    pub about: String,
    /// In bytes.
    pub size: i64,
    /// Bytes that are stored for good.
    pub received: i64,
    /// What the object store needs to go on; empty before the first byte.
    pub progress: String,
    /// In hexadecimal; empty until the file is complete.
    pub sha256: String,
    /// How often somebody downloaded it, at most once an hour for each person.
    pub downloads: i64,
    /// `None`: it is no video, and is only saved.
    pub video: Option<VideoState>,
    /// Of a video, before it plays. Its files are served only to those who may watch it.
    pub poster: Option<PictureId>,
    pub created_at: Millis,
    /// When what has arrived is thrown away; `None` once everything has arrived.
    pub expires_at: Option<Millis>,
}

impl File {
    /// It can be downloaded.
    pub fn is_ready(&self) -> bool {
        !self.sha256.is_empty()
    }

    /// The video, if it can be watched.
    pub fn watchable(&self) -> Option<&Video> {
        match &self.video {
            Some(VideoState::Plays(video)) if self.is_ready() => Some(video),
            _ => None,
        }
    }

    pub fn has_arrived(&self) -> bool {
        self.expires_at.is_none()
    }

    /// More of it may be sent.
    pub fn is_open(&self, now: Millis) -> bool {
        self.expires_at.is_some_and(|until| now < until)
    }

    /// The name in the object store.
    pub fn object(&self) -> String {
        format!("files/{}", self.id)
    }
}

/// A file that somebody is about to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub name: String,
    pub about: String,
    pub size: i64,
}

/// How much files may take, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub of_a_file: i64,
    pub of_a_space: i64,
    pub of_all: i64,
}

impl Room {
    /// What one account has sent, into whichever spaces.
    pub const fn of_an_account(self) -> i64 {
        self.of_a_space.saturating_mul(ROOMS_OF_AN_ACCOUNT)
    }
}

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("A name cannot contain any of / \\ < > : \" | ? *")]
    Character,
    #[error("A name cannot begin or end with a dot.")]
    Dot,
    #[error("Some systems keep this name for a device. Choose another one.")]
    Device,
}

/// What a file may be called on anybody's machine. Invisible characters and characters that turn the direction of the text are
/// removed, so that a name ends with the extension that it shows.
///
/// # Errors
/// What has to be changed.
pub fn name(text: &str) -> Result<String, NameError> {
    let plain: String = text.chars().filter(|c| !turns_direction(*c)).collect();
    let name = text::line(&plain, 1..=LONGEST_NAME)?;
    if name.len() > MOST_NAME_BYTES {
        let count = name.chars().count();
        return Err(TextError::Long { most: LONGEST_NAME.min(count - 1), count }.into());
    }
    if name.contains(REFUSED) {
        return Err(NameError::Character);
    }
    if name.starts_with('.') || name.ends_with('.') {
        return Err(NameError::Dot);
    }
    if is_device(&name) { Err(NameError::Device) } else { Ok(name) }
}

/// The last part of a path, as some programs send it in place of a name.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Marks that only serve text of mixed directions. A name needs none, and can deceive by them.
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |device: &&str| {
        let rest = stem.strip_prefix(*device);
        rest.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(numbered)
}

/// What a file is, judged by its name alone. It is always saved and never shown, so this only tells a browser which program
/// opens it later. Whatever could run in a browser is not in the table.
pub fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "txt" | "md" | "csv" | "srt" => "text/plain; charset=utf-8",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "m4a" => "audio/mp4",
        "ogg" | "opus" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

/// The header that makes a browser save the file under its name (RFC 6266): once in ASCII, once in full.
pub fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c == ' ' || c.is_ascii_graphic() && c != '%' { c } else { '_' }).collect();
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// Makes the file of what has arrived, in case the process died before it could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishFile {
    pub file: FileId,
}

impl Job for FinishFile {
    const NAME: &'static str = "finish_file";
    const LANE: Lane = Lane::Upkeep;
}

/// Deletes what is stored of deleted files, of files that nobody sent to the end, and of spaces that are gone. Enqueued once a
/// day, and when a file is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PruneFiles {}

impl Job for PruneFiles {
    const NAME: &'static str = "prune_files";
    const LANE: Lane = Lane::Upkeep;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_code() {
        for why in FileRefusal::ALL {
            assert_eq!(FileRefusal::from_code(why.code()), Some(why));
        }
        assert_eq!(FileRefusal::from_code("another"), None);
    }

    #[test]
    fn a_name_is_one_on_every_system_and_ends_as_it_looks() {
        let long = "n".repeat(121);
        let wide = "字".repeat(81);
        for (text, want) in [
            ("Liner notes.pdf", Ok("Liner notes.pdf")),
            ("  Liner\t notes.pdf ", Ok("Liner notes.pdf")),
            ("Über den Fluß.txt", Ok("Über den Fluß.txt")),
            ("מילים.txt", Ok("מילים.txt")),
            ("notes\u{202E}gpj.exe", Ok("notesgpj.exe")),
            ("אבג\u{200F}.txt", Ok("אבג.txt")),
            ("a\u{200B}b.txt", Ok("ab.txt")),
            ("a\0b.txt", Ok("ab.txt")),
            ("console.txt", Ok("console.txt")),
            ("com.txt", Ok("com.txt")),
            ("COM10.txt", Ok("COM10.txt")),
            ("", Err(NameError::Text(TextError::Empty))),
            ("\u{202E}", Err(NameError::Text(TextError::Empty))),
            ("../../etc/passwd", Err(NameError::Character)),
            ("..\\secret.txt", Err(NameError::Character)),
            ("a:b", Err(NameError::Character)),
            ("say \"hi\".txt", Err(NameError::Character)),
            ("..", Err(NameError::Dot)),
            (".", Err(NameError::Dot)),
            (".htaccess", Err(NameError::Dot)),
            ("notes.", Err(NameError::Dot)),
            ("CON", Err(NameError::Device)),
            ("nul.tar.gz", Err(NameError::Device)),
            ("Aux .txt", Err(NameError::Device)),
            ("com1.txt", Err(NameError::Device)),
            ("LPT9", Err(NameError::Device)),
            (&long, Err(NameError::Text(TextError::Long { most: 120, count: 121 }))),
            (&wide, Err(NameError::Text(TextError::Long { most: 80, count: 81 }))),
        ] {
            assert_eq!(name(text).as_deref(), want.as_ref().copied(), "{text:?}");
        }
        for (path, want) in
            [("C:\\fakepath\\a.txt", "a.txt"), ("/home/x/a.txt", "a.txt"), ("a.txt", "a.txt"), ("a/", "")]
        {
            assert_eq!(base_name(path), want, "{path}");
        }
    }

    #[test]
    fn nothing_that_runs_in_a_browser_is_named_as_such() {
        for (name, want) in [
            ("notes.TXT", "text/plain; charset=utf-8"),
            ("score.pdf", "application/pdf"),
            ("page.html", "application/octet-stream"),
            ("picture.svg", "application/octet-stream"),
            ("page.xhtml", "application/octet-stream"),
            ("script.js", "application/octet-stream"),
            ("feed.xml", "application/octet-stream"),
            ("pdf", "application/octet-stream"),
            ("page.html.pdf", "application/pdf"),
        ] {
            assert_eq!(media_type(name), want, "{name}");
        }
    }

    #[test]
    fn a_name_stays_inside_its_header() {
        for (name, want) in [
            ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("Fluß;x=1.txt", "attachment; filename=\"Flu_;x=1.txt\"; filename*=UTF-8''Flu%C3%9F%3Bx%3D1.txt"),
        ] {
            assert_eq!(disposition(name), want);
        }
    }
}

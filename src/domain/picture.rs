//! Uploaded pictures: their names, and the sizes that are stored.

use std::{fmt, str::FromStr};

/// The SHA-256 of a picture's files, so a name always means the same files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureId(pub [u8; 32]);

/// The text is not the name of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a picture")]
pub struct BadPicture;

impl fmt::Display for PictureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PictureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PictureId({self})")
    }
}

impl FromStr for PictureId {
    type Err = BadPicture;
    /// Lower case only, so that a picture has one URL.
    fn from_str(text: &str) -> Result<Self, BadPicture> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return Err(BadPicture);
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| BadPicture)?;
        }
        Ok(Self(bytes))
    }
}

/// The path below which the files of pictures are served.
pub const FOLDER: &str = "/static/pictures";

/// One file of an uploaded picture. It is written as the last segment of its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureFile {
    pub id: PictureId,
    pub size: Size,
}

impl PictureFile {
    /// Its name in the object store.
    pub fn object(&self) -> String {
        format!("pictures/{self}")
    }
}

impl fmt::Display for PictureFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, self.size.name)
    }
}

impl FromStr for PictureFile {
    type Err = BadPicture;
    fn from_str(text: &str) -> Result<Self, BadPicture> {
        let (id, size) = text.split_once('-').ok_or(BadPicture)?;
        Ok(Self { id: id.parse()?, size: size_named(size).ok_or(BadPicture)? })
    }
}

/// A picture that was uploaded, cleaned and cut to its sizes, but not stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPicture {
    pub id: PictureId,
    pub purpose: Purpose,
    /// Width and height of the largest file, in pixels.
    pub dimensions: (u32, u32),
    /// One for each size of its purpose.
    pub files: Vec<(Size, Vec<u8>)>,
}

/// The largest file that is accepted, in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Why a file is refused, with a message for the person who chose it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("Choose a picture first.")]
    NoFile,
    #[error("This file is larger than 10 MB. Save the picture smaller, and choose it again.")]
    ManyBytes,
    #[error("This file did not arrive as a whole. Choose it again.")]
    CutOff,
    #[error(
        "This picture has {width} × {height} pixels, more than we can take. Make it smaller: 3,000 pixels on the longer side are plenty."
    )]
    ManyPixels { width: u32, height: u32 },
    #[error("This picture takes more memory than we can give it. Save it as a JPEG, and choose it again.")]
    Large,
    #[error("This picture has {width} × {height} pixels. It needs at least {} × {}, or it would look coarse.", least.0, least.1)]
    Small { width: u32, height: u32, least: (u32, u32) },
    #[error("This picture is animated. Choose one that stands still.")]
    Animated,
    #[error("This is a GIF. We take JPEG, PNG and WebP.")]
    Gif,
    #[error("This is an SVG, which may contain programs. We take JPEG, PNG and WebP.")]
    Svg,
    #[error(
        "This is a photograph in a format that few browsers show (HEIC or AVIF). Save it as a JPEG, and choose it again."
    )]
    Heic,
    #[error("This is not a picture that we know. We take JPEG, PNG and WebP.")]
    Unknown,
    #[error("This file is damaged or ends too early. Save the picture again, and choose it once more.")]
    Broken,
}

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Behind the name of a space, three times as wide as it is high.
    Cover,
    /// The sign of a space, square.
    Logo,
    /// A person, square.
    Avatar,
    /// In a post or of a video, as a whole. Its files are served only to those who may read the post, or watch the video.
    Post,
}

/// How the files of a picture are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Photographs.
    Jpeg,
    /// Logos: sharp edges and transparency.
    Png,
}

impl Format {
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// One file of a picture. Sizes are in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// The last segment of its URL.
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub format: Format,
    /// The whole picture, at most so wide and so high; otherwise the middle of it, exactly so.
    pub whole: bool,
}

const fn size(name: &'static str, width: u32, height: u32, format: Format) -> Size {
    Size { name, width, height, format, whole: false }
}

const fn whole(name: &'static str, most: u32) -> Size {
    Size { name, width: most, height: most, format: Format::Jpeg, whole: true }
}

/// For link previews elsewhere. The dimensions are those that they show uncut.
pub const PREVIEW: Size = size("preview.jpg", 1200, 630, Format::Jpeg);

/// The largest first. Widths are twice those of the layout, for screens with two pixels per point.
const COVER: &[Size] =
    &[size("1500.jpg", 1500, 500, Format::Jpeg), size("750.jpg", 750, 250, Format::Jpeg), PREVIEW];
const LOGO: &[Size] = &[size("208.png", 208, 208, Format::Png), size("96.png", 96, 96, Format::Png)];
const AVATAR: &[Size] = &[size("208.jpg", 208, 208, Format::Jpeg), size("96.jpg", 96, 96, Format::Jpeg)];

const POST: &[Size] = &[whole("post-1600.jpg", 1600), whole("post-800.jpg", 800)];

impl Size {
    /// Whether its files are for certain people only, so that they have no address of their own.
    pub fn is_gated(self) -> bool {
        POST.contains(&self)
    }
}

impl Purpose {
    pub const ALL: [Self; 4] = [Self::Cover, Self::Logo, Self::Avatar, Self::Post];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Logo => "logo",
            Self::Avatar => "avatar",
            Self::Post => "post",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    pub const fn sizes(self) -> &'static [Size] {
        match self {
            Self::Cover => COVER,
            Self::Logo => LOGO,
            Self::Avatar => AVATAR,
            Self::Post => POST,
        }
    }

    /// The smallest upload that does not look coarse: half of the largest size. What is shown as a whole may be small.
    pub const fn least(self) -> (u32, u32) {
        if matches!(self, Self::Post) {
            return (16, 16);
        }
        let largest = self.sizes()[0];
        (largest.width / 2, largest.height / 2)
    }
}

/// The size with this name, whatever it is for.
pub fn size_named(name: &str) -> Option<Size> {
    Purpose::ALL.into_iter().flat_map(Purpose::sizes).copied().find(|size| size.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_one_spelling() {
        let text = format!("{}0f", "ab".repeat(31));
        let id: PictureId = text.parse().expect("a hash");
        assert_eq!((id.to_string(), id.0[31]), (text.clone(), 15));
        for bad in [
            text.to_uppercase(),
            text[1..].into(),
            format!("{text}0"),
            format!("+{}", &text[1..]),
            "é".repeat(32),
        ] {
            assert_eq!(bad.parse::<PictureId>(), Err(BadPicture), "{bad}");
        }
    }

    #[test]
    fn a_file_has_one_spelling() {
        let id = "ab".repeat(32);
        let text = format!("{id}-1500.jpg");
        let file: PictureFile = text.parse().expect("a file");
        assert_eq!((file.to_string(), file.object()), (text.clone(), format!("pictures/{text}")));
        assert_eq!((file.size.width, file.size.format.mime()), (1500, "image/jpeg"));
        for bad in [
            "",
            "-1500.jpg",
            &id,
            &format!("{id}-1500.png"),
            &format!("{id}-/etc/passwd"),
            &format!("{id}1500.jpg"),
            &format!("{id}-1500.jpg-1500.jpg"),
            &text.to_uppercase(),
        ] {
            assert_eq!(bad.parse::<PictureFile>(), Err(BadPicture), "{bad}");
        }
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_code(purpose.code()), Some(purpose));
        }
        assert_eq!(Purpose::from_code("still"), None);
    }

    #[test]
    fn a_name_of_a_size_is_one_size() {
        for purpose in Purpose::ALL {
            for size in purpose.sizes() {
                assert_eq!(size_named(size.name), Some(*size), "{purpose:?} {}", size.name);
                let ending = size.name.rsplit('.').next();
                assert_eq!(ending, Some(if size.format == Format::Png { "png" } else { "jpg" }));
            }
            let own = || purpose.sizes().iter().filter(|size| **size != PREVIEW);
            assert!(own().all(|size| size.width <= purpose.sizes()[0].width), "{purpose:?}");
            assert!(own().all(|size| own().filter(|other| other.width == size.width).count() == 1));
            assert!(purpose.sizes().iter().all(|size| size.whole == (purpose == Purpose::Post)));
        }
        assert_eq!(size_named("999.jpg"), None);
    }

    #[test]
    fn only_the_files_of_posts_are_gated() {
        for purpose in Purpose::ALL {
            let gated = purpose.sizes().iter().filter(|size| size.is_gated()).count();
            let want = if purpose == Purpose::Post { purpose.sizes().len() } else { 0 };
            assert_eq!(gated, want, "{purpose:?}");
        }
    }
}

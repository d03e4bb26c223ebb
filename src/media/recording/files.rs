//! The folder of a recording. A segment is written as `00000001.vp8.part` and gets the name `00000001.vp8` when it is complete:
//! of its codec, because clusters do not name theirs. Whoever takes complete files away keeps the folder small.

use super::segment::{SegmentFacts, facts};
use domain::live::media::Codec;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The ending of what is not complete.
pub const PART: &str = "part";

/// A complete segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentFile {
    pub number: u64,
    pub path: PathBuf,
    /// Of its pictures.
    pub codec: Codec,
}

impl SegmentFile {
    pub fn new(folder: &Path, number: u64, codec: Codec) -> Self {
        Self { number, path: folder.join(format!("{number:08}.{}", codec.code())), codec }
    }

    /// Where it is until it is complete.
    pub fn part(&self) -> PathBuf {
        self.path.with_added_extension(PART)
    }

    /// Gives it its name, for good.
    ///
    /// # Errors
    /// The file system fails.
    pub fn complete(&self) -> io::Result<()> {
        fs::rename(self.part(), &self.path)?;
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

/// Completes what a crash left in the folder of a recording: whole clusters become a segment, the rest is thrown away.
///
/// # Errors
/// A file cannot be read or written.
pub fn recover(folder: &Path) -> io::Result<()> {
    for file in files_of(folder, true)? {
        match facts(file.codec, &fs::read(file.part())?) {
            Some(SegmentFacts { bytes, .. }) => {
                let part = File::options().write(true).open(file.part())?;
                part.set_len(bytes as u64)?;
                part.sync_all()?;
                file.complete()?;
            }
            None => fs::remove_file(file.part())?,
        }
    }
    Ok(())
}

/// The complete segments in a folder, in order. A folder that is not there has none.
///
/// # Errors
/// The folder cannot be read.
pub fn segment_files(folder: &Path) -> io::Result<Vec<SegmentFile>> {
    files_of(folder, false)
}

pub fn files_of(folder: &Path, parts: bool) -> io::Result<Vec<SegmentFile>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries?,
    };
    let mut files = vec![];
    for entry in entries {
        let name = entry?.file_name();
        let mut words = name.to_str().unwrap_or_default().split('.');
        let (number, codec) = (words.next().and_then(|n| n.parse().ok()), words.next());
        let is_part = words.next() == Some(PART);
        if let (Some(number), Some(codec)) = (number, codec.and_then(Codec::from_code))
            && is_part == parts
        {
            files.push(SegmentFile::new(folder, number, codec));
        }
    }
    files.sort_unstable();
    Ok(files)
}

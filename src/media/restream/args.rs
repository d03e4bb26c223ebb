//! What the program that encodes is told, and the file in which it is told what nobody else may read.
//!
//! Arguments of a process are shown to everybody on the machine, and its environment to its user's other processes. So the stream
//! key stands in a file of options, which only the service's user may read, and which is deleted as soon as the program has read
//! it.

use domain::{
    id::RestreamId,
    live::{media::Codec, restream::RestreamDestination},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The picture is fitted into this, so that it keeps its size when that of the publisher changes.
const PICTURE: &str = "scale=w=1280:h=720:force_original_aspect_ratio=decrease:force_divisible_by=2,\
    pad=w=1280:h=720:x=-1:y=-1,setsar=1";
/// Pixels of a picture that is decoded: 4K in any shape. Formats allow thirty to four hundred times as many, and a decoder
/// keeps several pictures.
const MOST_PIXELS: u32 = 4096 * 2304;

/// Whether pictures are passed on as they came: platforms take H264. So they keep their size and bitrate, and cost next to nothing.
pub const fn is_copied(codec: Codec) -> bool {
    matches!(codec, Codec::H264)
}

fn fixed(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

/// The arguments: pictures of this codec and Opus as Matroska from its input, H264 and AAC as FLV to a port of this machine, where
/// we carry it on. It opens nothing else.
pub fn arguments(codec: Codec, options: &Path, port: u16) -> Vec<String> {
    let mut all = fixed("-hide_banner -nostdin -nostats -loglevel error");
    all.extend(fixed("-protocol_whitelist pipe -f matroska -analyzeduration 2000000 -probesize 2000000"));
    all.extend(["-max_pixels".to_owned(), MOST_PIXELS.to_string()]);
    all.extend(fixed("-i pipe:0 -map 0:v:0 -map 0:a:0?"));
    all.extend(if is_copied(codec) { fixed("-c:v copy") } else { encoding() });
    all.extend(fixed("-c:a aac -b:a 128k -ar 44100 -ac 2 -max_interleave_delta 500000"));
    all.extend(fixed("-flvflags no_duration_filesize -f flv -protocol_whitelist rtmp,tcp -fpre"));
    all.push(options.display().to_string());
    all.push(format!("rtmp://127.0.0.1:{port}/"));
    all
}

fn encoding() -> Vec<String> {
    let mut all = vec!["-vf".to_owned(), PICTURE.to_owned()];
    all.extend(fixed("-c:v libx264 -preset veryfast -tune zerolatency -profile:v main -pix_fmt yuv420p"));
    // Platforms want a keyframe every two seconds, and a bitrate that does not leap.
    all.extend(fixed("-force_key_frames expr:gte(t,n_forced*2) -b:v 2500k -maxrate 2500k -bufsize 5000k"));
    all
}

/// A file with the options that tell where to send and by which key. It is deleted with this value.
pub struct SecretOptions(PathBuf);

impl SecretOptions {
    pub fn write(folder: &Path, to: &RestreamDestination) -> io::Result<Self> {
        // Of its own: two shows of a space may be sent to one place at a time.
        let path = folder.join(format!("{}.ffpreset", RestreamId::new()));
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        let written = Self(path);
        file.write_all(options(to).as_bytes())?;
        Ok(written)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SecretOptions {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, "a stream key is left in a file until the next start");
        }
    }
}

/// A line for each option. Neither addresses nor keys hold line breaks.
fn options(to: &RestreamDestination) -> String {
    let (address, key) = (&to.address, to.key.expose());
    format!("rtmp_app={}\nrtmp_playpath={key}\nrtmp_tcurl={address}\n", address.app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{DestinationId, SpaceId},
        live::restream::StreamKey,
    };
    use std::os::unix::fs::PermissionsExt;

    fn destination(address: &str, key: &str) -> RestreamDestination {
        RestreamDestination {
            id: DestinationId::new(),
            space: SpaceId::new(),
            name: "Elsewhere".into(),
            address: address.parse().unwrap(),
            key: StreamKey::parse(key).unwrap(),
        }
    }

    #[test]
    fn the_program_reads_its_input_and_opens_a_port_of_this_machine_alone() {
        for (codec, encoder) in
            [(Codec::Vp8, "libx264"), (Codec::Vp9, "libx264"), (Codec::Av1, "libx264"), (Codec::H264, "copy")]
        {
            reads_and_opens(&arguments(codec, Path::new("/data/x.ffpreset"), 4711), encoder);
        }
    }

    fn reads_and_opens(all: &[String], encoder: &str) {
        let after = |name: &str| -> Vec<&str> {
            all.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1].as_str()).collect()
        };
        for (name, values) in [
            ("-protocol_whitelist", &["pipe", "rtmp,tcp"][..]),
            ("-max_pixels", &["9437184"]),
            ("-i", &["pipe:0"]),
            ("-f", &["matroska", "flv"]),
            ("-c:v", &[encoder]),
            ("-c:a", &["aac"]),
            ("-map", &["0:v:0", "0:a:0?"]),
            ("-fpre", &["/data/x.ffpreset"]),
        ] {
            assert_eq!(after(name), values, "{name}");
        }
        assert_eq!(all.last().unwrap(), "rtmp://127.0.0.1:4711/");
        let place = |name: &str| all.iter().position(|word| word == name).unwrap();
        for of_the_input in ["-protocol_whitelist", "-max_pixels"] {
            assert!(place(of_the_input) < place("-i"), "{of_the_input}");
        }
        assert!(!all.iter().any(String::is_empty));
        // What is copied cannot be drawn anew.
        let draws = all.iter().any(|word| ["-vf", "-b:v", "-force_key_frames"].contains(&word.as_str()));
        assert_eq!(draws, encoder != "copy");
    }

    #[test]
    fn the_key_is_in_a_file_of_ours_alone_and_goes_with_it() {
        for (address, key, lines) in [
            (
                "rtmp://live.example/app",
                "live_1",
                "rtmp_app=app\nrtmp_playpath=live_1\nrtmp_tcurl=rtmp://live.example/app\n",
            ),
            (
                "rtmps://live.example:443/rtmp/",
                "FB-1?s_bl=1&a=b#c",
                "rtmp_app=rtmp\nrtmp_playpath=FB-1?s_bl=1&a=b#c\nrtmp_tcurl=rtmps://live.example/rtmp\n",
            ),
        ] {
            let to = destination(address, key);
            assert_eq!(options(&to), lines);
            let folder = std::env::temp_dir();
            let written = SecretOptions::write(&folder, &to).unwrap();
            let path = written.path().to_owned();
            assert_eq!(fs::read_to_string(&path).unwrap(), lines);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert!(
                !arguments(Codec::Vp8, &path, 1).iter().any(|word| word.contains(key)),
                "ps shows no key"
            );
            let other = SecretOptions::write(&folder, &to).unwrap();
            drop(written);
            assert!(!path.exists() && other.path().exists(), "another show has its own");
        }
    }
}

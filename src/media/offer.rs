//! The filter between an SDP offer and str0m. The peer controls everything in an offer, so its size, lines and names
//! are limited here, and lines that we do not use are removed.

use crate::sfu::MOST_LAYERS;
use domain::live::media::{Codec, MediaError};

/// Bytes; browsers send 4 to 9 kB.
const LONGEST: usize = 32 * 1024;
/// Browsers send 150 to 400 lines.
const LINES: usize = 1_000;
/// One each of video and sound, with room for more; each becomes a media object with its streams.
const MEDIA_LINES: usize = 8;
/// Chromium writes four per source, and a track has two sources.
const SOURCE_LINES: usize = 64;
/// Characters. The standard allows 256 (RFC 8839), but str0m panics on longer names in a STUN request. Browsers and
/// encoders use 4 to 32.
const UFRAG: std::ops::RangeInclusive<usize> = 4..=64;
const PASSWORD: std::ops::RangeInclusive<usize> = 22..=256;
/// Characters of a layer's name; str0m keeps no more. Browsers use what the page says, encoders a digit.
const LAYER_NAME: std::ops::RangeInclusive<usize> = 1..=8;

/// An offer within all limits.
#[derive(Debug)]
pub struct Offer {
    pub sdp: String,
    /// The declared sources; empty unless every sending media line declares some.
    pub ssrcs: Vec<u32>,
    /// The media lines in order.
    pub media: Vec<Media>,
    /// The layers in which it sends its picture, in its own order: none if there are not at least two. Those beyond the third
    /// are left out.
    pub layers: Vec<String>,
    /// Whether the peer asks for sound in stereo, or says that it sends that.
    pub stereo: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Media {
    pub kind: String,
    /// False for a line that the peer itself has switched off.
    pub wanted: bool,
    /// Its codecs in the order of preference, without those of `HELPERS`; those of H264 with their profile and mode.
    pub codecs: Vec<String>,
}

/// Codecs that carry no picture or sound of their own.
const HELPERS: [&str; 6] = ["rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "CN"];

impl Offer {
    /// `publishes`: the layers that it sends are of use.
    ///
    /// # Errors
    /// `Offer`, naming the exceeded limit.
    pub fn read(offer: &str, publishes: bool) -> Result<Self, MediaError> {
        let refuse = |why: &str| Err(MediaError::Offer(why.to_owned()));
        let count = |start: &str| offer.lines().filter(|line| line.starts_with(start)).count();
        if offer.len() > LONGEST {
            return refuse("it is longer than 32 kB");
        }
        if offer.lines().count() > LINES {
            return refuse("it has more than 1000 lines");
        }
        if count("m=") > MEDIA_LINES {
            return refuse("it has more than 8 media lines");
        }
        if count("m=application") > 0 {
            return refuse("it asks for a data channel, and there are none here");
        }
        if count("a=ssrc:") > SOURCE_LINES {
            return refuse("it has more than 64 source lines");
        }
        let is_long = |name: &str, allowed: &std::ops::RangeInclusive<usize>| {
            let mut values = offer.lines().filter_map(|line| line.strip_prefix(name));
            values.any(|value| !allowed.contains(&value.trim().len()))
        };
        if is_long("a=ice-ufrag:", &UFRAG) || is_long("a=ice-pwd:", &PASSWORD) {
            return refuse("its ICE user name must have 4 to 64 characters, and its password 22 to 256");
        }
        let (section, layers) = Some(offer).filter(|_| publishes).and_then(layers).unwrap_or_default();
        let (ssrcs, media, stereo) = (sources(offer), media(offer), offer.contains("stereo=1"));
        Ok(Self { sdp: rewrite(offer, section, &layers), ssrcs, media, layers, stereo })
    }

    /// The codecs that we know of its pictures, in its order.
    pub fn pictures(&self) -> Vec<Codec> {
        pictures(&self.media)
    }
}

/// The media lines of an SDP text.
pub fn media(sdp: &str) -> Vec<Media> {
    sdp.split("\nm=").skip(1).map(read_media).collect()
}

/// The codecs that we know of all pictures in these lines, in their order.
pub fn pictures(media: &[Media]) -> Vec<Codec> {
    let mut found = vec![];
    let wanted = media.iter().filter(|media| media.wanted && media.kind == "video");
    for codec in wanted.flat_map(|media| &media.codecs) {
        let known = Codec::video_named(codec.split(' ').next().unwrap_or_default());
        found.extend(known.filter(|known| !found.contains(known)));
    }
    found
}

/// The names of the layers of a picture (RFC 8853), and the number of its media line; the first such line counts.
fn layers(offer: &str) -> Option<(usize, Vec<String>)> {
    let is_name = |name: &&str| {
        LAYER_NAME.contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let named = |section: &str| {
        let mut lines = section.lines().filter_map(|line| line.strip_prefix("a=simulcast:"));
        let sent = lines.find_map(|line| line.trim().split("send ").nth(1)?.split(' ').next())?;
        let firsts = sent.split(';').filter_map(|layer| layer.split(',').next());
        let mut names: Vec<String> = vec![];
        for name in firsts.map(|name| name.trim_start_matches('~')).filter(is_name) {
            if names.len() < MOST_LAYERS && names.iter().all(|other| other != name) {
                names.push(name.to_owned());
            }
        }
        (names.len() > 1).then_some(names)
    };
    let sections =
        offer.split("\nm=").enumerate().skip(1).filter(|(_, section)| section.starts_with("video"));
    sections.into_iter().find_map(|(at, section)| Some((at, named(section)?)))
}

/// What str0m gets of an offer: of its media line `section` with these layers, of the others with none.
fn rewrite(offer: &str, section: usize, layers: &[String]) -> String {
    let (mut sdp, mut at) = (String::with_capacity(offer.len()), 0);
    for line in offer.split_inclusive('\n') {
        at += usize::from(line.starts_with("m="));
        if at == section && line.starts_with("a=simulcast:") && !layers.is_empty() {
            layers.iter().for_each(|name| sdp.extend(["a=rid:", name.as_str(), " send\r\n"]));
            sdp.extend(["a=simulcast:send ", layers.join(";").as_str(), "\r\n"]);
        } else if is_used(line, !layers.is_empty() && at == section) {
            sdp.push_str(line);
        }
    }
    sdp
}

/// Whether str0m gets the line. Candidates are removed: the peer reaches us, and its checks tell us its address, so
/// nobody can make us send to an address that has not sent to us. Without its simulcast lines an offer is reduced to
/// its first layer; without the header extensions that name layers, str0m keeps no stream for each name that it sees.
fn is_used(line: &str, layered: bool) -> bool {
    let unused = ["a=candidate:", "a=end-of-candidates", "a=remote-candidates:", "a=simulcast:", "a=rid:"];
    let names_layers = line.starts_with("a=extmap:") && line.contains("rtp-stream-id");
    (layered || !names_layers) && !unused.iter().any(|start| line.starts_with(start))
}

fn read_media(section: &str) -> Media {
    let mut head = section.split(' ');
    let kind = head.next().unwrap_or_default().to_owned();
    // A bundled line may have port 0; then it has `a=bundle-only`.
    let on = head.next().is_some_and(|port| port != "0") || section.contains("\na=bundle-only");
    let order: Vec<&str> = section.lines().next().unwrap_or_default().split(' ').skip(3).collect();
    let maps = section.lines().filter_map(|line| {
        let mut parts = line.strip_prefix("a=rtpmap:")?.split([' ', '/']);
        parts.next().zip(parts.next())
    });
    let is_helper = |name: &str| HELPERS.iter().any(|helper| helper.eq_ignore_ascii_case(name));
    let mut maps: Vec<_> = maps.filter(|(_, name)| !is_helper(name)).collect();
    maps.sort_by_key(|(number, _)| order.iter().position(|listed| listed == number).unwrap_or(usize::MAX));
    let mut codecs: Vec<String> = vec![];
    for (number, name) in maps {
        let codec = if name.eq_ignore_ascii_case("H264") { h264(section, number) } else { name.to_owned() };
        if !codecs.contains(&codec) {
            codecs.push(codec);
        }
    }
    Media { kind, wanted: on && !section.contains("\na=inactive"), codecs }
}

/// What a sender or player must know to see why its H264 is refused.
fn h264(section: &str, number: &str) -> String {
    let lines = section.lines().filter_map(|line| line.strip_prefix("a=fmtp:")?.split_once(' '));
    let format = lines.into_iter().find(|(of, _)| *of == number).map_or("", |(_, format)| format);
    let value =
        |name: &str| format.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let mode = value("packetization-mode").unwrap_or("0");
    match value("profile-level-id") {
        Some(profile) => format!("H264 (profile {profile:.6}, mode {mode:.1})"),
        None => format!("H264 (mode {mode:.1})"),
    }
}

fn sources(offer: &str) -> Vec<u32> {
    let mut found = vec![];
    for section in offer.split("\nm=").skip(1).filter(|section| !section.contains("\na=recvonly")) {
        let declared = section.lines().filter_map(|line| line.strip_prefix("a=ssrc:"));
        let ssrcs: Vec<u32> = declared.filter_map(|line| line.split(' ').next()?.parse().ok()).collect();
        if ssrcs.is_empty() {
            return vec![];
        }
        found.extend(ssrcs);
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    fn offer(more: &str) -> String {
        format!("{HEAD}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\na=sendonly\r\n{more}")
    }

    #[test]
    fn what_is_beyond_a_limit_is_refused_with_the_limit() {
        for (what, offer, why) in [
            ("bytes", offer(&"a=x\r\n".repeat(20_000)), "32 kB"),
            ("lines", offer(&"a=x\r\n".repeat(1_000)), "lines"),
            ("media lines", offer(&"m=audio 9 X 0\r\n".repeat(8)), "media lines"),
            ("sources", offer(&"a=ssrc:1 cname:x\r\n".repeat(65)), "source lines"),
            ("a data channel", offer("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), "data channel"),
            ("a long name", offer(&format!("a=ice-ufrag:{}\r\n", "u".repeat(256))), "ICE"),
            ("a short name", offer("a=ice-ufrag:abc\r\n"), "ICE"),
            ("a long password", offer(&format!("a=ice-pwd:{}\r\n", "p".repeat(257))), "ICE"),
            ("a short password", offer("a=ice-pwd:short\r\n"), "ICE"),
        ] {
            let Err(MediaError::Offer(told)) = Offer::read(&offer, true) else { panic!("{what} was taken") };
            assert!(told.contains(why), "{what}: {told}");
        }
    }

    #[test]
    fn candidates_and_layers_are_left_out_and_the_rest_stays() {
        let plain = offer("a=ice-options:trickle\r\na=mid:0\r\n");
        let more = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=end-of-candidates\r\na=rid:q send\r\n\
            a=simulcast:send q;h\r\n";
        assert_eq!(Offer::read(&(plain.clone() + more), false).unwrap().sdp, plain);
    }

    #[test]
    fn media_lines_are_read_with_their_codecs() {
        let text = offer(
            "a=rtpmap:97 H264/90000\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:100 rtx/90000\r\na=rtpmap:98 H264/90000\r\n\
            a=rtpmap:99 H264/90000\r\na=fmtp:98 profile-level-id=42e01f; packetization-mode=1\r\n\
            m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n\
            m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=bundle-only\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\n",
        );
        let text = text.replacen("SAVPF 96", "SAVPF 98 96 100 97 99", 1);
        let read = Offer::read(&text, true).unwrap().media;
        let media = |kind: &str, wanted, codecs: &[&str]| Media {
            kind: kind.into(),
            wanted,
            codecs: codecs.iter().map(|name| (*name).to_owned()).collect(),
        };
        let expected = [
            media("video", true, &["H264 (profile 42e01f, mode 1)", "VP8", "H264 (mode 0)"]),
            media("audio", false, &["opus"]),
            media("audio", true, &[]),
            media("audio", false, &[]),
        ];
        assert_eq!(read, expected);
        assert_eq!(pictures(&read), [Codec::H264, Codec::Vp8], "in the order of the sender, each once");
    }

    #[test]
    fn of_a_viewer_str0m_sees_neither_candidates_nor_layers() {
        let kept = "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtcp-mux\r\n";
        let dropped = "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host\r\na=rid:q send\r\na=simulcast:send q\r\n\
            a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
            a=extmap:3/sendonly urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n";
        assert_eq!(Offer::read(&offer(&format!("{dropped}{kept}")), false).unwrap().sdp, offer(kept));
    }

    #[test]
    fn of_a_publisher_at_most_three_layers_are_kept_in_its_order() {
        let extension = "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n";
        let sound = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rid:s send\r\n";
        for (simulcast, expected) in [
            ("send q;h;f", &["q", "h", "f"][..]),
            ("send f;h", &["f", "h"]),
            ("send ~q;~h;f", &["q", "h", "f"]),
            ("send q,alternative;h recv x;y", &["q", "h"]),
            ("recv x;y send q;h", &["q", "h"]),
            ("send 0;1;2;3;4", &["0", "1", "2"]),
            ("send q;q;h", &["q", "h"]),
            ("send q", &[]),
            ("send q;q", &[]),
            ("recv q;h;f", &[]),
            ("send ", &[]),
            ("", &[]),
            ("send muchtoolong;q", &[]),
            ("send q\u{fe};h!;f;g", &["f", "g"]),
        ] {
            let rids = "a=rid:q send pt=96;max-width=320\r\na=rid:h send\r\na=rid:f send\r\n";
            let text = offer(&format!("{extension}{rids}a=simulcast:{simulcast}\r\n{sound}{extension}"));
            let read = Offer::read(&text, true).unwrap();
            assert_eq!(read.layers, expected, "{simulcast}");
            let names: String = expected.iter().map(|name| format!("a=rid:{name} send\r\n")).collect();
            let kept = match expected {
                [] => String::new(),
                _ => format!("{extension}{names}a=simulcast:send {}\r\n", expected.join(";")),
            };
            assert_eq!(read.sdp, offer(&format!("{kept}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")), "{simulcast}");
        }
    }

    #[test]
    fn sources_count_where_each_media_line_that_sends_declares_them() {
        let video = offer("a=ssrc-group:FID 1 2\r\na=ssrc:1 cname:x\r\na=ssrc:2 cname:x\r\n");
        let read = |offer: &str| Offer::read(offer, true).unwrap().ssrcs;
        assert_eq!(read(&video), [1, 2]);
        let audio = |more: &str| format!("{video}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{more}");
        assert_eq!(read(&audio("a=ssrc:3 cname:x\r\n")), [1, 2, 3]);
        assert!(read(&audio("a=sendonly\r\n")).is_empty(), "sound without a source");
        assert_eq!(read(&audio("a=recvonly\r\n")), [1, 2]);
    }
}

//! What a connection agrees to, by SDP.

use domain::live::media::Codec;
use str0m::{
    RtcConfig,
    format::{Codec as Format, FormatParams},
    media::Frequency,
};

/// Profiles of H264 with their payload types, the most common first: constrained baseline, which every browser plays and
/// OBS names, baseline, main, high and constrained high. Their level is 3.1; another one is taken all the same.
const PROFILES: [(u8, u8, u32); 5] = [
    (108, 109, 0x42_e01f),
    (127, 121, 0x42_001f),
    (123, 119, 0x4d_001f),
    (114, 115, 0x64_001f),
    (125, 107, 0x64_0c1f),
];

/// Takes these codecs, and Opus: in stereo if the peer wants that.
pub fn take(config: RtcConfig, codecs: &[Codec], stereo: bool) -> RtcConfig {
    let mut config = config.clear_codecs();
    add_sound(&mut config, stereo);
    codecs.iter().fold(config, |config, codec| add_picture(config, *codec))
}

fn add_sound(config: &mut RtcConfig, stereo: bool) {
    let stereo = stereo.then_some(true);
    let format = FormatParams {
        min_p_time: Some(10),
        use_inband_fec: Some(true),
        stereo,
        sprop_stereo: stereo,
        ..FormatParams::default()
    };
    config.codec_config().add_config(
        111.into(),
        None,
        Format::Opus,
        Frequency::FORTY_EIGHT_KHZ,
        Some(2),
        format,
    );
}

fn add_picture(mut config: RtcConfig, codec: Codec) -> RtcConfig {
    match codec {
        Codec::Opus => config,
        Codec::Vp8 => config.enable_vp8(true),
        Codec::Av1 => config.enable_av1(true),
        Codec::H264 => {
            for (pt, resend, profile) in PROFILES {
                config.codec_config().add_h264(pt.into(), Some(resend.into()), true, profile);
            }
            config
        }
        // Only the profile with 8 bits, which all browsers play.
        Codec::Vp9 => {
            let format = FormatParams { profile_id: Some(0), ..FormatParams::default() };
            let (pt, resend) = (98.into(), Some(99.into()));
            config.codec_config().add_config(pt, resend, Format::Vp9, Frequency::NINETY_KHZ, None, format);
            config
        }
    }
}

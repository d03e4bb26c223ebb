//! Whether shows can be sent to other platforms here, and how.

use anyhow::{Context, Result};
use clap::Args;
use domain::live::restream::Restreamer;
use media::{EmbeddedSfu, FfmpegConfig};
use std::{path::Path, sync::Arc};

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Restreams")]
pub struct RestreamSettings {
    /// The program by which hosts send their shows to other platforms, too: ffmpeg 5.1 or later with libx264, by its path or its
    /// name in PATH. Where it is not there, no page offers that.
    #[arg(long = "ffmpeg", env = "BACKSTAGE_FFMPEG", default_value = "ffmpeg")]
    pub ffmpeg: String,
    /// Also sends to addresses that are private or on this machine. Hosts can then reach what stands behind the service's firewall.
    #[arg(long = "restream-private", env = "BACKSTAGE_RESTREAM_PRIVATE", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub private: bool,
    /// Destinations to which is sent at a time, for all shows together. Each takes about half a core, and little while an encoder sends H264.
    #[arg(long = "restreams", env = "BACKSTAGE_RESTREAMS", default_value_t = 32)]
    pub most: u16,
    /// The same for what one account has switched on.
    #[arg(long = "account-restreams", env = "BACKSTAGE_ACCOUNT_RESTREAMS", default_value_t = 10)]
    pub most_of_account: u16,
}

impl Default for RestreamSettings {
    fn default() -> Self {
        Self { ffmpeg: "ffmpeg".into(), private: false, most: 32, most_of_account: 10 }
    }
}

/// `None` where the program is not there.
pub fn restreamer(
    settings: &RestreamSettings,
    sfu: &EmbeddedSfu,
    data: &Path,
) -> Result<Option<Arc<dyn Restreamer>>> {
    let Some(program) = media::find_program(&settings.ffmpeg) else {
        tracing::info!(program = settings.ffmpeg, "shows are sent nowhere else: there is no ffmpeg");
        return Ok(None);
    };
    let folder = data.join("restreams");
    let config = FfmpegConfig {
        program,
        folder,
        allows_private: settings.private,
        most: settings.most.into(),
        most_of_account: settings.most_of_account.into(),
    };
    let restreamer = sfu.restreamer(config).context("cannot use the folder of restreams")?;
    Ok(Some(Arc::new(restreamer)))
}

//! How much recordings may take, and how long they are kept.

use clap::Args;

#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Recordings")]
pub struct RecordingSettings {
    /// Bytes that recordings leave free in the data directory, and uploads where objects are kept. With less, they stop and say so,
    /// and everything else goes on.
    #[arg(long, env = "BACKSTAGE_RECORDING_RESERVE", default_value_t = 2 << 30)]
    pub recording_reserve: u64,
    /// Bytes that all recordings of one space may have: 50 GiB are 55 hours of 2 Mbit/s.
    #[arg(long, env = "BACKSTAGE_SPACE_RECORDING_BYTES", default_value_t = 50 << 30, value_parser = clap::value_parser!(i64).range(1..))]
    pub space_recording_bytes: i64,
    /// Bytes that all recordings of all spaces may have. With that, they stop as if the disk were full.
    #[arg(long, env = "BACKSTAGE_ALL_RECORDING_BYTES", default_value_t = 1 << 40, value_parser = clap::value_parser!(i64).range(1..))]
    pub all_recording_bytes: i64,
    /// Days that a recording is kept after its show.
    #[arg(long, env = "BACKSTAGE_RECORDING_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub recording_days: u32,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self {
            recording_reserve: 2 << 30,
            space_recording_bytes: 50 << 30,
            all_recording_bytes: 1 << 40,
            recording_days: 90,
        }
    }
}

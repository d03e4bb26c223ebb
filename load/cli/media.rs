//! The command line of `media`.

use crate::{cli::args::RunArgs, live::Film};
use anyhow::{Result, ensure};
use clap::Args;

/// The default number of viewers for `media`, and how long each of them can stay, in seconds.
const WATCHING: usize = 20;
const STAY: f64 = 3.0;

#[derive(Args, Clone, Debug)]
pub struct MediaArgs {
    /// Kilobits per second of a publisher; of its largest layer, if it has several
    #[arg(long, default_value_t = 2000)]
    pub bitrate: u64,
    /// Layers of each publisher; each has a quarter of the bitrate of the next larger one
    #[arg(long, default_value_t = 1)]
    pub layers: usize,
    /// Packets of sound, too: 50 per second
    #[arg(long)]
    pub sound: bool,
    /// Viewers per second who leave and are replaced
    #[arg(long, default_value_t = 0.0)]
    pub joins: f64,
    /// The share of the viewers' packets that this tool drops, in percent; the server is asked for them again
    #[arg(long, default_value_t = 0.0)]
    pub loss: f64,
    /// Instead of a Backstage Pass: a server that takes WHIP at URL/NAME/whip and WHEP at URL/NAME/whep without asking who it
    /// is. Its process is --server-pid
    #[arg(long, value_name = "URL")]
    pub peer: Option<String>,
    /// Instead of a Backstage Pass: a livekit-server, at http://127.0.0.1:7880 for instance, whose rooms are entered over its signal
    /// socket. Its process is --server-pid
    #[arg(long, value_name = "URL", requires_all = ["livekit_key", "livekit_secret"], conflicts_with = "peer")]
    pub livekit: Option<String>,
    /// The name of a key of that server
    #[arg(long, env = "LIVEKIT_API_KEY")]
    pub livekit_key: Option<String>,
    /// And its secret
    #[arg(long, env = "LIVEKIT_API_SECRET", hide_env_values = true)]
    pub livekit_secret: Option<String>,
}

impl MediaArgs {
    pub fn film(&self, run: &RunArgs) -> Result<Film> {
        let (rooms, viewers) = (run.rooms.max(1), run.viewers.unwrap_or(WATCHING));
        let Self { bitrate, layers, sound, joins, loss, .. } = *self;
        ensure!(rooms <= 100 && viewers <= 2_000, "at most 100 rooms and 2,000 viewers");
        ensure!(viewers >= 1, "--viewers must be at least 1");
        ensure!((1.0..=3600.0).contains(&run.seconds), "--seconds must be at least 1 and at most an hour");
        ensure!((50..=20_000).contains(&bitrate), "--bitrate must be at least 50 and at most 20,000");
        ensure!((1..=3).contains(&layers), "--layers must be 1, 2 or 3");
        ensure!(layers == 1 || self.livekit.is_none(), "--livekit goes with one layer");
        ensure!((0.0..=50.0).contains(&loss), "--loss must be at most 50");
        ensure!(
            (0.0..=viewers as f64 / STAY).contains(&joins),
            "--joins: everybody must be able to stay for {STAY} seconds"
        );
        let (seconds, seed) = (run.seconds, run.seed);
        let (bitrate, loss) = (bitrate * 1000, loss / 100.0);
        Ok(Film { rooms, viewers, seconds, bitrate, layers, sound, joins, loss, seed })
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args::{Cli, Command};
    use clap::Parser as _;

    #[test]
    fn a_film_has_publishers_and_viewers_within_limits() {
        let film = |line: &str| {
            let cli = Cli::try_parse_from(line.split(' ')).expect("good arguments");
            let Some(Command::Media(media)) = &cli.command else { panic!("another command") };
            media.film(&cli.run)
        };
        let usual = film("load media --seconds 5").expect("a film");
        assert_eq!((usual.rooms, usual.viewers, usual.bitrate, usual.layers), (1, 20, 2_000_000, 1));
        let large = film("load media --rooms 100 --viewers 500 --bitrate 500 --joins 5 --loss 2 --sound");
        let large = large.expect("a film");
        assert_eq!((large.rooms, large.viewers, large.joins, large.loss), (100, 500, 5.0, 0.02));
        for bad in [
            "--rooms 101",
            "--viewers 0",
            "--viewers 2001",
            "--viewers 30 --joins 11",
            "--joins -1",
            "--loss 51",
            "--layers 0",
            "--layers 4",
            "--bitrate 49",
            "--seconds 0",
            "--layers 2 --livekit http://127.0.0.1:7880 --livekit-key key --livekit-secret sesame",
        ] {
            let bad = bad.replace(" -1", "=-1");
            assert!(film(&format!("load media {bad}")).is_err(), "{bad}");
        }
    }
}

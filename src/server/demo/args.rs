//! The command line of `backstage demo`.

use crate::{
    config::{LiveKitSettings, LogFormat, Origin, RelaySettings, Settings},
    limits::{LimitSettings, TrustedProxies},
    local::STAND_IN_KEY,
};
use clap::Args;
use domain::live::passes::Plane;
use std::{net::SocketAddr, path::PathBuf};

#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Kept if given; otherwise a temporary directory is used.
    #[arg(long)]
    data: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…`, either empty or with demo data; a file in the data directory when unset.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Print one JSON object with all links as the first line. Nobody comes by themselves, unless --people asks for it.
    #[arg(long)]
    pub(super) json: bool,
    /// Start with an operator and nothing else.
    #[arg(long)]
    pub(super) empty: bool,
    /// Let nobody come by themselves: who is here and what is written is yours alone.
    #[arg(long, conflicts_with = "people")]
    quiet: bool,
    /// Let scripted people come with --json, too.
    #[arg(long)]
    people: bool,
    /// Let operators make an actor panic or kill it, and calls to the stand-in Stripe fail.
    #[arg(long)]
    chaos: bool,
    /// Open `POST /dev/clock`.
    #[arg(long)]
    test_clock: bool,
    /// Use the stand-in Stripe that `backstage stand-in` runs at this address of this machine, instead of the one inside. Maya's house
    /// stands alone then: the town's past needs a bank whose clock can be set back.
    #[arg(long, requires = "webhook_secret", value_parser = this_machine)]
    pub(super) stand_in: Option<Origin>,
    /// What that stand-in signs its events with.
    #[arg(long, requires = "stand_in")]
    webhook_secret: Option<String>,
    /// People who may be inside at once.
    #[arg(long, env = "BACKSTAGE_ADMIT_LIMIT")]
    admit_limit: Option<usize>,
    /// Bytes that the kernel buffers for one feed reader who does not read them.
    #[arg(long, env = "BACKSTAGE_STREAM_BUFFER")]
    stream_buffer: Option<u32>,
    /// Networks of reverse proxies, separated by commas, whose `Forwarded` and `X-Forwarded-For` headers are trusted.
    #[arg(long, env = "BACKSTAGE_TRUSTED_PROXIES", default_value = "")]
    trusted_proxies: TrustedProxies,
    #[command(flatten)]
    relay: RelaySettings,
    /// Hosts may choose LiveKit for their streams, too. What the demo plays itself is embedded.
    #[command(flatten)]
    livekit: LiveKitSettings,
    #[command(flatten)]
    limits: LimitSettings,
    /// `text` or `json`.
    #[arg(long, env = "BACKSTAGE_LOG", default_value = "text")]
    pub(super) log: LogFormat,
}

/// Money is for this machine alone, too.
fn this_machine(text: &str) -> Result<Origin, String> {
    let origin = Origin::parse(text).map_err(|error| error.to_string())?;
    if origin.is_loopback() && !origin.https() {
        Ok(origin)
    } else {
        Err("is no plain http address of this machine".into())
    }
}

impl DemoArgs {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            stripe_secret_key: self.stand_in.as_ref().map(|_| STAND_IN_KEY.to_owned()),
            stripe_webhook_secret: self.webhook_secret.clone(),
            stripe_api_base: self.stand_in.as_ref().map(ToString::to_string),
            chaos: self.chaos,
            test_clock: self.test_clock,
            admit_limit: self.admit_limit,
            stream_buffer: self.stream_buffer,
            trusted_proxies: self.trusted_proxies.clone(),
            relay: self.relay.clone(),
            livekit: LiveKitSettings {
                plane: self.livekit.plane.or(Some(Plane::Embedded)),
                ..self.livekit.clone()
            },
            limits: self.limits.clone(),
            database_url: self.database_url.clone(),
            ..Settings::local(self.listen, self.data.clone())
        }
    }

    /// Whether scripted people come.
    pub(super) const fn is_lively(&self) -> bool {
        self.people || !(self.quiet || self.json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_on_this_machine() {
        for good in ["http://127.0.0.1:3001", "http://localhost:1", "http://[::1]:3001/"] {
            assert!(this_machine(good).is_ok(), "{good}");
        }
        for bad in
            ["https://127.0.0.1:3001", "http://192.168.0.1:3001", "https://api.stripe.com", "127.0.0.1:3001"]
        {
            assert!(this_machine(bad).is_err(), "{bad}");
        }
    }
}

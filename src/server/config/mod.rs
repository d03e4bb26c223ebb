//! All settings as given, with the defaults of a laptop. [`Settings::check`] validates them once, and the service is
//! built from the [`Checked`] that it returns. A setting is a field of [`Settings`] with its default in
//! [`Settings::local`]; `value_parser` validates a single value. [`Checked`] has a field for it only if it depends on
//! other settings.

mod checked;
mod livekit;
mod origin;
mod relay;
#[cfg(test)]
mod tests;

pub use checked::{BadSettings, Checked, read};
pub use livekit::LiveKitSettings;
pub use origin::Origin;
pub use relay::RelaySettings;

use crate::{
    limits::{FileSettings, LimitSettings, TrustedProxies},
    live::restreams::RestreamSettings,
    recordings::RecordingSettings,
    retention::RetentionSettings,
};
use clap::Args;
use domain::money::{ledger::FeeShare, payouts::schedule::PayoutMinimum};
use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

/// The assumed limit if the system does not report how many files may be open.
const USUAL_FILES: usize = 1024;

/// Flags of `serve` and `demo`, or environment variables of the same names.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// The address to serve pages on.
    #[arg(long, env = "BACKSTAGE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The address that people type; determines https cookies and trusted origins.
    #[arg(long, env = "BACKSTAGE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The data directory.
    #[arg(long, env = "BACKSTAGE_DATA")]
    pub data: Option<PathBuf>,
    /// Key of codes and tokens; created and kept in the data directory when unset.
    #[arg(long, env = "BACKSTAGE_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// `postgres://…` or `sqlite://…`; a file in the data directory when unset.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where uploaded pictures and files are kept: `file:///folder` or `s3://bucket/prefix`, with the usual `AWS_*` variables (R2:
    /// `AWS_ENDPOINT_URL`); a folder in the data directory when unset.
    #[arg(long, env = "OBJECT_STORE_URL")]
    pub object_store_url: Option<String>,
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true)]
    pub stripe_secret_key: Option<String>,
    #[arg(long, env = "STRIPE_WEBHOOK_SECRET", hide_env_values = true)]
    pub stripe_webhook_secret: Option<String>,
    /// Lets buyers pay in Stripe's form on our own page, too. Browsers are told it.
    #[arg(long, env = "STRIPE_PUBLISHABLE_KEY")]
    pub stripe_publishable_key: Option<String>,
    #[arg(long, env = "STRIPE_API_BASE")]
    pub stripe_api_base: Option<String>,
    /// Milliseconds that a call to the payment provider may take, from 100 to 15,000. Afterwards its outcome is unknown, and it is
    /// asked for again.
    #[arg(long, env = "STRIPE_TIMEOUT", default_value = "10000", value_parser = clap::value_parser!(u64).range(100..=15_000))]
    pub stripe_timeout: u64,
    /// The platform's share of each payment in percent. The provider's fees are paid from it. Orders keep the share of their day.
    #[arg(long, env = "BACKSTAGE_FEE_PERCENT", default_value = "10")]
    pub fee_share: FeeShare,
    /// Sellers are paid each Monday what can be used of their balance, from this amount of the currency on. Ten yen are ¥1,000.
    #[arg(long, env = "BACKSTAGE_PAYOUT_MINIMUM", default_value = "10")]
    pub payout_minimum: PayoutMinimum,
    /// `smtp://user:password@host:port`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Allows the local mailbox and the stand-in Stripe, on a loopback listener only.
    #[arg(long = "local", env = "BACKSTAGE_LOCAL", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub local: bool,
    /// The embedded SFU, by UDP and TCP; the listener's address with any free port when unset. `[::]` is for both families.
    #[arg(long, env = "BACKSTAGE_MEDIA_LISTEN")]
    pub media_listen: Option<SocketAddr>,
    /// The public address of the SFU, if it is behind a NAT router: of IPv4, of IPv6, or one of each with a comma between them.
    #[arg(long, env = "BACKSTAGE_MEDIA_PUBLIC_IP")]
    pub media_public_ip: Option<media::PublicIps>,
    #[command(flatten)]
    pub relay: RelaySettings,
    #[command(flatten)]
    pub livekit: LiveKitSettings,
    /// Bearer token for `/metrics` and `/ops/*.json`, as an alternative to an operator's session.
    #[arg(long, env = "BACKSTAGE_OPS_TOKEN", hide_env_values = true)]
    pub ops_token: Option<String>,
    /// Operators' pages are for sessions that began with a passkey. Needs a public URL that browsers use passkeys for.
    #[arg(long = "operators-passkeys", env = "BACKSTAGE_OPERATORS_PASSKEYS", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub operators_passkeys: bool,
    /// People who may be inside at once; newcomers beyond that wait in a queue. When unset, as many as there are feeds
    /// within the allowed open files.
    #[arg(long, env = "BACKSTAGE_ADMIT_LIMIT")]
    pub admit_limit: Option<usize>,
    /// Bytes that the kernel buffers for one feed reader who does not read them; 65536 when unset.
    #[arg(long, env = "BACKSTAGE_STREAM_BUFFER")]
    pub stream_buffer: Option<u32>,
    #[command(flatten)]
    pub retention: RetentionSettings,
    /// Networks of reverse proxies, separated by commas, whose `Forwarded` and `X-Forwarded-For` headers are trusted;
    /// none when unset. Limits by address count the rightmost address that is not one of these, IPv6 by its /64.
    #[arg(long, env = "BACKSTAGE_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: TrustedProxies,
    #[command(flatten)]
    pub files: FileSettings,
    #[command(flatten)]
    pub recordings: RecordingSettings,
    #[command(flatten)]
    pub restreams: RestreamSettings,
    #[command(flatten)]
    pub limits: LimitSettings,
    /// `text` or `json`.
    #[arg(long, env = "BACKSTAGE_LOG", default_value = "text")]
    pub log: LogFormat,
    /// Lets operators make an actor panic or kill it, and calls to the stand-in Stripe fail.
    #[arg(long)]
    pub chaos: bool,
    /// Opens `POST /dev/clock`, which moves the service's clock.
    #[arg(long)]
    pub test_clock: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// Settings for local use on one machine: local mail and money, nothing else set.
    pub fn local(listen: SocketAddr, data: Option<PathBuf>) -> Self {
        Self {
            listen,
            data,
            local: true,
            public_url: None,
            secret: None,
            database_url: None,
            object_store_url: None,
            stripe_secret_key: None,
            stripe_webhook_secret: None,
            stripe_publishable_key: None,
            stripe_api_base: None,
            stripe_timeout: 10_000,
            fee_share: FeeShare::default(),
            payout_minimum: PayoutMinimum::default(),
            smtp_url: None,
            mail_from: None,
            media_listen: None,
            media_public_ip: None,
            relay: RelaySettings::default(),
            livekit: LiveKitSettings::default(),
            ops_token: None,
            operators_passkeys: false,
            admit_limit: None,
            stream_buffer: None,
            retention: RetentionSettings::default(),
            trusted_proxies: TrustedProxies::default(),
            files: FileSettings::default(),
            recordings: RecordingSettings::default(),
            restreams: RestreamSettings::default(),
            limits: LimitSettings::default(),
            log: LogFormat::Text,
            chaos: false,
            test_clock: false,
        }
    }
}

/// The variables that say how to reach a bucket. Their names and meanings are those of Amazon's own tools.
pub fn object_store_variables() -> Vec<(String, String)> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).filter(|(name, _)| name.starts_with("AWS_")).collect()
}

/// How many files this process may have open, according to the system.
pub fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    match line.and_then(|line| line.split_whitespace().next()) {
        Some("unlimited") => usize::MAX,
        Some(soft) => soft.parse().unwrap_or(USUAL_FILES),
        None => USUAL_FILES,
    }
}

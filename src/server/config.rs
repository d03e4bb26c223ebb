//! Every setting, read once and typed. The defaults are those of a laptop; a half-set service stops the start.

use crate::limits::TrustedProxies;
use anyhow::{Result, bail, ensure};
use clap::Args;
use domain::live::queue::Limits;
use std::{net::SocketAddr, path::PathBuf};

/// Open files that are not for people: the database, media, requests, and the seats kept for buyers.
const KEPT_FILES: usize = 256;
/// Where the system does not say how many files may be open.
const USUAL_FILES: usize = 1024;

/// Flags of `serve` and `demo`, or environment variables of the same names.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where the pages are served.
    #[arg(long, env = "BACKSTAGE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The address that people type; decides about https cookies and trusted origins.
    #[arg(long, env = "BACKSTAGE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The data directory.
    #[arg(long, env = "BACKSTAGE_DATA")]
    pub data: Option<PathBuf>,
    /// Key of codes and tokens; made and kept in the data directory when unset.
    #[arg(long, env = "BACKSTAGE_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// `postgres://…` or `sqlite://…`; a file in the data directory when unset.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true)]
    pub stripe_secret_key: Option<String>,
    #[arg(long, env = "STRIPE_WEBHOOK_SECRET", hide_env_values = true)]
    pub stripe_webhook_secret: Option<String>,
    #[arg(long, env = "STRIPE_API_BASE")]
    pub stripe_api_base: Option<String>,
    /// `smtp://user:password@host:port`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Allows the local mailbox and the stand-in Stripe, on a loopback listener only.
    #[arg(long = "local", env = "BACKSTAGE_LOCAL", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub local: bool,
    /// UDP of the embedded SFU; the listener's address with any free port when unset.
    #[arg(long, env = "BACKSTAGE_MEDIA_LISTEN")]
    pub media_listen: Option<SocketAddr>,
    /// The address that browsers reach the SFU at, behind a translating router.
    #[arg(long, env = "BACKSTAGE_MEDIA_PUBLIC_IP")]
    pub media_public_ip: Option<std::net::IpAddr>,
    /// Bearer for `/metrics` and `/ops/*.json` beside an operator's session.
    #[arg(long, env = "BACKSTAGE_OPS_TOKEN", hide_env_values = true)]
    pub ops_token: Option<String>,
    /// People who may be inside at once; newcomers beyond that wait in a queue. The allowed open files less 256 when unset.
    #[arg(long, env = "BACKSTAGE_ADMIT_LIMIT")]
    pub admit_limit: Option<usize>,
    /// Bytes that the kernel holds for one reader of a feed who does not take them; 65536 when unset.
    #[arg(long, env = "BACKSTAGE_STREAM_BUFFER")]
    pub stream_buffer: Option<u32>,
    /// Networks of reverse proxies, separated by commas, whose `Forwarded` and `X-Forwarded-For` are believed; none when unset.
    /// Limits by address count the rightmost address that is not one of these, IPv6 by its /64.
    #[arg(long, env = "BACKSTAGE_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: TrustedProxies,
    /// `text` or `json`.
    #[arg(long, env = "BACKSTAGE_LOG", default_value = "text")]
    pub log: LogFormat,
    /// Lets operators make an actor panic or kill it.
    #[arg(long)]
    pub chaos: bool,
    /// Opens `POST /dev/clock`, which moves the one clock.
    #[arg(long)]
    pub test_clock: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The real payment provider, when its variables are set.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    pub secret_key: String,
    pub webhook_secret: String,
    pub api_base: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SmtpSettings {
    pub url: String,
    pub from: String,
}

impl Settings {
    /// Those of a machine that shows the house to itself: local mail and money, nothing else set.
    pub fn local(listen: SocketAddr, data: Option<PathBuf>) -> Self {
        Self {
            listen,
            data,
            local: true,
            public_url: None,
            secret: None,
            database_url: None,
            stripe_secret_key: None,
            stripe_webhook_secret: None,
            stripe_api_base: None,
            smtp_url: None,
            mail_from: None,
            media_listen: None,
            media_public_ip: None,
            ops_token: None,
            admit_limit: None,
            stream_buffer: None,
            trusted_proxies: TrustedProxies::default(),
            log: LogFormat::Text,
            chaos: false,
            test_clock: false,
        }
    }

    pub fn stripe(&self) -> Result<Option<StripeSettings>> {
        match (&self.stripe_secret_key, &self.stripe_webhook_secret) {
            (Some(key), Some(secret)) => Ok(Some(StripeSettings {
                secret_key: key.clone(),
                webhook_secret: secret.clone(),
                api_base: self.stripe_api_base.clone(),
            })),
            (None, None) => {
                ensure!(
                    self.stripe_api_base.is_none(),
                    "STRIPE_API_BASE is set, but STRIPE_SECRET_KEY is not"
                );
                Ok(None)
            }
            (Some(_), None) => bail!("STRIPE_SECRET_KEY is set, but STRIPE_WEBHOOK_SECRET is not"),
            (None, Some(_)) => bail!("STRIPE_WEBHOOK_SECRET is set, but STRIPE_SECRET_KEY is not"),
        }
    }

    pub fn smtp(&self) -> Result<Option<SmtpSettings>> {
        match (&self.smtp_url, &self.mail_from) {
            (Some(url), Some(from)) => Ok(Some(SmtpSettings { url: url.clone(), from: from.clone() })),
            (None, None) => Ok(None),
            (Some(_), None) => bail!("SMTP_URL is set, but MAIL_FROM is not"),
            (None, Some(_)) => bail!("MAIL_FROM is set, but SMTP_URL is not"),
        }
    }

    /// How many people there is room for.
    pub fn limits(&self) -> Limits {
        Limits::of(self.admit_limit.unwrap_or_else(|| open_files().saturating_sub(KEPT_FILES)))
    }

    /// The local makers of mail and money are for this machine alone: anyone who reads the mailbox can sign in as anybody.
    pub fn check_local(&self) -> Result<()> {
        if self.local {
            ensure!(
                self.listen.ip().is_loopback(),
                "the local mailbox and the stand-in Stripe are for a loopback listener; {} is not one",
                self.listen
            );
            let public = self.public_url.as_deref().unwrap_or("http://127.0.0.1");
            ensure!(
                ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|own| {
                    public
                        .strip_prefix(own)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
                }),
                "the local mailbox and the stand-in Stripe are for this machine alone; {public} is an address for others"
            );
        } else {
            ensure!(
                self.smtp()?.is_some(),
                "nobody could sign in: set SMTP_URL and MAIL_FROM, or BACKSTAGE_LOCAL=1 on a loopback listener for the local mailbox"
            );
        }
        let live = self.stripe_secret_key.as_deref().is_some_and(|k| k.starts_with("sk_live"));
        ensure!(!(self.local && live), "live Stripe keys and the local stand-in exclude one another");
        Ok(())
    }
}

/// How many files this process may have open, as the system says.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    match line.and_then(|line| line.split_whitespace().next()) {
        Some("unlimited") => usize::MAX,
        Some(soft) => soft.parse().unwrap_or(USUAL_FILES),
        None => USUAL_FILES,
    }
}

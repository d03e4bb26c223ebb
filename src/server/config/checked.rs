//! Validated settings: every value is parsed, and no service is configured only in part. The service is built from
//! these.

use super::{Origin, Settings, open_files};
use crate::limits::Places;
use anyhow::{Context, Result, bail, ensure};
use domain::{live::queue::Limits, secret::SharedSecret, work::retention::Retention};
use gateways::{SmtpConfig, StripeConfig};
use std::ops::Deref;
use url::Url;

/// The minimum length of the server's own key, which signs codes and tokens: 32 bytes are 256 bits.
const SHORTEST_KEY: usize = 32;
/// The minimum send buffer in bytes, which must hold one frame of a feed.
const LEAST_STREAM_BUFFER: u32 = 4096;

/// The settings that the service runs with. Only [`Settings::check`] creates them. Settings that their type fully
/// validates are read through [`Deref`]. The fields here replace those that are parsed or validated together.
pub struct Checked {
    given: Settings,
    /// The listener's own address if unset.
    pub public_url: Option<Origin>,
    /// At least 256 bits.
    pub secret: Option<SharedSecret>,
    /// A file in the data directory if unset.
    pub database_url: Option<String>,
    /// The real payment provider. If unset, paid passes are hidden or the stand-in takes its place.
    pub stripe: Option<StripeConfig>,
    /// The mail server. Unset only where the local mailbox is allowed.
    pub smtp: Option<SmtpConfig>,
    pub ops_token: Option<SharedSecret>,
    /// How many people are admitted at once.
    pub admission: Limits,
    pub places: Places,
    pub retention: Retention,
}

impl Deref for Checked {
    type Target = Settings;
    fn deref(&self) -> &Settings {
        &self.given
    }
}

impl Settings {
    /// Parses and validates all values.
    ///
    /// # Errors
    /// One line that names the variable, but never the value of a secret.
    pub fn check(&self) -> Result<Checked> {
        let places = self.limits.places(open_files());
        let checked = Checked {
            given: self.clone(),
            public_url: read("BACKSTAGE_PUBLIC_URL", &self.public_url, Origin::parse)?,
            secret: read("BACKSTAGE_SECRET", &self.secret, SharedSecret::parse)?,
            database_url: read("DATABASE_URL", &self.database_url, database_url)?,
            stripe: self.stripe()?,
            smtp: self.smtp()?,
            ops_token: read("BACKSTAGE_OPS_TOKEN", &self.ops_token, SharedSecret::parse)?,
            admission: Limits::of(self.admit_limit.unwrap_or(places.feeds)),
            places,
            retention: self.retention.into(),
        };
        if let Some(key) = &checked.secret {
            let length = key.expose().len();
            ensure!(
                length >= SHORTEST_KEY,
                "BACKSTAGE_SECRET has {length} bytes; it needs at least {SHORTEST_KEY}"
            );
        }
        ensure!(self.admit_limit != Some(0), "BACKSTAGE_ADMIT_LIMIT is 0, so nobody could enter");
        ensure!(
            self.limits.account_orders != 0,
            "BACKSTAGE_LIMIT_ACCOUNT_ORDERS is 0, so nobody could buy a pass"
        );
        ensure!(self.limits.address_asks != 0, "BACKSTAGE_LIMIT_ADDRESS_ASKS is 0, so nobody could sign in");
        if let Some(bytes) = self.stream_buffer {
            ensure!(
                bytes >= LEAST_STREAM_BUFFER,
                "BACKSTAGE_STREAM_BUFFER is {bytes} bytes; it needs at least {LEAST_STREAM_BUFFER}"
            );
        }
        if let Some(ip) = self.media_public_ip {
            ensure!(
                !ip.is_unspecified() && !ip.is_multicast(),
                "BACKSTAGE_MEDIA_PUBLIC_IP is {ip}, which no browser can reach"
            );
        }
        ensure!(
            self.local || !self.test_clock,
            "BACKSTAGE_TEST_CLOCK lets anybody move the time, so it needs BACKSTAGE_LOCAL"
        );
        checked.check_local()?;
        Ok(checked)
    }

    fn stripe(&self) -> Result<Option<StripeConfig>> {
        let secret_key = read("STRIPE_SECRET_KEY", &self.stripe_secret_key, SharedSecret::parse)?;
        let webhook_secret = read("STRIPE_WEBHOOK_SECRET", &self.stripe_webhook_secret, SharedSecret::parse)?;
        let api_base = read("STRIPE_API_BASE", &self.stripe_api_base, http_url)?;
        match (secret_key, webhook_secret) {
            (Some(secret_key), Some(webhook_secret)) => {
                let begins = |secret: &SharedSecret, prefix| secret.expose().starts_with(prefix);
                ensure!(
                    !begins(&secret_key, "pk_") && !begins(&secret_key, "whsec_"),
                    "STRIPE_SECRET_KEY must be the secret key (sk_… or rk_…), not another one"
                );
                ensure!(
                    !["sk_", "rk_", "pk_"].iter().any(|prefix| begins(&webhook_secret, prefix)),
                    "STRIPE_WEBHOOK_SECRET must be the signing secret of the webhook (whsec_…), not an API key"
                );
                Ok(Some(StripeConfig { secret_key, webhook_secret, api_base }))
            }
            (None, None) if api_base.is_some() => {
                bail!("STRIPE_API_BASE is set, but STRIPE_SECRET_KEY is not")
            }
            (None, None) => Ok(None),
            (Some(_), None) => bail!("STRIPE_SECRET_KEY is set, but STRIPE_WEBHOOK_SECRET is not"),
            (None, Some(_)) => bail!("STRIPE_WEBHOOK_SECRET is set, but STRIPE_SECRET_KEY is not"),
        }
    }

    fn smtp(&self) -> Result<Option<SmtpConfig>> {
        match (present(&self.smtp_url), present(&self.mail_from)) {
            (Some(url), Some(from)) => Ok(Some(SmtpConfig::parse(url, from)?)),
            (None, None) => Ok(None),
            (Some(_), None) => bail!("SMTP_URL is set, but MAIL_FROM is not"),
            (None, Some(_)) => bail!("MAIL_FROM is set, but SMTP_URL is not"),
        }
    }
}

impl Checked {
    /// The local mailbox and the stand-in Stripe are for this machine only: anyone who reads the mailbox can sign in as
    /// anybody.
    fn check_local(&self) -> Result<()> {
        if !self.local {
            ensure!(
                self.smtp.is_some(),
                "nobody could sign in: set SMTP_URL and MAIL_FROM, or BACKSTAGE_LOCAL=1 on a loopback listener for the local mailbox"
            );
            return Ok(());
        }
        ensure!(
            self.listen.ip().is_loopback(),
            "the local mailbox and the stand-in Stripe are for a loopback listener; {} is not one",
            self.listen
        );
        if let Some(url) = self.public_url.as_ref().filter(|url| !url.is_loopback()) {
            bail!(
                "the local mailbox and the stand-in Stripe are for this machine alone; {url} is an address for others"
            );
        }
        let live = |stripe: &StripeConfig| {
            ["sk_live", "rk_live"].iter().any(|prefix| stripe.secret_key.expose().starts_with(prefix))
        };
        ensure!(
            !self.stripe.as_ref().is_some_and(live),
            "live Stripe keys and the local stand-in exclude one another"
        );
        Ok(())
    }
}

/// A variable that is set to nothing, as by `NAME=` in an env file, counts as unset.
fn present(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Parses a value. The error names the variable.
pub fn read<T, E>(
    name: &'static str,
    value: &Option<String>,
    parse: fn(&str) -> Result<T, E>,
) -> Result<Option<T>>
where
    E: std::fmt::Display,
{
    present(value).map(|text| parse(text).map_err(|error| anyhow::anyhow!("{name} {error}"))).transpose()
}

fn http_url(text: &str) -> Result<String> {
    let url = Url::parse(text).context("is not a URL; write it like https://api.stripe.com")?;
    ensure!(matches!(url.scheme(), "http" | "https"), "must begin with https:// or http://");
    ensure!(url.query().is_none() && url.fragment().is_none(), "must have no query and no fragment");
    Ok(text.trim_end_matches('/').to_string())
}

fn database_url(text: &str) -> Result<String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    ensure!(known, "must begin with sqlite:// or postgres://");
    Ok(text.to_string())
}

//! Validated settings: every value is parsed, and no service is configured only in part. The service is built from
//! these.

use super::{Origin, Settings, open_files};
use crate::limits::ConnectionPlaces;
use anyhow::{Context, Result, ensure};
use domain::{live::queue::QueueLimits, secret::SharedSecret, work::retention::Retention};
use gateways::{LiveKitConfig, ObjectsConfig, RelayConfig, SmtpConfig, StripeConfig};
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
    /// A folder in the data directory if unset.
    pub objects: Option<ObjectsConfig>,
    /// The real payment provider. If unset, paid passes are hidden or the stand-in takes its place.
    pub stripe: Option<StripeConfig>,
    /// With it buyers can pay on our own page, too. Only with the real payment provider.
    pub publishable_key: Option<String>,
    /// The mail server. Unset only where the local mailbox is allowed.
    pub smtp: Option<SmtpConfig>,
    pub ops_token: Option<SharedSecret>,
    /// By which media reaches networks that block everything else. If unset, nobody is told of any.
    pub relay: Option<RelayConfig>,
    /// The plane for many servers. If unset, all media runs in this process.
    pub livekit: Option<LiveKitConfig>,
    /// How many people are admitted at once.
    pub admission: QueueLimits,
    pub places: ConnectionPlaces,
    pub retention: Retention,
}

impl Deref for Checked {
    type Target = Settings;
    fn deref(&self) -> &Settings {
        &self.given
    }
}

/// All settings that cannot be used, a sentence for each. A sentence names the variable, but never the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct BadSettings(pub Vec<String>);

/// What is wrong so far.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    /// The value; its default if it is faulty.
    fn take<T: Default>(&mut self, value: Result<T>) -> T {
        value.unwrap_or_else(|error| {
            self.0.push(format!("{error:#}"));
            T::default()
        })
    }

    fn add(&mut self, words: impl Into<String>) {
        self.0.push(words.into());
    }

    fn unless(&mut self, holds: bool, words: impl Into<String>) {
        if !holds {
            self.add(words);
        }
    }
}

impl Settings {
    /// Parses and validates all values.
    ///
    /// # Errors
    /// Every setting that cannot be used.
    pub fn check(&self) -> Result<Checked, BadSettings> {
        let (checked, faults) = self.judge();
        if faults.is_empty() { Ok(checked) } else { Err(BadSettings(faults)) }
    }

    /// What can be used, and a sentence for each setting that cannot. Faulty settings count as unset, so only a check may
    /// go on with the rest.
    pub fn judge(&self) -> (Checked, Vec<String>) {
        let mut faults = Faults::default();
        let places = self.limits.places(open_files());
        let checked = Checked {
            given: self.clone(),
            public_url: faults.take(read("BACKSTAGE_PUBLIC_URL", &self.public_url, Origin::parse)),
            secret: faults.take(read("BACKSTAGE_SECRET", &self.secret, SharedSecret::parse)),
            database_url: faults.take(read("DATABASE_URL", &self.database_url, database_url)),
            objects: faults.take(read("OBJECT_STORE_URL", &self.object_store_url, ObjectsConfig::parse)),
            stripe: self.stripe(&mut faults),
            publishable_key: self.publishable_key(&mut faults),
            smtp: self.smtp(&mut faults),
            ops_token: faults.take(read("BACKSTAGE_OPS_TOKEN", &self.ops_token, SharedSecret::parse)),
            relay: self.relay.check(present).unwrap_or_else(|why| {
                faults.add(why);
                None
            }),
            livekit: self.livekit.check(present).unwrap_or_else(|found| {
                faults.0.extend(found);
                None
            }),
            admission: QueueLimits::of(self.admit_limit.unwrap_or(places.feeds)),
            places,
            retention: self.retention.into(),
        };
        if let Some(length) = checked.secret.as_ref().map(|key| key.expose().len()) {
            let words = format!("BACKSTAGE_SECRET has {length} bytes; it needs at least {SHORTEST_KEY}");
            faults.unless(length >= SHORTEST_KEY, words);
        }
        self.judge_limits(&mut faults);
        for ip in self.media_public_ip.into_iter().flat_map(media::PublicIps::all) {
            let reachable = !ip.is_unspecified() && !ip.is_multicast();
            faults
                .unless(reachable, format!("BACKSTAGE_MEDIA_PUBLIC_IP is {ip}, which no browser can reach"));
        }
        let here = || Origin::parse(&format!("http://{}", self.listen)).ok();
        let has_passkeys =
            checked.public_url.clone().or_else(here).is_some_and(|url| url.for_passkeys().is_some());
        let words = "BACKSTAGE_OPERATORS_PASSKEYS would lock all operators out: browsers use passkeys only where BACKSTAGE_PUBLIC_URL is https and has a name instead of an address";
        faults.unless(has_passkeys || !self.operators_passkeys, words);
        let words = "--test-clock lets anybody move the time, so it needs BACKSTAGE_LOCAL";
        faults.unless(self.local || !self.test_clock, words);
        if self.local {
            checked.judge_local(&mut faults);
        } else {
            let words = "nobody could sign in: set SMTP_URL and MAIL_FROM, or BACKSTAGE_LOCAL=1 on a loopback listener for the local mailbox";
            faults.unless(present(&self.smtp_url).or(present(&self.mail_from)).is_some(), words);
        }
        (checked, faults.0)
    }

    fn judge_limits(&self, faults: &mut Faults) {
        let limits = &self.limits;
        for (zero, variable, nobody) in [
            (self.admit_limit == Some(0), "BACKSTAGE_ADMIT_LIMIT", "enter"),
            (limits.account_orders == 0, "BACKSTAGE_LIMIT_ACCOUNT_ORDERS", "buy a pass"),
            (limits.account_changes == 0, "BACKSTAGE_LIMIT_ACCOUNT_CHANGES", "change anything"),
            (limits.address_changes == 0, "BACKSTAGE_LIMIT_ADDRESS_CHANGES", "change anything"),
            (limits.address_lines == 0, "BACKSTAGE_LIMIT_ADDRESS_LINES", "write in a chat"),
            (limits.account_openings == 0, "BACKSTAGE_LIMIT_ACCOUNT_OPENINGS", "follow a room"),
            (limits.address_openings == 0, "BACKSTAGE_LIMIT_ADDRESS_OPENINGS", "follow a room"),
            (limits.address_asks == 0, "BACKSTAGE_LIMIT_ADDRESS_ASKS", "sign in"),
        ] {
            faults.unless(!zero, format!("{variable} is 0, so nobody could {nobody}"));
        }
        if let Some(bytes) = self.stream_buffer {
            let words =
                format!("BACKSTAGE_STREAM_BUFFER is {bytes} bytes; it needs at least {LEAST_STREAM_BUFFER}");
            faults.unless(bytes >= LEAST_STREAM_BUFFER, words);
        }
    }

    fn stripe(&self, faults: &mut Faults) -> Option<StripeConfig> {
        let secret_key = faults.take(read("STRIPE_SECRET_KEY", &self.stripe_secret_key, SharedSecret::parse));
        let webhook_secret =
            faults.take(read("STRIPE_WEBHOOK_SECRET", &self.stripe_webhook_secret, SharedSecret::parse));
        let api_base = faults.take(read("STRIPE_API_BASE", &self.stripe_api_base, http_url));
        let is_set = |value: &Option<String>| present(value).is_some();
        match (is_set(&self.stripe_secret_key), is_set(&self.stripe_webhook_secret)) {
            (true, true) => {}
            (false, false) if is_set(&self.stripe_api_base) => {
                faults.add("STRIPE_API_BASE is set, but STRIPE_SECRET_KEY is not");
            }
            (false, false) => {}
            (true, false) => faults.add("STRIPE_SECRET_KEY is set, but STRIPE_WEBHOOK_SECRET is not"),
            (false, true) => faults.add("STRIPE_WEBHOOK_SECRET is set, but STRIPE_SECRET_KEY is not"),
        }
        let begins = |secret: &Option<SharedSecret>, prefixes: &[&str]| {
            secret.as_ref().is_some_and(|secret| prefixes.iter().any(|p| secret.expose().starts_with(p)))
        };
        let words = "STRIPE_SECRET_KEY must be the secret key (sk_… or rk_…), not another one";
        faults.unless(!begins(&secret_key, &["pk_", "whsec_"]), words);
        let words =
            "STRIPE_WEBHOOK_SECRET must be the signing secret of the webhook (whsec_…), not an API key";
        faults.unless(!begins(&webhook_secret, &["sk_", "rk_", "pk_"]), words);
        let (secret_key, webhook_secret) = secret_key.zip(webhook_secret)?;
        Some(StripeConfig { secret_key, webhook_secret, api_base })
    }

    /// The key that browsers are told, of the same account and kind as the secret one.
    fn publishable_key(&self, faults: &mut Faults) -> Option<String> {
        let key = present(&self.stripe_publishable_key)?;
        let secret = present(&self.stripe_secret_key);
        let words = "STRIPE_PUBLISHABLE_KEY is set, but STRIPE_SECRET_KEY is not";
        faults.unless(secret.is_some(), words);
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || !key.starts_with("pk_") {
            faults.add(
                "STRIPE_PUBLISHABLE_KEY must be the publishable key (pk_…), which every visitor may see",
            );
            return None;
        }
        let live = |key: &str| key.split('_').nth(1) == Some("live");
        let words =
            "STRIPE_PUBLISHABLE_KEY and STRIPE_SECRET_KEY must be both for live payments, or both for tests";
        faults.unless(secret.is_none_or(|secret| live(secret) == live(key)), words);
        Some(key.to_owned())
    }

    fn smtp(&self, faults: &mut Faults) -> Option<SmtpConfig> {
        match (present(&self.smtp_url), present(&self.mail_from)) {
            (Some(url), Some(from)) => {
                let found = SmtpConfig::parse(url, from);
                found.map_err(|errors| faults.0.extend(errors.iter().map(ToString::to_string))).ok()
            }
            (None, None) => None,
            (Some(_), None) => {
                faults.add("SMTP_URL is set, but MAIL_FROM is not");
                None
            }
            (None, Some(_)) => {
                faults.add("MAIL_FROM is set, but SMTP_URL is not");
                None
            }
        }
    }
}

impl Checked {
    /// The local mailbox and the stand-in Stripe are for this machine only: anyone who reads the mailbox can sign in as
    /// anybody.
    fn judge_local(&self, faults: &mut Faults) {
        let words = format!(
            "the local mailbox and the stand-in Stripe are for a loopback listener; BACKSTAGE_LISTEN is {}, which is none",
            self.listen
        );
        faults.unless(self.listen.ip().is_loopback(), words);
        if let Some(url) = self.public_url.as_ref().filter(|url| !url.is_loopback()) {
            let words = format!(
                "the local mailbox and the stand-in Stripe are for this machine alone; BACKSTAGE_PUBLIC_URL is {url}, an address for others"
            );
            faults.add(words);
        }
        let live = |stripe: &StripeConfig| {
            ["sk_live", "rk_live"].iter().any(|prefix| stripe.secret_key.expose().starts_with(prefix))
        };
        let words = "live Stripe keys (STRIPE_SECRET_KEY) and the local stand-in (BACKSTAGE_LOCAL) exclude one another";
        faults.unless(!self.stripe.as_ref().is_some_and(live), words);
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

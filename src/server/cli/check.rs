//! `backstage check`: reads the settings, contacts every configured service, and prints one line for each.

use crate::{
    clock::ServiceClock,
    config::{Checked, Settings, object_store_variables},
    data,
};
use anyhow::{Result, anyhow, bail, ensure};
use clap::{ArgMatches, Args as _, parser::ValueSource};
use domain::{clock::Clock, live::passes::MediaHooks};
use gateways::{LiveKit, ObjectFiles, SmtpMailer, StripePayments};
use std::{future::Future, path::Path, sync::Arc, time::Duration};
use store::Reach;

/// The timeout of each check.
const PATIENCE: Duration = Duration::from_secs(15);
/// With less free space than this, the check fails.
const LEAST_FREE: u64 = 256 << 20;
/// 2026-01-01: an earlier time means that the machine's clock is wrong.
const EARLIEST: i64 = 1_767_225_600_000;
const ZONE: &str = "Europe/Zurich";

/// The lines so far, and how many of them failed.
#[derive(Default)]
struct Lines {
    failed: usize,
}

impl Lines {
    fn line(&mut self, name: &str, found: Result<String>) {
        match found {
            Ok(words) => println!("ok    {name}: {words}"),
            Err(error) => {
                self.failed += 1;
                println!("FAIL  {name}: {error:#}");
            }
        }
    }

    async fn wait(&mut self, name: &str, check: impl Future<Output = Result<String>>) {
        let found = tokio::time::timeout(PATIENCE, check).await;
        let found = found.unwrap_or_else(|_| Err(anyhow!("no answer in {} s", PATIENCE.as_secs())));
        self.line(name, found);
    }
}

/// `typed`: the command line of `check`. `unread`: what is wrong with settings that could not be read.
pub async fn run(settings: Settings, typed: Option<&ArgMatches>, unread: Vec<String>) -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut lines = Lines::default();
    for (name, value) in given(typed) {
        println!("      {name}: {value}");
    }
    let data = settings.data.clone().unwrap_or_else(|| "backstage-data".into());
    let (checked, unusable) = settings.judge();
    let faults = [unread, unusable].concat();
    if faults.is_empty() {
        lines.line("settings", Ok("can be used".into()));
    }
    for fault in &faults {
        lines.line("settings", Err(anyhow!("{fault}")));
    }
    lines.line("data directory", directory(&data));
    lines.line("disk space", disk(&data));
    lines.line("time zones", zones());
    lines.line("clock", clock());
    let database = !faults.iter().any(|fault| fault.starts_with("DATABASE_URL"));
    services(&mut lines, checked, database.then_some(&*data)).await;
    let failed = lines.failed;
    ensure!(failed == 0, "{failed} of the checks failed; each is a line above that begins with FAIL");
    Ok(())
}

/// `data`: `None` if it is not known which database to contact.
async fn services(lines: &mut Lines, checked: Checked, data: Option<&Path>) {
    if let Some(data) = data {
        let url = checked.database_url.clone().unwrap_or_else(|| store::default_url(data));
        lines.wait("database", database(&url)).await;
    }
    lines.line("open files", files(&checked));
    if let Some(origin) = &checked.public_url {
        lines.wait("public address", address(origin.to_string())).await;
    }
    if let Some(objects) = &checked.objects {
        lines
            .wait("object store", async {
                let files = ObjectFiles::open(objects, object_store_variables())?;
                Ok(files.check().await.map(|()| "takes, returns and deletes files".into())?)
            })
            .await;
    }
    if let Some(smtp) = checked.smtp {
        lines
            .wait("mail server", async {
                Ok(SmtpMailer::new(smtp).check().await.map(|()| "agrees to send".into())?)
            })
            .await;
    }
    if let Some(relays) = checked.relay {
        lines
            .wait("relays", async {
                let answer = relays.check().await.map(|()| "answer".into());
                answer.map_err(|why| anyhow!("{why}"))
            })
            .await;
    }
    if let Some(config) = checked.livekit {
        lines
            .wait("LiveKit", async {
                let livekit = LiveKit::start(config, Arc::new(ServiceClock::default()));
                let answer = livekit.check().await.map(|()| "takes the key".into());
                answer.map_err(|why| anyhow!("{why}"))
            })
            .await;
    }
    if let Some(stripe) = checked.stripe {
        let form = if stripe.webhook_secret.expose().starts_with("whsec_") {
            Ok("has the form of one".into())
        } else {
            Err(anyhow!("does not begin with whsec_"))
        };
        lines.line("Stripe's webhook secret", form);
        lines
            .wait("Stripe", async {
                Ok(StripePayments::new(stripe)?.check().await.map(|()| "takes the key".into())?)
            })
            .await;
    }
}

/// Every setting with its value. For secrets, only whether they are set.
fn given(typed: Option<&ArgMatches>) -> Vec<(String, String)> {
    let typed_value = |id: &str| {
        let typed = typed.filter(|matches| matches.value_source(id) == Some(ValueSource::CommandLine))?;
        Some(typed.get_raw(id)?.next()?.to_os_string())
    };
    let shown = |arg: &clap::Arg| {
        let name = arg.get_env()?.to_str()?;
        let id = arg.get_id().as_str();
        let value = typed_value(id).or_else(|| std::env::var_os(name));
        let value = match value.filter(|value| !value.is_empty()) {
            None => "not set".into(),
            Some(_) if arg.is_hide_env_values_set() => "set".into(),
            Some(value) => value.to_string_lossy().into_owned(),
        };
        Some((name.to_owned(), value))
    };
    Settings::augment_args(clap::Command::new("check")).get_arguments().filter_map(shown).collect()
}

fn directory(path: &Path) -> Result<String> {
    if !path.exists() {
        return Ok(format!("{} will be made", path.display()));
    }
    data::writable(path)?;
    Ok(format!("{} can be written", path.display()))
}

fn disk(path: &Path) -> Result<String> {
    let there = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let free = data::free_bytes(if there.as_os_str().is_empty() { Path::new(".") } else { there })?;
    let words = format!("{} MB free", free >> 20);
    ensure!(free >= LEAST_FREE, "{words}; at least {} MB are needed", LEAST_FREE >> 20);
    Ok(words)
}

fn zones() -> Result<String> {
    match jiff::tz::db().get(ZONE) {
        Ok(_) => Ok("are known".into()),
        Err(error) => bail!("{ZONE} is not known ({error}); install tzdata"),
    }
}

fn clock() -> Result<String> {
    let now = ServiceClock::default().now();
    ensure!(now.0 > EARLIEST, "the machine says {}, which is in the past", now.timestamp());
    Ok(now.timestamp().to_string())
}

async fn database(url: &str) -> Result<String> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        let path = path.split('?').next().unwrap_or_default();
        if !Path::new(path).exists() {
            return Ok("will be made".into());
        }
    }
    let open =
        if url.starts_with("sqlite:") && !url.contains('?') { format!("{url}?mode=rw") } else { url.into() };
    Ok(match store::reach(&open).await? {
        Reach::Empty => "answers; its tables will be made",
        Reach::Older => "answers; its tables will be brought up to date",
        Reach::Written => "answers and takes writes",
    }
    .into())
}

fn files(checked: &Checked) -> Result<String> {
    let (seats, open) = (checked.admission.seats, crate::config::open_files());
    ensure!(open >= seats, "{open} files may be open, too few for {seats} people");
    Ok(format!("{open} may be open, room for {seats} people"))
}

async fn address(origin: String) -> Result<String> {
    let url = url::Url::parse(&origin)?;
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
    let host = host.trim_matches(['[', ']']);
    let found: Vec<_> = tokio::net::lookup_host((host, port)).await?.map(|a| a.ip().to_string()).collect();
    ensure!(!found.is_empty(), "{host} has no address");
    Ok(format!("{origin} leads to {}", found.join(", ")))
}

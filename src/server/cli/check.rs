//! `backstage check`: reads the settings, contacts every configured service, and prints one line for each.

use crate::{
    clock::ServiceClock,
    config::{Checked, Settings},
    data,
};
use anyhow::{Result, bail, ensure};
use clap::{Args as _, CommandFactory as _};
use domain::clock::Clock;
use gateways::{SmtpMailer, StripePayments};
use std::{future::Future, path::Path, time::Duration};
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
        let found = found.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer in {} s", PATIENCE.as_secs())));
        self.line(name, found);
    }
}

pub async fn run(settings: Settings) -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut lines = Lines::default();
    for (name, value) in given() {
        println!("      {name}: {value}");
    }
    let data = settings.data.clone().unwrap_or_else(|| "backstage-data".into());
    let checked = settings.check();
    lines.line(
        "settings",
        checked.as_ref().map(|_| "can be used".into()).map_err(|e| anyhow::anyhow!("{e:#}")),
    );
    lines.line("data directory", directory(&data));
    lines.line("disk space", disk(&data));
    lines.line("time zones", zones());
    lines.line("clock", clock());
    if let Ok(checked) = checked {
        services(&mut lines, checked, &data).await;
    }
    ensure!(lines.failed == 0, "{} of the checks failed", lines.failed);
    Ok(())
}

async fn services(lines: &mut Lines, checked: Checked, data: &Path) {
    let url = checked.database_url.clone().unwrap_or_else(|| store::default_url(data));
    lines.wait("database", database(&url)).await;
    lines.line("open files", files(&checked));
    if let Some(origin) = &checked.public_url {
        lines.wait("public address", address(origin.to_string())).await;
    }
    if let Some(smtp) = checked.smtp {
        lines
            .wait("mail server", async {
                Ok(SmtpMailer::new(smtp).check().await.map(|()| "agrees to send".into())?)
            })
            .await;
    }
    if let Some(stripe) = checked.stripe {
        let form = if stripe.webhook_secret.expose().starts_with("whsec_") {
            Ok("has the form of one".into())
        } else {
            Err(anyhow::anyhow!("does not begin with whsec_"))
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
fn given() -> Vec<(String, String)> {
    // The command line as typed. If it has no `check`, the environment.
    let typed = super::Cli::command().try_get_matches().ok();
    let typed = typed.as_ref().and_then(|matches| matches.subcommand_matches("check"));
    let shown = |arg: &clap::Arg| {
        let name = arg.get_env()?.to_str()?;
        let id = arg.get_id().as_str();
        let flag = typed.and_then(|matches| matches.get_raw(id)).and_then(|mut raw| raw.next());
        let value = flag.map(std::ffi::OsStr::to_os_string).or_else(|| std::env::var_os(name));
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

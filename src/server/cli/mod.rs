//! The command line.

mod audit;
mod backup;
mod check;
mod work;

use crate::{
    build,
    config::{Origin, Settings},
    data::create_files_private,
    demo, serve, telemetry,
};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use domain::{clock::Clock, secret::SharedSecret};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use store::Store;

#[derive(Parser)]
#[command(name = "backstage", version, about = "A live streaming marketplace in one binary.")]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

/// `backstage` without a command is `backstage serve` with its settings from the environment.
#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service with the settings below (the default).
    Serve(Box<Settings>),
    /// Run it with local stand-ins and a demo house that plays a test card.
    Demo(Box<demo::DemoArgs>),
    /// Create accounts that hold a pass, and print a Cookie line for each (for load tools).
    Identities(Identities),
    /// Operators.
    Operator {
        #[command(subcommand)]
        command: OperatorCommand,
    },
    /// The audit log.
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// The outbox.
    Jobs {
        #[command(subcommand)]
        command: work::JobsCommand,
    },
    /// Delete rows that are older than their retention period; the service does so once a day.
    Prune(work::PruneArgs),
    /// Read the settings, contact every service that they name, and print one line for each; exit with 1 if any fails.
    Check(Box<Settings>),
    /// Create an archive of the database and the data directory; the service may be running.
    Backup(backup::Backup),
    /// Restore such an archive into an empty data directory.
    Restore(backup::Restore),
    /// Print the version.
    Version,
    /// Run the stand-in for Stripe as a separate process.
    StandIn(StandInArgs),
}

#[derive(Args)]
struct Identities {
    #[arg(long)]
    space: String,
    #[arg(long)]
    pass: String,
    #[arg(long)]
    count: usize,
    #[command(flatten)]
    place: Place,
}

/// The location of the data.
#[derive(Args)]
struct Place {
    #[arg(long, env = "BACKSTAGE_DATA")]
    data: Option<PathBuf>,
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[arg(long, env = "BACKSTAGE_PUBLIC_URL", default_value = "http://127.0.0.1:3000", value_parser = Origin::parse)]
    public_url: Origin,
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Make the account with this address an operator; create the account if it does not exist.
    Add {
        email: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
struct StandInArgs {
    #[arg(long, default_value = "127.0.0.1:3001")]
    listen: SocketAddr,
    /// Its own data directory.
    #[arg(long, default_value = "stand-in")]
    data: PathBuf,
    /// Where to send events.
    #[arg(long, default_value = "http://127.0.0.1:3000/webhooks/stripe")]
    webhook_url: String,
    /// Signs the events; the service has the same value as STRIPE_WEBHOOK_SECRET.
    #[arg(long, env = "STRIPE_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: String,
}

/// The command belongs to another program, which the message names. The exit code is 2.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotHere(&'static str);

pub async fn run(cli: Cli) -> Result<()> {
    create_files_private();
    match cli.command {
        None => run_service(Alone::parse().settings).await,
        Some(Command::Serve(settings)) => run_service(*settings).await,
        Some(Command::Demo(args)) => demo::run(*args).await,
        Some(Command::Identities(args)) => identities(args).await,
        Some(Command::Operator { command: OperatorCommand::Add { email, place } }) => {
            add_operator(&email, &place).await
        }
        Some(Command::Audit { command }) => audit::run(command).await,
        Some(Command::Jobs { command }) => work::jobs(command).await,
        Some(Command::Prune(args)) => work::prune(args).await,
        Some(Command::Check(settings)) => check::run(*settings).await,
        Some(Command::Backup(args)) => backup::backup(args).await,
        Some(Command::Restore(args)) => backup::restore(args).await,
        Some(Command::Version) => {
            println!("backstage {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Some(Command::StandIn(args)) => run_stand_in(args).await,
    }
}

async fn run_service(mut settings: Settings) -> Result<()> {
    telemetry::start_logging(settings.log);
    settings.data.get_or_insert_with(|| PathBuf::from("backstage-data"));
    let service = build(&settings).await?;
    tracing::info!(url = %service.app.public_url, data = %service.data.path().display(), "ready");
    serve(service, stop_signal()).await
}

/// Ctrl-C, or a service manager's SIGTERM.
pub async fn stop_signal() {
    let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(term) => term,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}

impl Place {
    /// The URL of an existing SQLite database.
    fn sqlite(&self) -> Result<String> {
        let url = match (&self.database_url, &self.data) {
            (Some(url), _) => url.clone(),
            (None, Some(dir)) => store::default_url(dir),
            (None, None) => anyhow::bail!("say where the data is: --data DIR"),
        };
        Ok(if url.contains('?') { url } else { format!("{url}?mode=rw") })
    }

    async fn open(&self) -> Result<Store> {
        let url = match (&self.database_url, &self.data) {
            (Some(url), _) => url.clone(),
            (None, Some(dir)) => store::default_url(dir),
            (None, None) => anyhow::bail!("say where the data is: --data DIR"),
        };
        Store::open(&url).await.context("opening the database")
    }
}

async fn identities(args: Identities) -> Result<()> {
    let store = args.place.open().await?;
    let store::Found::Here(space) = store.spaces().by_slug(&args.space).await? else {
        anyhow::bail!("there is no space {}", args.space)
    };
    let store::Resolved::Pass(pass) = store.spaces().resolve(space.id, &args.pass).await? else {
        anyhow::bail!("{} has no pass {}", args.space, args.pass)
    };
    let now = crate::clock::ServiceClock::default().now();
    let name = crate::app::cookie_name(args.place.public_url.https());
    let mut lines = String::new();
    for holder in store.grants().make_holders(pass, args.count, now).await? {
        lines.push_str(&format!("Cookie: {name}={}\n", holder.token));
    }
    use std::io::Write;
    std::io::stdout().write_all(lines.as_bytes())?;
    store.close().await;
    Ok(())
}

async fn add_operator(email: &str, place: &Place) -> Result<()> {
    let email = domain::people::address::parse(email)?;
    let store = place.open().await?;
    let account = store.accounts().make_operator(&email, crate::clock::ServiceClock::default().now()).await?;
    println!("{} is an operator now. Open pages see it within a second or two.", account.email);
    store.close().await;
    Ok(())
}

async fn run_stand_in(args: StandInArgs) -> Result<()> {
    telemetry::start_logging(crate::config::LogFormat::Text);
    let webhook_secret = SharedSecret::parse(&args.webhook_secret)
        .map_err(|error| anyhow::anyhow!("STRIPE_WEBHOOK_SECRET {error}"))?;
    std::fs::create_dir_all(&args.data)?;
    let listener = tokio::net::TcpListener::bind(args.listen).await?;
    let clock = crate::clock::ServiceClock::default();
    let origin = format!("http://{}", listener.local_addr()?);
    let stand_in = stand_in::StandIn::open(stand_in::Config {
        dir: args.data,
        webhook_url: args.webhook_url,
        webhook_secret: webhook_secret.expose().to_string(),
        public_url: origin.clone(),
        now: Arc::new(move || clock.now().0),
    })?;
    println!("The stand-in Stripe is at {origin}. No money moves.");
    stand_in::serve(listener, stand_in, stop_signal()).await?;
    Ok(())
}

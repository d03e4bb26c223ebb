//! The command line.

mod arguments;
mod audit;
mod backup;
mod catalogue;
mod check;
mod failure;
mod work;

use crate::{
    build,
    config::{BadSettings, Origin, Settings},
    data::{create_files_private, open_database},
    demo, serve, telemetry,
};
use anyhow::{Context, Result, ensure};
use arguments::{ParsedArguments, Refused};
use clap::{Args, Parser, Subcommand};
use domain::{clock::Clock, secret::SharedSecret};
use std::{
    ffi::OsString,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::Store;

#[derive(Parser)]
#[command(name = "backstage", version, about = "A live streaming marketplace in one binary.")]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service with the settings below (the default).
    Serve(Box<Settings>),
    /// Run it with local stand-ins, in a town of sample data with two shows on air.
    Demo(Box<demo::DemoArgs>),
    /// Create accounts that hold a pass, and print a Cookie line for each (for load tools).
    Identities(Identities),
    /// Fill an empty database, or that of a demo, with published spaces and planned shows (for load tools).
    Catalogue(catalogue::Catalogue),
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
    place: DataLocation,
}

/// The location of the data.
#[derive(Args)]
struct DataLocation {
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
        place: DataLocation,
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
    /// Lets its control page make calls fail.
    #[arg(long)]
    chaos: bool,
}

/// The command belongs to another program, which the message names. The exit code is 2.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotHere(&'static str);

/// Runs a command line, the program's name first, to its end, and prints why it failed. Returns the exit code: 0; 1 if it
/// failed; 2 if it makes no sense, or belongs to another program.
pub async fn main(args: Vec<OsString>) -> u8 {
    let given = match arguments::read(&args) {
        Ok(given) => given,
        Err(Refused::Usage(error)) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
        Err(Refused::Values(faults)) => return failure::report(&faults.into()),
    };
    match run(given).await {
        Ok(()) => 0,
        Err(error) => failure::report(&error),
    }
}

async fn run(given: ParsedArguments) -> Result<()> {
    create_files_private();
    let ParsedArguments { cli, matches, faults } = given;
    let Some(command) = cli.command else { return Ok(()) };
    let command = match command {
        Command::Check(settings) => {
            return check::run(*settings, matches.subcommand_matches("check"), faults).await;
        }
        Command::Serve(settings) if !faults.is_empty() => {
            return Err(BadSettings([faults, settings.judge().1].concat()).into());
        }
        _ if !faults.is_empty() => return Err(BadSettings(faults).into()),
        command => command,
    };
    match command {
        Command::Serve(settings) => run_service(*settings).await,
        Command::Check(_) => Ok(()),
        Command::Demo(args) => demo::run(*args).await,
        Command::Identities(args) => identities(args).await,
        Command::Catalogue(args) => catalogue::run(args).await,
        Command::Operator { command: OperatorCommand::Add { email, place } } => {
            add_operator(&email, &place).await
        }
        Command::Audit { command } => audit::run(command).await,
        Command::Jobs { command } => work::jobs(command).await,
        Command::Prune(args) => work::prune(args).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(args).await,
        Command::Version => say(format_args!("backstage {}\n", env!("CARGO_PKG_VERSION"))),
        Command::StandIn(args) => run_stand_in(args).await,
    }
}

/// Prints to standard output. A reader that has seen enough, as `head` does, is no failure.
fn say(words: std::fmt::Arguments<'_>) -> Result<()> {
    match std::io::stdout().lock().write_fmt(words) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
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

impl DataLocation {
    fn url(&self) -> Result<String> {
        match &self.database_url {
            Some(url) => Ok(url.clone()),
            None => Ok(store::default_url(self.data()?)),
        }
    }

    fn data(&self) -> Result<&Path> {
        self.data
            .as_deref()
            .context("say where the data is: set --data or BACKSTAGE_DATA to the data directory")
    }

    /// The URL of a database that exists. A command that only reads or deletes must not make a new one.
    fn existing(&self) -> Result<String> {
        let url = self.url()?;
        let Some(path) = url.strip_prefix("sqlite://") else { return Ok(url) };
        let path = path.split('?').next().unwrap_or_default();
        ensure!(
            Path::new(path).exists(),
            "there is no database at {path}; check --data (BACKSTAGE_DATA) and --database-url (DATABASE_URL)"
        );
        Ok(if url.contains('?') { url } else { format!("{url}?mode=rw") })
    }

    async fn open(&self) -> Result<Store> {
        open_database(&self.existing()?).await
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
    let holders = store.grants().make_holders(pass, args.count, now).await.context("cannot make accounts")?;
    store.close().await;
    let lines: String = holders.iter().map(|holder| format!("Cookie: {name}={}\n", holder.token)).collect();
    say(format_args!("{lines}"))
}

async fn add_operator(email: &str, place: &DataLocation) -> Result<()> {
    let email = domain::people::address::parse(email).with_context(|| format!("“{email}” cannot be used"))?;
    // Before the first start, too: whoever sets the service up begins with an operator.
    let store = open_database(&place.url()?).await?;
    let now = crate::clock::ServiceClock::default().now();
    let account = store.accounts().make_operator(&email, now).await.context("cannot add the operator")?;
    store.close().await;
    say(format_args!("{} is an operator now. Open pages see it within a second or two.\n", account.email))
}

async fn run_stand_in(args: StandInArgs) -> Result<()> {
    telemetry::start_logging(crate::config::LogFormat::Text);
    let webhook_secret = SharedSecret::parse(&args.webhook_secret)
        .map_err(|error| anyhow::anyhow!("STRIPE_WEBHOOK_SECRET {error}"))?;
    let named = format!("{} (--data)", args.data.display());
    std::fs::create_dir_all(&args.data).with_context(|| format!("cannot create {named}"))?;
    let listener = tokio::net::TcpListener::bind(args.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {} (--listen)", args.listen))?;
    let clock = crate::clock::ServiceClock::default();
    let origin = format!("http://{}", listener.local_addr()?);
    let stand_in = stand_in::StandIn::open(stand_in::Config {
        dir: args.data,
        webhook_url: args.webhook_url,
        webhook_secret: webhook_secret.expose().to_string(),
        public_url: origin.clone(),
        chaos: args.chaos,
        now: Arc::new(move || clock.now().0),
    });
    let stand_in = stand_in.with_context(|| format!("cannot open the stand-in's state in {named}"))?;
    say(format_args!("The stand-in Stripe is at {origin}. No money moves.\n"))?;
    stand_in::serve(listener, stand_in, stop_signal()).await.context("the stand-in Stripe has stopped")
}

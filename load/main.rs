//! `backstage-load`: see `--help`.

use anyhow::Result;
use clap::Parser;
use load::{
    args::Cli,
    chart,
    process::Server,
    progress::Progress,
    run::{self, Job},
};
use std::{process::ExitCode, sync::Arc};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("backstage-load: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// True when nothing differed.
async fn run(cli: &Cli) -> Result<bool> {
    let (scenario, chaos) = (cli.scenario()?, cli.chaos()?);
    let (server, demo) = match cli.restart_command() {
        Some(command) => {
            let (server, demo) = Server::start(command).await?;
            (Some(server), Some(demo))
        }
        None => (None, cli.run.demo()?),
    };
    let target = Arc::new(cli.run.target(demo)?);
    let mut progress = Progress::new();
    let done = run::run(Job { target, scenario, chaos, server }, &mut progress).await;
    progress.end();
    let done = done?;
    if let Some(server) = done.server {
        server.stop().await?;
    }
    if let Some(file) = &cli.run.svg {
        std::fs::write(file, chart::draw(&done.report, &done.killed))?;
    }
    if cli.run.json {
        println!("{}", serde_json::to_string_pretty(&done.report)?);
    } else {
        print!("{}", done.report.words());
    }
    Ok(done.report.ok)
}

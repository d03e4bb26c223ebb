//! `backstage-load`: see `--help`.

use anyhow::Result;
use clap::Parser;
use load::{
    catalogue::explore::{self, Browse},
    chaos::{
        self,
        process::{self, Server},
        survival::SurvivalProbe,
    },
    cli::{
        args::{Cli, Command},
        media::MediaArgs,
        setup,
    },
    crowd::{connects, waiting},
    live::{self, MediaStage},
    measure::{facts, progress::Progress},
    money,
    plan::scenario::Scenario,
    report::{
        chart,
        compare::{self, RunPair},
    },
    run::{self, Job, RunOutcome},
    wire::doors::{Demo, Target},
};
use serde::Serialize;
use std::{process::ExitCode, sync::Arc};

/// Attempts at one half of a pair while other processes disturb it; a run that takes minutes is not repeated.
const TRIES: u32 = 4;

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

/// True if nothing differed.
async fn run(cli: &Cli) -> Result<bool> {
    if let Some(Command::Onsale(sale)) = &cli.command {
        let (rush, mut progress) = (sale.rush(&cli.run)?, Progress::new());
        let report = money::run(&rush, cli.run.restart_command.as_deref(), &mut progress).await?;
        end(cli, &progress, None, &report, |report| report.words()).await?;
        return Ok(report.good());
    }
    let (scenario, chaos) = (cli.scenario()?, cli.chaos()?);
    let (command, _shed) = cli.run.restart_command.as_deref().map(process::furnish).transpose()?.unzip();
    let (server, demo) = match &command {
        Some(command) => {
            let (server, demo) = Server::start(command).await?;
            (Some(server), Some(demo))
        }
        None => (None, cli.run.demo()?),
    };
    if let Some(Command::Media(media)) = &cli.command {
        return film(cli, media, server, demo).await;
    }
    if let Some(Command::Explore { spaces, shows, rate }) = cli.command {
        let Scenario { seconds, warm, seed, .. } = scenario;
        let browse = Browse { spaces, shows, rate, seconds, warm, seed };
        return visit(cli, &browse, server, demo).await;
    }
    let stage = demo.clone().unwrap_or_default();
    let (target, ward) = setup::prepare(&cli.run, demo, chaos.is_some(), cli.people(&scenario)).await?;
    let target = Arc::new(target);
    let mut progress = Progress::new();
    if let Some(Command::Connects { rounds }) = cli.command {
        let rounds = connects::run(&target, &scenario, rounds, &mut progress).await?;
        end(cli, &progress, server, &rounds, |rounds| connects::words(rounds)).await?;
        return Ok(connects::good(&rounds));
    }
    if let Some(Command::Waiting { publish }) = &cli.command {
        let done = waiting::run(&target, &stage, publish.as_deref(), scenario.viewers, &mut progress).await?;
        end(cli, &progress, server, &done, |done| done.words()).await?;
        return Ok(done.good());
    }
    let mut cast = Cast { target, scenario, chaos, ward, server };
    let (mut done, pairs) = cast.play(cli.pairs(), &mut progress).await?;
    stop(&progress, cast.server).await?;
    compare::judge(&mut done.report, pairs);
    tell(cli, &done)?;
    Ok(done.report.ok)
}

/// Visitors of the list of spaces, who need no rooms and no people.
async fn visit(cli: &Cli, browse: &Browse, server: Option<Server>, demo: Option<Demo>) -> Result<bool> {
    let (mut progress, at) = (Progress::new(), cli.run.at(demo.as_ref())?);
    let demo = demo.unwrap_or_default();
    let pid = cli.run.server_pid.or(demo.pid);
    let report = explore::run(at, pid, demo.data.as_deref(), browse, &mut progress).await?;
    end(cli, &progress, server, &report, |report| report.words()).await?;
    Ok(report.good())
}

/// Publishers and viewers, with rooms of their own.
async fn film(cli: &Cli, media: &MediaArgs, server: Option<Server>, demo: Option<Demo>) -> Result<bool> {
    let (film, mut progress) = (media.film(&cli.run)?, Progress::new());
    let demo = demo.filter(|_| media.peer.is_none() && media.livekit.is_none()).unwrap_or_default();
    progress.stage("make");
    let key = (media.livekit_key.as_deref().unwrap_or(""), media.livekit_secret.as_deref().unwrap_or(""));
    let stage = match (&media.peer, &media.livekit) {
        (Some(url), _) => MediaStage::of_peer(url, film.rooms)?,
        (None, Some(url)) => MediaStage::of_livekit(url, key, film.rooms)?,
        (None, None) => {
            let (at, host) = (cli.run.at(Some(&demo))?, (&*cli.run.space, &*cli.run.pass));
            MediaStage::make(at, &demo, host, film.rooms, film.viewers).await?
        }
    };
    let report = live::run(stage, film, cli.run.server_pid.or(demo.pid), &mut progress).await?;
    end(cli, &progress, server, &report, |report| report.words()).await?;
    Ok(report.good())
}

/// Ends a run, and says how it went.
async fn end<T: Serialize>(
    cli: &Cli,
    progress: &Progress,
    server: Option<Server>,
    done: &T,
    words: impl FnOnce(&T) -> String,
) -> Result<()> {
    stop(progress, server).await?;
    print!("{}", if cli.run.json { serde_json::to_string_pretty(done)? + "\n" } else { words(done) });
    Ok(())
}

async fn stop(progress: &Progress, server: Option<Server>) -> Result<()> {
    progress.end();
    match server {
        Some(server) => server.stop().await,
        None => Ok(()),
    }
}

fn tell(cli: &Cli, done: &RunOutcome) -> Result<()> {
    if let Some(file) = &cli.run.svg {
        std::fs::write(file, chart::draw(&done.report, &done.killed))?;
    }
    if cli.run.json {
        println!("{}", serde_json::to_string_pretty(&done.report)?);
    } else {
        print!("{}", done.report.words());
    }
    Ok(())
}

/// What all runs of one invocation share.
struct Cast {
    target: Arc<Target>,
    scenario: Scenario,
    chaos: Option<chaos::Plan>,
    ward: Option<SurvivalProbe>,
    server: Option<Server>,
}

impl Cast {
    /// Makes one run, or this many pairs. Returns the last run with chaos or stalled readers, or the first one that
    /// failed.
    async fn play(&mut self, pairs: usize, progress: &mut Progress) -> Result<(RunOutcome, Vec<RunPair>)> {
        let mut compared = Vec::new();
        for pair in 0..pairs {
            // The two halves take turns going first.
            let first = self.quiet(pair % 2 == 0, progress).await?;
            let second = self.quiet(pair % 2 == 1, progress).await?;
            let (disturbed, calm) = if pair % 2 == 0 { (first, second) } else { (second, first) };
            compared.push(RunPair::of(&calm.report, &disturbed.report));
            if !calm.report.ok {
                return Ok((calm, compared));
            }
            if !disturbed.report.ok || pair + 1 == pairs {
                return Ok((disturbed, compared));
            }
        }
        Ok((self.once(true, progress).await?, compared))
    }

    /// A run during which other processes left the processor alone; after the last attempt the last run, marked as
    /// disturbed.
    async fn quiet(&mut self, disturbed: bool, progress: &mut Progress) -> Result<RunOutcome> {
        let tries = if self.scenario.soak { 1 } else { TRIES };
        for _ in 1..tries {
            let done = self.once(disturbed, progress).await?;
            if done.report.quiet() || !done.report.ok {
                return Ok(done);
            }
            progress.stage("again");
            progress
                .tell(|| format!("others took more than {:.0} % of the processor", facts::OTHERS * 100.0));
        }
        self.once(disturbed, progress).await
    }

    async fn once(&mut self, disturbed: bool, progress: &mut Progress) -> Result<RunOutcome> {
        let scenario = if disturbed { self.scenario.clone() } else { self.scenario.calm() };
        let mut chaos = self.chaos.clone().filter(|_| disturbed);
        if let Some(plan) = &mut chaos {
            plan.spared = self.target.rooms[1..].iter().map(|room| room.id().to_string()).collect();
        }
        let (target, ward, server) = (self.target.clone(), self.ward.clone(), self.server.take());
        let mut done = run::run(Job { target, scenario, chaos, server, ward }, progress).await?;
        self.server = done.server.take();
        Ok(done)
    }
}

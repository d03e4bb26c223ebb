//! The instrument: reads, publishes, and reports what that cost the server's processes.

mod account;
mod args;
mod clock;
mod publish;
mod reader;
mod readers;
mod report;
mod scan;

use account::SubscriberCounters;
use anyhow::{Result, ensure};
use args::Args;
use load::measure::facts::{self, Usage};
use report::MeasuredRun;
use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{scope, sleep},
    time::{Duration, Instant},
};

/// Longer than any of the servers remembers a reader that left.
const FORGOTTEN: Duration = Duration::from_secs(6);

fn main() -> ExitCode {
    match Args::read().and_then(|args| measure(&args)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("sse-fanout: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn measure(args: &Args) -> Result<bool> {
    warm_up(args)?;
    facts::raise_open_files(args.subscribers as u64 + args.publish_connections as u64 + 64)?;
    let (live, stop) = (Arc::new(SubscriberCounters::default()), AtomicBool::new(false));
    let moment = || Usage::read(args.server_pid);
    scope(|scope| {
        let before = moment();
        let began = Instant::now();
        let readers = scope.spawn(|| readers::run(args, live.clone(), &stop));
        let settled = || live.inside.load(Relaxed) + live.refused.load(Relaxed) >= args.subscribers;
        wait(args.connect_timeout, || settled() || readers.is_finished());
        let connect_s = began.elapsed().as_secs_f64();
        let inside = live.inside.load(Relaxed);
        let after_connects = moment();
        sleep(Duration::from_secs_f64(args.settle));
        let connected = moment();
        let began = clock::now();
        live.since.store(began, Relaxed);
        let published: Vec<_> = {
            let publish = |first| scope.spawn(move || publish::run(args, first, began + 5_000_000));
            let busy = if args.publish_url.is_some() { args.publish_connections } else { 0 };
            let threads: Vec<_> = (0..busy).map(publish).collect();
            threads.into_iter().map(|t| t.join().expect("a publisher does not panic")).collect()
        };
        let accepted = published.iter().flat_map(|p| &p.answered).filter(|(_, taken)| *taken).count();
        let expected = (accepted * inside) as u64;
        wait(args.drain, || live.deliveries.load(Relaxed) >= expected);
        let drained = moment();
        // A little longer, so that duplicates in flight are seen too.
        sleep(Duration::from_millis(300));
        let end = moment();
        stop.store(true, Relaxed);
        let account = readers.join().expect("the readers do not panic")?;
        ensure!(inside > 0, "nobody got in: {}", account.first_error.as_deref().unwrap_or("no answer"));
        let run = MeasuredRun {
            args,
            inside,
            connect_s,
            published,
            account,
            before,
            after_connects,
            connected,
            drained,
            end,
        };
        println!("{}", run.report());
        Ok(run.is_clean())
    })
}

/// Connects a few readers, which the server has forgotten when this returns.
fn warm_up(args: &Args) -> Result<()> {
    if args.warm_up == 0 {
        return Ok(());
    }
    let few = Args { subscribers: args.warm_up, publish_url: None, ..args.clone() };
    let (live, stop) = (Arc::new(SubscriberCounters::default()), AtomicBool::new(false));
    scope(|scope| {
        let readers = scope.spawn(|| readers::run(&few, live.clone(), &stop));
        wait(few.connect_timeout, || {
            live.inside.load(Relaxed) + live.refused.load(Relaxed) >= few.subscribers
        });
        stop.store(true, Relaxed);
        readers.join().expect("the readers do not panic").map(drop)
    })?;
    sleep(FORGOTTEN);
    Ok(())
}

fn wait(seconds: f64, done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    while !done() && Instant::now() < end {
        sleep(Duration::from_millis(2));
    }
}

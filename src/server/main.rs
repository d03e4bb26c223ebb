//! `backstage`: one binary, the whole show.

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // On a worker, so that what it starts begins there: from this thread each new connection would have to wake one.
    let run = tokio::spawn(server::cli::run(server::cli::Cli::parse()));
    match run.await.map_err(anyhow::Error::from).flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backstage: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! `backstage`: one binary for the service and its tools.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(server::memory::parked)
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => {
            eprintln!("backstage: no threads: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> ExitCode {
    // Run on a worker thread, so that the tasks it spawns start there. From this thread, every new connection would
    // have to wake a worker.
    let run = tokio::spawn(server::cli::main(std::env::args_os().collect()));
    match run.await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("backstage: {error}");
            ExitCode::FAILURE
        }
    }
}

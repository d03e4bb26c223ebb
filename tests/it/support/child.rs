//! The server as a child process that can be killed. The child is this test binary, which an environment variable turns
//! into `backstage demo`, so that plain `cargo test` needs no other binary.

use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

/// A server that takes longer to start has failed.
const READY: Duration = Duration::from_secs(60);
const ASKED: &str = "BACKSTAGE_TEST_CHILD";

/// Not a test: the entry point of the child process. Does nothing in a normal test run.
#[test]
fn be_the_service() {
    let Ok(args) = std::env::var(ASKED) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let args = std::iter::once("backstage").chain(args.split('\n')).map(Into::into).collect();
    let code = runtime.block_on(server::cli::main(args));
    std::process::exit(code.into());
}

/// How a `backstage` command ended.
pub struct Finished {
    pub ok: bool,
    pub code: Option<i32>,
    /// Standard output and standard error.
    pub said: String,
    /// Standard error.
    pub complained: String,
}

/// Runs one command to its end. `variables` are added to the environment.
pub async fn command(args: &[&str], variables: &[(&str, &str)]) -> Result<Finished> {
    let mut child = tokio::process::Command::new(std::env::current_exe()?);
    child.args(["--exact", "support::child::be_the_service", "--nocapture", "--test-threads=1"]);
    child.env(ASKED, args.join("\n")).envs(variables.iter().copied()).kill_on_drop(true);
    let done = tokio::time::timeout(READY, child.output()).await.context("the command does not end")??;
    let complained = String::from_utf8_lossy(&done.stderr).into_owned();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &complained;
    Ok(Finished { ok: done.status.success(), code: done.status.code(), said, complained })
}

pub struct Process {
    child: Child,
    pub doors: Value,
}

impl Process {
    /// `backstage demo --json` on `listen` with `data`; returns when it is ready.
    pub fn demo(listen: &str, data: &Path, more: &[&str]) -> Result<Self> {
        Self::start(listen, data, more, Stdio::null(), "")
    }

    /// The same with fault injection, and its log in a file; `levels` as in `RUST_LOG`.
    pub fn demo_that_logs(data: &Path, log: &Path, format: &str, levels: &str) -> Result<Self> {
        let more = ["--chaos", "--log", format];
        Self::start("127.0.0.1:0", data, &more, File::create(log)?.into(), levels)
    }

    /// The same, but a write that the file system refuses becomes an error: [`Self::limit_files`] simulates a full
    /// disk.
    pub fn demo_whose_disk_fills(data: &Path) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#]).arg(std::env::current_exe()?);
        Self::start_as(shell, "127.0.0.1:0", data, &[], Stdio::null(), "")
    }

    /// From now on no file may grow beyond `bytes`; `None` removes the limit.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let soft = bytes.map_or("unlimited".into(), |bytes| bytes.to_string());
        let (pid, limit) = (self.child.id().to_string(), format!("--fsize={soft}:unlimited"));
        let done = Command::new("prlimit").args(["--pid", &pid, &limit]).status()?;
        anyhow::ensure!(done.success(), "prlimit: {done}");
        Ok(())
    }

    /// `backstage stand-in` on `listen`, for a service on `service`. It may not listen yet when this returns.
    pub fn stand_in(listen: SocketAddr, data: &Path, service: SocketAddr, secret: &str) -> Result<Self> {
        let (listen, data) = (listen.to_string(), data.to_str().context("a plain path")?);
        let events = format!("http://{service}/webhooks/stripe");
        let args = ["stand-in", "--listen", &listen, "--data", data, "--webhook-url", &events];
        let args = [&args[..], &["--webhook-secret", secret]].concat();
        let mut child = Command::new(std::env::current_exe()?);
        child.args(["--exact", "support::child::be_the_service", "--nocapture", "--test-threads=1"]);
        child.env(ASKED, args.join("\n")).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self { child: child.spawn()?, doors: Value::Null })
    }

    fn start(listen: &str, data: &Path, more: &[&str], log: Stdio, levels: &str) -> Result<Self> {
        Self::start_as(Command::new(std::env::current_exe()?), listen, data, more, log, levels)
    }

    fn start_as(
        mut child: Command,
        listen: &str,
        data: &Path,
        more: &[&str],
        log: Stdio,
        levels: &str,
    ) -> Result<Self> {
        let data = data.to_str().context("a plain path")?;
        let mut args = vec!["demo", "--json", "--listen", listen, "--data", data];
        args.extend_from_slice(more);
        child.args(["--exact", "support::child::be_the_service", "--nocapture", "--test-threads=1"]);
        if !levels.is_empty() {
            child.env("RUST_LOG", levels);
        }
        let mut child = child.env(ASKED, args.join("\n")).stdout(Stdio::piped()).stderr(log).spawn()?;
        let said = child.stdout.take().context("its output")?;
        let (tell, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                // The test harness prints a few words first, possibly on the same line.
                if let Ok(doors) = serde_json::from_str(line.trim_start_matches(|c| c != '{')) {
                    let _ = tell.send(doors);
                }
            }
        });
        let mut made = Self { child, doors: Value::Null };
        match heard.recv_timeout(READY) {
            Ok(doors) => made.doors = doors,
            Err(RecvTimeoutError::Timeout) => anyhow::bail!("the service is not ready after {READY:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                anyhow::bail!("the service ended before it was ready: {:?}", made.child.wait()?)
            }
        }
        Ok(made)
    }

    /// `kill -9`, and waits until the process has ended.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

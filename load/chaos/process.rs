//! A server that this tool started itself, so that it can be killed with -9 and restarted.

use crate::wire::doors::Demo;
use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A server that has not printed its first line by then has failed.
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(20);

/// Replaces `{port}` and `{data}` in a command by a free port and a temporary directory, which is removed when the
/// returned value is dropped.
///
/// # Errors
/// When there is no free port or no temporary directory.
pub fn furnish(command: &str) -> Result<(String, Option<ScratchFolder>)> {
    let mut command = command.to_string();
    if command.contains("{port}") {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        command = command.replace("{port}", &port.to_string());
    }
    if !command.contains("{data}") {
        return Ok((command, None));
    }
    let shed = ScratchFolder::make("server")?;
    let command = command.replace("{data}", &shed.0.display().to_string());
    Ok((command, Some(shed)))
}

/// A temporary directory for one run.
pub struct ScratchFolder(PathBuf);

impl ScratchFolder {
    /// `name` is that of its user within this process.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn make(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("backstage-load-{}-{name}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct Server {
    command: String,
    child: Child,
}

impl Server {
    /// Starts `command`. Its first line must have the format of `backstage demo --json`.
    pub async fn start(command: &str) -> Result<(Self, Demo)> {
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            // Panics injected by chaos need no backtrace; printing one takes time and memory.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = timeout(START, lines.next_line()).await.context("the server did not start in time")??;
        let first = first.with_context(|| format!("`{command}` ended without a word"))?;
        let demo =
            Demo::parse(&first).with_context(|| format!("`{command}` does not print the doors: {first}"))?;
        // A full pipe would block the server.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((Self { command: command.to_string(), child }, demo))
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the process without warning.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Starts it again; returns once it reports that it is ready.
    pub async fn start_again(&mut self) -> Result<()> {
        let (next, _) = Self::start(&self.command).await?;
        *self = next;
        Ok(())
    }

    /// Sends SIGTERM and waits for the exit.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        kill_process(pid.context("the server has ended by itself")?, Signal::TERM)?;
        let status = timeout(STOP, self.child.wait()).await.context("the server did not stop")??;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

//! A server that this tool started itself, so that it may be killed without asking and started again.

use crate::doors::Demo;
use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A server that needs longer to say its first line has failed.
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(20);

pub struct Server {
    command: String,
    child: Child,
}

impl Server {
    /// Starts `command`, whose first line must be what `backstage demo --json` prints.
    pub async fn start(command: &str) -> Result<(Self, Demo)> {
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("a pipe that was asked for")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = timeout(START, lines.next_line()).await.context("the server did not start in time")??;
        let first = first.with_context(|| format!("`{command}` ended without a word"))?;
        let demo =
            Demo::parse(&first).with_context(|| format!("`{command}` does not print the doors: {first}"))?;
        // A pipe that nobody empties would stop the server.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((Self { command: command.to_string(), child }, demo))
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the process without warning and starts it again; returns once it says that it is ready.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.child.kill().await?;
        let (next, _) = Self::start(&self.command).await?;
        *self = next;
        Ok(())
    }

    /// Asks it to end, and sees that it does.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        kill_process(pid.context("the server has ended by itself")?, Signal::TERM)?;
        let status = timeout(STOP, self.child.wait()).await.context("the server did not stop")??;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

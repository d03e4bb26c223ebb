//! The stand-in Stripe as a process of its own, and the command that starts the service beside it.

use super::floor::BANK_KEY;
use crate::{
    chaos::process::ScratchFolder,
    wire::http::{Client, Request},
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A stand-in that has not said where it is by then has failed.
const START: Duration = Duration::from_secs(30);
const SECRET: &str = "whsec_load_tool_on_this_machine";

/// The limits are for people: here one machine is the whole crowd.
const LIMITS: &str =
    "--limit-account-orders 3000 --limit-address-changes 1000000 --limit-address-openings 100000";

/// The stand-in Stripe, with its own file of state.
pub struct Bank {
    pub at: SocketAddr,
    webhook_url: String,
    dir: PathBuf,
    child: Option<Child>,
    _shed: ScratchFolder,
}

impl Bank {
    /// Starts it, for a service that will listen on `service`.
    pub async fn start(service: SocketAddr) -> Result<Self> {
        let shed = ScratchFolder::make("bank")?;
        let (at, dir) = (free_port()?, shed.path().to_owned());
        let webhook_url = format!("http://{service}/webhooks/stripe");
        let mut bank = Self { at, webhook_url, dir, child: None, _shed: shed };
        bank.open().await?;
        Ok(bank)
    }

    async fn open(&mut self) -> Result<()> {
        let mut child = Command::new(backstage()?)
            .args(["stand-in", "--listen", &self.at.to_string(), "--data"])
            .arg(&self.dir)
            .args(["--webhook-url", &self.webhook_url])
            .env("STRIPE_WEBHOOK_SECRET", SECRET)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        loop {
            let line =
                timeout(START, lines.next_line()).await.context("the stand-in did not start in time")??;
            if line.context("the stand-in ended without a word")?.contains(&self.at.to_string()) {
                break;
            }
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.child = Some(child);
        Ok(())
    }

    /// Without warning. What it has answered is on disk.
    pub async fn kill_and_start(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        self.open().await
    }

    /// What one of its pages or calls answers.
    pub async fn read(&self, path: &str) -> Result<Value> {
        let answer = Client::new(self.at).send(Request::get(path, "").with_bearer(BANK_KEY)).await?;
        ensure!(answer.status == 200, "{path} of the stand-in answered {}", answer.status);
        serde_json::from_slice(&answer.body).with_context(|| format!("{path} of the stand-in is not JSON"))
    }
}

fn free_port() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The binary beside this tool.
fn backstage() -> Result<PathBuf> {
    let backstage = std::env::current_exe()?.with_file_name("backstage");
    ensure!(backstage.exists(), "{} is not there: build it", backstage.display());
    Ok(backstage)
}

/// Where the service will listen, and the command that starts it there; `{data}` is left in it.
pub fn service(given: Option<&str>) -> Result<(SocketAddr, String)> {
    let at = free_port()?;
    let command = match given {
        Some(given) => given.to_owned(),
        None => usual(&backstage()?),
    };
    ensure!(
        command.contains("{port}") && command.contains("{data}"),
        "--restart-command needs {{port}} and {{data}}: its data and its port are those of the run"
    );
    Ok((at, command.replace("{port}", &at.port().to_string())))
}

fn usual(backstage: &Path) -> String {
    format!(
        "{} demo --json --quiet --chaos --listen 127.0.0.1:{{port}} --data {{data}} {LIMITS}",
        backstage.display()
    )
}

/// The command with what makes the service use this stand-in.
pub fn with_bank(command: &str, bank: &Bank) -> String {
    format!("{command} --stand-in http://{} --webhook-secret {SECRET}", bank.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_has_a_port_and_a_place_of_its_own() {
        let (at, command) =
            service(Some("backstage demo --listen 127.0.0.1:{port} --data {data}")).expect("a command");
        assert!(at.ip().is_loopback());
        assert_eq!(command, format!("backstage demo --listen {at} --data {{data}}"));
        assert!(service(Some("backstage demo --data {data}")).is_err());
        assert!(service(Some("backstage demo --listen 127.0.0.1:{port}")).is_err());
        let usual = usual(Path::new("/bin/backstage"));
        assert!(usual.contains("127.0.0.1:{port} --data {data} --limit"), "{usual}");
    }
}

//! The command line.

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use load::wire::doors;
use std::{
    fs,
    net::{SocketAddr, SocketAddrV4},
    path::PathBuf,
    str::FromStr,
};

/// Opens N subscriptions to one feed of server-sent events, publishes, and accounts for every delivery. Prints one JSON
/// line. Exits with 0 if nothing was lost or duplicated, with 1 otherwise, with 2 on misuse.
#[derive(Clone, Parser)]
#[command(name = "sse-fanout")]
pub struct Args {
    /// The feed to subscribe to: http://IP:PORT/path
    #[arg(long)]
    pub url: Url,
    #[arg(long, default_value_t = 1000)]
    pub subscribers: usize,
    /// A header that each subscriber sends
    #[arg(long = "header")]
    pub headers: Vec<String>,
    /// One header per line; subscriber i sends line (i mod lines)
    #[arg(long)]
    pub headers_file: Option<PathBuf>,
    /// Where messages are published; without it only the connections are measured
    #[arg(long)]
    pub publish_url: Option<Url>,
    #[arg(long = "publish-header")]
    pub publish_headers: Vec<String>,
    /// One header per line; message seq is sent with line (seq mod lines)
    #[arg(long)]
    pub publish_headers_file: Option<PathBuf>,
    /// `{ts}` = token `bench-NANOSECONDS-NUMBER`, `{uuid}` = a new one, `{pad:K}` = K times the letter x
    #[arg(long, default_value = "{ts}")]
    pub publish_body_template: String,
    /// Keep-alive connections to publish over
    #[arg(long, default_value_t = 32)]
    pub publish_connections: usize,
    /// Messages per second
    #[arg(long, default_value_t = 10.0)]
    pub rate: f64,
    /// Seconds of publishing
    #[arg(long, default_value_t = 20.0)]
    pub seconds: f64,
    /// The process whose tree's processor time and memory are reported
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// Handshakes in flight
    #[arg(long, default_value_t = 128)]
    pub connect_concurrency: usize,
    /// Connections from each of 127.0.0.2, 127.0.0.3, …: a server may limit connections per address
    #[arg(long, default_value_t = 500)]
    pub connections_per_source: usize,
    /// Seconds until a connect is given up
    #[arg(long, default_value_t = 60.0)]
    pub connect_timeout: f64,
    /// Subscribers that come and go before measuring: what a server loads and creates once is not attributed to the
    /// connections
    #[arg(long, default_value_t = 0)]
    pub warm_up: usize,
    /// Seconds of rest between connecting and publishing
    #[arg(long, default_value_t = 2.0)]
    pub settle: f64,
    /// Longest wait for late deliveries, in seconds
    #[arg(long, default_value_t = 5.0)]
    pub drain: f64,
    /// Copied into the report
    #[arg(long, default_value = "")]
    pub label: String,
    #[arg(skip)]
    pub header_lines: Vec<String>,
    #[arg(skip)]
    pub publish_header_lines: Vec<String>,
}

/// An address on this machine.
#[derive(Clone, Debug)]
pub struct Url {
    pub at: SocketAddrV4,
    pub path: String,
}

impl FromStr for Url {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let path = text.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
        let SocketAddr::V4(at) = doors::loopback(text)? else { bail!("{text} is not an IPv4 address") };
        Ok(Self { at, path: path.unwrap_or("/").into() })
    }
}

impl Args {
    /// Reads the files named on the command line and fills the padding of the body.
    ///
    /// # Errors
    /// When a file cannot be read, or published messages could not be recognised.
    pub fn read() -> Result<Self> {
        let mut args = Self::parse();
        args.header_lines = lines(args.headers_file.as_ref())?;
        args.publish_header_lines = lines(args.publish_headers_file.as_ref())?;
        args.publish_body_template = padded(&args.publish_body_template)?;
        ensure!(args.publish_body_template.contains("{ts}"), "no {{ts}} in --publish-body-template");
        ensure!(args.publish_connections > 0 && args.rate > 0.0, "nothing would be published");
        Ok(args)
    }

    /// Messages of the whole run.
    pub fn total(&self) -> usize {
        if self.publish_url.is_some() { (self.rate * self.seconds).round() as usize } else { 0 }
    }
}

fn lines(file: Option<&PathBuf>) -> Result<Vec<String>> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_string).collect())
}

/// Replaces `{pad:K}` by K times the letter x.
fn padded(template: &str) -> Result<String> {
    let mut text = template.to_string();
    while let Some(begin) = text.find("{pad:") {
        let end = begin + text[begin..].find('}').context("{pad:K} is not closed")?;
        let count: usize = text[begin + 5..end].parse().context("{pad:K} needs a number")?;
        text.replace_range(begin..=end, &"x".repeat(count));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_filled() {
        assert_eq!(padded("a{pad:3}b{pad:0}").expect("well formed"), "axxxb");
        assert!(padded("{pad:x}").is_err() && padded("{pad:3").is_err());
    }

    #[test]
    fn only_this_machine_is_a_target() {
        let url: Url = "http://127.0.0.1:80/a/b".parse().expect("loopback");
        assert_eq!((url.at.port(), url.path.as_str()), (80, "/a/b"));
        for other in ["http://10.0.0.1:80/", "https://127.0.0.1:80/", "http://example.com/"] {
            assert!(other.parse::<Url>().is_err(), "{other}");
        }
    }
}

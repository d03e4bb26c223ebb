//! The target of a run: a running demo, and the people the run uses. Only this machine can be a target.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::{
    io::Read,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Command,
};

/// The fields of `backstage demo --json` that this tool needs.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Demo {
    pub url: String,
    pub pid: Option<u32>,
    pub data: Option<PathBuf>,
    #[serde(default)]
    pub space: String,
    #[serde(default)]
    pub pass_paid: String,
    #[serde(default)]
    pub watch: String,
    #[serde(default)]
    pub events: String,
    #[serde(default)]
    pub messages: String,
    #[serde(default)]
    pub scheduled: Scheduled,
    #[serde(default)]
    pub cookies: Cookies,
}

/// The demo's stream that has not begun.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Scheduled {
    #[serde(default)]
    pub events: String,
    #[serde(default)]
    pub whip: String,
    #[serde(default)]
    pub whip_key: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Cookies {
    #[serde(default)]
    pub viewer: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub operator: String,
}

impl Demo {
    /// Reads the object from a file, or from standard input if the path is `-`. Only its first line is read there,
    /// because the demo keeps printing.
    pub fn read(path: &Path) -> Result<Self> {
        let text = if path == Path::new("-") {
            let mut text = String::new();
            std::io::stdin().read_line(&mut text)?;
            text
        } else {
            let mut text = String::new();
            let file =
                std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            file.take(1 << 20).read_to_string(&mut text)?;
            text
        };
        Self::parse(&text)
            .with_context(|| format!("{} is not what `backstage demo --json` prints", path.display()))
    }

    pub fn parse(text: &str) -> Result<Self> {
        let mut objects = serde_json::Deserializer::from_str(text).into_iter::<Self>();
        Ok(objects.next().context("it is empty")??)
    }
}

/// A chat room of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub events: String,
    pub messages: String,
    /// The page that shows the room's people; empty if unknown.
    pub watch: String,
}

impl Room {
    /// The stream's id.
    pub fn id(&self) -> &str {
        stream_id(&self.events)
    }

    /// Parses a stream's id, or the path of its events.
    pub fn named(text: &str) -> Self {
        let id = stream_id(text);
        Self {
            events: format!("/streams/{id}/events"),
            messages: format!("/streams/{id}/messages"),
            watch: String::new(),
        }
    }
}

fn stream_id(text: &str) -> &str {
    text.trim().trim_start_matches("/streams/").trim_end_matches("/events")
}

/// Everything that a run knows about its target.
#[derive(Clone, Debug)]
pub struct Target {
    pub at: SocketAddr,
    pub rooms: Vec<Room>,
    /// `Cookie` values of the people who read and post.
    pub people: Vec<String>,
    pub operator: String,
    /// The owner of the space; empty if unknown.
    pub host: String,
    /// The server's process, if it was given.
    pub pid: Option<u32>,
}

/// How many pages one person opens: half of the eight feeds that the service allows a session.
pub const PAGES_A_PERSON: usize = 4;

impl Target {
    /// The person who looks at a room before the run. Each looks at [`PAGES_A_PERSON`] rooms, or at more if people are few.
    pub fn prober(&self, room: usize) -> usize {
        room / PAGES_A_PERSON % self.people.len()
    }
}

/// Parses the address of `http://host:port`.
///
/// # Errors
/// For anything but this machine's loopback addresses: a load tool aimed at another machine is a weapon.
pub fn loopback(url: &str) -> Result<SocketAddr> {
    let rest = url.strip_prefix("http://").with_context(|| format!("{url} does not begin with http://"))?;
    let host = rest.split('/').next().unwrap_or("");
    let host = host.replace("localhost", "127.0.0.1");
    let host = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host
    } else {
        format!("{host}:80")
    };
    let at: SocketAddr = host.parse().with_context(|| refusal(url))?;
    ensure!(at.ip().is_loopback(), refusal(url));
    Ok(at)
}

fn refusal(url: &str) -> String {
    format!("{url} is not on this machine: only loopback addresses (127.0.0.0/8, ::1, localhost) are taken")
}

/// Connections per source address. The service limits how many one address may hold.
const PER_SOURCE: usize = 500;

/// The source address of connection number `i`, in 127.0.0.0/8.
pub fn source(target: SocketAddr, i: usize) -> Option<SocketAddr> {
    match target.ip() {
        IpAddr::V4(_) => {
            let n = i / PER_SOURCE;
            Some(SocketAddr::from((Ipv4Addr::new(127, 0, 1 + (n / 250) as u8, 2 + (n % 250) as u8), 0)))
        }
        IpAddr::V6(_) => None,
    }
}

/// A source address that only connection number `i` uses: the service limits how much one address may write.
pub fn own_source(target: SocketAddr, i: usize) -> Option<SocketAddr> {
    source(target, i * PER_SOURCE)
}

/// `Cookie: …` lines or bare cookie values, one per line.
pub fn cookies(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.strip_prefix("Cookie:").unwrap_or(line).trim().to_string()).collect()
}

/// Creates people who hold the pass.
pub fn make_people(data: &Path, space: &str, pass: &str, count: usize) -> Result<Vec<String>> {
    let number = count.to_string();
    let made = backstage(data, &["identities", "--space", space, "--pass", pass, "--count", &number])?;
    let people = cookies(&made);
    ensure!(people.len() == count, "`backstage identities` made {} of {count} people", people.len());
    Ok(people)
}

/// Creates published spaces with planned shows.
pub fn make_catalogue(data: &Path, spaces: usize, shows: usize, seed: u64) -> Result<()> {
    let numbers = [spaces.to_string(), shows.to_string(), seed.to_string()];
    let [spaces, shows, seed] = &numbers;
    backstage(data, &["catalogue", "--spaces", spaces, "--shows", shows, "--seed", seed]).map(drop)
}

/// Runs a command of the `backstage` binary beside this tool on the same data. Returns what it prints.
fn backstage(data: &Path, args: &[&str]) -> Result<String> {
    let backstage = std::env::current_exe()?.with_file_name("backstage");
    ensure!(backstage.exists(), "{} is not there: build it, or give --cookies", backstage.display());
    let made =
        Command::new(&backstage).env("BACKSTAGE_DATA", data).args(args).arg("--data").arg(data).output()?;
    if !made.status.success() {
        bail!("`backstage {}` failed: {}", args[0], String::from_utf8_lossy(&made.stderr).trim());
    }
    Ok(String::from_utf8(made.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_a_target() {
        for url in
            ["http://127.0.0.1:3000", "http://localhost:3000/x", "http://127.9.9.9", "http://[::1]:80/"]
        {
            assert!(loopback(url).is_ok(), "{url}");
        }
        for url in [
            "http://192.168.0.1:3000",
            "http://example.com",
            "http://0.0.0.0:1",
            "https://127.0.0.1",
            "127.0.0.1:1",
        ] {
            assert!(loopback(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_demo_is_read_from_its_first_line() {
        let line = r#"{"url":"http://127.0.0.1:3000","pid":12,"data":"/tmp/x","events":"/streams/a/events","cookies":{"viewer":"s=1","host":"s=2"}}"#;
        let demo = Demo::parse(&format!("{line}\nReady.\n")).expect("a demo");
        assert_eq!(
            (demo.pid, demo.events.as_str(), demo.cookies.viewer.as_str()),
            (Some(12), "/streams/a/events", "s=1")
        );
        assert!(Demo::parse("Ready.").is_err() && Demo::parse("").is_err());
    }

    #[test]
    fn cookies_come_with_or_without_their_field_name() {
        assert_eq!(cookies("Cookie: s=1\n\n s=2 \n"), ["s=1", "s=2"]);
        assert_eq!(Room::named("/streams/7/events"), Room::named("7"));
    }

    #[test]
    fn each_source_has_a_part_of_the_connections() {
        let at = SocketAddr::from(([127, 0, 0, 1], 1));
        let of = |i| source(at, i).expect("IPv4").ip().to_string();
        for (i, want) in [
            (0, "127.0.1.2"),
            (499, "127.0.1.2"),
            (500, "127.0.1.3"),
            (124_999, "127.0.1.251"),
            (125_000, "127.0.2.2"),
        ] {
            assert_eq!(of(i), want, "{i}");
        }
    }
}

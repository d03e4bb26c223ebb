//! The command line.

use crate::{
    chaos::{self, Pace},
    cli::media::MediaArgs,
    money::Rush,
    plan::scenario::{Chat, Scenario},
    wire::doors::{self, Demo, PAGES_A_PERSON, Room, Target},
};
use anyhow::{Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Puts thousands of readers and posters on a Backstage Pass running on this machine. Keeps its own record of the
/// truth. Exits with 1 if a line was lost, duplicated or out of order or a count was wrong, with 2 if the run could not
/// be made.
#[derive(Debug, Parser)]
#[command(name = "backstage-load", version)]
pub struct Cli {
    #[command(flatten)]
    pub run: RunArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The server; loopback addresses only [default: the demo's, else http://127.0.0.1:3000]
    #[arg(long, global = true)]
    pub url: Option<String>,
    /// The output of `backstage demo --json`: a file, or - for standard input [default: the file that a running demo
    /// leaves for its own user in the temporary directory]
    #[arg(long, global = true, env = "BACKSTAGE_DEMO_JSON")]
    pub demo_json: Option<PathBuf>,
    /// `Cookie: …` lines of the people who read and post, as printed by `backstage identities`
    #[arg(long, global = true)]
    pub cookies: Option<PathBuf>,
    /// The operator's `Cookie` value [default: the demo's]
    #[arg(long, global = true)]
    pub operator_cookie: Option<String>,
    /// A stream's id; can be repeated [default: the demo's live stream]
    #[arg(long, global = true)]
    pub room: Vec<String>,
    /// The space and the pass of the people created when --cookies is not given
    #[arg(long, global = true, default_value = "maya")]
    pub space: String,
    #[arg(long, global = true, default_value = "front-row")]
    pub pass: String,
    /// How many people to create when --cookies is not given [default: 200, or one per four readers if that is more]
    #[arg(long, global = true)]
    pub people: Option<usize>,
    /// Readers [default: 1000; 5000 for `moves`, 20 for `media`]
    #[arg(long, global = true)]
    pub viewers: Option<usize>,
    /// Lines per second [default: 10; 40 for `stalled`]
    #[arg(long, global = true)]
    pub chat: Option<f64>,
    /// How long lines are posted, in seconds
    #[arg(long, global = true, default_value_t = 20.0)]
    pub seconds: f64,
    /// Characters per line; the service accepts at most 500 [default: 80; 500 for `stalled`]
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(40..=500))]
    pub line_bytes: Option<u16>,
    /// Rooms to create for the run, with their own people [default: the demo's live stream]
    #[arg(long, global = true, default_value_t = 0)]
    pub rooms: usize,
    /// Open pages per person
    #[arg(long, global = true, default_value_t = 1)]
    pub tabs: usize,
    /// Readers per second that leave and are replaced
    #[arg(long, global = true, default_value_t = 0.0)]
    pub churn: f64,
    /// Additional readers that stop reading once they are connected [default: 0; 500 for `stalled`]
    #[arg(long, global = true)]
    pub stalled: Option<usize>,
    /// Readers that vanish without closing their connection while lines are posted
    #[arg(long, global = true, default_value_t = 0)]
    pub dead: usize,
    /// Seconds of posting at the start that are not measured
    #[arg(long, global = true, default_value_t = 0.0)]
    pub warm: f64,
    /// Runs with chaos or stalled readers, each paired with one without, to compare how long the other readers wait
    /// [default: 0; 1 for `stalled`]
    #[arg(long, global = true)]
    pub pairs: Option<usize>,
    /// The same seed repeats the same arrivals, departures and kills
    #[arg(long, global = true, default_value_t = 1)]
    pub seed: u64,
    /// Starts the server with this command and stops it at the end. Its output must be that of `backstage demo --json
    /// --chaos`. {port} and {data} are replaced by a free port and a temporary directory; chaos may kill it with -9
    #[arg(long, global = true)]
    pub restart_command: Option<String>,
    /// The server's process, to measure its processor time and memory [default: the demo's]
    #[arg(long, global = true, alias = "pid")]
    pub server_pid: Option<u32>,
    /// Prints the report as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Draws the latencies into this file
    #[arg(long, global = true)]
    pub svg: Option<PathBuf>,
}

/// What can be killed, by its name in the operators' tree.
const KINDS: [&str; 6] = ["all", "chat_room", "checkout", "job_worker", "media_worker", "stream"];

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Readers and posters, as without a command; made harder by --tabs, --churn, --stalled and --dead
    Viewers,
    /// Pages follow a stream while its host changes slow mode at a fixed rate: measures how long a change takes to
    /// reach them
    Moves {
        /// Changes per second
        #[arg(long, default_value_t = 2.0)]
        pace: f64,
    },
    /// Readers stop reading for minutes: measures the server's memory and the delay of the other readers, in a run with
    /// stalled readers and one without
    Stalled {
        /// Length of each of the two runs
        #[arg(long, default_value_t = 10.0)]
        minutes: f64,
    },
    /// As many connects per second as the server accepts, all by people who are signed in and admitted
    Connects {
        /// How often everybody connects; in the first round the server has cached nobody
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// Pages wait for the demo's scheduled stream: measures how long after going live each of them is live
    Waiting {
        /// A command that publishes to the stream and keeps on; {url} and {key} are replaced by its WHIP endpoint and key
        /// [default: somebody else publishes]
        #[arg(long)]
        publish: Option<String>,
    },
    /// Publishers and viewers by WebRTC in --rooms rooms, with --viewers viewers in all: compares each frame that came with
    /// those that were sent
    Media(MediaArgs),
    /// Visitors ask for the list of spaces, at fixed moments whatever the server does: measures how long each answer takes
    Explore {
        /// Published spaces to create before, as `backstage catalogue` does; 0 asks for what is there
        #[arg(long, default_value_t = 10_000)]
        spaces: usize,
        /// Planned shows in them
        #[arg(long, default_value_t = 50_000)]
        shows: usize,
        /// Requests per second
        #[arg(long, default_value_t = 100.0)]
        rate: f64,
    },
    /// Far more buyers than seats, all at once, while the service and the stand-in Stripe are killed with -9: compares stock,
    /// money and passes with what each buyer was answered. Starts both; --restart-command names another build or more flags
    Onsale(Sale),
    /// Lines as fast as they are answered, or a crowd that joins to spam
    Chat {
        #[arg(value_enum)]
        how: ChatLoad,
        /// For a storm: lines in flight at once; for a raid: newcomers
        #[arg(long, default_value_t = 200)]
        speakers: usize,
        /// Seconds in which the newcomers of a raid arrive
        #[arg(long, default_value_t = 5.0)]
        within: f64,
        /// Seconds of slow mode that the host sets before a raid; 0 leaves only the rate limit
        #[arg(long, default_value_t = 0)]
        slow: u64,
    },
    /// Readers and posters as without a command, while actors and the process are killed
    Chaos {
        /// Seconds between two kills of actors; 0 kills none
        #[arg(long, default_value_t = 2.0)]
        every: f64,
        /// Kinds of actors to kill, by their names in the operators' tree
        #[arg(long, value_delimiter = ',', default_value = "all", value_parser = KINDS)]
        kinds: Vec<String>,
        /// Instead of --every: this many kills of each kind, spread over the run
        #[arg(long)]
        kills: Option<u64>,
        /// Seconds between two `kill -9` of the process; 0 never kills it
        #[arg(long, default_value_t = 10.0)]
        restart_every: f64,
        /// Instead of --restart-every: this many, spread over the run
        #[arg(long)]
        restarts: Option<u64>,
    },
}

#[derive(Args, Clone, Copy, Debug)]
pub struct Sale {
    #[arg(long, default_value_t = 2000)]
    pub buyers: usize,
    /// Of the pass that is sold
    #[arg(long, default_value_t = 100)]
    pub seats: usize,
    /// Buyers who try a code for a lower price at once, before the others come
    #[arg(long, default_value_t = 50)]
    pub code_buyers: usize,
    /// How often the code can be used
    #[arg(long, default_value_t = 10)]
    pub code_uses: usize,
    /// Requests that must be in flight at once, measured
    #[arg(long, default_value_t = 500)]
    pub in_flight: usize,
    /// The share of orders that must be given up or declined, in percent
    #[arg(long, default_value_t = 20)]
    pub given_up: usize,
    /// `kill -9` of the service
    #[arg(long, default_value_t = 3)]
    pub service_kills: u32,
    /// `kill -9` of the stand-in Stripe
    #[arg(long, default_value_t = 2)]
    pub bank_kills: u32,
    /// Open pages that follow how many are left
    #[arg(long, default_value_t = 20)]
    pub pages: usize,
}

impl Sale {
    pub fn rush(&self, run: &RunArgs) -> Result<Rush> {
        let Self { buyers, seats, code_buyers, code_uses, in_flight, given_up, .. } = *self;
        ensure!(seats > 0 && buyers > seats * 2, "--buyers must be more than twice --seats");
        ensure!(buyers <= 20_000, "at most 20,000 buyers");
        ensure!(
            code_uses <= code_buyers && code_uses <= seats,
            "--code-uses must be within --code-buyers and --seats"
        );
        ensure!(code_buyers <= buyers && self.pages > 0 && given_up <= 100, "such a sale makes no sense");
        ensure!((5.0..=3600.0).contains(&run.seconds), "--seconds must be at least 5 and at most an hour");
        let Self { service_kills, bank_kills, pages, .. } = *self;
        let (seconds, seed) = (run.seconds, run.seed);
        Ok(Rush {
            buyers,
            seats,
            code_buyers,
            code_uses,
            in_flight,
            given_up,
            service_kills,
            bank_kills,
            pages,
            seconds,
            seed,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChatLoad {
    Storm,
    Raid,
}

/// The default number of readers, and of pages for `moves`.
const VIEWERS: usize = 1000;
const MOVED: usize = 5000;

impl Cli {
    pub fn scenario(&self) -> Result<Scenario> {
        let run = &self.run;
        let minutes = match self.command {
            Some(Command::Stalled { minutes }) => Some(minutes),
            _ => None,
        };
        let soak = minutes.is_some();
        let viewers = if matches!(self.command, Some(Command::Moves { .. })) { MOVED } else { VIEWERS };
        let viewers = run.viewers.unwrap_or(viewers);
        let seconds = minutes.map_or(run.seconds, |minutes| minutes * 60.0);
        let lines = run.chat.unwrap_or(if soak { 40.0 } else { 10.0 });
        ensure!(viewers <= 100_000, "at most 100,000 readers");
        ensure!(seconds > 0.0 && seconds <= 86_400.0, "--seconds must be more than 0 and at most a day");
        ensure!((0.0..seconds).contains(&run.warm), "--warm must be shorter than --seconds");
        ensure!((0.0..=1e6).contains(&lines), "--chat must be between 0 and a million");
        let mut scenario = Scenario {
            viewers,
            tabs: run.tabs,
            churn: run.churn.clamp(0.0, 10_000.0),
            stalled: run.stalled.unwrap_or(if soak { 500 } else { 0 }),
            dead: run.dead,
            chat: if lines > 0.0 { Chat::Paced(lines) } else { Chat::Silent },
            seconds,
            warm: run.warm,
            line_bytes: run.line_bytes.unwrap_or(if soak { 500 } else { 80 }).into(),
            seed: run.seed,
            soak,
        };
        match &self.command {
            Some(Command::Chat { how: ChatLoad::Storm, speakers, .. }) => {
                scenario.chat = Chat::Storm { speakers: *speakers }
            }
            Some(Command::Chat { how: ChatLoad::Raid, speakers, within, slow }) => {
                let within = Duration::try_from_secs_f64(*within)?;
                scenario.chat = Chat::Raid { joiners: *speakers, within, slow: Duration::from_secs(*slow) };
            }
            Some(
                Command::Connects { .. } | Command::Waiting { .. } | Command::Media(_) | Command::Onsale(_),
            ) => scenario.chat = Chat::Silent,
            Some(Command::Explore { rate, .. }) => {
                ensure!((1.0..=10_000.0).contains(rate), "--rate must be at least 1 and at most 10,000");
                scenario.chat = Chat::Silent;
            }
            Some(Command::Moves { pace }) => {
                ensure!(*pace > 0.0 && *pace <= 50.0, "--pace must be more than 0 and at most 50");
                scenario.chat = Chat::Moves(*pace);
            }
            Some(Command::Viewers | Command::Chaos { .. } | Command::Stalled { .. }) | None => {}
        }
        Ok(scenario)
    }

    /// How many people to create.
    pub fn people(&self, scenario: &Scenario) -> usize {
        let pages = scenario.viewers + scenario.stalled;
        self.run.people.unwrap_or((pages / PAGES_A_PERSON).max(200))
    }

    pub fn pairs(&self) -> usize {
        let stalled = matches!(self.command, Some(Command::Stalled { .. }));
        self.run.pairs.unwrap_or(usize::from(stalled))
    }

    pub fn chaos(&self) -> Result<Option<chaos::Plan>> {
        let Some(Command::Chaos { every, kinds, kills, restart_every, restarts }) = &self.command else {
            return Ok(None);
        };
        let pace = |times: &Option<u64>, every: f64| match times {
            Some(times) => Ok::<_, anyhow::Error>(Pace::Times(*times)),
            None if every > 0.0 => Ok(Pace::Every(Duration::try_from_secs_f64(every)?)),
            None => Ok(Pace::Never),
        };
        let process = pace(restarts, *restart_every)?;
        Ok(Some(chaos::Plan {
            actors: pace(kills, *every)?,
            kinds: kinds.clone(),
            spared: Vec::new(),
            process: if self.run.restart_command.is_some() { process } else { Pace::Never },
            seed: self.run.seed,
        }))
    }
}

/// Where a demo listens by default.
const DEMO: &str = "http://127.0.0.1:3000";

impl RunArgs {
    /// The demo's description from the given file, else from the file that a running demo has left.
    pub fn demo(&self) -> Result<Option<Demo>> {
        if let Some(path) = &self.demo_json {
            return Demo::read(path).map(Some);
        }
        let at = doors::loopback(self.url.as_deref().unwrap_or(DEMO))?;
        let left = std::env::temp_dir().join(format!("backstage-demo-{}.json", at.port()));
        left.exists().then(|| Demo::read(&left)).transpose()
    }

    /// The address of the server.
    pub fn at(&self, demo: Option<&Demo>) -> Result<SocketAddr> {
        doors::loopback(self.url.as_deref().or(demo.map(|demo| &*demo.url)).unwrap_or(DEMO))
    }

    /// The target without its people, whom `setup` adds.
    pub fn target(&self, demo: Option<&Demo>) -> Result<Target> {
        let at = self.at(demo)?;
        let mut rooms: Vec<Room> = self.room.iter().map(|room| Room::named(room)).collect();
        let demo = demo.cloned().unwrap_or_default();
        if rooms.is_empty() {
            ensure!(
                !demo.events.is_empty() && !demo.messages.is_empty(),
                "no room: give --demo-json with what `backstage demo --json` prints, or --room with a stream's id"
            );
            rooms.push(Room { events: demo.events, messages: demo.messages, watch: demo.watch });
        }
        Ok(Target {
            at,
            rooms,
            people: Vec::new(),
            operator: self.operator_cookie.clone().unwrap_or(demo.cookies.operator),
            host: demo.cookies.host,
            pid: self.server_pid.or(demo.pid),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_sale_has_more_buyers_than_seats() {
        let rush = |line: &str| {
            let cli = cli(line);
            let Some(Command::Onsale(sale)) = &cli.command else { panic!("another command") };
            sale.rush(&cli.run)
        };
        let usual = rush("load onsale --seconds 60").expect("a sale");
        assert_eq!((usual.buyers, usual.seats, usual.code_uses, usual.seconds), (2000, 100, 10, 60.0));
        for bad in ["--buyers 200", "--seats 0", "--code-uses 51", "--seats 9", "--pages 0", "--seconds 1"] {
            assert!(rush(&format!("load onsale {bad}")).is_err(), "{bad}");
        }
    }

    fn cli(line: &str) -> Cli {
        Cli::try_parse_from(line.split(' ')).expect("good arguments")
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_readers_and_speakers_run_together() {
        let scenario = cli("load --viewers 1000 --chat 10 --seconds 20").scenario().expect("a scenario");
        assert_eq!((scenario.viewers, scenario.chat, scenario.seconds), (1000, Chat::Paced(10.0), 20.0));
    }

    #[test]
    fn commands_change_the_scenario_and_take_the_common_flags() {
        let scenario =
            cli("load viewers --tabs 4 --churn 50 --viewers 10 --chat 0").scenario().expect("a scenario");
        assert_eq!((scenario.viewers, scenario.tabs, scenario.chat), (10, 4, Chat::Silent));
        let storm = cli("load chat storm --speakers 7").scenario().expect("a scenario");
        assert_eq!(storm.chat, Chat::Storm { speakers: 7 });
        let moves = cli("load moves --pace 4 --seconds 60").scenario().expect("a scenario");
        assert_eq!((moves.viewers, moves.chat, moves.seconds), (5000, Chat::Moves(4.0), 60.0));
        assert!(cli("load moves --pace 0").scenario().is_err());
        let explore = cli("load explore --spaces 50 --rate 20 --seconds 5").scenario().expect("a scenario");
        assert_eq!((explore.chat, explore.seconds), (Chat::Silent, 5.0));
        assert!(cli("load explore --rate 0").scenario().is_err());
        let chaos = cli("load chaos --every 0 --kinds stream").chaos().expect("good").expect("a plan");
        let found = (chaos.actors, chaos.process, chaos.kinds);
        assert_eq!(found, (Pace::Never, Pace::Never, vec!["stream".to_string()]));
        let chaos = cli("load chaos --kills 100 --restarts 20 --restart-command x").chaos();
        let chaos = chaos.expect("good").expect("a plan");
        assert_eq!((chaos.actors, chaos.process), (Pace::Times(100), Pace::Times(20)));
    }

    #[test]
    fn stalled_readers_stay_for_minutes_beside_a_run_without_them() {
        let cli_of = |line| (cli(line), cli(line).scenario().expect("a scenario"));
        let (cli, of) = cli_of("load stalled");
        assert_eq!((of.viewers, of.stalled, of.chat, of.seconds), (1000, 500, Chat::Paced(40.0), 600.0));
        assert_eq!((of.line_bytes, of.soak, cli.pairs(), cli.people(&of)), (500, true, 1, 375));
        let (cli, of) = cli_of("load stalled --minutes 0.5 --viewers 100 --stalled 50 --pairs 3 --pid 7");
        assert_eq!((of.viewers, of.stalled, of.seconds, cli.pairs()), (100, 50, 30.0, 3));
        assert_eq!((cli.people(&of), cli.run.server_pid), (200, Some(7)));
        let (cli, of) = cli_of("load viewers --stalled 5");
        assert_eq!((of.stalled, of.soak, cli.pairs()), (5, false, 0));
    }

    #[test]
    fn a_target_needs_a_room_on_this_machine() {
        let demo = || {
            Demo::parse(
                r#"{"url":"http://127.0.0.1:9","events":"/e","messages":"/m","cookies":{"viewer":"s=1"}}"#,
            )
        };
        let target = cli("load").run.target(demo().ok().as_ref()).expect("a target");
        assert_eq!((target.at.port(), target.rooms.len()), (9, 1));
        assert!(cli("load").run.target(None).is_err());
        assert!(cli("load --url http://10.0.0.1").run.target(demo().ok().as_ref()).is_err());
    }
}

//! Logs and metrics: their formats, and the field names that correlate log lines.

pub mod machine;

use crate::config::LogFormat;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{ffi::OsString, io::IsTerminal as _};
use tracing_subscriber::EnvFilter;

/// Libraries that log a line for each malformed datagram that anybody can send, some of them 48 kB long, or an error for each
/// malformed passkey, or for each signed webhook of a kind that they do not know (we read it ourselves). Name a library in the
/// environment's filter to see its lines.
const QUIET: &str = "str0m=error,is=error,dimpl=error,sctp_proto=error,webauthn_rs_core=off,crypto_glue=off,stripe_webhook=off";

/// Starts logging to standard error (standard output belongs to `demo --json`). Repeated calls change nothing.
pub fn start_logging(format: LogFormat) {
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV)
        .unwrap_or_else(|_| "info,sqlx=warn,ractor=warn,actors=warn,media=warn".into());
    let wanted = format!("{QUIET},{wanted}");
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")));
    let coloured = is_coloured(std::io::stderr().is_terminal(), |name| std::env::var_os(name));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match format {
        LogFormat::Text => lines.with_ansi(coloured).try_init(),
        LogFormat::Json => lines.json().with_ansi(false).try_init(),
    };
}

/// Log lines have colours only on a terminal that can show them, and unless `NO_COLOR` is set (<https://no-color.org>):
/// files and other programs get plain text.
fn is_coloured(terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let unwanted = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = variable("TERM").is_some_and(|value| value == "dumb");
    terminal && !unwanted && !dumb
}

/// Tells the first of several failures in a row, and the success after them, from the rest, so that what is tried every
/// second is not logged every second.
#[derive(Default)]
pub struct Outage(bool);

impl Outage {
    /// Notes a failure. Returns whether it is the first.
    pub fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.0, true)
    }

    /// Notes a success. Returns whether it is the first after a failure.
    pub fn ends(&mut self) -> bool {
        std::mem::take(&mut self.0)
    }
}

/// The process's only metrics recorder, in Prometheus' text format.
pub fn recorder() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().with_recommended_naming(true).build_recorder();
            let handle = recorder.handle();
            // A second recorder in one process (tests) is refused; the first one stays.
            let _ = metrics::set_global_recorder(recorder);
            describe();
            handle
        })
        .clone()
}

/// The description of each metric. The recorder appends `_total` to counters.
const FIGURES: &[(&str, &str)] = &[
    ("backstage_actor_ends", "Lives of actors that ended, by kind and by what followed."),
    ("backstage_actor_messages_waiting", "Messages accepted and not yet taken up, by branch."),
    ("backstage_actor_restarts", "Restarts, whoever asked for them, by branch."),
    ("backstage_actors", "Actors by branch and status."),
    ("backstage_attendances", "Open pages and media sessions in all rooms."),
    ("backstage_audit_findings", "Faults that the last verification of the audit log has found."),
    ("backstage_chat_batch_entries", "Entries of one commit of one room."),
    ("backstage_chat_commits_failed", "Commits of chat rooms that the database did not take."),
    ("backstage_data_free_bytes", "Free bytes of the file system of the data folder."),
    ("backstage_feed_bytes", "Bytes of frames handed to feed connections."),
    (
        "backstage_feed_closed_slow",
        "Feed connections closed because their reader took nothing, or was overtaken inside a frame.",
    ),
    ("backstage_feed_connections", "Feed connections open now."),
    (
        "backstage_feed_connections_blocked",
        "Feed connections that take nothing at the moment although something waits.",
    ),
    ("backstage_feed_deliveries", "Frames handed to feed connections."),
    ("backstage_feed_frames_appended", "Frames appended to logs, beats not counted."),
    ("backstage_feed_resyncs", "Readers that a log had overtaken and that were told to begin anew."),
    ("backstage_feed_takeovers", "Sockets taken over from the HTTP server."),
    ("backstage_jobs_run", "Jobs of the outbox that were run."),
    ("backstage_jobs_waiting", "Jobs of the outbox that wait."),
    ("backstage_jobs_parked", "Jobs of the outbox that were set aside until an operator revives them."),
    (
        "backstage_limits_reached",
        "Limits that were reached, by limit, and by whether a holder was ended or a newcomer refused.",
    ),
    ("backstage_passkeys_refused", "Ceremonies with a passkey that were refused."),
    (
        "backstage_people_in_rooms",
        "People in all rooms, without the hosts of shows; one in two rooms is two.",
    ),
    ("backstage_people_inside", "People that admission control has let in."),
    ("backstage_people_limit", "People that admission control lets in."),
    ("backstage_people_waiting", "People that wait to be let in."),
    ("backstage_renders", "Fragments rendered for live pages, by kind of page."),
    ("backstage_statements", "Statements sent to the database, by kind."),
    ("media_dropped_total", "Datagrams of media that could not be sent."),
    ("media_limits_total", "Times that a peer or an account wanted more media than it may have, by limit."),
    ("media_packets_in_total", "Datagrams of media that came in."),
    ("media_packets_out_total", "Datagrams of media that went out."),
    ("media_peers", "Publishers and players that are connected."),
    ("media_rooms", "Rooms that somebody publishes to or plays from."),
    ("media_sends_total", "System calls that sent media."),
    ("media_tcp_connections", "Connections by which media goes through networks that block UDP."),
    ("media_thread_failures_total", "Falls of the media thread."),
    ("process_cpu_seconds", "Processor time that the process has used."),
    ("process_max_fds", "Files that the process may have open."),
    ("process_open_fds", "Files that the process has open, sockets included."),
    ("process_resident_memory_bytes", "Bytes of memory that the process holds."),
    ("process_start_time_seconds", "When the process started, in seconds since 1970."),
    ("process_threads", "Threads of the process."),
];

/// Each name has one meaning, so it is described for all three kinds at once: the recorder keeps descriptions by name.
fn describe() {
    for (name, text) in FIGURES {
        metrics::describe_counter!(*name, *text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_whose_user_wants_them() {
        for (terminal, no_color, term, want) in [
            (true, None, Some("xterm-256color"), true),
            (true, Some(""), None, true),
            (true, Some("1"), Some("xterm"), false),
            (true, None, Some("dumb"), false),
            (false, None, Some("xterm"), false),
        ] {
            let set = |name: &str| if name == "NO_COLOR" { no_color } else { term }.map(OsString::from);
            assert_eq!(is_coloured(terminal, set), want, "{terminal} {no_color:?} {term:?}");
        }
    }

    #[test]
    fn of_an_outage_the_first_failure_and_the_recovery_are_told() {
        let mut outage = Outage::default();
        assert!(!outage.ends(), "nothing has failed yet");
        for _ in 0..2 {
            assert!(outage.begins() && !outage.begins() && !outage.begins());
            assert!(outage.ends() && !outage.ends());
        }
    }
}

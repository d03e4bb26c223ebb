//! How much one network address, account or session may hold. The defaults suit an office of 500 people behind one address.

use super::{FeedCaps, Feeds, Openings};
use clap::Args;
use fanout::Pace;
use std::{sync::Arc, time::Duration};

/// Open files that are not client connections: the database, media, listeners, the log.
const KEPT_FILES: usize = 160;
/// The minimum, where the system allows very few open files.
const LEAST_CONNECTIONS: usize = 32;
/// The maximum reserve; more is not needed.
const MOST_RESERVED: usize = 256;
/// Of a crowd of viewers, a few in a hundred are in a network that blocks UDP.
const MOST_MEDIA: usize = 1_000;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct LimitSettings {
    /// All connections. If unset: the allowed open files, less 160, less those of media, less one ninth (at most 256) reserved for
    /// addresses that hold few.
    #[arg(long = "limit-connections", env = "BACKSTAGE_LIMIT_CONNECTIONS")]
    pub connections: Option<usize>,
    /// Connections per address (500 people with six browser connections, a feed and some more). Its oldest idle one
    /// ends for a new one.
    #[arg(
        long = "limit-address-connections",
        env = "BACKSTAGE_LIMIT_ADDRESS_CONNECTIONS",
        default_value_t = 4000
    )]
    pub address_connections: usize,
    /// Connections of media over TCP, for browsers that UDP does not reach. If unset: a sixteenth of the allowed open files, less
    /// 160, at most 1,000.
    #[arg(long = "limit-media-connections", env = "BACKSTAGE_LIMIT_MEDIA_CONNECTIONS")]
    pub media_connections: Option<usize>,
    /// The same per address: 500 people, some of whom connect anew.
    #[arg(
        long = "limit-address-media-connections",
        env = "BACKSTAGE_LIMIT_ADDRESS_MEDIA_CONNECTIONS",
        default_value_t = 600
    )]
    pub address_media_connections: usize,
    /// Feeds (open pages with live updates) per address: 500 people with four pages. The oldest one ends for a new one.
    #[arg(long = "limit-address-feeds", env = "BACKSTAGE_LIMIT_ADDRESS_FEEDS", default_value_t = 2000)]
    pub address_feeds: usize,
    /// Feeds per account, on all its devices.
    #[arg(long = "limit-account-feeds", env = "BACKSTAGE_LIMIT_ACCOUNT_FEEDS", default_value_t = 20)]
    pub account_feeds: usize,
    /// Feeds per session; a browser opens four at most.
    #[arg(long = "limit-session-feeds", env = "BACKSTAGE_LIMIT_SESSION_FEEDS", default_value_t = 8)]
    pub session_feeds: usize,
    /// Feeds that one account may open per minute, not counting rooms of which the page missed little: twenty pages, each reloaded six times.
    #[arg(long = "limit-account-openings", env = "BACKSTAGE_LIMIT_ACCOUNT_OPENINGS", default_value_t = 120)]
    pub account_openings: u32,
    /// Feeds that one address may open per minute: 500 people with four pages, each reloaded three times.
    #[arg(long = "limit-address-openings", env = "BACKSTAGE_LIMIT_ADDRESS_OPENINGS", default_value_t = 6000)]
    pub address_openings: u32,
    /// Requests with a body per address that are being received or answered. One of at most 4 KB that comes with its head counts as a
    /// connection only.
    #[arg(long = "limit-address-uploads", env = "BACKSTAGE_LIMIT_ADDRESS_UPLOADS", default_value_t = 1000)]
    pub address_uploads: usize,
    /// Sign-in codes that one address may request per hour.
    #[arg(long = "limit-address-asks", env = "BACKSTAGE_LIMIT_ADDRESS_ASKS", default_value_t = 500)]
    pub address_asks: u32,
    /// Orders that one account may open per hour, and payments that it may begin at the provider. A buyer needs few.
    #[arg(long = "limit-account-orders", env = "BACKSTAGE_LIMIT_ACCOUNT_ORDERS", default_value_t = 20)]
    pub account_orders: u32,
    /// Changes that one account may make per hour: of its profile, spaces, passes, streams and orders. Each leaves a line
    /// in the audit log.
    #[arg(long = "limit-account-changes", env = "BACKSTAGE_LIMIT_ACCOUNT_CHANGES", default_value_t = 600)]
    pub account_changes: u32,
    /// The same of one address: 500 people with twelve changes each.
    #[arg(long = "limit-address-changes", env = "BACKSTAGE_LIMIT_ADDRESS_CHANGES", default_value_t = 6000)]
    pub address_changes: u32,
    /// Chat lines that one address may write per minute in all rooms: 500 people who all write every other second.
    #[arg(long = "limit-address-lines", env = "BACKSTAGE_LIMIT_ADDRESS_LINES", default_value_t = 15_000)]
    pub address_lines: u32,
    /// Seconds from the connection to the end of its first request head.
    #[arg(long = "limit-handshake", env = "BACKSTAGE_LIMIT_HANDSHAKE", default_value_t = 10)]
    pub handshake: u64,
    /// Seconds from a response to the end of the next request head. A proxy in front must close idle connections
    /// sooner.
    #[arg(long = "limit-idle", env = "BACKSTAGE_LIMIT_IDLE", default_value_t = 75)]
    pub idle: u64,
    /// Seconds that a request body may take, plus one second for every `limit-body-rate` bytes received.
    #[arg(long = "limit-body-grace", env = "BACKSTAGE_LIMIT_BODY_GRACE", default_value_t = 15)]
    pub body_grace: u64,
    /// The minimum rate of request bodies in bytes per second.
    #[arg(long = "limit-body-rate", env = "BACKSTAGE_LIMIT_BODY_RATE", default_value_t = 2048)]
    pub body_rate: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            connections: None,
            address_connections: 4000,
            media_connections: None,
            address_media_connections: 600,
            address_feeds: 2000,
            account_feeds: 20,
            session_feeds: 8,
            account_openings: 120,
            address_openings: 6000,
            address_uploads: 1000,
            address_asks: 500,
            account_orders: 20,
            account_changes: 600,
            address_changes: 6000,
            address_lines: 15_000,
            handshake: 10,
            idle: 75,
            body_grace: 15,
            body_rate: 2048,
        }
    }
}

/// How the allowed open files are divided among connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionPlaces {
    /// Open to everybody.
    pub connections: usize,
    /// Reserved for addresses that hold few connections.
    pub reserve: usize,
    /// How many of all connections may be feeds. The rest is for pages.
    pub feeds: usize,
    /// Beside them: media over TCP.
    pub media: usize,
}

impl LimitSettings {
    pub fn places(&self, open_files: usize) -> ConnectionPlaces {
        let allowed = open_files.saturating_sub(KEPT_FILES).max(LEAST_CONNECTIONS);
        let reserve = (allowed / 9).min(MOST_RESERVED);
        let media = self.media_connections.unwrap_or((allowed / 16).min(MOST_MEDIA));
        let connections = self.connections.unwrap_or((allowed - reserve).saturating_sub(media).max(1));
        ConnectionPlaces { connections, reserve, feeds: connections.saturating_sub(reserve).max(1), media }
    }

    /// The table of open feeds, with at most `total`.
    pub fn feeds(&self, total: usize) -> Arc<Feeds> {
        Feeds::new(FeedCaps {
            total,
            per_address: self.address_feeds,
            per_account: self.account_feeds,
            per_session: self.session_feeds,
        })
    }

    /// The count of openings of feeds.
    pub fn openings(&self) -> Openings {
        Openings::new(self.account_openings, self.address_openings)
    }

    /// What the use cases count.
    pub const fn rates(&self) -> service::Rates {
        service::Rates {
            account_orders: self.account_orders,
            account_changes: self.account_changes,
            address_changes: self.address_changes,
            address_lines: self.address_lines,
        }
    }

    /// The deadlines of connections, and the gate that decides about new ones.
    pub fn serve(&self, gate: Arc<dyn fanout::Gate>, usual: fanout::Serve) -> fanout::Serve {
        fanout::Serve {
            handshake: Duration::from_secs(self.handshake),
            idle: Duration::from_secs(self.idle),
            pace: Pace { grace: Duration::from_secs(self.body_grace), rate: self.body_rate },
            gate: Some(gate),
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_into_the_open_files() {
        for (open_files, connections, reserve, feeds, media) in
            [(1024, 714, 96, 618, 54), (20_000, 18_584, 256, 18_328, 1_000), (100, 27, 3, 24, 2)]
        {
            let want = ConnectionPlaces { connections, reserve, feeds, media };
            assert_eq!(LimitSettings::default().places(open_files), want);
        }
        let set = LimitSettings { connections: Some(500), ..LimitSettings::default() };
        assert_eq!(
            set.places(1024),
            ConnectionPlaces { connections: 500, reserve: 96, feeds: 404, media: 54 }
        );
    }

    #[test]
    fn the_defaults_are_those_of_the_command_line() {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            limits: LimitSettings,
        }
        let line = Line::parse_from(["line"]);
        assert_eq!(format!("{:?}", line.limits), format!("{:?}", LimitSettings::default()));
    }
}

//! How many days rows are kept.

use clap::Args;
use domain::{time::Span, work::retention::Retention};

/// Days after which unneeded rows are deleted. Journals, purchases and the audit log are kept forever.
#[derive(Args, Clone, Copy, Debug)]
pub struct RetentionSettings {
    /// Days that sign-in codes are kept.
    #[arg(long, env = "BACKSTAGE_RETENTION_CODES", default_value_t = 1, value_parser = days())]
    retention_codes: u32,
    /// Days that ended sessions are kept.
    #[arg(long, env = "BACKSTAGE_RETENTION_SESSIONS", default_value_t = 30, value_parser = days())]
    retention_sessions: u32,
    /// Days that received webhooks are kept.
    #[arg(long, env = "BACKSTAGE_RETENTION_INBOX", default_value_t = 90, value_parser = days())]
    retention_inbox: u32,
    /// Days that finished jobs are kept.
    #[arg(long, env = "BACKSTAGE_RETENTION_JOBS", default_value_t = 30, value_parser = days())]
    retention_jobs: u32,
    /// Days that decided reports and answered letters are kept.
    #[arg(long, env = "BACKSTAGE_RETENTION_REPORTS", default_value_t = 365, value_parser = days())]
    retention_reports: u32,
}

/// At least one: codes count towards a daily limit, and providers repeat events for days.
fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=36_500)
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            retention_codes: 1,
            retention_sessions: 30,
            retention_inbox: 90,
            retention_jobs: 30,
            retention_reports: 365,
        }
    }
}

impl From<RetentionSettings> for Retention {
    fn from(set: RetentionSettings) -> Self {
        let days = |days: u32| Span::days(days.into());
        Self {
            codes: days(set.retention_codes),
            sessions: days(set.retention_sessions),
            inbox: days(set.retention_inbox),
            jobs: days(set.retention_jobs),
            reports: days(set.retention_reports),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_domain() {
        assert_eq!(Retention::from(RetentionSettings::default()), Retention::default());
    }
}

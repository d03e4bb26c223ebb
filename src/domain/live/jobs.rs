//! Follow-up jobs about streams: the mails that remind people of one before it begins, and those that tell many people
//! what became of it.

use crate::{
    id::{AccountId, StreamId},
    live::notices::Notice,
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// How many hours before a stream begins people are reminded of it.
pub const AHEAD: [i64; 2] = [24, 1];
/// The last reminder, which is also the only one of an earlier release.
const LAST: i64 = 1;
/// A mail that says "tomorrow" is not sent later than this after its time.
const TOO_LATE: Span = Span::hours(1);

const fn last() -> i64 {
    LAST
}

/// The part of a key that tells the reminders of one stream apart. The last one has none, as in an earlier release.
fn suffix(hours: i64) -> String {
    if hours == LAST { String::new() } else { format!(":{hours}") }
}

/// Enqueues a [`SendReminder`] for each person who asked to be reminded of a stream, if it still begins at `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindAll {
    pub stream: StreamId,
    pub at: Millis,
    /// How long before it: one of [`AHEAD`].
    #[serde(default = "last")]
    pub hours: i64,
}

impl RemindAll {
    /// The reminders of a stream that begins at `at`, in the order of their times.
    pub fn each(stream: StreamId, at: Millis) -> [Self; AHEAD.len()] {
        AHEAD.map(|hours| Self { stream, at, hours })
    }

    /// Under this key it is enqueued once for each time that the stream is planned for.
    pub fn key(&self) -> String {
        format!("remind:{}:{}{}", self.stream, self.at.0, suffix(self.hours))
    }

    pub fn due(&self) -> Millis {
        Millis(self.at.0 - Span::hours(self.hours).0)
    }

    /// The last one is sent until the stream begins.
    pub const fn is_last(&self) -> bool {
        self.hours == LAST
    }

    pub fn mail_to(&self, account: AccountId) -> SendReminder {
        SendReminder { stream: self.stream, account, at: self.at, hours: self.hours }
    }
}

impl Job for RemindAll {
    const NAME: &'static str = "remind_all";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(if self.is_last() { self.at } else { self.due() + TOO_LATE })
    }
}

/// The mail to one person. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReminder {
    pub stream: StreamId,
    pub account: AccountId,
    pub at: Millis,
    #[serde(default = "last")]
    pub hours: i64,
}

impl SendReminder {
    /// Under this key it is enqueued once, so the person gets one mail, with one message id.
    pub fn key(&self) -> String {
        format!("reminder:{}:{}:{}{}", self.stream, self.account, self.at.0, suffix(self.hours))
    }
}

impl Job for SendReminder {
    const NAME: &'static str = "send_reminder";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        let at_once = self.hours == LAST;
        Some(if at_once { self.at } else { Millis(self.at.0 - Span::hours(LAST).0) })
    }
}

/// Enqueues a [`Tell`] for each person whom a notice concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellAll {
    pub notice: Notice,
}

impl Job for TellAll {
    const NAME: &'static str = "tell_all";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.notice.expires_at())
    }
}

/// A notice to one person. Whether they get it is decided, and its text rendered, when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    pub notice: Notice,
    pub account: AccountId,
}

impl Tell {
    /// Under this key it is enqueued once, so the person gets one mail, with one message id.
    pub fn key(&self) -> String {
        format!("{}:{}", self.notice.key(), self.account)
    }
}

impl Job for Tell {
    const NAME: &'static str = "tell";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.notice.expires_at())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_of_an_earlier_release_are_those_of_the_last_hour() {
        let (stream, account) = (StreamId::new(), AccountId::new());
        let of_all = format!(r#"{{"stream":"{stream}","at":7200000}}"#);
        let of_one = format!(r#"{{"stream":"{stream}","account":"{account}","at":7200000}}"#);
        let all: RemindAll = serde_json::from_str(&of_all).expect("an old job");
        let one: SendReminder = serde_json::from_str(&of_one).expect("an old job");
        let [_, last] = RemindAll::each(stream, Millis(7_200_000));
        assert_eq!((&all, all.due(), all.expires_at()), (&last, Millis(3_600_000), Some(all.at)));
        assert_eq!(one, last.mail_to(account));
        assert_eq!(all.key(), format!("remind:{stream}:7200000"));
        assert_eq!(one.key(), format!("reminder:{stream}:{account}:7200000"));
    }

    #[test]
    fn a_day_before_is_another_mail_that_is_never_late() {
        let (stream, account, at) = (StreamId::new(), AccountId::new(), Millis(0) + Span::days(3));
        let [day, hour] = RemindAll::each(stream, at);
        assert_eq!((day.due(), hour.due()), (Millis(0) + Span::days(2), Millis(at.0 - 3_600_000)));
        assert_ne!(day.key(), hour.key());
        assert_ne!(day.mail_to(account).key(), hour.mail_to(account).key());
        assert_eq!(day.expires_at(), Some(day.due() + Span::hours(1)));
        assert_eq!(day.mail_to(account).expires_at(), Some(hour.due()));
    }
}

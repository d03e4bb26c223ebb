//! What many people are told about a show, or about new posts, by mail, each of them once.

use crate::{
    id::{SpaceId, StreamId},
    mail::MailKind,
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// What a team plans, moves and posts within such a period is told at its end: it may be corrected until then. All planned shows are
/// in one mail, and so are all posts; each show that moved has a mail of its own.
pub const PERIOD: Span = Span::minutes(10);
/// How much later people are told. What is changed at the end of a period is stored once it is its turn to write, so it may be there
/// later, but no later than this: a caller waits ten seconds for its turn, and a statement takes fifteen at most.
pub const SETTLES: Span = Span::secs(30);
/// News of a show that has gone live is worth nothing later.
const LIVE_FOR: Span = Span::minutes(30);
/// How long other news are worth a mail.
const NEWS_FOR: Span = Span::days(2);

/// The end of the period in which something is changed now.
pub const fn told_at(now: Millis) -> Millis {
    Millis((now.0.div_euclid(PERIOD.0) + 1) * PERIOD.0)
}

/// Something that people are told. It names when, so that the same news are never told twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Notice {
    Live {
        stream: StreamId,
        at: Millis,
    },
    /// What the space has planned in the period that ends then.
    Planned {
        space: SpaceId,
        until: Millis,
    },
    /// It began at another time, or had none, before the period that ends then.
    Moved {
        stream: StreamId,
        from: Option<Millis>,
        until: Millis,
    },
    Cancelled {
        stream: StreamId,
        at: Millis,
    },
    /// What the space has published for the first time in the period that ends then.
    Posted {
        space: SpaceId,
        until: Millis,
    },
}

impl Notice {
    /// Under this key it is enqueued once. Of several moves in a period the first is kept, with the time of before.
    pub fn key(&self) -> String {
        match self {
            Self::Live { stream, .. } => format!("live:{stream}"),
            Self::Planned { space, until } => format!("planned:{space}:{}", until.0),
            Self::Moved { stream, until, .. } => format!("moved:{stream}:{}", until.0),
            Self::Cancelled { stream, .. } => format!("cancelled:{stream}"),
            Self::Posted { space, until } => format!("posted:{space}:{}", until.0),
        }
    }

    /// When people are told.
    pub const fn due(&self) -> Millis {
        match self {
            Self::Live { at, .. } | Self::Cancelled { at, .. } => *at,
            Self::Planned { until, .. } | Self::Moved { until, .. } | Self::Posted { until, .. } => {
                Millis(until.0 + SETTLES.0)
            }
        }
    }

    pub fn expires_at(&self) -> Millis {
        self.due() + if matches!(self, Self::Live { .. }) { LIVE_FOR } else { NEWS_FOR }
    }

    /// By which people switch it off.
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::Live { .. } => MailKind::Live,
            Self::Planned { .. } => MailKind::Planned,
            Self::Moved { .. } | Self::Cancelled { .. } => MailKind::Changes,
            Self::Posted { .. } => MailKind::Posts,
        }
    }

    /// Whether those who only follow the space are told. A show without a date was not announced to them, so they are told
    /// when it has one, but not of each move.
    pub const fn concerns_followers(&self) -> bool {
        match self {
            Self::Live { .. } | Self::Planned { .. } | Self::Posted { .. } => true,
            Self::Moved { from, .. } => from.is_none(),
            Self::Cancelled { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_in_a_period_is_told_at_its_end() {
        for (now, want) in [(0, 600_000), (1, 600_000), (599_999, 600_000), (600_000, 1_200_000)] {
            assert_eq!(told_at(Millis(now)), Millis(want));
        }
    }

    #[test]
    fn what_is_stored_late_in_a_period_is_told_with_the_rest() {
        let (stream, space, until) = (StreamId::new(), SpaceId::new(), told_at(Millis(7)));
        // Its moment was in the period, and it was stored when it was over.
        let stored = until + Span::secs(25);
        for notice in [
            Notice::Planned { space, until },
            Notice::Moved { stream, from: None, until },
            Notice::Posted { space, until },
        ] {
            assert!(notice.due() > stored && notice.due() < until + PERIOD, "{notice:?}");
        }
        assert_eq!(Notice::Cancelled { stream, at: until }.due(), until, "that is told at once");
    }

    #[test]
    fn the_same_news_have_the_same_key() {
        let (stream, other, space) = (StreamId::new(), StreamId::new(), SpaceId::new());
        let moved = |stream, from: i64, until: i64| Notice::Moved {
            stream,
            from: Some(Millis(from)),
            until: Millis(until),
        };
        let live = |at| Notice::Live { stream, at: Millis(at) };
        assert_eq!(moved(stream, 1, 5).key(), moved(stream, 2, 5).key());
        assert_eq!(live(1).key(), live(2).key(), "a stream goes live once");
        let mut keys = [
            moved(stream, 1, 5).key(),
            moved(stream, 1, 6).key(),
            moved(other, 1, 5).key(),
            live(1).key(),
            Notice::Cancelled { stream, at: Millis(1) }.key(),
            Notice::Planned { space, until: Millis(5) }.key(),
            Notice::Planned { space, until: Millis(6) }.key(),
            Notice::Posted { space, until: Millis(5) }.key(),
            Notice::Posted { space, until: Millis(6) }.key(),
        ];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    }

    #[test]
    fn a_notice_is_read_as_it_was_written() {
        let stream = StreamId::new();
        for notice in [
            Notice::Live { stream, at: Millis(3) },
            Notice::Planned { space: SpaceId::new(), until: Millis(4) },
            Notice::Moved { stream, from: None, until: Millis(5) },
            Notice::Moved { stream, from: Some(Millis(1)), until: Millis(5) },
            Notice::Cancelled { stream, at: Millis(6) },
            Notice::Posted { space: SpaceId::new(), until: Millis(7) },
        ] {
            let text = serde_json::to_string(&notice).expect("JSON");
            assert_eq!(serde_json::from_str::<Notice>(&text).expect("a notice"), notice, "{text}");
            assert!(notice.expires_at() > notice.due());
        }
    }
}

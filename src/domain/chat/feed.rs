//! The events that actors publish and pages follow.

use crate::{
    chat::{reactions::ReactionCounts, room::JournalEntry},
    id::MediaSessionId,
    live::{
        captions::Caption,
        media::{LayerSet, MediaHealth},
        participants::Stage,
        restream::ShownRestreams,
        stream::Stream,
        viewership::Viewership,
    },
};
use std::sync::Arc;

/// An event of a room's feed.
#[derive(Clone, Debug)]
pub enum RoomEvent {
    /// In order, without gaps; stored before it is published.
    Journal(Arc<JournalEntry>),
    /// Only the newest value counts.
    Moment(Moment),
}

/// A value that only matters now. A new follower gets the newest value, and then each change, at most once a second.
#[derive(Clone, Debug)]
pub enum Moment {
    People(usize),
    /// Published at once, never throttled: pages show only states that the server has sent.
    Stream(Arc<Stream>),
    Health(MediaHealth),
    Viewership(Viewership),
    /// Published at once, as the stream's state.
    Stage(Arc<Stage>),
    /// For the studio alone.
    Restreams(Arc<ShownRestreams>),
    /// The layers of its picture that the publisher with this session is to pause; for the studio alone. Published at once.
    PausedLayers(MediaSessionId, LayerSet),
    /// Sums since the process began, at most one a second.
    Reactions(ReactionCounts),
    /// Published at once. Whoever joins gets the next one.
    Caption(Arc<Caption>),
    /// Whether the room's chat is parked: it failed too often and waits for an operator.
    ChatParked(bool),
}

/// What moments are kept by: of each variant the newest.
pub type MomentKind = std::mem::Discriminant<Moment>;

impl Moment {
    pub fn kind(&self) -> MomentKind {
        std::mem::discriminant(self)
    }
}

/// The newest moment of each kind, with its number in the order of all moments. A search through a short list is faster
/// than a hash map here.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    newest: Vec<(u64, Moment)>,
    published: u64,
}

impl Moments {
    pub fn publish(&mut self, moment: Moment) {
        self.published += 1;
        let kind = moment.kind();
        match self.newest.iter_mut().find(|(_, older)| older.kind() == kind) {
            Some(older) => *older = (self.published, moment),
            None => self.newest.push((self.published, moment)),
        }
    }

    /// How many were published: the same number, the same moments.
    pub const fn version(&self) -> u64 {
        self.published
    }

    pub fn iter(&self) -> impl Iterator<Item = &Moment> {
        self.newest.iter().map(|(_, moment)| moment)
    }

    /// Those published after the first `version`, in order.
    pub fn since(&self, version: u64) -> Vec<Moment> {
        let mut news: Vec<_> = self.newest.iter().filter(|(nth, _)| *nth > version).collect();
        news.sort_by_key(|(nth, _)| *nth);
        news.into_iter().map(|(_, moment)| moment.clone()).collect()
    }

    /// People in the room; 0 before they were counted.
    pub fn people(&self) -> usize {
        let people = |moment: &Moment| if let Moment::People(people) = moment { Some(*people) } else { None };
        self.iter().find_map(people).unwrap_or(0)
    }

    /// The stream that the room belongs to; `None` before it was published, and in a room without one.
    pub fn stream(&self) -> Option<&Arc<Stream>> {
        self.iter().find_map(|moment| if let Moment::Stream(stream) = moment { Some(stream) } else { None })
    }

    pub fn reactions(&self) -> ReactionCounts {
        let counts =
            |moment: &Moment| if let Moment::Reactions(counts) = moment { Some(*counts) } else { None };
        self.iter().find_map(counts).unwrap_or_default()
    }

    pub fn chat_parked(&self) -> bool {
        self.iter().any(|moment| matches!(moment, Moment::ChatParked(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_moment_of_each_kind_is_kept_in_the_order_of_publication() {
        let mut moments = Moments::default();
        moments.publish(Moment::People(1));
        moments.publish(Moment::ChatParked(true));
        moments.publish(Moment::People(2));
        assert_eq!((moments.version(), moments.people(), moments.chat_parked()), (3, 2, true));
        assert_eq!(moments.iter().count(), 2, "one of each kind");
        let since = |version| moments.since(version).iter().map(Moment::kind).collect::<Vec<_>>();
        let [people, parked] = [Moment::People(0).kind(), Moment::ChatParked(false).kind()];
        assert_eq!(since(0), [parked, people]);
        assert_eq!((since(2), since(3)), (vec![people], vec![]));
    }
}

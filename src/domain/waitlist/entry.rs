//! One person's place on the list of one pass, from the application to its end.

use crate::{
    catalogue::offer::NotOffered,
    id::{AccountId, PassId, SpaceId, WaitlistEntryId},
    money::{
        asking::Answer,
        selling::{Waitlist, Window},
    },
    time::{Millis, Span},
    waitlist::charge::OfferCharge,
};
use std::collections::HashMap;

/// How long a seat is kept for whoever was offered it.
pub const OFFER_LASTS: Span = Span::days(2);
/// Entries of one pass, also those that have ended.
pub const MOST_ENTRIES: i64 = 20_000;
/// Entries of one person, on all lists together, that have not ended.
pub const MOST_OPEN: i64 = 50;
/// Entries that are decided at once.
pub const MOST_DECIDED: usize = 500;

/// Which list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The team decides.
    Application,
    /// Of a pass that is sold out; nobody decides.
    Queue,
}

impl EntryKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Application => "apply",
            Self::Queue => "queue",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Application, Self::Queue].into_iter().find(|kind| kind.code() == code)
    }

    /// The list that a pass keeps.
    pub const fn of(waitlist: Waitlist) -> Option<Self> {
        match waitlist {
            Waitlist::Off => None,
            Waitlist::Apply => Some(Self::Application),
            Waitlist::Queue => Some(Self::Queue),
        }
    }

    /// Where an entry begins.
    pub const fn first(self) -> EntryState {
        match self {
            Self::Application => EntryState::Waiting,
            Self::Queue => EntryState::Line,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryState {
    /// For a decision.
    Waiting,
    /// For a seat.
    Line,
    /// A seat is kept until a moment.
    Offered,
    /// The offer was used.
    Taken,
    Rejected,
    /// The offer was not used in time.
    Lapsed,
    /// They have left the list.
    Left,
}

impl EntryState {
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::Line, Self::Offered, Self::Taken, Self::Rejected, Self::Lapsed, Self::Left];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Line => "line",
            Self::Offered => "offered",
            Self::Taken => "taken",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::Left => "left",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Line | Self::Offered)
    }

    /// Whether the person may come back, as the last one in line. Nobody is offered a seat again unless they ask for it.
    pub const fn may_return(self) -> bool {
        matches!(self, Self::Taken | Self::Lapsed | Self::Left)
    }

    /// What a step makes of it; `None` if the step does not apply, so that a second decision changes nothing.
    pub const fn after(self, step: WaitlistStep) -> Option<Self> {
        match (self, step) {
            (Self::Waiting, WaitlistStep::Approved) => Some(Self::Line),
            (Self::Waiting, WaitlistStep::Rejected) => Some(Self::Rejected),
            (Self::Line, WaitlistStep::Offered) => Some(Self::Offered),
            (Self::Offered, WaitlistStep::Taken) => Some(Self::Taken),
            (Self::Offered, WaitlistStep::Lapsed) => Some(Self::Lapsed),
            (Self::Waiting | Self::Line | Self::Offered, WaitlistStep::Left) => Some(Self::Left),
            (Self::Line, WaitlistStep::Passed) => Some(Self::Left),
            (Self::Offered | Self::Taken, WaitlistStep::NotCharged) => Some(Self::Offered),
            _ => None,
        }
    }
}

/// What happens to an entry; its history consists of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitlistStep {
    /// Also when somebody comes back.
    Joined,
    Approved,
    Rejected,
    Offered,
    Taken,
    Lapsed,
    Left,
    /// It was their turn, but they hold the pass already or are banned.
    Passed,
    /// The card that was to pay did not: the offer is theirs until its end.
    NotCharged,
}

impl WaitlistStep {
    pub const ALL: [Self; 9] = [
        Self::Joined,
        Self::Approved,
        Self::Rejected,
        Self::Offered,
        Self::Taken,
        Self::Lapsed,
        Self::Left,
        Self::Passed,
        Self::NotCharged,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Offered => "offered",
            Self::Taken => "taken",
            Self::Lapsed => "lapsed",
            Self::Left => "left",
            Self::Passed => "passed",
            Self::NotCharged => "not_charged",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// What a team decides about an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitlistDecision {
    Approve,
    Reject,
}

impl WaitlistDecision {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "approve" => Some(Self::Approve),
            "reject" => Some(Self::Reject),
            _ => None,
        }
    }

    pub const fn step(self) -> WaitlistStep {
        match self {
            Self::Approve => WaitlistStep::Approved,
            Self::Reject => WaitlistStep::Rejected,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistEntry {
    pub id: WaitlistEntryId,
    pub pass: PassId,
    pub space: SpaceId,
    pub account: AccountId,
    pub kind: EntryKind,
    pub answers: Vec<Answer>,
    pub state: EntryState,
    pub since: Millis,
    pub offer_until: Option<Millis>,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: EntryState,
    /// From one, among those who wait for the same; `None` for whoever does not wait.
    pub place: Option<i64>,
    pub offer_until: Option<Millis>,
    pub charge: OfferCharge,
}

/// An entry of a list, as a [`Board`] is made of: with the end of its offer, and what that has to do with a card.
pub type BoardEntry = (WaitlistEntryId, EntryState, Option<Millis>, OfferCharge);

impl Standing {
    /// An offer that has run out is none, also before the row says so.
    pub fn now(self, now: Millis) -> Self {
        let over = self.offer_until.is_some_and(|until| until <= now);
        match self.state {
            EntryState::Offered if over => Self { state: EntryState::Lapsed, ..self },
            _ => self,
        }
    }
}

/// Where everybody on the list of a pass stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board(HashMap<WaitlistEntryId, Standing>);

impl Board {
    /// Of entries in the order in which they are served.
    pub fn of(entries: impl IntoIterator<Item = BoardEntry>) -> Self {
        let (mut waiting, mut line) = (0, 0);
        let stand = |(id, state, offer_until, charge): BoardEntry| {
            let before = match state {
                EntryState::Waiting => Some(&mut waiting),
                EntryState::Line => Some(&mut line),
                _ => None,
            };
            let place = before.map(|count| {
                *count += 1;
                *count
            });
            (id, Standing { state, place, offer_until, charge })
        };
        Self(entries.into_iter().map(stand).collect())
    }

    pub fn get(&self, entry: WaitlistEntryId) -> Option<Standing> {
        self.0.get(&entry).copied()
    }
}

/// Until when an offer that is made now is good: never after the end of the sale. `None` while the pass is not sold.
pub fn offer_until(window: Window, now: Millis) -> Option<Millis> {
    let until = now + OFFER_LASTS;
    window.is_open(now).then(|| window.closes_at.map_or(until, |at| at.min(until)))
}

/// Whether somebody may have a pass without asking its team or standing in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Only whoever was approved.
    Approval,
    /// What is left belongs to those who stand in line.
    Line,
}

impl Gate {
    /// `offered`: they have used an offer. `line`: others stand in line.
    pub const fn of(waitlist: Waitlist, offered: bool, line: bool) -> Self {
        match waitlist {
            _ if offered => Self::Open,
            Waitlist::Apply => Self::Approval,
            Waitlist::Queue if line => Self::Line,
            Waitlist::Off | Waitlist::Queue => Self::Open,
        }
    }

    /// # Errors
    /// Why they may not have it.
    pub const fn check(self) -> Result<(), NotOffered> {
        match self {
            Self::Open => Ok(()),
            Self::Approval => Err(NotOffered::Approval),
            Self::Line => Err(NotOffered::SoldOut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    #[test]
    fn a_step_is_taken_as_the_table_says_and_no_other() {
        use EntryState::*;
        let table = [
            (Waiting, WaitlistStep::Approved, Line),
            (Waiting, WaitlistStep::Rejected, Rejected),
            (Waiting, WaitlistStep::Left, Left),
            (Line, WaitlistStep::Offered, Offered),
            (Line, WaitlistStep::Left, Left),
            (Line, WaitlistStep::Passed, Left),
            (Offered, WaitlistStep::Taken, Taken),
            (Offered, WaitlistStep::Lapsed, Lapsed),
            (Offered, WaitlistStep::Left, Left),
            (Offered, WaitlistStep::NotCharged, Offered),
            (Taken, WaitlistStep::NotCharged, Offered),
        ];
        for state in EntryState::ALL {
            for step in WaitlistStep::ALL {
                let want = table.iter().find(|(from, by, _)| (*from, *by) == (state, step));
                assert_eq!(state.after(step), want.map(|(_, _, to)| *to), "{state:?} {step:?}");
            }
            assert_eq!(EntryState::from_code(state.code()), Some(state));
            assert!(!(state.is_open() && state.may_return()), "{state:?}");
        }
        assert!(!Rejected.may_return(), "what was decided is decided");
        assert!(WaitlistStep::ALL.into_iter().all(|step| WaitlistStep::from_code(step.code()) == Some(step)));
    }

    #[test]
    fn the_gate_opens_for_whom_the_table_says() {
        for (waitlist, offered, line, want) in [
            (Waitlist::Off, false, false, Ok(())),
            (Waitlist::Off, false, true, Ok(())),
            (Waitlist::Apply, false, false, Err(NotOffered::Approval)),
            (Waitlist::Apply, false, true, Err(NotOffered::Approval)),
            (Waitlist::Apply, true, true, Ok(())),
            (Waitlist::Queue, false, false, Ok(())),
            (Waitlist::Queue, false, true, Err(NotOffered::SoldOut)),
            (Waitlist::Queue, true, true, Ok(())),
        ] {
            assert_eq!(Gate::of(waitlist, offered, line).check(), want, "{waitlist:?} {offered} {line}");
        }
    }

    #[test]
    fn an_offer_never_outlives_the_sale() {
        let window = |opens: Option<i64>, closes: Option<i64>| Window {
            opens_at: opens.map(|n| NOW + Span(n)),
            closes_at: closes.map(|n| NOW + Span(n)),
        };
        let whole = OFFER_LASTS.0;
        for (opens, closes, want) in [
            (None, None, Some(whole)),
            (Some(0), None, Some(whole)),
            (Some(1), None, None),
            (None, Some(5), Some(5)),
            (None, Some(whole + 1), Some(whole)),
            (None, Some(0), None),
        ] {
            let found = offer_until(window(opens, closes), NOW);
            assert_eq!(found, want.map(|n| NOW + Span(n)), "{opens:?} {closes:?}");
        }
    }

    #[test]
    fn places_are_counted_among_those_who_wait_for_the_same() {
        use EntryState::*;
        let ids: Vec<_> = (0..6).map(|_| WaitlistEntryId::new()).collect();
        let states = [Waiting, Line, Rejected, Waiting, Offered, Line];
        let board =
            Board::of(ids.iter().zip(states).map(|(id, state)| (*id, state, None, OfferCharge::None)));
        let places: Vec<_> = ids.iter().map(|id| board.get(*id).and_then(|one| one.place)).collect();
        assert_eq!(places, [Some(1), Some(1), None, Some(2), None, Some(2)]);
        assert_eq!(board.get(WaitlistEntryId::new()), None);
    }

    #[test]
    fn an_offer_ends_at_its_moment() {
        let offered = Standing {
            state: EntryState::Offered,
            place: None,
            offer_until: Some(NOW),
            charge: OfferCharge::None,
        };
        assert_eq!(offered.now(Millis(NOW.0 - 1)).state, EntryState::Offered);
        assert_eq!(offered.now(NOW).state, EntryState::Lapsed);
        let waiting = Standing { state: EntryState::Waiting, ..offered };
        assert_eq!(waiting.now(NOW), waiting);
    }
}

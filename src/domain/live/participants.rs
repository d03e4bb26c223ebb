//! Who is on the stage beside the host, and who waits to come up. A viewer raises a hand or is invited by name; the host decides;
//! whoever is up publishes as a session of their own, into a media room of their own.

use crate::{
    id::{AccountId, ParticipantId, RoomId},
    live::stream::StreamState,
    time::Millis,
};

/// How many are on the stage beside the host: four pictures are as many as a phone plays and shows.
pub const MOST_UP: usize = 3;
/// How many hands and invitations wait at a time.
pub const MOST_WAITING: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParticipantState {
    /// The viewer asks to come up.
    Raised,
    /// The host asks them to.
    Invited,
    /// On the stage, sending or about to.
    Up,
}

impl ParticipantState {
    pub const ALL: [Self; 3] = [Self::Raised, Self::Invited, Self::Up];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Invited => "invited",
            Self::Up => "up",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// New each time they ask or are asked, so a session of an earlier time opens nothing.
    pub id: ParticipantId,
    pub account: AccountId,
    pub name: String,
    pub state: ParticipantState,
    /// The host has muted them: nobody gets their sound.
    pub muted: bool,
    pub since: Millis,
}

impl Participant {
    /// Where the media plane forwards what they send.
    pub const fn room(&self) -> RoomId {
        RoomId::of_participant(self.id)
    }
}

/// What is asked for: of oneself by a person, of another by the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageCommand {
    Raise {
        account: AccountId,
        name: String,
    },
    /// An invited person comes up.
    Come {
        account: AccountId,
    },
    /// A person takes the hand down, declines, or leaves the stage.
    StepDown {
        account: AccountId,
    },
    Invite {
        account: AccountId,
        name: String,
    },
    /// The host lets a raised hand come up.
    Accept(ParticipantId),
    Mute(ParticipantId, bool),
    /// The host declines, takes an invitation back, or ends what they send.
    Remove(ParticipantId),
}

/// What one command makes of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageChange {
    /// New, or in place of the one with the same id.
    Put(Participant),
    Gone(ParticipantId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    #[error("The stage opens when the stream is live.")]
    OffAir,
    #[error("The stage is full.")]
    Full,
    #[error("Too many hands are up already.")]
    ManyHands,
    #[error("Nobody asks for this any more.")]
    Unknown,
}

/// Everybody beside the host, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participants(Vec<Participant>);

impl Participants {
    pub fn new(mut all: Vec<Participant>) -> Self {
        all.sort_by_key(|one| (one.since, one.id));
        Self(all)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Participant> {
        self.0.iter()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Those on the stage.
    pub fn up(&self) -> impl Iterator<Item = &Participant> {
        self.iter().filter(|one| one.state == ParticipantState::Up)
    }
    pub fn get(&self, id: ParticipantId) -> Option<&Participant> {
        self.iter().find(|one| one.id == id)
    }
    pub fn of(&self, account: AccountId) -> Option<&Participant> {
        self.iter().find(|one| one.account == account)
    }

    /// Decides a command. `Ok(None)`: nothing changes, because it is so already.
    pub fn decide(
        &self,
        command: StageCommand,
        stream: StreamState,
        now: Millis,
    ) -> Result<Option<StageChange>, StageError> {
        use ParticipantState::{Invited, Raised, Up};
        let new = |account, name, state| {
            let id = ParticipantId::new();
            Ok(Some(StageChange::Put(Participant { id, account, name, state, muted: false, since: now })))
        };
        let gone = |one: Option<&Participant>| Ok(one.map(|one| StageChange::Gone(one.id)));
        match command {
            StageCommand::StepDown { account } => gone(self.of(account)),
            StageCommand::Remove(id) => gone(self.get(id)),
            _ if !stream.on_air() => Err(StageError::OffAir),
            StageCommand::Raise { account, name } => match self.of(account) {
                Some(_) => Ok(None),
                None if self.has_many_hands() => Err(StageError::ManyHands),
                None => new(account, name, Raised),
            },
            StageCommand::Invite { account, name } => match self.of(account) {
                Some(one) if one.state == Raised => self.take_up(one, now),
                Some(_) => Ok(None),
                None if self.has_many_hands() => Err(StageError::ManyHands),
                None => new(account, name, Invited),
            },
            StageCommand::Come { account } => match self.of(account).ok_or(StageError::Unknown)? {
                one if one.state == Invited => self.take_up(one, now),
                one if one.state == Up => Ok(None),
                _ => Err(StageError::Unknown),
            },
            StageCommand::Accept(id) => match self.get(id).ok_or(StageError::Unknown)? {
                one if one.state == Raised => self.take_up(one, now),
                // Only the invited person says that they come.
                _ => Ok(None),
            },
            StageCommand::Mute(id, muted) => {
                let one = self.get(id).filter(|one| one.state == Up).ok_or(StageError::Unknown)?;
                let changed = (one.muted != muted).then(|| Participant { muted, ..one.clone() });
                Ok(changed.map(StageChange::Put))
            }
        }
    }

    fn has_many_hands(&self) -> bool {
        self.0.len() - self.up().count() >= MOST_WAITING
    }

    fn take_up(&self, one: &Participant, now: Millis) -> Result<Option<StageChange>, StageError> {
        if self.up().count() >= MOST_UP {
            return Err(StageError::Full);
        }
        let up = Participant { state: ParticipantState::Up, since: now, ..one.clone() };
        Ok(Some(StageChange::Put(up)))
    }

    pub fn apply(&mut self, change: StageChange) {
        let id = match &change {
            StageChange::Put(one) => one.id,
            StageChange::Gone(id) => *id,
        };
        let mut all = std::mem::take(&mut self.0);
        all.retain(|one| one.id != id);
        if let StageChange::Put(one) = change {
            all.push(one);
        }
        *self = Self::new(all);
    }
}

/// The stage as pages show it: the stream actor announces it as a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    pub participants: Participants,
    /// Those whose packets flow, ordered by id.
    pub sending: Vec<ParticipantId>,
}

impl Stage {
    pub fn sends(&self, id: ParticipantId) -> bool {
        self.sending.binary_search(&id).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{ParticipantState::*, *};

    const NOW: Millis = Millis(1_000_000);

    fn participant(state: ParticipantState) -> Participant {
        let (id, account) = (ParticipantId::new(), AccountId::new());
        Participant { id, account, name: "noor".into(), state, muted: false, since: NOW }
    }

    fn one(state: ParticipantState) -> (Participants, Participant) {
        let one = participant(state);
        (Participants::new(vec![one.clone()]), one)
    }

    /// What becomes of the only participant: a state, or nobody.
    fn outcome(change: Option<StageChange>) -> &'static str {
        match change {
            None => "stays",
            Some(StageChange::Gone(_)) => "gone",
            Some(StageChange::Put(one)) => one.state.code(),
        }
    }

    /// Written by hand: every command on a participant in every state.
    #[test]
    fn every_move_is_in_the_table() {
        type Make = fn(&Participant) -> StageCommand;
        let unknown = "Nobody asks for this any more.";
        let table: [(&str, Make, [&str; 3]); 8] = [
            //                                                            raised, invited, up
            (
                "raise",
                |p| StageCommand::Raise { account: p.account, name: "noor".into() },
                ["stays", "stays", "stays"],
            ),
            ("come", |p| StageCommand::Come { account: p.account }, [unknown, "up", "stays"]),
            ("step down", |p| StageCommand::StepDown { account: p.account }, ["gone", "gone", "gone"]),
            (
                "invite",
                |p| StageCommand::Invite { account: p.account, name: "noor".into() },
                ["up", "stays", "stays"],
            ),
            ("accept", |p| StageCommand::Accept(p.id), ["up", "stays", "stays"]),
            ("mute", |p| StageCommand::Mute(p.id, true), [unknown, unknown, "up"]),
            ("unmute", |p| StageCommand::Mute(p.id, false), [unknown, unknown, "stays"]),
            ("remove", |p| StageCommand::Remove(p.id), ["gone", "gone", "gone"]),
        ];
        for (name, make, wants) in table {
            for (state, want) in ParticipantState::ALL.into_iter().zip(wants) {
                let (all, one) = one(state);
                let got = match all.decide(make(&one), StreamState::Live, NOW) {
                    Ok(change) => outcome(change).to_owned(),
                    Err(refusal) => refusal.to_string(),
                };
                assert_eq!(got, want, "{name} of one who is {}", state.code());
            }
        }
    }

    #[test]
    fn off_air_nobody_comes_and_everybody_may_go() {
        let account = AccountId::new();
        for stream in StreamState::ALL.into_iter().filter(|state| !state.on_air()) {
            let raise = StageCommand::Raise { account, name: "noor".into() };
            assert_eq!(Participants::default().decide(raise, stream, NOW), Err(StageError::OffAir));
            for state in ParticipantState::ALL {
                let (all, one) = one(state);
                assert_eq!(all.decide(StageCommand::Accept(one.id), stream, NOW), Err(StageError::OffAir));
                let gone = Ok(Some(StageChange::Gone(one.id)));
                assert_eq!(all.decide(StageCommand::Remove(one.id), stream, NOW), gone);
                assert_eq!(all.decide(StageCommand::StepDown { account: one.account }, stream, NOW), gone);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_refused_or_gone_already() {
        let (all, id, account) = (Participants::default(), ParticipantId::new(), AccountId::new());
        for (command, want) in [
            (StageCommand::Accept(id), Err(StageError::Unknown)),
            (StageCommand::Mute(id, true), Err(StageError::Unknown)),
            (StageCommand::Come { account }, Err(StageError::Unknown)),
            (StageCommand::Remove(id), Ok(None)),
            (StageCommand::StepDown { account }, Ok(None)),
        ] {
            assert_eq!(all.decide(command.clone(), StreamState::Live, NOW), want, "{command:?}");
        }
    }

    #[test]
    fn the_stage_and_the_queue_have_an_end() {
        let mut all: Vec<_> = (0..MOST_UP).map(|_| participant(Up)).collect();
        let (hand, guest) = (participant(Raised), participant(Invited));
        all.extend([hand.clone(), guest.clone()]);
        let mut all = Participants::new(all);
        let up = [StageCommand::Accept(hand.id), StageCommand::Come { account: guest.account }];
        for command in up.clone() {
            assert_eq!(all.decide(command, StreamState::Live, NOW), Err(StageError::Full));
        }
        let first = all.up().next().unwrap().id;
        all.apply(StageChange::Gone(first));
        for command in up {
            assert!(matches!(all.decide(command, StreamState::Live, NOW), Ok(Some(_))));
        }
        let raise = || StageCommand::Raise { account: AccountId::new(), name: "noor".into() };
        while let Ok(Some(change)) = all.decide(raise(), StreamState::Live, NOW) {
            all.apply(change);
        }
        assert_eq!(all.decide(raise(), StreamState::Live, NOW), Err(StageError::ManyHands));
        assert_eq!(all.iter().count(), MOST_UP - 1 + MOST_WAITING);
    }

    #[test]
    fn one_who_comes_again_is_another_participant() {
        let account = AccountId::new();
        let mut all = Participants::default();
        let mut rooms = Vec::new();
        for _ in 0..2 {
            let raise = StageCommand::Raise { account, name: "noor".into() };
            all.apply(all.decide(raise, StreamState::Live, NOW).unwrap().unwrap());
            let accept = StageCommand::Accept(all.of(account).unwrap().id);
            all.apply(all.decide(accept, StreamState::Live, NOW).unwrap().unwrap());
            rooms.push(all.up().next().unwrap().room());
            all.apply(StageChange::Gone(all.of(account).unwrap().id));
        }
        assert_ne!(rooms[0], rooms[1]);
        assert!(all.is_empty());
    }
}

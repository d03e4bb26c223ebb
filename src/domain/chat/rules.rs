//! The rules for posting and moderating: the state of one room, and its decisions.
//!
//! The order of decisions is authoritative. A decision that changes something takes the next journal numbers at once.
//! The shell stores and publishes the entries in that order, or discards this state and loads it again. Nothing here
//! waits, reads the time or generates an id.

use crate::{
    access::{
        admit::Role,
        ban,
        ban::{Ban, BanKind, Bans, LONGEST_REASON},
    },
    chat::{history::History, pace::ChatPace, room::*, text},
    id::*,
    time::{Millis, Span},
};
use std::{
    collections::{BTreeSet, HashMap},
    iter,
    sync::Arc,
};

/// Why a room refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatRefusal {
    #[error("There is nothing to say in this message.")]
    Empty,
    #[error("A message has at most {LONGEST_LINE} characters.")]
    TooLong,
    /// `until`: `None` if it does not end by itself.
    #[error("You are banned here.")]
    Banned { until: Option<Millis> },
    #[error("You are muted.")]
    Muted { until: Option<Millis> },
    #[error("You are writing too fast: wait {} s.", retry_after.ceil_secs())]
    TooFast { retry_after: Span },
    #[error("Slow mode is on: wait {} s.", retry_after.ceil_secs())]
    SlowMode { retry_after: Span },
    /// The client id belongs to another line of this person.
    #[error("This client_id belongs to another message: send this one under a new client_id.")]
    OtherWords,
    #[error("It is not there, or no longer.")]
    NotFound,
    #[error("It is too late to undo that.")]
    TooLate,
    #[error("You cannot do that to this person.")]
    NotAllowed,
    #[error("A timed ban or mute lasts 10 seconds to 14 days.")]
    BadLength,
    #[error("A reason has at most {LONGEST_REASON} characters.")]
    LongReason,
    #[error("Slow mode is off or 3 to 120 seconds.")]
    BadSlowMode,
}

impl ChatRefusal {
    /// The time after which the same post may succeed.
    pub const fn retry_after(self) -> Option<Span> {
        match self {
            Self::TooFast { retry_after } | Self::SlowMode { retry_after } => Some(retry_after),
            _ => None,
        }
    }
}

/// The answer to a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub entry: Arc<JournalEntry>,
    /// The line was already posted under the same client id: nothing is to be stored.
    pub again: bool,
}

/// One room: its state after all decisions, including uncommitted ones.
#[derive(Clone, Debug)]
pub struct ChatRoom {
    room: RoomId,
    space: SpaceId,
    seq: u64,
    history: History,
    /// The line of each remembered client id.
    clients: HashMap<(AccountId, ClientId), u64>,
    /// The entry that restored a remembered line, and shows its text since.
    restored: HashMap<u64, u64>,
    /// Removals that may be undone, oldest first.
    removals: Vec<Removal>,
    modes: Modes,
    bans: Bans,
    pace: ChatPace,
    /// The pace of authors on their own lines. Not the same as that of lines: in slow mode, a line can be removed as
    /// soon as it was posted. A restart forgets it.
    acts: ChatPace,
}

impl ChatRoom {
    pub fn new(record: RoomRecord) -> Self {
        let RoomRecord { room, space, seq, lines, removals, modes, bans } = record;
        let mut made = Self {
            room,
            space,
            seq,
            history: History::new(MEMORY, []),
            clients: HashMap::new(),
            restored: HashMap::new(),
            removals,
            modes,
            bans: Bans::new(bans),
            pace: ChatPace::default(),
            acts: ChatPace::default(),
        };
        for entry in lines {
            if let Some(line) = entry.line() {
                made.pace.note(line.author, entry.at);
            }
            made.note(&Arc::new(entry));
        }
        made
    }

    pub const fn space(&self) -> SpaceId {
        self.space
    }
    /// The last sequence number taken.
    pub const fn seq(&self) -> u64 {
        self.seq
    }
    pub const fn modes(&self) -> Modes {
        self.modes
    }
    pub const fn history(&self) -> &History {
        &self.history
    }
    pub const fn bans(&self) -> &Bans {
        &self.bans
    }

    /// Decides about a post. A repetition gets its first answer, unless the person is banned or the text differs.
    pub fn post(&mut self, post: ChatPost, now: Millis) -> Result<Said, ChatRefusal> {
        if let Some(ban) = self.bans.latest(post.author, BanKind::Ban, now) {
            return Err(ChatRefusal::Banned { until: ban.until });
        }
        if let Some(seq) = self.clients.get(&(post.author, post.client)) {
            let first = self.history.get(*seq).ok_or(ChatRefusal::NotFound)?;
            if first.line().is_some_and(|line| !line.repeats(&post.body)) {
                return Err(ChatRefusal::OtherWords);
            }
            return Ok(Said { entry: Arc::clone(first), again: true });
        }
        if let Some(mute) = self.bans.latest(post.author, BanKind::Mute, now) {
            return Err(ChatRefusal::Muted { until: mute.until });
        }
        let body = text::line(&post.body)?;
        let slow = if post.role.moderates() { 0 } else { self.modes.slow_mode };
        self.pace.speak(post.author, Span::secs(slow), now)?;
        let ChatPost { author, name, role, client, .. } = post;
        let line = ChatLine { author, name: crate::text::clean(&name), role, client, body, removed: false };
        Ok(Said { entry: self.enter(RoomChange::Said(line), now), again: false })
    }

    /// Decides about a moderation command. Returns the new entries in order; none if nothing changes.
    pub fn moderate(
        &mut self,
        command: Moderate,
        now: Millis,
    ) -> Result<Vec<Arc<JournalEntry>>, ChatRefusal> {
        let on_lines = matches!(command, Moderate::Remove { .. } | Moderate::Restore { .. });
        let by = command.by();
        if !by.role.moderates() {
            if !on_lines {
                return Err(ChatRefusal::NotAllowed);
            }
            // Everybody may take their own words back, also while muted. Showing them again is writing.
            if let Moderate::Restore { .. } = command {
                self.may_write(by.account, now)?;
            }
        }
        let changes = match command {
            Moderate::Remove { by, lines } => self.remove(by, &lines)?,
            Moderate::Restore { by, lines } => self.restore(by.account, &lines, now)?,
            Moderate::Ban { by, id, account, name, role, kind, reason, lasts } => {
                if !outranks(by.role, role) {
                    return Err(ChatRefusal::NotAllowed);
                }
                if lasts.is_some_and(|span| !ban::may_last(span)) {
                    return Err(ChatRefusal::BadLength);
                }
                let reason = ban::reason(&reason).map_err(|_| ChatRefusal::LongReason)?;
                let (space, until) = (self.space, lasts.map(|span| now + span));
                let (by, created_at) = (by.account, now);
                self.ban(Ban {
                    id,
                    space,
                    account,
                    name,
                    kind,
                    by,
                    reason,
                    created_at,
                    until,
                    lifted_at: None,
                })
            }
            Moderate::Lift { by, ban, undo } => {
                let ban = self.bans.get(ban).filter(|ban| ban.holds_at(now)).ok_or(ChatRefusal::NotFound)?;
                let taken = self.removals.iter().filter(|removal| undo && removed_by(ban, removal));
                let back = taken.filter(|removal| removal.may_be_undone_by(by.account, now));
                iter::once(lifted(ban, by.account))
                    .chain(back.map(|removal| restored(removal, by.account)))
                    .collect()
            }
            Moderate::SetMode { by, mode } => {
                let (from, to) = (self.modes, self.modes.with(mode)?);
                if from == to { vec![] } else { vec![RoomChange::Modes { from, to, by: by.account }] }
            }
        };
        // Nothing slows moderators down: in a raid the ban comes after many removals.
        if !changes.is_empty() && !by.role.moderates() {
            self.acts.speak(by.account, Span(0), now)?;
        }
        Ok(changes.into_iter().map(|change| self.enter(change, now)).collect())
    }

    fn may_write(&self, account: AccountId, now: Millis) -> Result<(), ChatRefusal> {
        if let Some(ban) = self.bans.latest(account, BanKind::Ban, now) {
            return Err(ChatRefusal::Banned { until: ban.until });
        }
        match self.bans.latest(account, BanKind::Mute, now) {
            Some(mute) => Err(ChatRefusal::Muted { until: mute.until }),
            None => Ok(()),
        }
    }

    /// Charges the rate limit for a repetition that only the database recognised, so that nobody can cause many such
    /// queries. A repetition of a line remembered here was already charged with that line.
    pub fn charge(&mut self, author: AccountId, client: ClientId, at: Millis) {
        if !self.clients.contains_key(&(author, client)) {
            self.pace.note(author, at);
        }
    }

    fn remove(&self, by: By, lines: &[u64]) -> Result<Vec<RoomChange>, ChatRefusal> {
        let known: Vec<(u64, &ChatLine)> =
            lines.iter().filter_map(|seq| Some((*seq, self.history.get(*seq)?.line()?))).collect();
        if known.is_empty() {
            return Err(ChatRefusal::NotFound);
        }
        if known.iter().any(|(_, line)| line.author != by.account && !outranks(by.role, line.role)) {
            return Err(ChatRefusal::NotAllowed);
        }
        let mut targets: Vec<u64> =
            known.iter().filter(|(_, line)| !line.removed).map(|(seq, _)| *seq).collect();
        targets.sort_unstable();
        targets.dedup();
        let removed = |targets| RoomChange::Removed { targets, by: by.account };
        Ok(if targets.is_empty() { vec![] } else { vec![removed(self.with_restored(targets))] })
    }

    fn restore(&self, by: AccountId, lines: &[u64], now: Millis) -> Result<Vec<RoomChange>, ChatRefusal> {
        // A line that is named twice comes back once.
        let lines: BTreeSet<u64> = lines.iter().copied().collect();
        let known: Vec<&Arc<JournalEntry>> =
            lines.into_iter().filter_map(|seq| self.history.get(seq)).collect();
        if known.is_empty() {
            return Err(ChatRefusal::NotFound);
        }
        let removed = known.iter().filter(|entry| entry.line().is_some_and(|line| line.removed));
        let removal_of =
            |entry: &&Arc<JournalEntry>| self.removals.iter().find(|removal| removal.line.seq == entry.seq);
        removed
            .map(|entry| removal_of(entry).filter(|removal| removal.may_be_undone_by(by, now)))
            .map(|removal| removal.map(|removal| restored(removal, by)).ok_or(ChatRefusal::TooLate))
            .collect()
    }

    fn ban(&self, ban: Ban) -> Vec<RoomChange> {
        if self.bans.get(ban.id).is_some() {
            return vec![];
        }
        let same = |old: &&Ban| old.account == ban.account && old.kind == ban.kind;
        let mut changes: Vec<RoomChange> =
            self.bans.in_force(ban.created_at).filter(same).map(|old| lifted(old, ban.by)).collect();
        let (by, account, kind) = (ban.by, ban.account, ban.kind);
        changes.push(RoomChange::Banned(ban));
        let lines = if kind == BanKind::Ban { self.history.visible_of(account) } else { vec![] };
        if !lines.is_empty() {
            changes.push(RoomChange::Removed { targets: self.with_restored(lines), by });
        }
        changes
    }

    /// These lines, and the entries that show their text again: at most one each, so that removing and restoring a line
    /// many times costs the same each time.
    fn with_restored(&self, mut lines: Vec<u64>) -> Vec<u64> {
        let restored: Vec<_> = lines.iter().filter_map(|seq| self.restored.get(seq)).copied().collect();
        lines.extend(restored);
        lines
    }

    /// Takes the next sequence number, permanently.
    fn enter(&mut self, change: RoomChange, now: Millis) -> Arc<JournalEntry> {
        self.seq += 1;
        let entry = Arc::new(JournalEntry { room: self.room, seq: self.seq, at: now, change });
        match &entry.change {
            RoomChange::Modes { to, .. } => self.modes = *to,
            RoomChange::Banned(ban) => self.bans.add(ban.clone()),
            RoomChange::Lifted { ban, .. } => self.bans.lift(*ban),
            RoomChange::Removed { targets, by } => self.remember(targets, *by, now),
            RoomChange::Restored { line, .. } => self.removals.retain(|removal| removal.line.seq != line.seq),
            RoomChange::Said(_) => {}
        }
        self.note(&entry);
        entry
    }

    /// Keeps removed lines for as long as the removal may be undone.
    fn remember(&mut self, targets: &[u64], by: AccountId, at: Millis) {
        self.removals.retain(|removal| at - removal.at <= UNDO);
        let lines = targets.iter().filter_map(|seq| self.history.get(*seq)).cloned();
        self.removals.extend(lines.map(|line| Removal { line, by, at }));
    }

    fn note(&mut self, entry: &Arc<JournalEntry>) {
        match &entry.change {
            RoomChange::Removed { targets, .. } => {
                for seq in targets {
                    self.restored.remove(seq);
                }
            }
            RoomChange::Restored { line, .. } if line.line().is_some_and(|line| !line.removed) => {
                self.restored.insert(line.seq, entry.seq);
            }
            _ => {}
        }
        if let Some(line) = entry.line() {
            self.clients.insert((line.author, line.client), entry.seq);
        }
        let Some(gone) = self.history.note(entry) else { return };
        self.restored.remove(&gone.seq);
        if let Some(line) = gone.line() {
            self.clients.remove(&(line.author, line.client));
        }
    }
}

/// People act on lower roles only: nobody on a host, and moderators not on each other.
fn outranks(by: Role, target: Role) -> bool {
    by > target
}

fn restored(removal: &Removal, by: AccountId) -> RoomChange {
    RoomChange::Restored { line: Box::new((*removal.line).clone()), by }
}

/// Whether the ban removed this line.
fn removed_by(ban: &Ban, removal: &Removal) -> bool {
    let author = removal.line.line().map(|line| line.author);
    (removal.by, removal.at, author) == (ban.by, ban.created_at, Some(ban.account))
}

fn lifted(ban: &Ban, by: AccountId) -> RoomChange {
    RoomChange::Lifted { ban: ban.id, account: ban.account, by }
}

//! Reads each room's journal again, as a reconnecting page does: it returns what the database holds.

use crate::{
    crowd::readers::Whisper,
    plan::scenario::Depth,
    truth::{
        self,
        census::PageId,
        mark::{self, RunTag},
    },
    wire::{self, Chunks, Framing, doors::Target, sse::Parser},
};
use anyhow::{Context, Result, bail, ensure};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout_at},
};

/// Journal entries per request: a server may answer a longer range with a resync.
const STRETCH: u64 = 400;
/// How many entries are read again after the process died.
const REWIND: u64 = 500;
/// How many entries of a room's journal are read again after a storm.
const TAIL: u64 = 900;
/// A room whose feed sends no entry for this long has been read to its end.
const QUIET: ReadUntil = ReadUntil::Quiet(Duration::from_secs(1));
const PATIENCE: Duration = Duration::from_secs(15);
/// The number of a page that is not a reader's: those count from 0, the probes' from the other end.
const OWN_PAGE: usize = usize::MAX / 2;

/// What one read of a feed returned.
#[derive(Debug, Default)]
pub struct FeedRead {
    /// Entries that have a line of this run.
    pub lines: BTreeMap<u64, u32>,
    /// Entries out of order.
    pub disorder: u64,
    /// The highest entry received.
    pub last: u64,
    /// The number at which the server sent a resync instead.
    pub resync: Option<u64>,
    pub people: Option<u32>,
}

/// When to stop reading.
#[derive(Clone, Copy, Debug)]
pub enum ReadUntil {
    /// When this entry or a later one arrives.
    Entry(u64),
    /// When no entry arrives for this long.
    Quiet(Duration),
    /// After this long.
    Elapsed(Duration),
}

/// Who reads which room.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    pub room: usize,
    pub identity: usize,
}

/// Opens a feed after entry `since` and reads it until `until`.
pub async fn look(
    target: &Target,
    run: &RunTag,
    guest: Guest,
    since: u64,
    until: ReadUntil,
) -> Result<FeedRead> {
    let mut stream = TcpStream::connect(target.at).await?;
    let (path, cookie) = (&target.rooms[guest.room].events, &target.people[guest.identity]);
    let request = format!(
        "GET {path}?since={since} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n",
        target.at
    );
    stream.write_all(request.as_bytes()).await?;
    let begun = Instant::now();
    let mut buffer = Vec::with_capacity(64 << 10);
    let head = loop {
        if let Some((head, len)) = wire::head(&buffer)? {
            buffer.drain(..len);
            break head;
        }
        let read =
            timeout_at(begun + PATIENCE, stream.read_buf(&mut buffer)).await.context("no answer")??;
        ensure!(read > 0, "{path} closed before it answered");
    };
    ensure!(head.status == 200, "{path} answered {}", head.status);
    let mut eye = FeedWatcher {
        run,
        since,
        look: FeedRead { last: since, ..FeedRead::default() },
        parser: Parser::default(),
    };
    let mut chunks = (head.framing == Framing::Chunked).then(Chunks::default);
    let mut last_entry = Instant::now();
    loop {
        let before = eye.look.last;
        let open = eye.take(&buffer, chunks.as_mut())?;
        buffer.clear();
        if eye.look.last > before {
            last_entry = Instant::now();
        }
        let deadline = match until {
            ReadUntil::Entry(id) if eye.look.last >= id || eye.look.resync.is_some() => return Ok(eye.look),
            ReadUntil::Entry(_) => begun + PATIENCE,
            ReadUntil::Quiet(quiet) => last_entry + quiet,
            ReadUntil::Elapsed(elapsed) => begun + elapsed,
        };
        if !open {
            bail!("{path} ended before all was read");
        }
        match timeout_at(deadline, stream.read_buf(&mut buffer)).await {
            Ok(read) => ensure!(read? > 0, "{path} closed before all was read"),
            Err(_) if matches!(until, ReadUntil::Entry(_)) => bail!("entry {until:?} never came on {path}"),
            Err(_) => return Ok(eye.look),
        }
    }
}

struct FeedWatcher<'a> {
    run: &'a RunTag,
    since: u64,
    look: FeedRead,
    parser: Parser,
}

impl FeedWatcher<'_> {
    fn take(&mut self, bytes: &[u8], chunks: Option<&mut Chunks>) -> Result<bool> {
        let Some(chunks) = chunks else { return self.read(bytes).map(|()| true) };
        let mut text = Vec::with_capacity(bytes.len());
        chunks.feed(bytes, |part| text.extend_from_slice(part))?;
        self.read(&text)?;
        Ok(!chunks.ended())
    }

    fn read(&mut self, text: &[u8]) -> Result<()> {
        let (scanner, look) = (self.run.scanner(), &mut self.look);
        let since = self.since;
        self.parser.feed(text, |event| {
            if event.name == "resync" {
                look.resync = event.id.or_else(|| event.data().parse().ok()).or(Some(since));
            }
            if let Some(people) = mark::people(event.lines) {
                look.people = Some(people);
            }
            let Some(id) = event.id else { return };
            if id <= look.last {
                look.disorder += 1;
            }
            look.last = look.last.max(id);
            scanner.each(event.lines, event.id, |mark| {
                look.lines.insert(id, mark.number);
            });
        })
    }
}

/// Follows the journals of all rooms in short ranges during the run.
pub struct Auditor {
    rooms: Vec<Audit>,
    depth: Depth,
    /// Pages per person.
    tabs: usize,
    whisper: Whisper,
}

#[derive(Default)]
struct Audit {
    /// The last entry read.
    at: u64,
    lines: BTreeMap<u64, u32>,
    unread: u64,
    vanished: u64,
    disorder: u64,
}

impl Auditor {
    /// `tops`: the positions of the journals before the run.
    pub fn new(tops: &[u64], depth: Depth, tabs: usize, whisper: Whisper) -> Self {
        let rooms = tops.iter().map(|at| Audit { at: *at, ..Audit::default() }).collect();
        Self { rooms, depth, tabs, whisper }
    }

    /// The person of a room's first page.
    fn guest(&self, target: &Target, room: usize) -> Guest {
        Guest { room, identity: room / self.tabs.max(1) % target.people.len() }
    }

    /// Continues reading one room if enough entries have been added since.
    pub async fn follow(&mut self, target: &Target, run: &RunTag, room: usize, top: u64) -> Result<()> {
        let (guest, audit) = (self.guest(target, room), &mut self.rooms[room]);
        if self.depth == Depth::Tail {
            return Ok(());
        }
        while top >= audit.at + STRETCH {
            let whose = PageId { room, identity: guest.identity, page: OWN_PAGE };
            self.whisper.guest(whose, true);
            let look = look(target, run, guest, audit.at, ReadUntil::Entry(audit.at + STRETCH)).await;
            self.whisper.guest(whose, false);
            audit.take(look?);
        }
        Ok(())
    }

    /// The process died: what it had shown shortly before must still be there.
    pub fn rewind(&mut self, tops: &[u64]) {
        for (audit, begin) in self.rooms.iter_mut().zip(tops) {
            audit.at = audit.at.saturating_sub(REWIND).max(*begin);
        }
    }

    /// Reads every room to its end. A room that cannot be read counts as an unread range. `seen`: what readers saw of
    /// each room, which is used for the part that is not read again.
    pub async fn finish(
        mut self,
        target: &Arc<Target>,
        run: &RunTag,
        tops: &[u64],
        seen: Vec<BTreeMap<u64, u32>>,
    ) -> Vec<truth::Replay> {
        let mut rests = JoinSet::new();
        for ((room, top), mut seen) in tops.iter().enumerate().zip(seen) {
            if self.depth == Depth::Tail {
                let audit = &mut self.rooms[room];
                audit.at = audit.at.max(top.saturating_sub(TAIL));
                seen.retain(|id, _| *id <= audit.at);
                audit.lines = seen;
            }
            if let Err(error) = self.follow(target, run, room, *top).await {
                self.rooms[room].give_up(&error);
                continue;
            }
            let (guest, at) = (self.guest(target, room), self.rooms[room].at);
            let (target, run) = (target.clone(), run.clone());
            rests.spawn(async move { (room, look(&target, &run, guest, at, QUIET).await) });
        }
        // In parallel: each waits until its room is silent.
        while let Some(Ok((room, rest))) = rests.join_next().await {
            let audit = &mut self.rooms[room];
            match rest {
                Ok(rest) => audit.take(rest),
                Err(error) => audit.give_up(&error),
            }
        }
        self.rooms.into_iter().map(Audit::tell).collect()
    }
}

impl Audit {
    fn give_up(&mut self, error: &anyhow::Error) {
        eprintln!("backstage-load: the journal could not be read again: {error:#}");
        self.unread += 1;
    }

    fn take(&mut self, look: FeedRead) {
        let reached = look.last.max(look.resync.unwrap_or(0));
        match look.resync {
            Some(_) => self.unread += 1,
            None => {
                let known = self.lines.range(self.at + 1..=reached.max(self.at + 1));
                self.vanished +=
                    known.filter(|(id, number)| look.lines.get(id) != Some(number)).count() as u64;
            }
        }
        self.disorder += look.disorder;
        self.lines.extend(look.lines);
        self.at = self.at.max(reached);
    }

    fn tell(self) -> truth::Replay {
        let Self { lines, unread, vanished, disorder, .. } = self;
        truth::Replay { lines: lines.into_iter().collect(), unread, vanished, disorder }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_at(lines: &[(u64, u32)], last: u64) -> FeedRead {
        FeedRead { lines: lines.iter().copied().collect(), last, ..FeedRead::default() }
    }

    #[test]
    fn what_was_there_and_is_gone_has_vanished() {
        let mut audit = Audit { at: 10, ..Audit::default() };
        audit.take(look_at(&[(11, 0), (12, 1), (13, 2)], 13));
        audit.at = 11;
        audit.take(look_at(&[(12, 1), (13, 2), (14, 3)], 14));
        assert_eq!((audit.vanished, audit.at), (0, 14));
        audit.at = 11;
        audit.take(look_at(&[(12, 1), (14, 7)], 14));
        assert_eq!(audit.vanished, 2);
    }

    #[test]
    fn a_resync_is_a_stretch_that_was_not_read() {
        let mut audit = Audit::default();
        audit.take(FeedRead { resync: Some(500), ..FeedRead::default() });
        assert_eq!((audit.unread, audit.at), (1, 500));
    }
}

//! A storm: as many lines as the server accepts, each person within the rate limit, over persistent connections like
//! those of a proxy in front of the service. One thread, one poll and no allocation per line, to leave the processor to
//! the server.

use crate::{
    chat::posters::{Hours, PosterCounters, PostingResult},
    clock::Clock,
    plan::{scenario::Scenario, source},
    truth::{
        Outcome, Posted,
        mark::{Mark, RunTag},
    },
    wire::{
        self, Framing,
        doors::{self, Target},
    },
};
use anyhow::{Context, Result, ensure};
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use socket2::{Domain, Socket, Type};
use std::{
    collections::VecDeque,
    io::{ErrorKind, Read, Write},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use uuid::fmt::Simple;

/// Microseconds between two lines of one person: the limit is 20 in 10 s, with a margin for delays on the way.
const PACE_US: u64 = 520_000;
/// How long to wait for the last answers, in microseconds.
const LAST_US: u64 = 15_000_000;
const NAP: Duration = Duration::from_millis(10);
/// Answers are collected this long before they are read, which saves wake-ups. It is part of each measured answer time.
const GATHER: Duration = Duration::from_millis(1);

pub struct Storm {
    pub target: Arc<Target>,
    pub clock: Clock,
    pub run: RunTag,
    pub scenario: Scenario,
    pub hours: Hours,
    pub live: Arc<PosterCounters>,
    /// Lines in flight at once.
    pub under_way: usize,
}

/// A persistent connection and the line in flight on it.
struct Wire {
    stream: TcpStream,
    carries: Option<Line>,
    request: Vec<u8>,
    written: usize,
    answer: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Line {
    person: usize,
    number: u32,
    sent_us: u64,
}

struct StormRunner {
    storm: Storm,
    poll: Poll,
    wires: Vec<Wire>,
    idle: VecDeque<usize>,
    /// People, in the order in which they may post again.
    turns: VecDeque<(u64, usize)>,
    /// Each person's request without the line.
    heads: Vec<String>,
    words: String,
    next: u32,
    said: PostingResult,
}

impl Storm {
    /// Blocks until the run is over and the last answers have arrived.
    pub fn run(self) -> PostingResult {
        let begun = StormRunner::new(self);
        match begun.and_then(StormRunner::run) {
            Ok(said) => said,
            Err(error) => PostingResult {
                first_error: Some(format!("the storm broke off: {error:#}")),
                ..PostingResult::default()
            },
        }
    }
}

impl StormRunner {
    fn new(storm: Storm) -> Result<Self> {
        let poll = Poll::new()?;
        let people = storm.target.people.len();
        let heads = (0..people).map(|person| head(&storm, person)).collect();
        let mut gale = Self {
            poll,
            wires: Vec::new(),
            idle: VecDeque::new(),
            turns: (0..people).map(|person| (0, person)).collect(),
            heads,
            words: String::new(),
            next: 0,
            said: PostingResult::default(),
            storm,
        };
        for i in 0..gale.storm.under_way.max(1) {
            let stream = gale.connect(i)?;
            gale.wires.push(Wire {
                stream,
                carries: None,
                request: Vec::with_capacity(1024),
                written: 0,
                answer: Vec::with_capacity(4096),
            });
            gale.idle.push_back(i);
        }
        Ok(gale)
    }

    fn connect(&self, i: usize) -> Result<TcpStream> {
        let at = self.storm.target.at;
        let socket = Socket::new(Domain::for_address(at), Type::STREAM, None)?;
        if let Some(source) = doors::own_source(at, i) {
            source::bind(&socket, source)?;
        }
        socket.connect(&at.into())?;
        let stream = std::net::TcpStream::from(socket);
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        self.poll.registry().register(&mut stream, Token(i), Interest::READABLE | Interest::WRITABLE)?;
        Ok(stream)
    }

    fn run(mut self) -> Result<PostingResult> {
        let Hours { begin_us, end_us, .. } = self.storm.hours;
        std::thread::sleep(Duration::from_micros(begin_us.saturating_sub(self.storm.clock.us())));
        let mut events = Events::with_capacity(1024);
        loop {
            let now = self.storm.clock.us();
            let over = now >= end_us;
            while !over && !self.idle.is_empty() {
                let Some((_, person)) = self.turns.pop_front_if(|(ready, _)| *ready <= now) else { break };
                let Some(i) = self.idle.pop_front() else { break };
                self.speak(i, person)?;
            }
            if over && (self.idle.len() == self.wires.len() || now > end_us + LAST_US) {
                break;
            }
            std::thread::sleep(GATHER);
            match self.poll.poll(&mut events, Some(NAP)) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
            for event in &events {
                let i = event.token().0;
                if let Err(error) = self.serve(i) {
                    self.break_off(i, &error)?;
                }
            }
        }
        for wire in &mut self.wires {
            let lost = wire.carries.take();
            self.said.posted.extend(lost.map(|line| line.posted(&self.storm, Outcome::Unknown)));
        }
        Ok(self.said)
    }

    fn speak(&mut self, i: usize, person: usize) -> Result<()> {
        let sent_us = self.storm.clock.us();
        let (number, wire) = (self.next, &mut self.wires[i]);
        self.next += 1;
        self.words.clear();
        self.storm.run.write(&mut self.words, Mark { number, sent_us }, self.storm.scenario.line_bytes);
        let (head, words, client) = (&self.heads[person], &self.words, uuid::Uuid::now_v7().simple());
        let len = "body=".len() + words.len() + "&client_id=".len() + Simple::LENGTH;
        wire.request.clear();
        write!(wire.request, "{head}{len}\r\n\r\nbody=")?;
        // In a form a space becomes a plus; nothing else in the tool's text needs encoding.
        wire.request.extend(words.bytes().map(|byte| if byte == b' ' { b'+' } else { byte }));
        write!(wire.request, "&client_id={client}")?;
        wire.carries = Some(Line { person, number, sent_us });
        wire.written = 0;
        self.turns.push_back((sent_us + PACE_US, person));
        if let Err(error) = self.wires[i].send() {
            self.break_off(i, &error)?;
        }
        Ok(())
    }

    /// Handles a readable or writable connection.
    fn serve(&mut self, i: usize) -> Result<()> {
        let wire = &mut self.wires[i];
        wire.send()?;
        let Some(status) = wire.receive()? else { return Ok(()) };
        let Some(line) = wire.carries.take() else { anyhow::bail!("an answer without a request") };
        self.idle.push_back(i);
        let now = self.storm.clock.us();
        *self.said.statuses.entry(status).or_default() += 1;
        let accepted = (200..400).contains(&status);
        let outcome = if accepted { Outcome::Accepted } else { Outcome::Refused(status) };
        let count = if accepted { &self.storm.live.accepted } else { &self.storm.live.refused };
        count.fetch_add(1, Relaxed);
        let posted = line.posted(&self.storm, outcome);
        if accepted && self.storm.hours.counts(posted.sent_us) {
            self.said.acks.record(now - posted.sent_us);
        }
        self.said.posted.push(posted);
        Ok(())
    }

    /// The connection broke: whether its line was accepted is unknown.
    fn break_off(&mut self, i: usize, error: &anyhow::Error) -> Result<()> {
        self.said.first_error.get_or_insert_with(|| format!("{error:#}"));
        if let Some(line) = self.wires[i].carries.take() {
            self.said.posted.push(line.posted(&self.storm, Outcome::Unknown));
            self.storm.live.refused.fetch_add(1, Relaxed);
            self.idle.push_back(i);
        }
        let stream = self.connect(i).context("after a connection broke")?;
        let wire = &mut self.wires[i];
        (wire.stream, wire.written) = (stream, 0);
        wire.request.clear();
        wire.answer.clear();
        Ok(())
    }
}

impl Line {
    fn posted(self, storm: &Storm, outcome: Outcome) -> Posted {
        let room = self.person % storm.target.rooms.len();
        let (number, person, sent_us) = (self.number, self.person, self.sent_us);
        Posted { number, room, person, outcome, sent_us, answered_us: storm.clock.us() }
    }
}

impl Wire {
    fn send(&mut self) -> Result<()> {
        while self.written < self.request.len() {
            match self.stream.write(&self.request[self.written..]) {
                Ok(len) => self.written += len,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Returns the status once the answer is complete.
    fn receive(&mut self) -> Result<Option<u16>> {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => anyhow::bail!("closed by the server"),
                Ok(len) => self.answer.extend_from_slice(&buffer[..len]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
            if let Some(status) = answered(&self.answer)? {
                self.answer.clear();
                return Ok(Some(status));
            }
        }
        Ok(None)
    }
}

/// The status once the answer is complete. The most common answer is recognised without parsing.
fn answered(bytes: &[u8]) -> Result<Option<u16>> {
    if bytes.starts_with(b"HTTP/1.1 204 ") {
        return Ok(bytes.ends_with(b"\r\n\r\n").then_some(204));
    }
    let Some((head, len)) = wire::head(bytes)? else { return Ok(None) };
    let Framing::Length(body) = head.framing else {
        anyhow::bail!("answered {} without a length", head.status)
    };
    ensure!(head.keep, "answered {} and closed", head.status);
    Ok((bytes.len() as u64 >= len as u64 + body).then_some(head.status))
}

/// The request head of this person's lines, as a page's script sends it, up to the body length.
fn head(storm: &Storm, person: usize) -> String {
    let (target, rooms) = (&storm.target, &storm.target.rooms);
    let (path, at, cookie) = (&rooms[person % rooms.len()].messages, target.at, &target.people[person]);
    format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nCookie: {cookie}\r\nOrigin: http://{at}\r\nSec-Fetch-Site: same-origin\r\nHX-Request: true\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_over_when_all_of_it_came() {
        let all = b"HTTP/1.1 204 No Content\r\nx-request-id: 1\r\n\r\n";
        assert_eq!(answered(all).expect("good"), Some(204));
        assert_eq!(answered(&all[..all.len() - 1]).expect("good"), None);
        let refused = b"HTTP/1.1 429 Too Many\r\ncontent-length: 2\r\n\r\nno";
        assert_eq!(answered(refused).expect("good"), Some(429));
        assert_eq!(answered(&refused[..refused.len() - 1]).expect("good"), None);
        assert!(answered(b"HTTP/1.1 200 OK\r\n\r\nendless").is_err());
    }
}

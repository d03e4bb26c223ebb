//! The path of a command to a chat room: asked, decided, then stored or decided again.

use crate::{
    chat::room::{ChatFailure, Msg},
    engine::{inbox::Reply, request},
};
use domain::{
    chat::{
        room::{ChatLine, ChatPost, JournalEntry, Moderate},
        rules::{ChatRefusal, Said},
    },
    id::{AccountId, ClientId, RequestId},
};
use std::sync::Arc;

/// How often a command is tried before it is given up, although the database is available.
const TRIES: u32 = 3;

/// A command, and where its answer goes.
pub struct Asked<C, A> {
    pub command: C,
    pub reply: Reply<Result<A, ChatFailure>>,
    /// How often storing its decision failed.
    pub tries: u32,
    /// The request that sent it.
    pub request: Option<RequestId>,
}

impl<C, A> Asked<C, A> {
    pub fn new(command: C, reply: Reply<Result<A, ChatFailure>>) -> Self {
        Self { command, reply, tries: 0, request: request::current() }
    }
    pub fn answer(self, answer: Result<A, ChatFailure>) {
        self.reply.send(answer);
    }
}

/// A decision that must be stored.
pub(crate) enum Decided {
    Said {
        said: Said,
        reply: Reply<Result<Arc<JournalEntry>, ChatFailure>>,
        tries: u32,
        request: Option<RequestId>,
    },
    Moderated {
        asked: Asked<Moderate, Vec<Arc<JournalEntry>>>,
        entries: Vec<Arc<JournalEntry>>,
    },
}

impl Decided {
    /// The new entries of this decision. A repetition has none; it only waits for its turn after the first.
    pub fn entries(&self) -> &[Arc<JournalEntry>] {
        match self {
            Self::Said { said: Said { again: true, .. }, .. } => &[],
            Self::Said { said, .. } => std::slice::from_ref(&said.entry),
            Self::Moderated { entries, .. } => entries,
        }
    }

    pub const fn is_said(&self) -> bool {
        matches!(self, Self::Said { .. })
    }

    /// The client id of the posted line.
    pub fn client(&self) -> Option<(AccountId, ClientId)> {
        match self {
            Self::Said { said, .. } => said.entry.line().map(|line| (line.author, line.client)),
            Self::Moderated { .. } => None,
        }
    }

    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::Said { request, .. } => *request,
            Self::Moderated { asked, .. } => asked.request,
        }
    }

    /// The decision is stored.
    pub fn succeed(self) {
        match self {
            Self::Said { said, reply, .. } => reply.send(Ok(said.entry)),
            Self::Moderated { asked, entries } => asked.answer(Ok(entries)),
        }
    }

    /// A line with this client id was stored before. It is the answer if the words are the same.
    pub fn succeed_with(self, first: JournalEntry) {
        match self {
            Self::Said { said, reply, .. } => {
                let words = said.entry.line().map_or("", |line| &line.body);
                let same = first.line().is_some_and(|line| line.repeats(words));
                reply.send(if same { Ok(Arc::new(first)) } else { Err(ChatRefusal::OtherWords.into()) });
            }
            moderated @ Self::Moderated { .. } => moderated.fail(),
        }
    }

    pub fn fail(self) {
        match self {
            Self::Said { reply, .. } => reply.send(Err(ChatFailure::Unavailable)),
            Self::Moderated { asked, .. } => asked.answer(Err(ChatFailure::Unavailable)),
        }
    }

    /// Two tries failed, so this decision may be what keeps a batch from being stored.
    pub fn is_suspect(&self) -> bool {
        self.tries() + 1 >= TRIES
    }

    /// Returns the command, to be decided again because other commands in its batch failed.
    pub fn anew(self) -> Option<Msg> {
        match self {
            Self::Said { said, reply, tries, request } => {
                let ChatLine { author, name, role, client, body, .. } = said.entry.line()?.clone();
                let command = ChatPost { author, name, role, client, body };
                Some(Msg::Post(Asked { command, reply, tries, request }))
            }
            Self::Moderated { asked, .. } => Some(Msg::Moderate(asked)),
        }
    }

    /// Returns the command, to be decided again because it could not be stored, or `None` if it is given up.
    pub fn again(mut self) -> Option<Msg> {
        if self.is_suspect() {
            self.fail();
            return None;
        }
        match &mut self {
            Self::Said { tries, .. } => *tries += 1,
            Self::Moderated { asked, .. } => asked.tries += 1,
        }
        self.anew()
    }

    const fn tries(&self) -> u32 {
        match self {
            Self::Said { tries, .. } => *tries,
            Self::Moderated { asked, .. } => asked.tries,
        }
    }
}

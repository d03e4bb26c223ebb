//! A command to a chat room on its way: asked, then decided, then stored or decided again.

use crate::{
    chat_room::{ChatFailure, Msg},
    inbox::Reply,
};
use domain::{
    chat_room::{Entry, Line, Moderate, Post},
    chat_rules::Said,
    id::{AccountId, ClientId},
};
use std::sync::Arc;

/// A command that meets another truth each time it is written is given up after so many times.
const TRIES: u32 = 5;

/// A command, and where its answer goes.
pub struct Asked<C, A> {
    pub command: C,
    pub reply: Reply<Result<A, ChatFailure>>,
    /// How often it was decided in vain.
    pub tries: u32,
}

impl<C, A> Asked<C, A> {
    pub fn new(command: C, reply: Reply<Result<A, ChatFailure>>) -> Self {
        Self { command, reply, tries: 0 }
    }
    pub fn answer(self, answer: Result<A, ChatFailure>) {
        self.reply.send(answer);
    }
    fn again(self) -> Option<Self> {
        let tries = self.tries + 1;
        if tries < TRIES {
            return Some(Self { tries, ..self });
        }
        self.answer(Err(ChatFailure::Unavailable));
        None
    }
}

/// A decision that is to be stored.
pub(crate) enum Decided {
    Said { said: Said, reply: Reply<Result<Arc<Entry>, ChatFailure>>, tries: u32 },
    Moderated { asked: Asked<Moderate, Vec<Arc<Entry>>>, entries: Vec<Arc<Entry>> },
}

impl Decided {
    /// What is new in it. A repetition has nothing new: it only waits for its turn, which comes after that of the first.
    pub fn entries(&self) -> &[Arc<Entry>] {
        match self {
            Self::Said { said: Said { again: true, .. }, .. } => &[],
            Self::Said { said, .. } => std::slice::from_ref(&said.entry),
            Self::Moderated { entries, .. } => entries,
        }
    }

    /// The name of the line that it says.
    pub fn client(&self) -> Option<(AccountId, ClientId)> {
        match self {
            Self::Said { said, .. } => said.entry.line().map(|line| (line.author, line.client)),
            Self::Moderated { .. } => None,
        }
    }

    /// It is stored.
    pub fn succeed(self) {
        match self {
            Self::Said { said, reply, .. } => reply.send(Ok(said.entry)),
            Self::Moderated { asked, entries } => asked.answer(Ok(entries)),
        }
    }

    /// It was stored before.
    pub fn succeed_with(self, first: Entry) {
        match self {
            Self::Said { reply, .. } => reply.send(Ok(Arc::new(first))),
            moderated @ Self::Moderated { .. } => moderated.fail(),
        }
    }

    pub fn fail(self) {
        match self {
            Self::Said { reply, .. } => reply.send(Err(ChatFailure::Unavailable)),
            Self::Moderated { asked, .. } => asked.answer(Err(ChatFailure::Unavailable)),
        }
    }

    /// The command to be decided anew; `None` when it was given up.
    pub fn again(self) -> Option<Msg> {
        match self {
            Self::Said { said, reply, tries } => {
                let Line { author, name, role, client, body, .. } = said.entry.line()?.clone();
                Asked { command: Post { author, name, role, client, body }, reply, tries }
                    .again()
                    .map(Msg::Post)
            }
            Self::Moderated { asked, .. } => asked.again().map(Msg::Moderate),
        }
    }
}

//! What operators see of an actor's state. Never a name, an address or a message of a person.

use domain::time::Millis;
use serde::Serialize;

/// One line of an inspected state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub name: &'static str,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Count(u64),
    /// A word from our own code.
    Word(&'static str),
    /// `None`: not set.
    At(Option<Millis>),
    /// There is a value, but it is personal.
    Hidden,
}

impl Fact {
    pub fn count(name: &'static str, count: u64) -> Self {
        Self { name, value: Value::Count(count) }
    }
    pub fn word(name: &'static str, word: &'static str) -> Self {
        Self { name, value: Value::Word(word) }
    }
    pub fn yes(name: &'static str, yes: bool) -> Self {
        Self::word(name, if yes { "yes" } else { "no" })
    }
    pub fn at(name: &'static str, at: Option<Millis>) -> Self {
        Self { name, value: Value::At(at) }
    }
    pub fn hidden(name: &'static str) -> Self {
        Self { name, value: Value::Hidden }
    }
}

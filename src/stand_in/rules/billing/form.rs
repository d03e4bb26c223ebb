//! The parameters of one call. What nobody reads is refused, so that nothing seems to work that does not.

use crate::{
    book::billing::{Interval, Metadata},
    rules::{
        error::ApiError,
        params::{self, Pairs},
    },
};

pub struct Form<'a> {
    pairs: &'a Pairs,
    read: Vec<bool>,
}

impl<'a> Form<'a> {
    pub fn new(pairs: &'a Pairs) -> Self {
        Self { pairs, read: vec![false; pairs.len()] }
    }

    /// The value of a parameter; an empty one counts as given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(known, _)| known == name)?;
        self.read[at] = true;
        Some(self.pairs[at].1.clone())
    }

    /// The value of a parameter that must be there.
    pub fn need(&mut self, name: &str) -> Result<String, ApiError> {
        self.text(name).filter(|value| !value.is_empty()).ok_or_else(|| ApiError::missing(name))
    }

    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        self.text(name).map(|value| params::integer(name, &value)).transpose()
    }

    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(params::invalid(name, "is neither true nor false")),
        }
    }

    /// A parameter that has one of these values, if it is given.
    pub fn one_of(&mut self, name: &str, known: &[&str]) -> Result<Option<String>, ApiError> {
        let given = self.text(name);
        match &given {
            Some(value) if !known.contains(&value.as_str()) => {
                Err(params::invalid(name, &format!("must be one of {}", known.join(", "))))
            }
            _ => Ok(given),
        }
    }

    pub fn interval(&mut self, name: &str) -> Result<Option<Interval>, ApiError> {
        let word = self.one_of(name, &["month", "year"])?;
        Ok(word.map(|word| if word == "year" { Interval::Year } else { Interval::Month }))
    }

    /// All `name[]` and `name[0]`, in their order.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let mut list = Vec::new();
        for (at, (known, value)) in self.pairs.iter().enumerate() {
            if matches!(params::segments(known).as_slice(), [first, _] if *first == name) {
                list.push(value.clone());
                self.read[at] = true;
            }
        }
        list
    }

    /// All `name[key]`.
    pub fn map(&mut self, name: &str) -> Result<Metadata, ApiError> {
        let mut map = Metadata::new();
        for (at, (known, value)) in self.pairs.iter().enumerate() {
            let inner = known.strip_prefix(name).and_then(|rest| rest.strip_prefix('['));
            if let Some(key) = inner.and_then(|rest| rest.strip_suffix(']')) {
                map.insert(key.to_owned(), value.clone());
                self.read[at] = true;
            }
        }
        params::check_metadata(name, &map)?;
        Ok(map)
    }

    /// Which of these are to be embedded, in their order.
    pub fn expand<const N: usize>(&mut self, known: [&str; N]) -> Result<[bool; N], ApiError> {
        let mut wanted = [false; N];
        for (at, (name, value)) in self.pairs.iter().enumerate() {
            if !matches!(params::segments(name).as_slice(), ["expand", _]) {
                continue;
            }
            let place = known.iter().position(|one| one == value);
            let place = place
                .ok_or_else(|| params::invalid("expand", "is not something that the stand-in can expand"))?;
            wanted[place] = true;
            self.read[at] = true;
        }
        Ok(wanted)
    }

    /// Must be called before anything is changed.
    ///
    /// # Errors
    /// 400 for the first parameter that nobody has read.
    pub fn done(&self) -> Result<(), ApiError> {
        match self.read.iter().position(|read| !read) {
            Some(at) => Err(ApiError::unknown(&self.pairs[at].0)),
            None => Ok(()),
        }
    }
}

//! What one reader saw: recorded as it arrives, judged at the end.

/// A set of line numbers with one bit each, so that twenty thousand readers of many lines fit into memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(Vec<u64>);

impl Numbers {
    /// False if it was already in the set.
    pub fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    pub fn contains(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Witness {
    pub room: usize,
    /// The journal number of its page; everything after it is due. `None` until it was let in.
    pub since: Option<u64>,
    /// The highest journal number that it saw; it resumes from there after a reconnect.
    pub last: u64,
    pub seen: Numbers,
    pub doubled: u64,
    pub disorder: u64,
    /// Skipped journal numbers, each range once.
    pub gaps: u64,
    /// Lines in frames without a journal number.
    pub unnumbered: u64,
    /// Journal numbers `(after, up to)` that the server told it to fetch again instead of sending them.
    pub resyncs: Vec<(u64, u64)>,
    /// When it left or lost its connection for good, in microseconds; `None` if it stayed until the end.
    pub left_us: Option<u64>,
}

impl Witness {
    pub fn new(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// Let in on a page at number `since`; reconnecting does not change it.
    pub fn enter(&mut self, since: u64) {
        if self.since.is_none() {
            self.since = Some(since);
            self.last = since;
        }
    }

    /// A line of this run arrived. True if it was the first time.
    pub fn line(&mut self, number: u32, id: Option<u64>) -> bool {
        let new = self.seen.insert(number);
        match id {
            None => self.unnumbered += 1,
            Some(_) if !new => self.doubled += 1,
            Some(id) => self.entry(id),
        }
        new
    }

    /// Any entry of the journal arrived.
    pub fn entry(&mut self, id: u64) {
        if id <= self.last {
            self.disorder += 1;
        } else {
            self.gaps += u64::from(id > self.last + 1);
            self.last = id;
        }
    }

    /// The server says that the page must be fetched again and is then at `id`.
    pub fn resync(&mut self, id: u64) {
        self.resyncs.push((self.last, id));
        self.last = self.last.max(id);
    }

    /// True for an entry that the server told it to fetch instead.
    pub fn excused(&self, id: u64) -> bool {
        self.resyncs.iter().any(|(after, up_to)| id > *after && id <= *up_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn witness() -> Witness {
        let mut witness = Witness::new(0);
        witness.enter(10);
        witness
    }

    #[test]
    fn numbers_remember() {
        let mut numbers = Numbers::default();
        assert!(numbers.insert(200) && numbers.insert(0) && !numbers.insert(200));
        assert!(
            numbers.contains(200) && numbers.contains(0) && !numbers.contains(1) && !numbers.contains(9999)
        );
    }

    #[test]
    fn good_lines_leave_no_blame() {
        let mut witness = witness();
        assert!(witness.line(0, Some(11)));
        witness.entry(12);
        assert!(witness.line(1, Some(13)));
        assert_eq!((witness.doubled, witness.disorder, witness.gaps, witness.last), (0, 0, 0, 13));
    }

    #[test]
    fn a_number_that_is_left_out_is_a_gap() {
        let mut witness = witness();
        witness.line(0, Some(12));
        witness.entry(15);
        witness.entry(16);
        assert_eq!((witness.gaps, witness.disorder), (2, 0));
    }

    #[test]
    fn a_second_time_is_doubled_and_a_step_back_is_disorder() {
        let mut witness = witness();
        witness.line(1, Some(12));
        witness.line(0, Some(11));
        assert_eq!((witness.doubled, witness.disorder), (0, 1));
        assert!(!witness.line(1, Some(12)));
        assert_eq!((witness.doubled, witness.disorder), (1, 1));
        // The same text with a new number also counts as a duplicate.
        witness.line(0, Some(20));
        assert_eq!(witness.doubled, 2);
        witness.entry(12);
        assert_eq!(witness.disorder, 2);
        witness.line(5, None);
        assert_eq!(witness.unnumbered, 1);
    }

    #[test]
    fn coming_back_keeps_the_first_number_and_a_resync_excuses_what_it_names() {
        let mut witness = witness();
        witness.line(0, Some(11));
        witness.enter(50);
        assert_eq!((witness.since, witness.last), (Some(10), 11));
        witness.resync(40);
        assert!(!witness.excused(11) && witness.excused(12) && witness.excused(40) && !witness.excused(41));
        witness.line(1, Some(41));
        assert_eq!((witness.disorder, witness.gaps, witness.last), (0, 0, 41));
    }
}

//! How much is sent at a time: for all shows together, and for each account, so that nobody takes all of it.

use domain::{id::AccountId, live::restream::RestreamFailure};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub struct Places {
    most: usize,
    most_of_account: usize,
    /// Who has switched on what is being sent; `None` is one account.
    taken: Mutex<Vec<Option<AccountId>>>,
}

/// It is free again when this is dropped.
pub struct Place<'a> {
    places: &'a Places,
    by: Option<AccountId>,
}

impl Places {
    pub const fn new(most: usize, most_of_account: usize) -> Self {
        Self { most, most_of_account, taken: Mutex::new(vec![]) }
    }

    fn taken(&self) -> MutexGuard<'_, Vec<Option<AccountId>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// `Full`, or `AccountFull` if others could still send.
    pub fn take(&self, by: Option<AccountId>) -> Result<Place<'_>, RestreamFailure> {
        let mut taken = self.taken();
        if taken.len() >= self.most {
            return Err(RestreamFailure::Full);
        }
        if taken.iter().filter(|other| **other == by).count() >= self.most_of_account {
            return Err(RestreamFailure::AccountFull);
        }
        taken.push(by);
        Ok(Place { places: self, by })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(at) = taken.iter().position(|one| *one == self.by) {
            taken.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_takes_all_places_and_all_accounts_together_no_more_than_there_are() {
        let (places, [one, other, third]) = (Places::new(5, 2), [(); 3].map(|()| Some(AccountId::new())));
        let why = |taken: Result<Place<'_>, _>| taken.err();
        let first = places.take(one).unwrap();
        let _kept = places.take(one).unwrap();
        assert_eq!(why(places.take(one)), Some(RestreamFailure::AccountFull));
        let _others = [other, other, None].map(|by| places.take(by).unwrap());
        for by in [one, third, None] {
            assert_eq!(why(places.take(by)), Some(RestreamFailure::Full));
        }
        drop(first);
        assert_eq!(why(places.take(other)), Some(RestreamFailure::AccountFull));
        assert!(places.take(one).is_ok(), "its place is free again");
    }
}

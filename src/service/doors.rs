//! How often people knock at the doors of experiences: say passphrases, have new ones hashed, and come in. Part of
//! [`crate::Limits`].

use crate::{
    Often, ServiceResult,
    bounds::{Limit, Shared},
    guesses::Guesses,
};
use domain::{
    id::{AccountId, ExperienceId},
    people::allowance::Allowance,
    time::Millis,
};

/// Passphrases that one account says, right or wrong.
const GUESSES: Allowance = Allowance::per_hour(10);
/// Those of one network: a class that was told the same one.
const GUESSES_OF_A_NETWORK: Allowance = Allowance::per_hour(100);
/// New passphrases that one account sets. Each is hashed slowly, also one that is refused in the end.
const NEW: Allowance = Allowance::per_hour(20);
/// Those of one network: an office in which ten people prepare shows.
const NEW_OF_A_NETWORK: Allowance = Allowance::per_hour(200);
/// How often one account comes in: with another device, by a passphrase, a link, a gift or the first minutes of a show. Each
/// leaves a line in the audit log. A hall behind one address comes in together, so its network is not counted.
const ARRIVALS: Allowance = Allowance::per_hour(60);

pub(crate) struct Doors {
    pub(crate) guesses: Guesses<ExperienceId>,
    new: Shared,
    arrivals: Limit<AccountId>,
}

impl Doors {
    pub(crate) fn new() -> Self {
        let guesses = Shared::new(
            (GUESSES, "account_guesses", Often::Guesses),
            (GUESSES_OF_A_NETWORK, "address_guesses", Often::GuessesNearby),
        );
        Self {
            guesses: Guesses::new(guesses, ("experience_guesses", Often::GuessesOfAll)),
            new: Shared::new(
                (NEW, "account_passphrases", Often::Passphrases),
                (NEW_OF_A_NETWORK, "address_passphrases", Often::PassphrasesNearby),
            ),
            arrivals: Limit::new(ARRIVALS, "account_arrivals", Often::Arrivals),
        }
    }

    /// A new passphrase, before it is hashed.
    pub(crate) fn set(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.new.take(by, now)
    }

    /// Coming in by what one has.
    pub(crate) fn come_in(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.arrivals.take(by, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sender, ServiceError, as_sender};
    use domain::{people::networks::Networks, time::Span};
    use std::net::IpAddr;

    const NOW: Millis = Millis(1_000);

    #[test]
    fn strangers_who_guess_lock_nobody_out_who_knows_the_passphrase() {
        let (doors, at) = (Doors::new(), ExperienceId::new());
        let guess = |by| {
            let allowed = doors.guesses.take(by, at, NOW);
            if allowed.is_ok() {
                doors.guesses.was_wrong(at, NOW);
            }
            allowed
        };
        for _ in 0..30 {
            let stranger = AccountId::new();
            assert_eq!((0..99).filter(|_| guess(stranger).is_ok()).count(), GUESSES.times as usize);
        }
        let ann = AccountId::new();
        assert!(guess(ann).is_ok() && guess(ann).is_ok(), "a slip, and the right one");
        let Err(ServiceError::TooMany { what, wait, .. }) = guess(ann) else { panic!("two are enough") };
        assert_eq!((what, wait), (Often::GuessesOfAll, Span::minutes(30)));
        let mut accounts = (0..9).map(|_| AccountId::new());
        assert!(accounts.all(|one| (0..99).filter(|_| guess(one).is_ok()).count() == 2));
        assert!(doors.guesses.take(ann, ExperienceId::new(), NOW).is_ok(), "another experience");
    }

    #[tokio::test]
    async fn passphrases_are_hashed_so_often_for_an_account_and_its_network() {
        let doors = Doors::new();
        let home = IpAddr::from([10, 1, 1, 1]);
        let set = async |times: usize| {
            let by = AccountId::new();
            as_sender(Sender::from(Networks([Some(home), None, None])), async {
                (0..times).filter(|_| doors.set(by, NOW).is_ok()).count()
            })
            .await
        };
        for _ in 0..10 {
            assert_eq!(set(99).await, NEW.times as usize);
        }
        assert_eq!(set(99).await, 0, "what the network has");
        assert!(doors.set(AccountId::new(), NOW).is_ok(), "another network");
    }

    #[tokio::test]
    async fn a_whole_hall_comes_in_and_each_account_so_often() {
        let doors = Doors::new();
        let hall = Networks([Some(IpAddr::from([10, 1, 1, 1])), None, None]);
        let came = as_sender(Sender::from(hall), async {
            let everybody = (0..500).filter(|_| doors.come_in(AccountId::new(), NOW).is_ok()).count();
            let one = AccountId::new();
            (everybody, (0..99).filter(|_| doors.come_in(one, NOW).is_ok()).count())
        });
        assert_eq!(came.await, (500, ARRIVALS.times as usize));
    }
}

//! Passkeys: keys on a person's devices, with which they sign in without a code.

use crate::{
    id::{AccountId, PasskeyId},
    people::{account::Began, recovery::outranks_mailbox},
    text::{self, TextError},
    time::Millis,
};

/// Passkeys of an account.
pub const MOST_PASSKEYS: i64 = 10;

/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 40;

/// A passkey as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Millis,
    /// `None` if it was never used.
    pub used_at: Option<Millis>,
}

/// What a device gave us of a new passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its own id, in hexadecimal: unique among all devices.
    pub id: String,
    /// JSON with the public key.
    pub stored: String,
    /// How often its device has used it; 0 where the device does not count.
    pub count: i64,
}

/// A passkey that has just been used, and that was found to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub id: PasskeyId,
    pub account: AccountId,
    /// The credential as it is from now on.
    pub stored: String,
    pub count: i64,
}

/// Normalises a name, which tells a person's devices apart.
///
/// # Errors
/// If nothing of it is visible, or if it is too long.
pub fn name(given: &str) -> Result<String, TextError> {
    text::line(given, 1..=LONGEST_NAME)
}

/// Whether a session may do what could take the account, or what is its person's, away: add or remove a passkey, change the address,
/// delete the account, export it, hand a team over, make or unmake an owner, close a space.
///
/// `required`: a team, or the operators, require a passkey of this person, who `has_one`. Then reading their mail is not enough.
pub const fn may_take_away(required: bool, has_one: bool, began: Began) -> bool {
    !required || !has_one || matches!(began, Began::Passkey | Began::Recovery)
}

/// As what a session counts for [`may_take_away`]. Whoever reads the mail can make recovery codes, so one of them counts only if it
/// outranks the mailbox. `made_at`: when the code was made with which the session has just begun.
pub fn counts_as(began: Began, made_at: Option<Millis>, now: Millis) -> Began {
    match began {
        Began::Recovery if made_at.is_none_or(|at| !outranks_mailbox(at, now)) => Began::Code,
        began => began,
    }
}

/// Whether a session may make recovery codes, which are a way to another passkey a week later. `passkey`: it began with one.
pub const fn may_make_codes(required: bool, has_one: bool, passkey: bool) -> bool {
    !required || !has_one || passkey
}

/// Since when the passkeys go that were added to an account that is taken back by what is no more than its mailbox. Where one is
/// `required`, its reader cannot have added any to those that were there, nor may strip the account of them: only those go that
/// were added since the address was `changed_at`, or none.
pub fn forgotten_since(required: bool, otherwise: Millis, changed_at: Option<Millis>, now: Millis) -> Millis {
    if required { changed_at.unwrap_or(now).max(otherwise) } else { otherwise }
}

/// Why a passkey was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// It was begun too long ago, in another browser, or used already.
    Over,
    /// No passkey of an account here, or not of this account.
    Unknown,
    /// It was made, or used, for another site.
    OtherSite,
    /// Its device has counted less uses than we have seen, so there may be a copy of it.
    Copied,
    /// It does not fit what was asked for: its signature, its owner's presence, its form.
    Wrong,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::recovery::TAKEN_BACK_WITHIN;

    #[test]
    fn a_mailbox_takes_nothing_away_where_a_passkey_is_required() {
        // by code, link, recovery code, passkey
        for (required, has_one, want) in [
            (false, false, [true; 4]),
            (false, true, [true; 4]),
            (true, false, [true; 4]),
            (true, true, [false, false, true, true]),
        ] {
            assert_eq!(
                Began::ALL.map(|began| may_take_away(required, has_one, began)),
                want,
                "{required} {has_one}"
            );
        }
    }

    #[test]
    fn a_recovery_code_counts_when_it_outranks_the_mailbox() {
        let (made, later) = (Millis(5), Millis(5) + TAKEN_BACK_WITHIN);
        for (made_at, now, want) in [
            (None, later, Began::Code),
            (Some(made), made, Began::Code),
            (Some(made), Millis(later.0 - 1), Began::Code),
            (Some(made), later, Began::Recovery),
        ] {
            assert_eq!(counts_as(Began::Recovery, made_at, now), want, "{made_at:?} {now:?}");
        }
        for other in [Began::Code, Began::Link, Began::Passkey] {
            assert_eq!(counts_as(other, None, later), other);
        }
    }

    #[test]
    fn a_mailbox_makes_no_codes_where_a_passkey_is_required() {
        for required in [false, true] {
            for has_one in [false, true] {
                assert!(may_make_codes(required, has_one, true), "{required} {has_one}");
                assert_eq!(may_make_codes(required, has_one, false), !(required && has_one));
            }
        }
    }

    #[test]
    fn a_mailbox_does_not_strip_an_account_of_a_required_passkey() {
        let (early, late, now) = (Millis(1), Millis(5), Millis(9));
        for (required, otherwise, changed_at, want) in [
            (false, early, Some(late), early),
            (false, early, None, early),
            (true, early, Some(late), late),
            (true, late, Some(early), late),
            (true, early, None, now),
        ] {
            let since = forgotten_since(required, otherwise, changed_at, now);
            assert_eq!(since, want, "{required} {otherwise:?} {changed_at:?}");
        }
    }

    #[test]
    fn a_name_is_one_visible_line() {
        let table = [
            (" Ann's  phone ", Ok("Ann's phone".to_owned())),
            ("", Err(TextError::Empty)),
            ("\u{200B}", Err(TextError::Invisible)),
        ];
        for (given, want) in table {
            assert_eq!(name(given), want, "{given:?}");
        }
        assert_eq!(name(&"ü".repeat(40)), Ok("ü".repeat(40)));
        assert_eq!(name(&"ü".repeat(41)), Err(TextError::Long { most: 40, count: 41 }));
    }
}

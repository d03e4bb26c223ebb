//! Recovery codes: a way into an account whose mailbox is lost. Made on request, shown once, each good for one use.

use super::sign_in::{GUESSES_OF_A_NETWORK, Quota};
use crate::time::{Millis, Span};

/// Codes that an account has at a time.
pub const CODES: usize = 10;

/// What the reader of a mailbox can do to an account can be undone for this long: by whoever reads the address before, and by
/// whoever has a recovery code from before.
pub const TAKEN_BACK_WITHIN: Span = Span::days(7);

/// For this long after it began, a session that began with a recovery code stands for the code.
pub const PROVES: Span = Span::hours(1);

/// Whether a code proves more than the mailbox does: one that was made this long ago was not made by whoever has got hold of the
/// mailbox since.
pub fn outranks_mailbox(made_at: Millis, now: Millis) -> bool {
    made_at + TAKEN_BACK_WITHIN <= now
}

/// Letters and digits that are not easily mistaken for each other.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Characters of a code, without its hyphens: 59 bits.
const LENGTH: usize = 12;

/// Recovery codes tried for one mailbox, counted like [`super::sign_in::GUESSES`].
pub const RECOVERIES: Quota = Quota { name: "recover", times: 60, span: Span::days(1) };

/// No network uses up the quota of a mailbox alone.
const _: () = assert!(2 * (GUESSES_OF_A_NETWORK.times as i64) < RECOVERIES.times);

/// A new code. `random` returns a uniformly distributed number below its argument.
pub fn new_code(mut random: impl FnMut(usize) -> usize) -> String {
    let letters = (0..LENGTH).map(|_| char::from(ALPHABET[random(ALPHABET.len())]));
    shown(&letters.collect::<String>())
}

/// The code in its one form, however it was typed: `None` if it is not a code at all.
pub fn parse(typed: &str) -> Option<String> {
    let kept = |c: &char| !c.is_whitespace() && !"-\u{2010}\u{2011}\u{2013}\u{2014}".contains(*c);
    let letters: String = typed.chars().filter(kept).flat_map(char::to_lowercase).collect();
    let fits = letters.len() == LENGTH && letters.bytes().all(|b| ALPHABET.contains(&b));
    fits.then(|| shown(&letters))
}

/// In groups of four.
fn shown(letters: &str) -> String {
    [&letters[..4], &letters[4..8], &letters[8..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_outranks_the_mailbox_when_it_is_a_week_old() {
        let made = Millis(5);
        assert!(!outranks_mailbox(made, made) && !outranks_mailbox(made, Millis(4) + TAKEN_BACK_WITHIN));
        assert!(outranks_mailbox(made, made + TAKEN_BACK_WITHIN));
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let mut next = 0;
        let code = new_code(|below| {
            next += 7;
            next % below
        });
        assert_eq!(code.len(), LENGTH + 2);
        let compact = code.replace('-', "");
        for typed in
            [code.clone(), code.to_uppercase(), compact.clone(), format!(" {} ", code.replace('-', " – "))]
        {
            assert_eq!(parse(&typed), Some(code.clone()), "{typed}");
        }
        for bad in ["", "abcd-efgh", "abcd-efgh-jkm1", "abcd-efgh-jkmnp", "äbcd-efgh-jkmn"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(new_code(|below| below - 1), "9999-9999-9999");
    }
}

//! Codes that make passes cheaper. The server reads the code, and decides what is left to pay.

use crate::{amount::Money, id::*, money::selling::Window, time::Millis};

/// Codes of one team that have not ended.
pub const MOST_CODES: i64 = 200;
pub const MOST_USES: i64 = 1_000_000;
/// In characters.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 3..=32;
/// The fewest characters of a new code. Of six there are two thousand million, so that nobody finds one by trying.
pub const SHORTEST: usize = 6;

/// How much cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// From 1 to 100.
    Percent(i64),
    /// Of prices in its currency.
    Amount(Money),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoCode {
    pub id: PromoId,
    pub team: TeamId,
    /// `None`: it holds in all spaces of the team.
    pub space: Option<SpaceId>,
    /// In capitals.
    pub code: String,
    pub off: Off,
    /// Those that it holds for; none: all.
    pub passes: Vec<PassId>,
    pub most_uses: Option<i64>,
    pub window: Window,
    pub ended_at: Option<Millis>,
}

/// What makes an order cheaper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    pub promo: PromoId,
    /// As it was when the order was opened.
    pub code: String,
    /// In minor units of the order's currency.
    pub minor: i64,
}

/// Why a code makes nothing cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoDiscount {
    /// It does not exist, has ended, or is of another team or space: whoever guesses learns no more than that.
    #[error("there is no such code")]
    Unknown,
    #[error("the code does not hold for this pass")]
    OtherPass,
    #[error("the code holds from later on")]
    NotYet,
    #[error("the code has run out")]
    Over,
    #[error("the code was used up")]
    UsedUp,
    /// There is an open order without it, which somebody may be paying.
    #[error("an order without the code is open")]
    OpenOrder,
}

/// A code as people write it, as it is compared; `None` if no code looks like that.
pub fn read(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    let fits = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (fits && LENGTHS.contains(&code.len())).then_some(code)
}

/// The same for a code that a team makes.
pub fn read_new(typed: &str) -> Option<String> {
    read(typed).filter(|code| code.len() >= SHORTEST)
}

impl PromoCode {
    /// By how much the code makes this price cheaper.
    ///
    /// # Errors
    /// If it does not hold for the pass now. Whether it was used up is decided by the statement that takes a use.
    pub fn discount(&self, pass: PassId, price: Money, now: Millis) -> Result<Discount, NoDiscount> {
        if self.ended_at.is_some() {
            return Err(NoDiscount::Unknown);
        }
        let other_currency = matches!(self.off, Off::Amount(off) if off.currency != price.currency);
        if other_currency || !(self.passes.is_empty() || self.passes.contains(&pass)) {
            return Err(NoDiscount::OtherPass);
        }
        if !self.window.has_opened(now) {
            return Err(NoDiscount::NotYet);
        }
        if self.window.has_closed(now) {
            return Err(NoDiscount::Over);
        }
        let minor = price.minor - left_to_pay(price, self.off);
        Ok(Discount { promo: self.id, code: self.code.clone(), minor })
    }
}

/// What no card can be charged is not asked for: less than the smallest charge is nothing, and a currency whose amounts go in steps
/// is rounded down to one.
fn left_to_pay(price: Money, off: Off) -> i64 {
    let minor = match off {
        Off::Percent(percent) => price.minor - price.minor * percent.clamp(0, 100) / 100,
        Off::Amount(off) => price.minor - off.minor,
    };
    let (least, step) = price.currency.chargeable();
    let minor = minor - minor.rem_euclid(step);
    if minor < least { 0 } else { minor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Currency::{self, *};

    const NOW: Millis = Millis(1_000);

    fn money(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    fn code(off: Off) -> PromoCode {
        PromoCode {
            id: PromoId::new(),
            team: TeamId::new(),
            space: None,
            code: "SUMMER".into(),
            off,
            passes: Vec::new(),
            most_uses: None,
            window: Window::default(),
            ended_at: None,
        }
    }

    #[test]
    fn a_new_code_is_long_enough_not_to_be_guessed() {
        for (typed, asked, new) in [
            (" summer ", Some("SUMMER"), Some("SUMMER")),
            ("SUN-5", Some("SUN-5"), None),
            ("sun", Some("SUN"), None),
            ("no", None, None),
            ("with space", None, None),
        ] {
            assert_eq!((read(typed).as_deref(), read_new(typed).as_deref()), (asked, new), "{typed}");
        }
    }

    #[test]
    fn what_is_left_to_pay_is_what_the_table_says() {
        for (price, off, left) in [
            (money(1200, Eur), Off::Percent(25), 900),
            (money(999, Eur), Off::Percent(10), 900),
            (money(1205, Eur), Off::Percent(33), 808),
            (money(900, Jpy), Off::Percent(33), 603),
            (money(1250, Kwd), Off::Percent(10), 1120),
            (money(1200, Eur), Off::Percent(100), 0),
            (money(1200, Eur), Off::Amount(money(500, Eur)), 700),
            (money(1200, Eur), Off::Amount(money(1200, Eur)), 0),
            (money(1200, Eur), Off::Amount(money(5000, Eur)), 0),
            // No card can be charged less than half a euro.
            (money(1200, Eur), Off::Amount(money(1150, Eur)), 50),
            (money(1200, Eur), Off::Amount(money(1151, Eur)), 0),
            (money(99_999_999, Jpy), Off::Percent(1), 99_000_000),
        ] {
            let found = code(off).discount(PassId::new(), price, NOW).map(|off| price.minor - off.minor);
            assert_eq!(found, Ok(left), "{price:?} {off:?}");
            assert!(left == 0 || money(left, price.currency).charge().is_ok(), "{left} can be charged");
        }
    }

    #[test]
    fn a_code_holds_for_its_passes_in_its_time() {
        let (pass, price) = (PassId::new(), money(1200, Eur));
        let half = code(Off::Percent(50));
        let window = |opens_at, closes_at| Window { opens_at, closes_at };
        let (soon, passed) = (Some(Millis(1_001)), Some(NOW));
        for (code, want) in [
            (half.clone(), Ok(600)),
            (PromoCode { passes: vec![PassId::new(), pass], ..half.clone() }, Ok(600)),
            (PromoCode { passes: vec![PassId::new()], ..half.clone() }, Err(NoDiscount::OtherPass)),
            (PromoCode { off: Off::Amount(money(500, Usd)), ..half.clone() }, Err(NoDiscount::OtherPass)),
            (PromoCode { window: window(soon, None), ..half.clone() }, Err(NoDiscount::NotYet)),
            (PromoCode { window: window(passed, soon), ..half.clone() }, Ok(600)),
            (PromoCode { window: window(None, passed), ..half.clone() }, Err(NoDiscount::Over)),
            (PromoCode { ended_at: Some(Millis(1)), ..half.clone() }, Err(NoDiscount::Unknown)),
        ] {
            assert_eq!(code.discount(pass, price, NOW).map(|off| off.minor), want, "{code:?}");
        }
    }

    #[test]
    fn a_code_is_compared_in_capitals() {
        for (typed, want) in [
            (" summer-26 ", Some("SUMMER-26")),
            ("abc", Some("ABC")),
            ("ab", None),
            ("", None),
            ("two words", None),
            ("sömmer", None),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", Some("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", None),
        ] {
            assert_eq!(read(typed).as_deref(), want, "{typed:?}");
        }
    }
}

//! Numbers and amounts of money, as the language of the render writes them.

use crate::words::spoken;
use domain::{amount::Money, text::language::Language};

/// `1,284`
pub fn count(n: u64) -> String {
    let separator = match spoken() {
        Language::English => ',',
        Language::German => '.',
    };
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(c);
    }
    text
}

/// `€12.50`. In German the currency follows after a space that does not break.
pub fn money(amount: Money) -> String {
    match spoken() {
        Language::English => amount.to_string(),
        Language::German => {
            let (digits, unit) = (amount.currency.digits() as usize, 10_u64.pow(amount.currency.digits()));
            let minor = amount.minor.unsigned_abs();
            let minus = if amount.minor < 0 { "-" } else { "" };
            let part = if digits == 0 { String::new() } else { format!(",{:0digits$}", minor % unit) };
            format!("{minus}{}{part}\u{a0}{}", count(minor / unit), amount.currency.sign().trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::amount::Currency;

    #[test]
    fn numbers_are_written_as_their_language_does() {
        for (n, english, german) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1284, "1,284", "1.284"),
            (1_000_000, "1,000,000", "1.000.000"),
        ] {
            assert_eq!(speak(Language::English, || count(n)), english);
            assert_eq!(speak(Language::German, || count(n)), german);
        }
    }

    #[test]
    fn amounts_are_written_as_their_language_does() {
        for (minor, currency, english, german) in [
            (1200, Currency::Eur, "€12", "12,00\u{a0}€"),
            (123_450, Currency::Usd, "$1234.50", "1.234,50\u{a0}$"),
            (900, Currency::Jpy, "¥900", "900\u{a0}¥"),
            (1005, Currency::Kwd, "KWD 1.005", "1,005\u{a0}KWD"),
        ] {
            let amount = Money { minor, currency };
            assert_eq!(speak(Language::English, || money(amount)), english);
            assert_eq!(speak(Language::German, || money(amount)), german);
        }
    }
}

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

/// `€1,212.50`, and whole amounts without decimals. In German the currency follows after a space that does not break.
pub fn money(amount: Money) -> String {
    let (digits, unit) = (amount.currency.digits() as usize, 10_u64.pow(amount.currency.digits()));
    let minor = amount.minor.unsigned_abs();
    let minus = if amount.minor < 0 { "-" } else { "" };
    let (whole, part) = (count(minor / unit), minor % unit);
    let sign = amount.currency.sign();
    match spoken() {
        Language::English if part == 0 => format!("{minus}{sign}{whole}"),
        Language::English => format!("{minus}{sign}{whole}.{part:0digits$}"),
        Language::German => {
            let part = if digits == 0 { String::new() } else { format!(",{part:0digits$}") };
            format!("{minus}{whole}{part}\u{a0}{}", sign.trim_end())
        }
    }
}

/// `7 kB`, `1.4 MB`: with one decimal below ten, in decimal units as file managers count.
pub fn size(bytes: i64) -> String {
    let (mut amount, mut unit) = (bytes as f64, "B");
    for larger in ["kB", "MB", "GB", "TB"] {
        if amount < 999.5 {
            break;
        }
        (amount, unit) = (amount / 1000.0, larger);
    }
    let number = if unit == "B" || amount >= 9.95 { format!("{amount:.0}") } else { format!("{amount:.1}") };
    let number = if spoken() == Language::German { number.replace('.', ",") } else { number };
    format!("{number} {unit}")
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
            (123_450, Currency::Usd, "$1,234.50", "1.234,50\u{a0}$"),
            (1_444_800, Currency::Eur, "€14,448", "14.448,00\u{a0}€"),
            (900, Currency::Jpy, "¥900", "900\u{a0}¥"),
            (1005, Currency::Kwd, "KWD 1.005", "1,005\u{a0}KWD"),
        ] {
            let amount = Money { minor, currency };
            assert_eq!(speak(Language::English, || money(amount)), english);
            assert_eq!(speak(Language::German, || money(amount)), german);
        }
    }

    #[test]
    fn sizes_are_short_and_never_wrong_by_much() {
        for (bytes, want) in [
            (1, "1 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (1_440_000, "1.4 MB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (2 << 30, "2.1 GB"),
        ] {
            assert_eq!(size(bytes), want, "{bytes}");
        }
        assert_eq!(speak(Language::German, || size(1_440_000)), "1,4 MB");
    }
}

//! Numbers for people: of orders, short and with gaps, and of invoices, without gaps for each seller and year.

use crate::time::Millis;
use std::{fmt, str::FromStr};

/// `2026-0042`. The year is that of the payment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoiceNumber {
    pub year: i64,
    /// Counts from 1.
    pub number: i64,
}

impl InvoiceNumber {
    /// The year whose numbers a payment at this moment uses.
    pub fn year_of(at: Millis) -> i64 {
        i64::from(at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).year())
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.year, self.number)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the number of an invoice")]
pub struct NoInvoiceNumber;

impl FromStr for InvoiceNumber {
    type Err = NoInvoiceNumber;
    fn from_str(text: &str) -> Result<Self, NoInvoiceNumber> {
        let (year, number) = text.trim().split_once('-').ok_or(NoInvoiceNumber)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !digits(year) || !digits(number) {
            return Err(NoInvoiceNumber);
        }
        let (year, number) = (year.parse(), number.parse());
        Ok(Self { year: year.map_err(|_| NoInvoiceNumber)?, number: number.map_err(|_| NoInvoiceNumber)? })
    }
}

/// What is looked for among a team's orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderSearch {
    /// All orders.
    All,
    /// Those whose buyers ask for a refund.
    Asking,
    /// The number of an order.
    Number(i64),
    Invoice(InvoiceNumber),
    /// The whole address of a buyer.
    Address(String),
    /// How the title of a pass begins, folded.
    Pass(String),
}

/// The longest text that is searched for, in characters.
pub const LONGEST_SEARCH: usize = 254;

impl OrderSearch {
    /// Reads what somebody typed: `#1042` or `1042`, `2026-0042`, an address, or how a pass is called.
    pub fn read(text: &str) -> Self {
        let text: String = text.trim().chars().take(LONGEST_SEARCH).collect();
        if text.is_empty() {
            return Self::All;
        }
        if let Ok(number) = text.strip_prefix('#').unwrap_or(&text).parse() {
            return Self::Number(number);
        }
        if let Ok(number) = text.parse() {
            return Self::Invoice(number);
        }
        let folded = text.to_lowercase();
        if folded.contains('@') { Self::Address(folded) } else { Self::Pass(folded) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_says_by_itself_what_it_is() {
        let invoice = |year, number| OrderSearch::Invoice(InvoiceNumber { year, number });
        for (text, want) in [
            ("", OrderSearch::All),
            ("  ", OrderSearch::All),
            ("#1042", OrderSearch::Number(1042)),
            (" 1042 ", OrderSearch::Number(1042)),
            ("2026-0042", invoice(2026, 42)),
            ("2026-12345", invoice(2026, 12_345)),
            ("Kim@Example.org", OrderSearch::Address("kim@example.org".into())),
            ("Front Row", OrderSearch::Pass("front row".into())),
            ("20-26", OrderSearch::Pass("20-26".into())),
        ] {
            assert_eq!(OrderSearch::read(text), want, "{text:?}");
        }
        let long = "x".repeat(LONGEST_SEARCH + 9);
        assert_eq!(OrderSearch::read(&long), OrderSearch::Pass("x".repeat(LONGEST_SEARCH)));
    }

    #[test]
    fn a_number_reads_back_as_it_is_shown() {
        for (year, number, shown) in [(2026, 1, "2026-0001"), (2031, 12_345, "2031-12345")] {
            let of = InvoiceNumber { year, number };
            assert_eq!((of.to_string().as_str(), shown.parse()), (shown, Ok(of)));
        }
        for text in
            ["2026", "2026-", "-0042", "026-0042", "+026-0042", "2026-+042", "2026-0042-1", "year-0042"]
        {
            assert_eq!(text.parse::<InvoiceNumber>(), Err(NoInvoiceNumber), "{text}");
        }
    }

    #[test]
    fn a_year_ends_at_midnight_in_utc() {
        let new_year = Millis(1_798_761_600_000);
        assert_eq!(InvoiceNumber::year_of(new_year), 2027);
        assert_eq!(InvoiceNumber::year_of(Millis(new_year.0 - 1)), 2026);
    }
}

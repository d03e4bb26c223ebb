//! Amounts formatted for people.

/// An amount in minor units with its currency; whole amounts have no decimals: `€12`, `€12.50`, `¥900`.
pub fn text(minor: i64, currency: &str) -> String {
    let (sign, digits) = match currency {
        "eur" => ("€".to_owned(), 2),
        "usd" => ("$".to_owned(), 2),
        "gbp" => ("£".to_owned(), 2),
        "jpy" => ("¥".to_owned(), 0),
        "kwd" => ("KWD ".to_owned(), 3),
        other => (format!("{} ", other.to_uppercase()), 2),
    };
    let unit = 10_i64.pow(digits);
    match minor % unit {
        0 => format!("{sign}{}", minor / unit),
        part => format!("{sign}{}.{part:0width$}", minor / unit, width = digits as usize),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn amounts_are_written_with_their_currency() {
        for (minor, currency, want) in
            [(1200, "eur", "€12"), (1205, "usd", "$12.05"), (900, "jpy", "¥900"), (1010, "kwd", "KWD 1.010")]
        {
            assert_eq!(super::text(minor, currency), want);
        }
    }
}

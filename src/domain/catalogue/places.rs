//! Where a space stands in each order of the list, and where a page of it ends.

use crate::{
    amount::Currency,
    catalogue::{explore::Sort, search},
    time::Millis,
};
use std::{fmt, str::FromStr};

/// The last entry of a page of a list: its sort key and its id. It is part of the next page's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub key: SortKey,
    pub id: String,
}

/// The sort key of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    Number(i64),
    Text(String),
}

/// The text is not a cursor of this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is no page of the list.")]
pub struct BadCursor;

impl Cursor {
    /// Parses a cursor of a list in this order.
    ///
    /// # Errors
    /// When the text is not one.
    pub fn read(text: &str, sort: Sort) -> Result<Self, BadCursor> {
        let (key, id) = text.rsplit_once('.').ok_or(BadCursor)?;
        let plain = id.len() <= 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        let key = match sort {
            Sort::Name => SortKey::Text(key.into()),
            _ => SortKey::Number(i64::from_str(key).map_err(|_| BadCursor)?),
        };
        if plain && text.len() <= 1000 { Ok(Self { key, id: id.into() }) } else { Err(BadCursor) }
    }

    /// The cursor before the first entry of a list in this order.
    pub fn start(sort: Sort) -> Self {
        let key = match sort {
            Sort::Name => SortKey::Text(String::new()),
            _ => SortKey::Number(i64::MIN),
        };
        Self { key, id: String::new() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            SortKey::Number(key) => write!(f, "{key}.{}", self.id),
            SortKey::Text(key) => write!(f, "{key}.{}", self.id),
        }
    }
}

/// Larger than every moment in milliseconds and every amount; adding it to one does not overflow.
const FAR: i64 = 1 << 50;

/// The keys of one space in each order; smaller comes first. The one of [`Sort::Soonest`] is that of [`Sort::Live`], with the time
/// of the next show in place of a positive one. It holds until that time has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub live: i64,
    pub soonest: i64,
    pub newest: i64,
    pub name: String,
    pub price: i64,
}

impl Places {
    /// `next` is when its next show is planned.
    pub fn of(
        name: &str,
        published_at: Millis,
        live: bool,
        next: Option<Millis>,
        price: Option<(i64, Option<Currency>)>,
    ) -> Self {
        let newest = -published_at.0;
        let placed = if live { newest } else { FAR + newest };
        let currency = |currency: Currency| {
            Currency::ALL.iter().position(|known| *known == currency).map_or(0, |place| place as i64)
        };
        Self {
            live: placed,
            soonest: next.filter(|_| !live).map_or(placed, |at| at.0),
            newest,
            name: search::name_order(name),
            price: match price {
                Some((0, _)) => 0,
                Some((minor, Some(of))) => (1 + currency(of)) * FAR + minor,
                _ => i64::MAX,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_are_placed_as_each_order_says() {
        let now = 1_795_867_200_000;
        let euros = |minor| Some((minor, Some(Currency::Eur)));
        // Name, published hours ago, live, hours until the next show, price.
        let spaces = [
            ("Émile", 100, false, Some(9), Some((0, None))),
            ("adam", 50, true, Some(5), euros(900)),
            ("Zoe", 70, false, Some(-2), euros(500)),
            ("Bea", 10, false, None, Some((100, Some(Currency::Jpy)))),
            ("Cleo", 1, false, None, None),
        ];
        let order = |key: fn(&Places) -> SortKey| {
            let at = |hours: i64| Millis(now + hours * 3_600_000);
            let place = |(name, ago, live, next, price): (&'static str, i64, bool, Option<i64>, _)| {
                (key(&Places::of(name, at(-ago), live, next.map(at), price)), name)
            };
            let mut placed: Vec<_> = spaces.into_iter().map(place).collect();
            placed.sort();
            placed.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(order(|p| SortKey::Number(p.live)), ["adam", "Cleo", "Bea", "Zoe", "Émile"]);
        assert_eq!(order(|p| SortKey::Number(p.soonest)), ["adam", "Zoe", "Émile", "Cleo", "Bea"]);
        assert_eq!(order(|p| SortKey::Number(p.newest)), ["Cleo", "Bea", "adam", "Zoe", "Émile"]);
        assert_eq!(order(|p| SortKey::Text(p.name.clone())), ["adam", "Bea", "Cleo", "Émile", "Zoe"]);
        assert_eq!(order(|p| SortKey::Number(p.price)), ["Émile", "Zoe", "adam", "Bea", "Cleo"]);
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(number in any::<i64>(), name in "[a-z0-9äж日 .]{0,40}", id in "[0-9a-f]{32}") {
            for (key, sort) in [(SortKey::Number(number), Sort::Soonest), (SortKey::Text(name), Sort::Name)] {
                let cursor = Cursor { key, id: id.clone() };
                prop_assert_eq!(Cursor::read(&cursor.to_string(), sort), Ok(cursor));
            }
        }

        #[test]
        fn what_is_no_cursor_is_refused(text in "\\PC{0,60}") {
            for sort in Sort::ALL {
                let read = Cursor::read(&text, sort);
                prop_assert!(read.is_err() || read.is_ok_and(|cursor| cursor.to_string().len() <= text.len()));
            }
        }
    }
}

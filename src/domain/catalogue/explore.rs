//! A query of the explore page: search text, filters and order, read from and written to the page's address.

use crate::{
    amount::{Currency, Money, MoneyError},
    catalogue::{
        search,
        topics::{self, Category},
    },
    text,
    time::{Millis, Span},
};
use std::{fmt, str::FromStr};

/// A show that has not begun this long after its planned time is no longer announced.
pub const LATE: Span = Span::hours(1);
/// What "this week" means.
pub const WEEK: Span = Span::days(7);
/// The longest search text, in characters.
pub const LONGEST_QUERY: usize = 80;

/// The order of a list of spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Live ones, then the newest.
    #[default]
    Live,
    /// Live ones, then by their next show, then the newest.
    Soonest,
    Newest,
    Name,
    /// Free ones, then by the lowest price; currencies are not converted, so each has its own part of the list.
    Price,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Live, Self::Soonest, Self::Newest, Self::Name, Self::Price];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Soonest => "soonest",
            Self::Newest => "newest",
            Self::Name => "name",
            Self::Price => "price",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "Live first",
            Self::Soonest => "Soonest",
            Self::Newest => "Newest",
            Self::Name => "Name",
            Self::Price => "Price",
        }
    }
}

/// A query. What it finds satisfies every part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The search text as typed, cleaned.
    pub words: String,
    pub live: bool,
    pub free: bool,
    /// Live, or planned within [`WEEK`].
    pub week: bool,
    pub least: Option<Money>,
    pub most: Option<Money>,
    pub category: Option<Category>,
    /// Normalised; empty for any.
    pub tag: String,
    pub sort: Sort,
}

/// A part of a query that a link switches on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facet {
    Live,
    Free,
    Week,
    Category(Category),
    Tag(String),
    /// At most this price.
    Under(Money),
}

/// A value that cannot be parsed. The rest of the query still applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub field: &'static str,
    pub typed: String,
    pub message: String,
}

/// The names of the fields, in the order of an address.
mod field {
    pub const WORDS: &str = "q";
    pub const LIVE: &str = "live";
    pub const FREE: &str = "free";
    pub const WEEK: &str = "week";
    pub const LEAST: &str = "min";
    pub const MOST: &str = "max";
    pub const CURRENCY: &str = "currency";
    pub const CATEGORY: &str = "category";
    pub const TAG: &str = "tag";
    pub const SORT: &str = "sort";
}

impl Query {
    /// Reads the fields of an address, in any order. The first of a repeated field counts; an empty one counts as missing.
    pub fn read(pairs: &[(String, String)]) -> (Self, Vec<Unreadable>) {
        let get =
            |name: &str| pairs.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim());
        let mut wrong = Vec::new();
        let mut refuse = |field, message: String| {
            wrong.push(Unreadable {
                field,
                typed: get(field).chars().take(LONGEST_QUERY).collect(),
                message,
            });
        };
        let currency = match get(field::CURRENCY) {
            "" => Currency::Eur,
            code => code.parse().unwrap_or_else(|error: MoneyError| {
                refuse(field::CURRENCY, error.to_string());
                Currency::Eur
            }),
        };
        let mut price = |field| match Money::parse(get(field), currency) {
            Ok(money) => Some(money),
            // Nothing or zero is no limit.
            Err(MoneyError::Nothing) => None,
            Err(_) if get(field).is_empty() => None,
            Err(error) => {
                refuse(field, error.to_string());
                None
            }
        };
        let (least, most) = (price(field::LEAST), price(field::MOST));
        if let (Some(least), Some(most)) = (least, most)
            && least.minor > most.minor
        {
            refuse(field::MOST, format!("The highest price cannot be below the lowest, {least}."));
        }
        let category = topics::category(get(field::CATEGORY)).unwrap_or_else(|error| {
            refuse(field::CATEGORY, error.to_string());
            None
        });
        let tag = match get(field::TAG) {
            "" => String::new(),
            typed => topics::tag(typed).unwrap_or_else(|error| {
                refuse(field::TAG, error.to_string());
                String::new()
            }),
        };
        let sort = match get(field::SORT) {
            "" => Sort::default(),
            code => Sort::ALL.into_iter().find(|sort| sort.code() == code).unwrap_or_else(|| {
                refuse(field::SORT, "Choose one of the orders of the list.".into());
                Sort::default()
            }),
        };
        let on = |field| !matches!(get(field), "" | "0");
        let words: String = text::clean(get(field::WORDS)).chars().take(LONGEST_QUERY).collect();
        let query = Self {
            words: text::clean(&words),
            live: on(field::LIVE),
            free: on(field::FREE),
            week: on(field::WEEK),
            least,
            most,
            category,
            tag,
            sort,
        };
        (query, wrong)
    }

    /// The fields of this query that are set; [`Query::read`] reads them again.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let flag = |on: bool| if on { "1".into() } else { String::new() };
        let price = |money: Option<Money>| money.map(Money::plain).unwrap_or_default();
        let priced = self.least.or(self.most).map(|money| money.currency);
        let currency = priced.filter(|currency| *currency != Currency::Eur);
        let sort = Some(self.sort).filter(|sort| *sort != Sort::default());
        let all = [
            (field::WORDS, self.words.clone()),
            (field::LIVE, flag(self.live)),
            (field::FREE, flag(self.free)),
            (field::WEEK, flag(self.week)),
            (field::LEAST, price(self.least)),
            (field::MOST, price(self.most)),
            (field::CURRENCY, currency.map_or("", Currency::code).into()),
            (field::CATEGORY, self.category.map_or("", Category::code).into()),
            (field::TAG, self.tag.clone()),
            (field::SORT, sort.map_or("", Sort::code).into()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The currency of the price range.
    pub fn currency(&self) -> Currency {
        self.least.or(self.most).map_or(Currency::Eur, |money| money.currency)
    }

    /// The terms to search for; `None` if nothing can match.
    pub fn terms(&self) -> Option<search::Terms> {
        search::Terms::of(&self.words, &self.tag)
    }

    /// Whether it has a filter besides the search text.
    pub fn is_filtered(&self) -> bool {
        let Self { words, sort, .. } = self;
        *self != Self { words: words.clone(), sort: *sort, ..Self::default() }
    }

    /// Whether it finds everything, in whatever order.
    pub fn is_open(&self) -> bool {
        self.words.is_empty() && !self.is_filtered()
    }

    pub fn has(&self, facet: &Facet) -> bool {
        match facet {
            Facet::Live => self.live,
            Facet::Free => self.free,
            Facet::Week => self.week,
            Facet::Category(category) => self.category == Some(*category),
            Facet::Tag(tag) => self.tag == *tag,
            Facet::Under(money) => self.least.is_none() && self.most == Some(*money),
        }
    }

    /// This query with the facet switched on, or off if it was on.
    pub fn toggled(&self, facet: &Facet) -> Self {
        let (mut query, on) = (self.clone(), !self.has(facet));
        match facet {
            Facet::Live => query.live = on,
            Facet::Free => query.free = on,
            Facet::Week => query.week = on,
            Facet::Category(category) => query.category = on.then_some(*category),
            Facet::Tag(tag) => query.tag = if on { tag.clone() } else { String::new() },
            Facet::Under(money) => (query.least, query.most) = (None, on.then_some(*money)),
        }
        query
    }

    /// This query without its filters: only the search text and the order.
    pub fn unfiltered(&self) -> Self {
        Self { words: self.words.clone(), sort: self.sort, ..Self::default() }
    }

    /// The lowest and the highest amount in minor units. Free is 0 in every currency.
    pub fn amounts(&self) -> Option<(i64, i64)> {
        if self.free {
            return Some((self.least.map_or(0, |money| money.minor), 0));
        }
        self.least.or(self.most)?;
        Some((self.least.map_or(0, |money| money.minor), self.most.map_or(i64::MAX, |money| money.minor)))
    }
}

/// The last entry of a page of a list: its sort key and its id. It is part of the next page's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub key: Key,
    pub id: String,
}

/// The sort key of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
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
            Sort::Name => Key::Text(key.into()),
            _ => Key::Number(i64::from_str(key).map_err(|_| BadCursor)?),
        };
        if plain && text.len() <= 1000 { Ok(Self { key, id: id.into() }) } else { Err(BadCursor) }
    }

    /// The cursor before the first entry of a list in this order.
    pub fn start(sort: Sort) -> Self {
        let key = match sort {
            Sort::Name => Key::Text(String::new()),
            _ => Key::Number(i64::MIN),
        };
        Self { key, id: String::new() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Key::Number(key) => write!(f, "{key}.{}", self.id),
            Key::Text(key) => write!(f, "{key}.{}", self.id),
        }
    }
}

/// Larger than every moment in milliseconds and every amount; adding it to one does not overflow.
const FAR: i64 = 1 << 50;

/// The keys of one space in each order; smaller comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub live: i64,
    pub soonest: i64,
    pub newest: i64,
    pub name: String,
    pub price: i64,
}

impl Places {
    pub fn of(
        name: &str,
        published_at: Millis,
        live: bool,
        next: Option<Millis>,
        price: Option<(i64, Option<Currency>)>,
    ) -> Self {
        let newest = -published_at.0;
        let currency = |currency: Currency| {
            Currency::ALL.iter().position(|known| *known == currency).map_or(0, |place| place as i64)
        };
        Self {
            live: if live { newest } else { FAR + newest },
            soonest: match next {
                _ if live => newest,
                Some(at) => at.0,
                None => FAR + newest,
            },
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

    fn pairs(query: &str) -> Vec<(String, String)> {
        let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.into(), value.into()));
        query.split('&').filter_map(pair).collect()
    }

    fn written(query: &Query) -> String {
        let pairs: Vec<_> = query.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    #[test]
    fn addresses_are_read_and_written_in_one_form() {
        for (given, want) in [
            ("", ""),
            ("q=&live=&min=&sort=", ""),
            ("q=  jazz  night ", "q=jazz night"),
            ("live=on&free=1&week=yes", "live=1&free=1&week=1"),
            ("live=0&free=0", ""),
            ("max=15", "max=15"),
            ("max=15.00&currency=eur", "max=15"),
            ("min=5&max=9,5&currency=gbp", "min=5&max=9.50&currency=gbp"),
            ("currency=usd", ""),
            ("min=0&max=0", ""),
            ("category=music&tag=Song Writing", "category=music&tag=song-writing"),
            ("sort=live", ""),
            ("sort=name&q=a", "q=a&sort=name"),
            ("q=first&q=second", "q=first"),
            ("after=4.5&utm_source=x", ""),
        ] {
            let (query, wrong) = Query::read(&pairs(given));
            assert_eq!((written(&query).as_str(), wrong), (want, vec![]), "{given}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_is_kept() {
        for (given, fields, kept) in [
            ("q=a&min=cheap", vec!["min"], "q=a"),
            ("max=-1&min=1e3", vec!["min", "max"], ""),
            ("min=20&max=10", vec!["max"], "min=20&max=10"),
            ("category=astrology&live=1", vec!["category"], "live=1"),
            ("tag=%%", vec!["tag"], ""),
            ("sort=best", vec!["sort"], ""),
            ("currency=btc&max=5", vec!["currency"], "max=5"),
            ("max=5.5&currency=jpy", vec!["max"], ""),
        ] {
            let (query, wrong) = Query::read(&pairs(given));
            assert_eq!(wrong.iter().map(|w| w.field).collect::<Vec<_>>(), fields, "{given}");
            assert_eq!(written(&query), kept, "{given}");
        }
        let (_, wrong) = Query::read(&pairs("min=cheap"));
        assert_eq!(wrong[0].typed, "cheap");
    }

    #[test]
    fn a_price_range_is_in_minor_units() {
        for (given, want) in [
            ("", None),
            ("free=1", Some((0, 0))),
            ("free=1&min=5", Some((500, 0))),
            ("min=5", Some((500, i64::MAX))),
            ("max=15", Some((0, 1500))),
            ("max=900&currency=jpy", Some((0, 900))),
        ] {
            assert_eq!(Query::read(&pairs(given)).0.amounts(), want, "{given}");
        }
    }

    #[test]
    fn spaces_are_placed_as_each_order_says() {
        let now = 1_795_867_200_000;
        let at = |hours: i64| Some(Millis(now + hours * 3_600_000));
        let euros = |minor| Some((minor, Some(Currency::Eur)));
        // Name, published hours ago, live, next, price.
        let spaces = [
            ("Émile", 100, false, None, Some((0, None))),
            ("adam", 50, true, at(9), euros(900)),
            ("Zoe", 70, false, at(2), euros(500)),
            ("Bea", 10, false, at(1), Some((100, Some(Currency::Jpy)))),
            ("Cleo", 1, false, None, None),
        ];
        let order = |key: fn(&Places) -> Key| {
            let place = |(name, ago, live, next, price): (&'static str, i64, bool, Option<Millis>, _)| {
                (key(&Places::of(name, Millis(now - ago * 3_600_000), live, next, price)), name)
            };
            let mut placed: Vec<_> = spaces.into_iter().map(place).collect();
            placed.sort();
            placed.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(order(|p| Key::Number(p.live)), ["adam", "Cleo", "Bea", "Zoe", "Émile"]);
        assert_eq!(order(|p| Key::Number(p.soonest)), ["adam", "Bea", "Zoe", "Cleo", "Émile"]);
        assert_eq!(order(|p| Key::Number(p.newest)), ["Cleo", "Bea", "adam", "Zoe", "Émile"]);
        assert_eq!(order(|p| Key::Text(p.name.clone())), ["adam", "Bea", "Cleo", "Émile", "Zoe"]);
        assert_eq!(order(|p| Key::Number(p.price)), ["Émile", "Zoe", "adam", "Bea", "Cleo"]);
    }

    fn query() -> impl Strategy<Value = Query> {
        let money = |currency| {
            prop::option::of((1_i64..100_000_000).prop_map(move |minor| Money { minor, currency }))
        };
        let range = prop::sample::select(Currency::ALL.to_vec())
            .prop_flat_map(move |currency| (money(currency), money(currency)))
            .prop_filter("in order", |(least, most)| {
                least.zip(*most).is_none_or(|(least, most)| least.minor <= most.minor)
            });
        let words = any::<String>().prop_map(|words| {
            let words: String = text::clean(&words).chars().take(LONGEST_QUERY).collect();
            text::clean(&words)
        });
        let tag = "[a-zé日]{0,8}(-[a-z0-9]{1,8})?".prop_map(|tag| topics::tag(&tag).unwrap_or_default());
        let category = prop::option::of(prop::sample::select(Category::ALL.to_vec()));
        let sort = prop::sample::select(Sort::ALL.to_vec());
        (words, any::<[bool; 3]>(), range, category, tag, sort).prop_map(
            |(words, [live, free, week], (least, most), category, tag, sort)| Query {
                words,
                live,
                free,
                week,
                least,
                most,
                category,
                tag,
                sort,
            },
        )
    }

    fn owned(query: &Query) -> Vec<(String, String)> {
        query.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    proptest! {
        #[test]
        fn a_written_query_is_read_as_the_same(query in query()) {
            prop_assert_eq!(Query::read(&owned(&query)), (query, vec![]));
        }

        #[test]
        fn anything_can_be_read(given in prop::collection::vec(("(q|live|min|max|currency|category|tag|sort)", "\\PC{0,90}"), 0..9)) {
            let (query, _) = Query::read(&given);
            prop_assert!(query.words.chars().count() <= LONGEST_QUERY);
            let (again, wrong) = Query::read(&owned(&query));
            let range = |wrong: &Unreadable| wrong.field == "max";
            prop_assert!(again == query && wrong.iter().all(range), "{:?} {:?}", query, wrong);
        }

        #[test]
        fn a_facet_switched_twice_is_as_before(query in query()) {
            for facet in [Facet::Live, Facet::Free, Facet::Week, Facet::Category(Category::Talk)] {
                let other = query.toggled(&facet);
                prop_assert_ne!(other.has(&facet), query.has(&facet));
                let same = matches!(facet, Facet::Category(_)) && query.category.is_some_and(|c| c != Category::Talk);
                prop_assert!(same || other.toggled(&facet) == query);
            }
            prop_assert!(!query.unfiltered().is_filtered());
        }

        #[test]
        fn a_cursor_is_read_as_it_was_written(number in any::<i64>(), name in "[a-z0-9äж日 .]{0,40}", id in "[0-9a-f]{32}") {
            for (key, sort) in [(Key::Number(number), Sort::Soonest), (Key::Text(name), Sort::Name)] {
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

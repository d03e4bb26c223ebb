//! A query of the explore page: search text, filters and order, read from and written to the page's address.

use crate::{
    amount::{Currency, Money, MoneyError},
    catalogue::{
        search,
        topics::{self, Category, TopicError},
    },
    text,
    time::Span,
};

/// A show that has not begun this long after its planned time is no longer announced.
pub const LATE: Span = Span::hours(6);
/// What "this week" means.
pub const WEEK: Span = Span::days(7);
/// Spaces that a page of results counts; of more it says that there are more.
pub const MOST_COUNTED: u64 = 1000;
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

/// Whether the cheapest pass of a space costs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cost {
    Free,
    Paid,
}

impl Cost {
    pub const ALL: [Self; 2] = [Self::Free, Self::Paid];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Paid => "paid",
        }
    }
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
}

/// A query. What it finds satisfies every part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The search text as typed, cleaned.
    pub words: String,
    pub live: bool,
    /// Live, or planned within [`WEEK`].
    pub week: bool,
    pub cost: Option<Cost>,
    /// The range of the lowest price, both in one currency.
    pub least: Option<Money>,
    pub most: Option<Money>,
    pub category: Option<Category>,
    /// Normalised; empty for any.
    pub tag: String,
    pub sort: Sort,
}

/// A filter in use, which a link takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    Live,
    Week,
    Cost(Cost),
    Least(Money),
    Most(Money),
    Category(Category),
    Tag(String),
}

/// A value that cannot be parsed. The rest of the query still applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub field: &'static str,
    pub typed: String,
    pub why: Unclear,
}

/// Why a value cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Topic(#[from] TopicError),
    #[error("The highest price cannot be below the lowest, {0}.")]
    Range(Money),
    #[error("Choose free, paid, or any price.")]
    Cost,
    #[error("Choose one of the orders of the list.")]
    Sort,
}

/// The names of the fields, in the order of an address.
pub mod field {
    pub const WORDS: &str = "q";
    pub const LIVE: &str = "live";
    pub const WEEK: &str = "week";
    pub const COST: &str = "price";
    pub const LEAST: &str = "min";
    pub const MOST: &str = "max";
    pub const CURRENCY: &str = "currency";
    pub const CATEGORY: &str = "category";
    pub const TAG: &str = "tag";
    pub const SORT: &str = "sort";
    /// Of the next page: a `places::Cursor`.
    pub const AFTER: &str = "after";
}

/// The one with this code: `Some(None)` if nothing was chosen, `None` if there is none.
fn chosen<T: Copy>(typed: &str, all: &[T], code: fn(T) -> &'static str) -> Option<Option<T>> {
    match typed {
        "" => Some(None),
        typed => all.iter().copied().find(|one| code(*one) == typed).map(Some),
    }
}

impl Query {
    /// Reads the fields of an address, in any order. The first of a repeated field counts; an empty one counts as missing.
    pub fn read(pairs: &[(String, String)]) -> (Self, Vec<Unreadable>) {
        let get =
            |name: &str| pairs.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim());
        let mut wrong = Vec::new();
        let mut refuse = |field, why: Unclear| {
            wrong.push(Unreadable { field, typed: get(field).chars().take(LONGEST_QUERY).collect(), why });
        };
        let currency = match get(field::CURRENCY) {
            "" => Currency::Eur,
            code => code.parse().unwrap_or_else(|error: MoneyError| {
                refuse(field::CURRENCY, error.into());
                Currency::Eur
            }),
        };
        let mut price = |field| match Money::parse(get(field), currency) {
            Ok(money) => Some(money),
            // Nothing or zero is no limit.
            Err(MoneyError::Nothing) => None,
            Err(_) if get(field).is_empty() => None,
            Err(error) => {
                refuse(field, error.into());
                None
            }
        };
        let (least, most) = (price(field::LEAST), price(field::MOST));
        if let (Some(least), Some(most)) = (least, most)
            && least.minor > most.minor
        {
            refuse(field::MOST, Unclear::Range(least));
        }
        let category = topics::category(get(field::CATEGORY)).unwrap_or_else(|error| {
            refuse(field::CATEGORY, error.into());
            None
        });
        let tag = match get(field::TAG) {
            "" => String::new(),
            typed => topics::tag(typed).unwrap_or_else(|error| {
                refuse(field::TAG, error.into());
                String::new()
            }),
        };
        let cost = chosen(get(field::COST), &Cost::ALL, Cost::code).unwrap_or_else(|| {
            refuse(field::COST, Unclear::Cost);
            None
        });
        let sort = chosen(get(field::SORT), &Sort::ALL, Sort::code).unwrap_or_else(|| {
            refuse(field::SORT, Unclear::Sort);
            None
        });
        let on = |field| !matches!(get(field), "" | "0");
        let words: String = text::clean(get(field::WORDS)).chars().take(LONGEST_QUERY).collect();
        let query = Self {
            words: text::clean(&words),
            live: on(field::LIVE),
            week: on(field::WEEK),
            cost,
            least,
            most,
            category,
            tag,
            sort: sort.unwrap_or_default(),
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
            (field::WEEK, flag(self.week)),
            (field::COST, self.cost.map_or("", Cost::code).into()),
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
    pub fn terms(&self) -> Option<search::SearchTerms> {
        search::SearchTerms::of(&self.words, &self.tag)
    }

    /// The filters in use.
    pub fn filters(&self) -> Vec<Filter> {
        let Self { live, week, cost, least, most, category, tag, .. } = self;
        let all = [
            live.then_some(Filter::Live),
            week.then_some(Filter::Week),
            cost.map(Filter::Cost),
            least.map(Filter::Least),
            most.map(Filter::Most),
            category.map(Filter::Category),
            (!tag.is_empty()).then(|| Filter::Tag(tag.clone())),
        ];
        all.into_iter().flatten().collect()
    }

    /// This query without one kind of filter.
    pub fn without(&self, filter: &Filter) -> Self {
        let mut query = self.clone();
        match filter {
            Filter::Live => query.live = false,
            Filter::Week => query.week = false,
            Filter::Cost(_) => query.cost = None,
            Filter::Least(_) => query.least = None,
            Filter::Most(_) => query.most = None,
            Filter::Category(_) => query.category = None,
            Filter::Tag(_) => query.tag.clear(),
        }
        query
    }

    /// This query without its filters: only the search text and the order.
    pub fn unfiltered(&self) -> Self {
        Self { words: self.words.clone(), sort: self.sort, ..Self::default() }
    }

    /// The range of the lowest price in minor units; `None` for any, also where nothing is offered. Free is 0 in every
    /// currency.
    pub fn amounts(&self) -> Option<(i64, i64)> {
        let least = self.least.map_or(0, |money| money.minor);
        let most = self.most.map_or(i64::MAX, |money| money.minor);
        match self.cost {
            Some(Cost::Free) => Some((least, 0)),
            Some(Cost::Paid) => Some((least.max(1), most)),
            None => self.least.or(self.most).map(|_| (least, most)),
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
            ("week=yes&live=on&price=free", "live=1&week=1&price=free"),
            ("live=0&price=", ""),
            ("price=paid&max=20", "price=paid&max=20"),
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
            ("price=cheap&week=1", vec!["price"], "week=1"),
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
            ("price=free", Some((0, 0))),
            ("price=free&min=5", Some((500, 0))),
            ("price=paid", Some((1, i64::MAX))),
            ("price=paid&max=20", Some((1, 2000))),
            ("price=paid&min=5&max=20", Some((500, 2000))),
            ("min=5", Some((500, i64::MAX))),
            ("max=15", Some((0, 1500))),
            ("max=900&currency=jpy", Some((0, 900))),
        ] {
            assert_eq!(Query::read(&pairs(given)).0.amounts(), want, "{given}");
        }
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
        let cost = prop::option::of(prop::sample::select(Cost::ALL.to_vec()));
        (words, any::<[bool; 2]>(), cost, range, category, tag, sort).prop_map(
            |(words, [live, week], cost, (least, most), category, tag, sort)| Query {
                words,
                live,
                week,
                cost,
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
        fn anything_can_be_read(given in prop::collection::vec(("(q|live|price|min|max|currency|category|tag|sort)", "\\PC{0,90}"), 0..9)) {
            let (query, _) = Query::read(&given);
            prop_assert!(query.words.chars().count() <= LONGEST_QUERY);
            let (again, wrong) = Query::read(&owned(&query));
            let range = |wrong: &Unreadable| wrong.field == "max";
            prop_assert!(again == query && wrong.iter().all(range), "{:?} {:?}", query, wrong);
        }

        #[test]
        fn filters_are_taken_away_one_by_one(query in query()) {
            let mut left = query.clone();
            for (gone, filter) in (1..).zip(query.filters()) {
                left = left.without(&filter);
                prop_assert_eq!(left.filters().len(), query.filters().len() - gone, "{:?}", filter);
                prop_assert!(!left.filters().contains(&filter));
            }
            prop_assert_eq!(left, query.unfiltered());
        }
    }
}

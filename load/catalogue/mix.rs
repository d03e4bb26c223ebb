//! What visitors ask of the list of spaces: a fixed mix of queries, and what an answer shows. Words and tags are those that
//! `backstage catalogue` makes spaces of, so that each query finds something.

use crate::wire::http::encode;
use memchr::{memchr, memmem, memrchr};
use serde::Serialize;

/// Kinds of queries, which are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    All,
    Words,
    Letter,
    Umlaut,
    Japanese,
    Category,
    Tag,
    Price,
    Live,
    Week,
    Soonest,
    Newest,
    Name,
    Cheapest,
    /// Several filters at once.
    Several,
    /// A later page, by the link of the page before it.
    Further,
}

/// The kinds in turn. Each is at least a twenty-fifth of all, so the 99th percentile of all is not good while most of one
/// kind are bad.
pub const MIX: [Kind; 25] = [
    Kind::All,
    Kind::Words,
    Kind::Further,
    Kind::Category,
    Kind::Letter,
    Kind::Soonest,
    Kind::All,
    Kind::Week,
    Kind::Umlaut,
    Kind::Price,
    Kind::Further,
    Kind::Words,
    Kind::Newest,
    Kind::All,
    Kind::Tag,
    Kind::Several,
    Kind::Japanese,
    Kind::Live,
    Kind::All,
    Kind::Name,
    Kind::Words,
    Kind::Further,
    Kind::Cheapest,
    Kind::All,
    Kind::Category,
];

/// The lists that are read to their end and again, in each order.
pub const WALKS: [&str; 5] = ["", "sort=soonest", "sort=newest", "sort=name", "sort=price"];

impl Kind {
    /// Queries in readable form; a later page has none.
    const fn queries(self) -> &'static [&'static str] {
        match self {
            Self::All => &[""],
            Self::Words => {
                &["q=jazz", "q=berlin", "q=midnight manga", "q=podcast", "q=compil", "q=köln schach"]
            }
            Self::Letter => &["q=b", "q=k", "q=s", "q=y"],
            Self::Umlaut => &["q=ü", "q=grün", "q=Köln", "q=Süße Küche"],
            Self::Japanese => &["q=京都", "q=夜", "q=みんな", "q=初心者 歓迎"],
            Self::Category => &[
                "category=music",
                "category=cooking",
                "category=code",
                "category=drawing",
                "category=craft",
                "category=movement",
                "category=talk",
                "category=games",
                "category=learning",
            ],
            Self::Tag => &["tag=jazz", "tag=küche", "tag=open-source", "tag=日本語"],
            Self::Price => &[
                "price=free",
                "price=paid",
                "max=15",
                "min=10&max=30",
                "max=900&currency=jpy",
                "price=paid&max=20",
            ],
            Self::Live => &["live=1"],
            Self::Week => &["week=1"],
            Self::Soonest => &["sort=soonest"],
            Self::Newest => &["sort=newest"],
            Self::Name => &["sort=name"],
            Self::Cheapest => &["sort=price"],
            Self::Several => &[
                "category=music&max=20&week=1",
                "q=jazz&category=music&sort=price",
                "tag=schach&week=1&sort=soonest",
                "q=b&week=1&price=paid&sort=name",
            ],
            Self::Further => &[],
        }
    }
}

/// A request of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedRequest {
    Page {
        kind: Kind,
        path: String,
    },
    /// The next page of one of [`WALKS`].
    Next(usize),
}

impl PlannedRequest {
    /// The request with this number. The same number always asks the same.
    pub fn numbered(n: usize) -> Self {
        let (round, slot) = (n / MIX.len(), n % MIX.len());
        let (kind, turn) = (MIX[slot], round + slot);
        match kind.queries() {
            [] => Self::Next(turn % WALKS.len()),
            queries => Self::Page { kind, path: path(queries[turn % queries.len()]) },
        }
    }

    pub const fn kind(&self) -> Kind {
        match self {
            Self::Page { kind, .. } => *kind,
            Self::Next(_) => Kind::Further,
        }
    }
}

/// The address of a readable query.
pub fn path(query: &str) -> String {
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| format!("{name}={}", encode(value)));
    let pairs: Vec<String> = query.split('&').filter_map(pair).collect();
    if pairs.is_empty() { "/explore".into() } else { format!("/explore?{}", pairs.join("&")) }
}

/// What a page of the list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    pub spaces: usize,
    /// The address of the next page.
    pub next: Option<String>,
}

impl ListPage {
    pub fn read(page: &[u8]) -> Self {
        Self { spaces: memmem::find_iter(page, b"class=\"card tile\"").count(), next: next(page) }
    }
}

fn next(page: &[u8]) -> Option<String> {
    let at = memmem::find(page, b"rel=\"next\"")?;
    let begin = memrchr(b'<', &page[..at])?;
    let end = at + memchr(b'>', &page[at..])?;
    let link = std::str::from_utf8(&page[begin..end]).ok()?;
    let (_, href) = link.split_once("href=\"")?;
    Some(href.split('"').next()?.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_kind_has_its_share_and_every_query_its_turn() {
        let asks: Vec<PlannedRequest> = (0..25 * 36).map(PlannedRequest::numbered).collect();
        let (mut kinds, mut paths, mut walks) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for ask in &asks {
            *kinds.entry(ask.kind()).or_insert(0) += 1;
            let _new = match ask {
                PlannedRequest::Page { path, .. } => paths.insert(path.clone()),
                PlannedRequest::Next(walk) => walks.insert(*walk),
            };
        }
        assert_eq!(kinds.len(), 16);
        assert!(kinds.values().all(|count| *count >= 36), "{kinds:?}");
        assert_eq!((kinds[&Kind::All], kinds[&Kind::Further]), (180, 108));
        let all: BTreeSet<String> = kinds.keys().flat_map(|kind| kind.queries()).map(|q| path(q)).collect();
        assert_eq!((paths, walks.len()), (all, WALKS.len()));
    }

    #[test]
    fn addresses_are_encoded_as_a_browser_does() {
        for (query, want) in [
            ("", "/explore"),
            ("q=Süße Küche", "/explore?q=S%C3%BC%C3%9Fe+K%C3%BCche"),
            ("q=夜&sort=name", "/explore?q=%E5%A4%9C&sort=name"),
        ] {
            assert_eq!(path(query), want);
        }
    }

    #[test]
    fn a_page_tells_its_spaces_and_the_next_one() {
        let tile = r#"<li><a class="card tile" href="/ada">Ada</a></li>"#;
        let link = r#"<nav><a class="button" href="/explore">Top</a>
            <a class="button" rel="next" href="/explore?q=b&amp;after=4.5">More</a></nav>"#;
        let next = Some("/explore?q=b&after=4.5".to_owned());
        let first = format!("<ul>{tile}{tile}</ul>{link}");
        assert_eq!(ListPage::read(first.as_bytes()), ListPage { spaces: 2, next });
        assert_eq!(ListPage::read(format!("<ul>{tile}</ul>").as_bytes()), ListPage { spaces: 1, next: None });
        assert_eq!(ListPage::read(b"rel=\"next\""), ListPage::default());
    }
}

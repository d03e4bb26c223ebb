//! What the public finds: searched, narrowed, sorted and paged on both databases alike, and current after every change.

use crate::{database::*, streams::go};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        explore::{LATE, Query, Sort},
        offer::{PriceKind, Space},
        places::Cursor,
        search,
        topics::{self, Topics},
    },
    id::SpaceId,
    live::stream::{Stream, StreamCommand},
    money::{billing::Interval, recurring::plan::Plan},
    time::{Millis, Span},
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{Discovery, Profile, SpaceText, Viewer};

fn query(address: &str) -> Query {
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.into(), value.into()));
    let (query, wrong) = Query::read(&address.split('&').filter_map(pair).collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{address}: {wrong:?}");
    query
}

/// Somebody who is not signed in.
fn at(now: Millis) -> Viewer {
    Viewer { account: None, now }
}

async fn page(db: &TestDatabase, address: &str, now: Millis, limit: usize) -> Discovery {
    db.store.spaces().discover(&query(address), None, at(now), limit).await.expect(address)
}

/// The slugs of what is found, in order. All of it is counted.
async fn found_at(db: &TestDatabase, address: &str, now: Millis) -> Vec<String> {
    let page = page(db, address, now, 50).await;
    assert_eq!((page.total, page.next), (page.spaces.len() as u64, None), "{address}");
    page.spaces.into_iter().map(|listing| listing.space.slug).collect()
}

async fn found(db: &TestDatabase, address: &str) -> Vec<String> {
    found_at(db, address, NOW).await
}

/// The same, page by page. Every page knows the number of all.
async fn paged_at(db: &TestDatabase, address: &str, now: Millis, limit: usize) -> Vec<String> {
    let (query, mut found, mut after) = (query(address), Vec::new(), None);
    let all = page(db, address, now, 50).await.total;
    loop {
        let page = db.store.spaces().discover(&query, after.as_ref(), at(now), limit).await.expect(address);
        assert_eq!(page.total, all, "{address}");
        found.extend(page.spaces.into_iter().map(|listing| listing.space.slug));
        let Some(next) = page.next else { return found };
        after = Some(Cursor::read(&next.to_string(), query.sort).expect("the address of the next page"));
    }
}

async fn paged(db: &TestDatabase, address: &str, limit: usize) -> Vec<String> {
    paged_at(db, address, NOW, limit).await
}

fn text(slug: &str, tagline: &str, category: &str, tags: &str) -> SpaceText {
    SpaceText {
        slug: slug.into(),
        name: slug.to_uppercase(),
        tagline: tagline.into(),
        about: String::new(),
        topics: Topics {
            category: topics::category(category).expect(category),
            tags: topics::tags(tags).expect(tags),
        },
        zone: None,
    }
}

/// A space with an experience; its owner is named by two z, which no test searches for.
async fn space(db: &TestDatabase, text: SpaceText) -> Space {
    let (_, space) = db.creator(&format!("zz-{}@example.org", text.slug)).await;
    db.experience(space.id, "zz-room").await;
    db.store.spaces().update(space.id, &text, NOW).await.expect("the update")
}

async fn offer(db: &TestDatabase, space: SpaceId, price: PriceKind) {
    let experience = db.store.experiences().list(space).await.expect("experiences")[0].id;
    db.pass(space, "zz-pass", price, &[experience]).await;
}

async fn plan(db: &TestDatabase, space: SpaceId, title: &str, at: Option<Millis>) -> Stream {
    let experience = db.store.experiences().list(space).await.expect("experiences")[0].id;
    db.store.streams().schedule(experience, title, at, NOW).await.expect("a stream")
}

async fn run(db: &TestDatabase, statement: String) {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.expect("a connection");
    connection.execute(AssertSqlSafe(statement)).await.expect("the statement");
}

/// The table of the domain: both databases find what it says.
#[tokio::test]
async fn both_databases_find_words_whatever_their_case_accents_and_script() {
    on_each(async |db| {
        let space = space(&db, text("zz", "", "", "")).await;
        db.publish(space.id, NOW).await.unwrap();
        let table = include_str!("../../../domain/tests/search.txt").lines();
        let mut shown = "";
        for line in table.filter(|line| !line.starts_with("//")) {
            let [tagline, words, want] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
            if tagline != shown {
                db.store.spaces().update(space.id, &text("zz", tagline, "", ""), NOW).await.unwrap();
                shown = tagline;
            }
            let query = Query { words: words.into(), ..Query::default() };
            let found = db.store.spaces().discover(&query, None, at(NOW), 10).await.unwrap();
            assert_eq!(found.total == 1, want == "found", "{line}");
        }
        let long = "a b c d e f g h".split(' ').map(|word| format!("{word}{word}{word}")).collect::<Vec<_>>();
        db.store.spaces().update(space.id, &text("zz", &long.join(" "), "", "x"), NOW).await.unwrap();
        let most = long[..search::MOST_WORDS].join(" ");
        assert_eq!(found(&db, &format!("q={most}&tag=x")).await, ["zz"]);
        assert!(found(&db, &format!("q={most}&tag=y")).await.is_empty());
    })
    .await;
}

/// Four published spaces that differ in everything, and one that nobody may find.
async fn town(db: &TestDatabase) {
    let yen = PriceKind::Once(Money { minor: 900, currency: Currency::Jpy });
    for (n, (slug, tagline, category, tags, price)) in (0..).zip([
        ("ada", "Jazz at night", "music", "jazz, piano", Some(PriceKind::Free)),
        ("bea", "Jazz in the morning", "music", "jazz", Some(euros(5))),
        ("cleo", "Clay and glaze", "craft", "piano", Some(euros(20))),
        ("dora", "Night talk", "", "", Some(yen)),
        ("enid", "Nothing to sell", "talk", "", None),
        ("hidden", "Jazz at night", "music", "jazz, piano", Some(PriceKind::Free)),
    ]) {
        let space = space(db, text(slug, tagline, category, tags)).await;
        if let Some(price) = price {
            offer(db, space.id, price).await;
        }
        plan(db, space.id, "zz", Some(NOW + Span::days(30))).await;
        match slug {
            "bea" | "hidden" => {
                let stream = plan(db, space.id, "zz", None).await;
                let stream = go(db, &stream, StreamCommand::Rehearse, NOW).await;
                go(db, &stream, StreamCommand::GoLive, NOW).await;
            }
            "cleo" => drop(plan(db, space.id, "zz", Some(NOW + Span::days(2))).await),
            "dora" => drop(plan(db, space.id, "zz", Some(NOW + Span::days(1))).await),
            _ => {}
        }
        if slug != "hidden" {
            db.publish(space.id, NOW + Span(n)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_paid_in_instalments_is_found_by_all_of_them() {
    on_each(async |db| {
        town(&db).await;
        let four = Plan::of(Money { minor: 400, currency: Currency::Eur }, Interval::Month);
        let (fay, three) = (space(&db, text("fay", "", "", "")).await, Some(3));
        offer(&db, fay.id, PriceKind::Recurring(Plan { instalments: three, ..four })).await;
        db.publish(fay.id, NOW).await.unwrap();
        assert_eq!(found(&db, "max=20&sort=price").await, ["ada", "bea", "fay", "cleo"]);
    })
    .await;
}

#[tokio::test]
async fn each_filter_narrows_alone_and_with_others() {
    on_each(async |db| {
        town(&db).await;
        for (address, want) in [
            ("", &["bea", "enid", "dora", "cleo", "ada"][..]),
            ("q=jazz", &["bea", "ada"]),
            ("q=night", &["dora", "ada"]),
            ("q=hidden", &[]),
            ("q=ada", &["ada"]),
            ("q=%%", &[]),
            ("category=music", &["bea", "ada"]),
            ("category=games", &[]),
            ("tag=piano", &["cleo", "ada"]),
            ("tag=pia", &[]),
            ("live=1", &["bea"]),
            ("week=1", &["bea", "dora", "cleo"]),
            ("price=free", &["ada"]),
            ("price=paid", &["bea", "dora", "cleo"]),
            ("max=5", &["bea", "ada"]),
            ("max=4.99", &["ada"]),
            ("min=5&max=20", &["bea", "cleo"]),
            ("min=6", &["cleo"]),
            ("max=900&currency=jpy", &["dora", "ada"]),
            ("price=paid&max=20", &["bea", "cleo"]),
            ("price=free&min=5", &[]),
            ("q=n", &["enid", "dora", "ada"]),
            ("q=n t", &["enid", "dora"]),
            ("q=ni jazz", &["ada"]),
            ("q=n&price=paid", &["dora"]),
            ("q=e&week=1", &[]),
            ("q=jazz&tag=piano", &["ada"]),
            ("q=jazz&live=1&week=1&price=paid&max=5&category=music&tag=jazz", &["bea"]),
            ("q=jazz&live=1&week=1&price=free&category=music&tag=jazz", &[]),
            ("tag=piano&week=1", &["cleo"]),
        ] {
            assert_eq!(found(&db, address).await, want, "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_order_is_paged_without_a_gap_or_a_repeat() {
    on_each(async |db| {
        town(&db).await;
        for (sort, want) in [
            (Sort::Live, ["bea", "enid", "dora", "cleo", "ada"]),
            (Sort::Soonest, ["bea", "dora", "cleo", "ada", "enid"]),
            (Sort::Newest, ["enid", "dora", "cleo", "bea", "ada"]),
            (Sort::Name, ["ada", "bea", "cleo", "dora", "enid"]),
            (Sort::Price, ["ada", "bea", "cleo", "dora", "enid"]),
        ] {
            for words in ["", "&q=z", "&q=zz", "&q=room", "&q=zz room"] {
                let address = format!("sort={}{words}", sort.code());
                assert_eq!(found(&db, &address).await, want, "{address}");
                for limit in [1, 2, 4, 5] {
                    assert_eq!(paged(&db, &address, limit).await, want, "{address} by {limit}");
                }
            }
        }
        assert_eq!(paged(&db, "sort=name&q=jazz", 1).await, ["ada", "bea"]);
        let (all, beyond) = (query("sort=name"), Cursor::read("zzzz.0", Sort::Name).unwrap());
        let nothing = db.store.spaces().discover(&all, Some(&beyond), at(NOW), 2).await.unwrap();
        assert_eq!(nothing, Discovery::default());
    })
    .await;
}

/// Spaces published in the same millisecond are told apart by their ids; names are sorted without case and accents.
#[tokio::test]
async fn equal_places_are_paged_by_id() {
    on_each(async |db| {
        let mut made = Vec::new();
        for slug in ["seven", "six", "five", "four", "three"] {
            let named = SpaceText { name: "Élan".into(), ..text(slug, "", "", "") };
            let space = space(&db, named).await;
            db.publish(space.id, NOW).await.unwrap();
            made.push((space.id.to_string(), space.slug));
        }
        made.sort();
        let made: Vec<_> = made.into_iter().map(|(_, slug)| slug).collect();
        for sort in Sort::ALL {
            for words in ["", "&q=elan"] {
                assert_eq!(paged(&db, &format!("sort={}{words}", sort.code()), 2).await, made, "{sort:?}");
            }
        }
        for (slug, name) in [("ab", "zebra"), ("ac", "Äpfel"), ("ad", "Zoë 2"), ("ae", "apfel")] {
            let space = space(&db, SpaceText { name: name.into(), ..text(slug, "", "talk", "") }).await;
            db.publish(space.id, NOW).await.unwrap();
        }
        let sorted = paged(&db, "sort=name&category=talk", 1).await;
        assert_eq!(sorted[2..], ["ab", "ad"], "{sorted:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_found_follows_every_change() {
    on_each(async |db| {
        let maya = space(&db, text("maya", "Songs", "music", "folk")).await;
        let here = async |address: &str| found(&db, address).await == ["maya"];
        assert!(!here("").await && !here("q=songs").await, "it is not public");
        offer(&db, maya.id, euros(5)).await;
        db.publish(maya.id, NOW).await.unwrap();
        assert!(here("").await && here("q=songs&price=paid&tag=folk&category=music").await);

        db.store.spaces().update(maya.id, &text("maya", "Poems", "talk", "verse"), NOW).await.unwrap();
        assert!(here("q=poems&tag=verse&category=talk").await);
        assert!(!here("q=songs").await && !here("tag=folk").await && !here("category=music").await);

        let pass = db.store.passes().list(maya.id).await.unwrap().remove(0);
        let change = pass_text("balcony", PriceKind::Free, &pass.includes);
        db.change(async |tx| tx.update_pass(pass.id, &change, NOW).await).await.unwrap();
        assert!(here("price=free").await && here("q=balcony").await && !here("price=paid").await);
        db.change(async |tx| tx.withdraw_pass(pass.id, NOW).await).await.unwrap();
        assert!(!here("price=free").await && !here("q=balcony").await && here("").await);
        db.store.passes().offer(pass.id).await.unwrap();
        assert!(here("price=free").await);

        let extra = db.experience(maya.id, "workshop").await;
        assert!(here("q=workshop").await);
        let deleted = db.change(async |tx| tx.delete_experience(extra.id).await).await.unwrap();
        assert_eq!(deleted, Ok(vec![]));
        assert!(!here("q=workshop").await);

        let account = db.person("zz-maya@example.org").await;
        for (name, before) in [("Quinn", "zebra"), ("Zebra", "quinn")] {
            let profile = Profile {
                username: account.username.clone(),
                name: name.into(),
                bio: String::new(),
                site: String::new(),
            };
            db.store.accounts().update(account.id, &profile).await.unwrap();
            assert!(here(&format!("q={name}")).await && !here(&format!("q={before}")).await, "{name}");
        }

        db.unpublish(maya.id).await.unwrap();
        assert!(!here("").await && !here("q=poems").await);
        db.publish(maya.id, NOW + Span::days(1)).await.unwrap();
        assert!(here("").await && here("q=poems").await);
    })
    .await;
}

#[tokio::test]
async fn a_show_is_found_while_it_is_planned_or_live() {
    on_each(async |db| {
        let maya = space(&db, text("maya", "", "", "")).await;
        let other = space(&db, text("bea", "", "", "")).await;
        db.publish(maya.id, NOW).await.unwrap();
        db.publish(other.id, NOW + Span(1)).await.unwrap();
        assert_eq!(found(&db, "").await, ["bea", "maya"]);
        let at = NOW + Span::days(10);
        let show = plan(&db, maya.id, "Harvest", Some(at)).await;
        assert_eq!(found(&db, "q=harvest").await, ["maya"]);
        assert!(found(&db, "week=1").await.is_empty());
        assert_eq!(found_at(&db, "week=1", NOW + Span::days(4)).await, ["maya"]);
        assert_eq!(found_at(&db, "week=1", at + Span(LATE.0 - 1)).await, ["maya"], "it may begin late");
        assert!(found_at(&db, "week=1", at + LATE).await.is_empty());

        let show =
            db.change(async |tx| tx.reschedule_stream(show.id, "Wine", Some(NOW), NOW).await).await.unwrap();
        assert_eq!(found(&db, "q=wine&week=1").await, ["maya"]);
        assert!(found(&db, "q=harvest").await.is_empty());
        let show = go(&db, &show, StreamCommand::Rehearse, NOW).await;
        assert!(found(&db, "live=1").await.is_empty(), "a rehearsal is not live");
        let show = go(&db, &show, StreamCommand::GoLive, NOW).await;
        assert_eq!(found(&db, "live=1").await, ["maya"]);
        assert_eq!(found(&db, "").await, ["maya", "bea"], "live ones come first");
        let show = go(&db, &show, StreamCommand::PublisherDown, NOW).await;
        assert_eq!(found(&db, "live=1&q=wine").await, ["maya"], "an interrupted stream is not over");
        go(&db, &show, StreamCommand::End, NOW).await;
        assert!(found(&db, "live=1").await.is_empty() && found(&db, "q=wine").await.is_empty());
        assert!(found(&db, "week=1").await.is_empty());
        assert_eq!(found(&db, "").await, ["bea", "maya"]);

        let called_off = plan(&db, maya.id, "Cider", Some(NOW + Span::days(1))).await;
        assert_eq!(found(&db, "q=cider&week=1").await, ["maya"]);
        db.change(async |tx| tx.delete_stream(called_off.id).await).await.unwrap();
        assert!(found(&db, "q=cider").await.is_empty() && found(&db, "week=1").await.is_empty());
    })
    .await;
}

/// The list by the next show, whichever statement makes it, on one page and by pages.
async fn soonest(db: &TestDatabase, now: Millis) -> Vec<String> {
    let all = found_at(db, "sort=soonest", now).await;
    for more in ["", "&category=talk", "&q=z", "&q=room", "&q=zz room&category=talk"] {
        let address = format!("sort=soonest{more}");
        for limit in [1, 2, 50] {
            assert_eq!(paged_at(db, &address, now, limit).await, all, "{address} by {limit} at {now:?}");
        }
    }
    all
}

/// Three spaces: `ada` with shows in one and in three days, `bea` with one in two days, and `cleo` with none.
async fn planners(db: &TestDatabase) -> ([Space; 3], [Stream; 3]) {
    let mut spaces = Vec::new();
    for (n, slug) in (0..).zip(["ada", "bea", "cleo"]) {
        let space = space(db, text(slug, "", "talk", "")).await;
        db.publish(space.id, NOW + Span(n)).await.unwrap();
        spaces.push(space);
    }
    let spaces: [Space; 3] = spaces.try_into().expect("three");
    let day = |n| Some(NOW + Span::days(n));
    let first = plan(db, spaces[0].id, "First", day(1)).await;
    let later = plan(db, spaces[0].id, "Later", day(3)).await;
    let other = plan(db, spaces[1].id, "Other", day(2)).await;
    (spaces, [first, later, other])
}

#[tokio::test]
async fn a_show_that_has_passed_gives_way_to_the_one_after_it() {
    on_each(async |db| {
        let ([ada, ..], _) = planners(&db).await;
        let after = |days| NOW + Span::days(days) + LATE;
        for (now, want, week) in [
            (NOW, ["ada", "bea", "cleo"], &["bea", "ada"][..]),
            (after(1) + Span(-1), ["ada", "bea", "cleo"], &["bea", "ada"]),
            (after(1), ["bea", "ada", "cleo"], &["bea", "ada"]),
            (after(2), ["ada", "cleo", "bea"], &["ada"]),
            (after(3), ["cleo", "bea", "ada"], &[]),
        ] {
            assert_eq!(soonest(&db, now).await, want, "{now:?}");
            for words in ["", "&q=z", "&q=room"] {
                assert_eq!(found_at(&db, &format!("week=1{words}"), now).await, week, "{now:?}{words}");
            }
        }
        assert_eq!(db.store.listings().move_on(after(1) + Span(-1)).await.unwrap(), 0, "none has passed");
        // What has moved on is right from then on.
        for (now, moved) in [(after(1), 1), (after(1), 0), (after(2), 1), (after(3), 1), (after(9), 0)] {
            assert_eq!(db.store.listings().move_on(now).await.unwrap(), moved, "{now:?}");
            assert_eq!(soonest(&db, after(3)).await, ["cleo", "bea", "ada"]);
        }
        // A change lists the space by its first show again.
        db.store.spaces().update(ada.id, &text("ada", "Anew", "talk", ""), NOW).await.unwrap();
        assert_eq!(soonest(&db, after(1)).await, ["ada", "cleo", "bea"], "bea has moved on to the end");
        assert_eq!(soonest(&db, after(3)).await, ["cleo", "bea", "ada"]);
        assert_eq!(db.store.listings().move_on(after(1)).await.unwrap(), 1);
        assert_eq!(soonest(&db, after(1)).await, ["ada", "cleo", "bea"]);
    })
    .await;
}

#[tokio::test]
async fn a_show_that_is_cancelled_moved_or_live_changes_the_place_at_once() {
    on_each(async |db| {
        let (_, [first, later, other]) = planners(&db).await;
        assert_eq!(soonest(&db, NOW).await, ["ada", "bea", "cleo"]);
        go(&db, &first, StreamCommand::Cancel, NOW).await;
        assert_eq!(soonest(&db, NOW).await, ["bea", "ada", "cleo"], "the later one counts");
        let far = Some(NOW + Span::days(20));
        db.change(async |tx| tx.reschedule_stream(other.id, "Other", far, NOW).await).await.unwrap();
        assert_eq!(soonest(&db, NOW).await, ["ada", "bea", "cleo"]);
        assert_eq!(found(&db, "week=1").await, ["ada"]);
        db.change(async |tx| tx.reschedule_stream(other.id, "Other", None, NOW).await).await.unwrap();
        assert_eq!(soonest(&db, NOW).await, ["ada", "cleo", "bea"], "a show without a date is not awaited");

        let later = go(&db, &later, StreamCommand::Rehearse, NOW).await;
        assert_eq!(found(&db, "week=1").await, ["ada"], "a rehearsal is still to come");
        let later = go(&db, &later, StreamCommand::GoLive, NOW).await;
        let long_after = NOW + Span::days(9);
        assert_eq!(soonest(&db, long_after).await, ["ada", "cleo", "bea"], "what is live is first");
        assert_eq!(found_at(&db, "week=1", long_after).await, ["ada"]);
        assert_eq!(db.store.listings().move_on(long_after).await.unwrap(), 0);
        go(&db, &later, StreamCommand::End, NOW).await;
        assert_eq!(soonest(&db, NOW).await, ["cleo", "bea", "ada"]);
        assert!(found(&db, "week=1").await.is_empty() && found(&db, "live=1").await.is_empty());
    })
    .await;
}

/// The release before this one writes no listings.
#[tokio::test]
async fn spaces_of_an_earlier_release_are_listed_when_the_database_is_opened() {
    on_each(async |db| {
        let mut shows = 1..;
        for slug in ["before", "closed", "open"] {
            let space = space(&db, text(slug, "Jazz", "", "")).await;
            if slug != "before" {
                db.publish(space.id, NOW).await.unwrap();
            }
            plan(&db, space.id, "zz", Some(NOW + Span::days(shows.next().expect("a day")))).await;
        }
        run(&db, format!("UPDATE spaces SET published_at = {} WHERE slug = 'before'", NOW.0)).await;
        run(&db, "UPDATE spaces SET published_at = NULL WHERE slug = 'closed'".into()).await;
        let seen = page(&db, "q=jazz", NOW, 50).await.spaces;
        assert_eq!(seen.iter().map(|listing| listing.space.slug.as_str()).collect::<Vec<_>>(), ["open"]);
        run(&db, "UPDATE listings SET by_soonest = 0, beginnings = '', words = ''".into()).await;
        let again = TestDatabase { store: open(&db.url).await, url: db.url.clone() };
        for address in ["", "q=jazz", "q=j", "q=ja jazz"] {
            let mut found = found(&again, address).await;
            found.sort();
            assert_eq!(found, ["before", "open"], "{address}");
        }
        assert_eq!(found(&again, "sort=soonest").await, ["before", "open"], "they are placed by their shows");
        again.store.close().await;
    })
    .await;
}

/// On PostgreSQL concurrent transactions do not see each other's rows.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_at_once_is_found_by_every_change() {
    on_each(async |db| {
        let maya = space(&db, text("maya", "", "", "")).await;
        db.publish(maya.id, NOW).await.unwrap();
        race(12, |n| {
            let (db, maya) = (db.clone(), maya.id);
            async move {
                match n % 2 {
                    0 => drop(db.experience(maya, &format!("room{n}")).await),
                    _ => drop(plan(&db, maya, &format!("show{n}"), None).await),
                }
            }
        })
        .await;
        for n in 0..12 {
            let words = if n % 2 == 0 { format!("q=room{n}") } else { format!("q=show{n}") };
            assert_eq!(found(&db, &words).await, ["maya"], "{words}");
        }
    })
    .await;
}

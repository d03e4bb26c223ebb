//! Small values: what they accept, how they round and how they are written.

use domain::{
    amount::{Currency, Money},
    catalogue::slug,
    chat::rules::ChatRefusal,
    id::{AccountId, SessionId},
    live::{
        presence::{Person, Presence},
        queue::{Place, QueueLimits},
    },
    people::account::{self, Account, AccountError, Began, Session},
    time::{Millis, Span},
};
use std::time::Duration;
use uuid::Uuid;

#[test]
fn spans_are_rounded_up_for_people_and_never_negative_for_the_runtime() {
    for (ms, seconds) in [(0, 0), (1, 1), (1000, 1), (1001, 2), (-1, 0), (-1000, -1)] {
        assert_eq!(Span(ms).ceil_secs(), seconds, "{ms} ms");
    }
    assert_eq!(Span(1500).to_std(), Duration::from_millis(1500));
    assert_eq!(Span(-1500).to_std(), Duration::ZERO);
    assert_eq!(Millis(1_767_225_600_000).timestamp().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(Millis(i64::MAX).timestamp().as_second(), 0, "a moment out of range becomes the epoch");
}

#[test]
fn amounts_are_written_as_people_write_them() {
    for (minor, currency, text) in [
        (1250, Currency::Eur, "€12.50"),
        (500, Currency::Usd, "$5"),
        (99, Currency::Gbp, "£0.99"),
        (1200, Currency::Jpy, "¥1200"),
        (1500, Currency::Kwd, "KWD 1.500"),
    ] {
        assert_eq!(Money { minor, currency }.to_string(), text);
    }
}

#[test]
fn a_name_is_not_empty() {
    assert_eq!(account::name("  Maya\u{7} B. "), Ok("Maya B.".into()));
    assert_eq!(account::name(&"ü".repeat(60)), Ok("ü".repeat(60)));
    for bad in ["", "  ", "\u{0}\u{1b}"] {
        assert!(matches!(account::name(bad), Err(AccountError::Name(_))), "{bad:?}");
    }
    assert!(matches!(account::name(&"ü".repeat(61)), Err(AccountError::Name(_))));
}

#[test]
fn the_identity_of_a_session_is_its_account() {
    let account = Account {
        id: AccountId(Uuid::from_u128(1)),
        email: "maya@example.org".into(),
        username: "maya".into(),
        name: "Maya".into(),
        bio: String::new(),
        site: String::new(),
        avatar: None,
        operator: true,
        terms: 0,
        created_at: Millis(0),
        name_asked_at: None,
    };
    let session = Session {
        id: SessionId(Uuid::from_u128(2)),
        account,
        began: Began::Passkey,
        expires_at: Millis(9),
        seen_at: Millis(0),
        confirmed_at: None,
        notice: None,
    };
    let identity = session.identity();
    assert_eq!(
        (identity.session, identity.account, identity.operator, identity.passkey),
        (session.id, session.account.id, true, true)
    );
    for began in Began::ALL {
        assert_eq!(Began::from_code(began.code()), Some(began));
        let other = Session { began, ..session.clone() }.identity();
        assert_eq!(other.passkey, began == Began::Passkey, "{began:?}");
    }
    assert_eq!(Began::from_code("password"), None);
}

#[test]
fn reserved_slugs_are_refused_in_any_case() {
    for word in slug::RESERVED {
        assert_eq!(
            slug::space(&format!(" {} ", word.to_uppercase())),
            Err(slug::SlugError::Reserved),
            "{word}"
        );
    }
    for word in ["purchase", "waitlist", "events", "edit"] {
        assert_eq!(slug::inside(word), Err(slug::SlugError::Reserved), "{word}");
    }
    for bad in ["", "a", "-ab", "ab-", "a b", "a_b", "ü-b", &"a".repeat(61)] {
        assert_eq!(slug::inside(bad), Err(slug::SlugError::Form), "{bad:?}");
        assert!(slug::space(bad).is_err(), "{bad:?}");
    }
    assert_eq!(slug::inside("Front-Row-2"), Ok("front-row-2".into()));
}

#[test]
fn limits_reserve_seats_for_buyers_and_near_places_ask_more_often() {
    assert_eq!(QueueLimits::default(), QueueLimits::NONE);
    for (seats, reserve) in [(1, 1), (100, 1), (101, 2), (10_000, 100)] {
        assert_eq!(QueueLimits::of(seats), QueueLimits { seats, reserve, queue: 10_000 });
    }
    for (number, seconds) in [(1, 2), (20, 2), (21, 5), (200, 5), (201, 10)] {
        assert_eq!(Place { number, expected: None }.ask_again(), Span::secs(seconds), "place {number}");
    }
}

#[test]
fn only_temporary_refusals_have_a_retry_time() {
    let soon = Span::secs(3);
    assert_eq!(ChatRefusal::TooFast { retry_after: soon }.retry_after(), Some(soon));
    assert_eq!(ChatRefusal::SlowMode { retry_after: soon }.retry_after(), Some(soon));
    for lasting in [
        ChatRefusal::NotFound,
        ChatRefusal::NotAllowed,
        ChatRefusal::BadLength,
        ChatRefusal::BadSlowMode,
        ChatRefusal::Empty,
    ] {
        assert_eq!(lasting.retry_after(), None, "{lasting}");
    }
}

#[test]
fn going_on_air_twice_changes_nothing() {
    let mut presence = Presence::default();
    let maya = Person::Account(AccountId(Uuid::from_u128(1)));
    presence.air(true, Millis(1_000));
    presence.enter(maya, Millis(2_000));
    presence.air(true, Millis(5_000));
    assert_eq!(presence.everybody().collect::<Vec<_>>(), [maya]);
    let (viewings, ended) = presence.viewings(Millis(6_000));
    assert_eq!((viewings.len(), ended), (1, 0));
    assert_eq!((viewings[0].since, viewings[0].until), (Millis(2_000), Millis(6_000)));
}

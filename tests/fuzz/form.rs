//! A form as a browser sends it, and the parsing of each kind of field. An accepted value must be accepted again in its
//! stored form, because pages show stored values in the same fields.

use domain::{
    amount::{Currency, Money},
    catalogue::{schedule, slug, zone::Zone},
    people::{account, address},
    text,
    time::Millis,
};

pub fn run(input: &[u8]) {
    for (_, value) in form_urlencoded::parse(input) {
        stays("slug of a space", &value, slug::space);
        stays("slug in a space", &value, slug::inside);
        stays("username", &value, account::username);
        stays("address", &value, address::parse);
        stays("name", &value, account::name);
        stays("line", &value, |value| text::line(value, 0..=500));
        stays("paragraphs", &value, |value| text::paragraphs(value, 0..=2000));
        stays("time zone", &value, |value| Zone::named(value).map(|zone| zone.name().to_owned()));
        time(&value);
        amount(&value);
        derived(&value);
    }
}

fn stays<E>(what: &str, value: &str, parse: fn(&str) -> Result<String, E>) {
    if let Ok(kept) = parse(value) {
        assert_eq!(
            parse(&kept).ok().as_ref(),
            Some(&kept),
            "{what}: {value:?} is accepted as {kept:?}, which is not"
        );
    }
}

fn amount(value: &str) {
    for currency in [Currency::Eur, Currency::Usd] {
        if let Ok(money) = Money::parse(value, currency) {
            assert!(money.minor >= 0, "{value:?} is a negative amount");
        }
    }
}

/// A time that is accepted is shown in the form again, and means the same there.
fn time(value: &str) {
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    if let Ok(Some(planned)) = schedule::read(value, &zone, Millis(0)) {
        let shown = schedule::written(planned.at, &zone);
        let again = schedule::reread(&shown, &zone, Some(planned.at), Millis(0));
        assert_eq!(
            again.ok().flatten().map(|again| again.at),
            Some(planned.at),
            "{value:?} becomes {shown:?}"
        );
    }
}

/// A suggested value must be acceptable.
fn derived(value: &str) {
    let wanted = slug::wanted("", value, "experience").expect("a proposal");
    let slug = wanted.candidates().next().expect("a candidate");
    assert!(
        slug::inside(&slug).is_ok(),
        "the title {value:?} suggests the address {slug:?}, which is refused"
    );
    if let Ok(name) = account::name(value)
        && let Some(proposed) = account::username_from_name(&name)
    {
        assert!(account::username(&proposed).is_ok(), "{name:?} suggests {proposed:?}, which is refused");
    }
}

//! Mail that many people get about a show. Each says why, and leads to the end of such mail.

use super::mail;
use domain::{catalogue::offer::PriceKind, mail::Mail};

/// Why somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Holder,
    Reminded,
    Follower,
}

/// To whom a notice goes, and why.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    pub to: &'a str,
    pub reason: Reason,
    /// The link to the end of such mail, with scheme and host; `None` if the person has to get it.
    pub stop: Option<&'a str>,
}

/// A show where it takes place.
#[derive(Clone, Copy, Debug)]
pub struct Show<'a> {
    pub title: &'a str,
    pub space: &'a str,
    /// The link to it, with scheme and host.
    pub url: &'a str,
}

/// `from`: the cheapest pass that opens it, for whoever has none.
pub fn live(r: &Recipient<'_>, show: &Show<'_>, from: Option<PriceKind>) -> Mail {
    let door = match from {
        None => String::new(),
        Some(PriceKind::Free) => "You need a pass for it; there is a free one.\n".into(),
        Some(PriceKind::Once(money)) => format!("You need a pass for it, from {money}.\n"),
    };
    let text = format!("{} at {} is live now.\n\nGo in here:\n{}\n{door}", show.title, show.space, show.url);
    written(r, format!("Live now: {} at {}", show.title, show.space), text)
}

/// Times are written with their zone; `None` stands for no date.
pub fn moved(r: &Recipient<'_>, show: &Show<'_>, before: Option<&str>, now: Option<&str>) -> Mail {
    let words = match (before, now) {
        (Some(before), Some(now)) => format!("is moved.\n\n    Before: {before}\n    Now: {now}"),
        (None, Some(now)) => format!("has a date:\n\n    {now}"),
        (_, None) => "has no date at the moment. You hear from us when it has one again.".into(),
    };
    let text = format!("{} at {} {words}\n\n{}\n", show.title, show.space, show.url);
    let subject = if before.is_some() { "Moved" } else { "New date" };
    written(r, format!("{subject}: {} at {}", show.title, show.space), text)
}

/// `when`: when it would have begun, if it had a date.
pub fn cancelled(r: &Recipient<'_>, show: &Show<'_>, when: Option<&str>) -> Mail {
    let when = when.map_or(String::new(), |when| format!(", planned for {when},"));
    let pass = match r.reason {
        Reason::Holder => "Your pass stays yours and opens what comes next.\n\n",
        Reason::Reminded | Reason::Follower => "",
    };
    let text = format!(
        "{} at {}{when} is cancelled.\n\n{pass}See the space:\n{}\n",
        show.title, show.space, show.url
    );
    written(r, format!("Cancelled: {} at {}", show.title, show.space), text)
}

/// A show that was planned, and when it begins.
#[derive(Clone, Debug)]
pub struct Plan {
    pub title: String,
    /// With its time zone.
    pub when: String,
}

/// `url`: the link to the space. `more`: there are further shows than these.
pub fn planned(r: &Recipient<'_>, space: &str, url: &str, plans: &[Plan], more: bool) -> Mail {
    let lines: String =
        plans.iter().map(|plan| format!("    {}\n    {}\n\n", plan.title, plan.when)).collect();
    let more = if more { "There are more.\n\n" } else { "" };
    let text = format!("{space} has planned:\n\n{lines}{more}See the space:\n{url}\n");
    let subject = match plans {
        [one] if more.is_empty() => format!("Planned: {} at {space}", one.title),
        _ => format!("Planned: new shows at {space}"),
    };
    written(r, subject, text)
}

fn written(r: &Recipient<'_>, subject: String, mut text: String) -> Mail {
    let because = match r.reason {
        Reason::Holder => "You get this because you hold a pass for it.",
        Reason::Reminded => "You get this because you asked us to remind you of it.",
        Reason::Follower => "You get this because you follow the space.",
    };
    text.push_str(&format!("\n{because}\n"));
    if let Some(stop) = r.stop {
        text.push_str(&format!("To get no more mail of this kind:\n{stop}\n"));
    }
    Mail { unsubscribe: r.stop.map(String::from), ..mail(r.to, subject, text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::amount::{Currency, Money};

    const SHOW: Show<'static> =
        Show { title: "Friday\nsession", space: "Maya Lin", url: "https://b.example/maya/friday" };

    fn to(reason: Reason, stop: Option<&str>) -> Recipient<'_> {
        Recipient { to: "kim@example.org", reason, stop }
    }

    #[test]
    fn what_can_be_stopped_says_how_and_what_cannot_does_not() {
        let stop = "https://b.example/unsubscribe/1";
        for (link, reason) in [(Some(stop), Reason::Follower), (None, Reason::Holder)] {
            let r = to(reason, link);
            for mail in [
                live(&r, &SHOW, None),
                moved(&r, &SHOW, Some("Friday"), Some("Saturday")),
                cancelled(&r, &SHOW, Some("Friday")),
                planned(&r, "Maya Lin", "https://b.example/maya", &[], false),
            ] {
                assert_eq!(mail.unsubscribe.as_deref(), link);
                assert_eq!(mail.text.contains("/unsubscribe/"), link.is_some(), "{}", mail.text);
                assert!(!mail.subject.contains('\n') && mail.text.contains("You get this because"));
            }
        }
    }

    #[test]
    fn a_mail_tells_what_it_costs_and_when_it_is() {
        let r = to(Reason::Follower, None);
        let price = PriceKind::Once(Money { minor: 1200, currency: Currency::Eur });
        assert!(live(&r, &SHOW, Some(price)).text.contains("from €12"));
        assert!(live(&r, &SHOW, Some(PriceKind::Free)).text.contains("a free one"));
        assert!(!live(&r, &SHOW, None).text.contains("pass for it,"));
        let mail = moved(&r, &SHOW, Some("Friday"), Some("Saturday"));
        assert!(
            mail.text.contains("Before: Friday\n    Now: Saturday") && mail.subject.starts_with("Moved: ")
        );
        assert!(moved(&r, &SHOW, None, Some("Saturday")).subject.starts_with("New date: "));
        assert!(moved(&r, &SHOW, Some("Friday"), None).text.contains("no date at the moment"));
        let plans = [Plan { title: "Friday".into(), when: "Monday".into() }];
        let one = planned(&r, "Maya Lin", "url", &plans, false);
        assert_eq!(one.subject, "Planned: Friday at Maya Lin");
        let many = planned(&r, "Maya Lin", "url", &plans, true);
        assert!(many.subject.ends_with("new shows at Maya Lin") && many.text.contains("There are more."));
    }
}

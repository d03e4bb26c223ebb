//! Mail that many people get about a show. Each says why, and leads to the end of such mail.

use super::mail;
use crate::{parts, t};
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

/// `lowest_price`: of the passes that open it, for whoever has none.
pub fn live(r: &Recipient<'_>, show: &Show<'_>, lowest_price: Option<PriceKind>) -> Mail {
    let subject = t!("mail-live-subject", title = show.title, space = show.space);
    let mut text = t!("mail-live-text", title = show.title, space = show.space, url = show.url);
    let door = lowest_price.map(|price| match price {
        price if price.minor() == 0 => t!("mail-live-free").into_owned(),
        price => t!("mail-live-price", price = parts::least(price)),
    });
    if let Some(door) = door {
        text.push('\n');
        text.push_str(&door);
    }
    written(r, subject, &text)
}

/// Times are written with their zone; `None` stands for no date.
pub fn moved(r: &Recipient<'_>, show: &Show<'_>, before: Option<&str>, now: Option<&str>) -> Mail {
    let Show { title, space, url } = *show;
    let text = match (before, now) {
        (Some(before), Some(now)) => {
            t!("mail-moved-text", title = title, space = space, before = before, now = now, url = url)
        }
        (None, Some(now)) => t!("mail-dated-text", title = title, space = space, now = now, url = url),
        (_, None) => t!("mail-undated-text", title = title, space = space, url = url),
    };
    let subject = match before {
        Some(_) => t!("mail-moved-subject", title = title, space = space),
        None => t!("mail-dated-subject", title = title, space = space),
    };
    written(r, subject, &text)
}

/// `when`: when it would have begun, if it had a date. `gift_ends`: the pass was a gift, whose buyer gets the money back.
pub fn cancelled(r: &Recipient<'_>, show: &Show<'_>, when: Option<&str>, gift_ends: bool) -> Mail {
    let Show { title, space, url } = *show;
    let what = match when {
        Some(when) => t!("mail-cancelled-planned", title = title, space = space, when = when),
        None => t!("mail-cancelled-text", title = title, space = space),
    };
    let pass = match r.reason {
        _ if gift_ends => Some(t!("mail-cancelled-gift").into_owned()),
        Reason::Holder => Some(t!("mail-cancelled-holder").into_owned()),
        Reason::Reminded | Reason::Follower => None,
    };
    let parts: Vec<String> =
        [Some(what), pass, Some(t!("mail-see-space", url = url))].into_iter().flatten().collect();
    written(r, t!("mail-cancelled-subject", title = title, space = space), &parts.join("\n\n"))
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
    let mut parts = vec![t!("mail-planned-text", space = space)];
    parts.extend(plans.iter().map(|plan| format!("    {}\n    {}", plan.title, plan.when)));
    parts.extend(more.then(|| t!("mail-news-more").into_owned()));
    parts.push(t!("mail-see-space", url = url));
    let subject = match plans {
        [one] if !more => t!("mail-planned-subject-one", title = one.title.as_str(), space = space),
        _ => t!("mail-planned-subject-more", space = space),
    };
    written(r, subject, &parts.join("\n\n"))
}

/// With why somebody gets it, and how to end it.
pub(super) fn written(r: &Recipient<'_>, subject: String, text: &str) -> Mail {
    let because = match r.reason {
        Reason::Holder => t!("mail-because-holder"),
        Reason::Reminded => t!("mail-because-reminded"),
        Reason::Follower => t!("mail-because-follower"),
    };
    let stop = r.stop.map(|url| format!("\n{}", t!("mail-stop", url = url))).unwrap_or_default();
    let text = format!("{text}\n\n{because}{stop}");
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
                cancelled(&r, &SHOW, Some("Friday"), false),
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

//! What search engines read: structured data in the head of public pages, the sitemap, and which pages to leave alone.

use crate::t;
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::{Pass, Space},
        slug::page_path,
    },
    live::stream::{EndReason, Stream, StreamState},
    money::billing::Interval,
    people::account::Account,
    picture::PictureId,
    time::Millis,
};
use serde_json::{Value, json};
use std::fmt::Write;

/// The vocabulary, of which we use what Google describes for events; `tests/it/catalogue/search_engines.rs` has the table.
const VOCABULARY: &str = "https://schema.org";

/// A show that everybody may see.
#[derive(Clone, Copy, Debug)]
pub struct Showing<'a> {
    /// Scheme and host of the public URL.
    pub public_url: &'a str,
    pub space: &'a Space,
    /// Who stands for the space.
    pub owner: &'a Account,
    pub experience_slug: &'a str,
    /// Of the experience; may be empty.
    pub about: &'a str,
    pub title: &'a str,
    pub at: Millis,
    pub cancelled: bool,
    /// Those on offer that open it.
    pub passes: &'a [&'a Pass],
}

impl Showing<'_> {
    /// Whether a stream is told to search engines, and from when on: it is planned, on air, or was cancelled.
    pub fn dated(stream: &Stream) -> Option<Millis> {
        let cancelled = stream.end_reason == Some(EndReason::Cancelled);
        match stream.state {
            StreamState::Ended if !cancelled => None,
            _ => stream.scheduled_at.or(stream.started_at),
        }
    }

    /// The show as an event that takes place on our page.
    pub fn event(&self) -> Value {
        let url = format!("{}{}", self.public_url, page_path(&self.space.slug, self.experience_slug));
        let status = if self.cancelled { "EventCancelled" } else { "EventScheduled" };
        let about = match self.about.trim() {
            "" => t!("catalogue-show-at", title = self.title, space = &self.space.name),
            about => about.to_owned(),
        };
        let mut event = json!({
            "@type": "Event",
            "name": self.title,
            "description": about,
            "url": url,
            "startDate": self.at.timestamp().to_string(),
            "eventAttendanceMode": format!("{VOCABULARY}/OnlineEventAttendanceMode"),
            "eventStatus": format!("{VOCABULARY}/{status}"),
            "location": { "@type": "VirtualLocation", "url": url },
            "organizer": organization(self.public_url, self.space),
            "performer": {
                "@type": "Person",
                "name": self.owner.name,
                "url": format!("{}/@{}", self.public_url, self.owner.username),
            },
        });
        if let Some(image) = cover(self.public_url, self.space.cover) {
            event["image"] = json!([image]);
        }
        let free = |pass: &&Pass| pass.price.kind.minor() == 0;
        if !self.cancelled && !self.passes.is_empty() {
            let offers = self.passes.iter().map(|pass| offer(self.public_url, self.space, pass));
            event["offers"] = offers.collect();
            event["isAccessibleForFree"] = self.passes.iter().any(free).into();
        }
        event
    }
}

/// The space as whoever holds its shows.
pub fn organization(public_url: &str, space: &Space) -> Value {
    let mut found = json!({
        "@type": "Organization",
        "name": space.name,
        "url": format!("{public_url}/{}", space.slug),
    });
    if let Some(logo) = space.logo {
        found["logo"] = format!("{public_url}/pictures/{logo}/208.png").into();
    }
    found
}

/// Search engines read no drawn covers.
fn cover(public_url: &str, cover: Option<PictureId>) -> Option<String> {
    cover.map(|id| format!("{public_url}/pictures/{id}/1500.jpg"))
}

fn offer(public_url: &str, space: &Space, pass: &Pass) -> Value {
    let money = pass.price.kind.whole();
    let price = money.map_or_else(|| "0".to_owned(), Money::plain);
    let currency = money.map_or(Currency::Eur, |money| money.currency);
    let availability = if pass.left.is_some_and(|left| left <= 0) { "SoldOut" } else { "InStock" };
    let mut found = json!({
        "@type": "Offer",
        "name": pass.title,
        "url": format!("{public_url}/{}/{}", space.slug, pass.slug),
        "price": price,
        "priceCurrency": currency.code().to_uppercase(),
        "availability": format!("{VOCABULARY}/{availability}"),
    });
    if let Some(plan) = pass.price.kind.plan() {
        let charge = |(every, each)| charge(every, each, plan.instalments);
        found["priceSpecification"] = plan.choices().map(charge).collect();
    }
    found
}

/// What is charged each month or each year, and for so many of them.
fn charge(every: Interval, each: Money, times: Option<i64>) -> Value {
    json!({
        "@type": "UnitPriceSpecification",
        "price": each.plain(),
        "priceCurrency": each.currency.code().to_uppercase(),
        "billingDuration": times.unwrap_or(1),
        "unitCode": match every {
            Interval::Month => "MON",
            Interval::Year => "ANN",
        },
    })
}

/// The text of a script of the type `application/ld+json`. Whatever people wrote, it cannot end the script.
pub fn script(things: Vec<Value>) -> String {
    if things.is_empty() {
        return String::new();
    }
    let text = json!({ "@context": VOCABULARY, "@graph": things }).to_string();
    text.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The list of sitemaps; `pages` of them.
pub fn sitemap_index(public_url: &str, pages: usize) -> String {
    let mut text = format!("{XML}<sitemapindex xmlns=\"{SITEMAP}\">\n");
    for page in 1..=pages {
        let _ = writeln!(text, "<sitemap><loc>{public_url}/sitemap.xml?page={page}</loc></sitemap>");
    }
    text.push_str("</sitemapindex>\n");
    text
}

/// One sitemap. The paths are made of slugs, which need no escape.
pub fn sitemap<'a>(public_url: &str, paths: impl Iterator<Item = &'a str>) -> String {
    let mut text = format!("{XML}<urlset xmlns=\"{SITEMAP}\">\n");
    for path in paths {
        let _ = writeln!(text, "<url><loc>{public_url}{path}</loc></url>");
    }
    text.push_str("</urlset>\n");
    text
}

/// Pages of single people, and those that change something.
pub fn robots(public_url: &str) -> String {
    let closed =
        ["/account", "/checkouts", "/dev", "/oembed", "/ops", "/sign-in", "/streams", "/unsubscribe"];
    let mut text = String::from("User-agent: *\n");
    for path in closed {
        let _ = writeln!(text, "Disallow: {path}");
    }
    let _ = writeln!(text, "Sitemap: {public_url}/sitemap.xml");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_words_end_the_script(name in "(\\PC|</script>|<!--|&){0,60}") {
            let text = script(vec![json!({ "name": name })]);
            prop_assert!(!text.contains(['<', '>', '&']), "{text}");
            let read: Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(read["@graph"][0]["name"].as_str(), Some(name.as_str()));
        }
    }

    #[test]
    fn nothing_to_tell_is_no_script() {
        assert_eq!(script(Vec::new()), "");
    }
}

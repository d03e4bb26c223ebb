//! Rules for every page in every state, and for the frames that change them.

#[path = "../examples/gallery/market.rs"]
mod market;
#[path = "../examples/gallery/operators.rs"]
mod operators;
#[path = "../examples/gallery/pages.rs"]
mod pages;
#[path = "../examples/gallery/sample.rs"]
mod sample;
#[path = "../examples/gallery/shows.rs"]
mod shows;
#[path = "../examples/gallery/teams.rs"]
mod teams;
#[path = "../examples/gallery/trust.rs"]
mod trust;

use std::collections::HashSet;
use views::dom;

/// The values of an attribute, in order. Relies on our own output: double quotes, no `>` in values.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let needle = format!(" {attribute}=\"");
    html.match_indices(&needle)
        .filter_map(|(at, found)| html[at + found.len()..].split_once('"').map(|(value, _)| value))
        .collect()
}

/// The opening tags of a page.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|part| part.split_once('>').map(|(tag, _)| tag))
}

fn html() -> Vec<(String, String)> {
    pages::all().into_iter().map(|(name, page)| (name, page.into_string())).collect()
}

#[test]
fn every_id_is_known_and_unique() {
    for (name, html) in html() {
        let mut seen = HashSet::new();
        for id in values(&html, "id") {
            assert!(dom::known(id), "{name}: the id {id} does not come from dom.rs");
            assert!(seen.insert(id), "{name}: the id {id} stands twice");
        }
        assert!(
            seen.contains(dom::MAIN) && seen.contains(dom::TOASTS),
            "{name} has a place for its content and for toasts"
        );
    }
}

#[test]
fn every_referenced_id_exists() {
    for (name, html) in html() {
        let ids: HashSet<&str> = values(&html, "id").into_iter().collect();
        for attribute in ["for", "aria-describedby", "aria-labelledby", "data-copy"] {
            for id in values(&html, attribute).into_iter().flat_map(str::split_whitespace) {
                assert!(ids.contains(id), "{name}: {attribute}={id} points nowhere");
            }
        }
        for target in values(&html, "hx-target") {
            assert!(
                target.strip_prefix('#').is_some_and(|id| ids.contains(id)),
                "{name}: hx-target={target} points nowhere"
            );
        }
    }
}

#[test]
fn pages_obey_the_content_security_policy() {
    for (name, html) in html() {
        for tag in tags(&html) {
            assert!(!tag.contains(" style=") && !tag.starts_with("style"), "{name}: a style in <{tag}>");
            let handler = tag.split(' ').any(|part| part.starts_with("on") && part.contains('='));
            assert!(!handler, "{name}: a handler in <{tag}>");
            assert!(
                !tag.contains("javascript:") && !tag.contains("hx-on") && !tag.contains("js:"),
                "{name}: code in <{tag}>"
            );
            if tag == "script type=\"application/ld+json\"" {
                let data = html.split_once(tag).and_then(|(_, rest)| rest[1..].split_once("</script>"));
                let data = data.map_or("", |(data, _)| data);
                assert!(data.starts_with('{') && !data.contains(['<', '>', '&']), "{name}: {data}");
            } else if tag.starts_with("script") {
                assert!(tag.contains(" src=\"static/"), "{name}: an inline script");
                assert!(html.contains(&format!("<{tag}></script>")), "{name}: a script with a body");
            }
        }
    }
}

#[test]
fn search_engines_are_told_of_shows_on_public_pages_alone() {
    let with_data: Vec<String> =
        html().into_iter().filter(|(_, html)| html.contains("ld+json")).map(|(name, _)| name).collect();
    assert_eq!(with_data, ["space", "space-banned", "door", "door-closed"]);
}

#[test]
fn each_page_has_one_title_one_main_heading_and_headings_in_order() {
    for (name, html) in html() {
        let head = html.split("</head>").next().unwrap_or_default();
        assert_eq!(head.matches("<title>").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        let levels: Vec<u32> =
            tags(&html).filter_map(|t| t.strip_prefix('h')?.chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.iter().filter(|l| **l == 1).count(), 1, "{name}: {levels:?}");
        assert_eq!(levels.first(), Some(&1), "{name}: {levels:?}");
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{name} jumps a level: {levels:?}");
    }
}

#[test]
fn each_view_has_one_primary_action_at_most() {
    for (name, html) in html() {
        let beside_the_chat = html.find("<section class=\"chat\"").unwrap_or(html.len());
        let primary = tags(&html[..beside_the_chat])
            .filter(|t| t.contains("class=\"button primary") || t.contains("wide primary"))
            .count();
        assert!(primary <= 1, "{name}: {primary} primary buttons");
    }
}

#[test]
fn user_text_is_escaped() {
    let page = html().into_iter().find(|(name, _)| name == "watch-full").expect("the page exists").1;
    assert!(page.contains("&lt;script&gt;alert"), "a line with a script in it is shown as text");
    assert!(!page.contains("<script>alert"));
    let page = html().into_iter().find(|(name, _)| name == "explore-nothing").expect("the page exists").1;
    assert!(page.contains("&lt;b&gt;lute") && !page.contains("<b>lute"));
}

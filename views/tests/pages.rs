//! Rules for every page in every state, and for the frames that change them.

#[path = "../examples/gallery/content.rs"]
mod content;
#[path = "../examples/gallery/doors.rs"]
mod doors;
#[path = "../examples/gallery/files.rs"]
mod files;
#[path = "../examples/gallery/market/mod.rs"]
mod market;
#[path = "../examples/gallery/operators.rs"]
mod operators;
#[path = "../examples/gallery/pages.rs"]
mod pages;
#[path = "../examples/gallery/sample.rs"]
mod sample;
#[path = "../examples/gallery/shows.rs"]
mod shows;
#[path = "../examples/gallery/stage.rs"]
mod stage;
#[path = "../examples/gallery/teams.rs"]
mod teams;
#[path = "../examples/gallery/trust.rs"]
mod trust;

use domain::text::{documents::Document, language::Language};
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};
use views::{dom, words::speak};

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

/// The same in every language.
fn in_all_languages() -> Vec<(String, String)> {
    let named = |language: Language| {
        let all = speak(language, html).into_iter();
        all.map(move |(name, html)| (format!("{name} in {}", language.name()), html))
    };
    Language::ALL.into_iter().flat_map(named).collect()
}

#[test]
fn every_id_is_known_and_unique() {
    for (name, html) in in_all_languages() {
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
    for (name, html) in in_all_languages() {
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
    for (name, html) in in_all_languages() {
        for tag in tags(&html) {
            assert!(!tag.contains(" style=") && !tag.starts_with("style"), "{name}: a style in <{tag}>");
            let handler = tag.split(' ').any(|part| part.starts_with("on") && part.contains('='));
            assert!(!handler, "{name}: a handler in <{tag}>");
            assert!(
                !tag.contains("javascript:") && !tag.contains("hx-on") && !tag.contains("js:"),
                "{name}: code in <{tag}>"
            );
            if tag.starts_with("script type=\"application/") {
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
fn one_element_at_most_has_the_focus() {
    for (name, html) in in_all_languages() {
        let focused = |tag: &&str| tag.split(' ').any(|part| part == "autofocus");
        let focused: Vec<&str> = tags(&html).filter(focused).collect();
        assert!(focused.len() < 2, "{name}: {focused:?}");
    }
}

#[test]
fn every_order_leads_on() {
    let orders = in_all_languages().into_iter().filter(|(name, _)| name.starts_with("checkout-"));
    let orders: Vec<_> = orders.collect();
    assert!(orders.len() > 30, "orders in each state and language");
    for (name, html) in orders {
        let main = html.split_once("<main").map_or("", |(_, rest)| rest);
        let main = main.split_once("</main>").map_or("", |(main, _)| main);
        assert!(main.contains("class=\"button"), "{name} offers nothing to do next");
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
fn public_pages_alone_are_shared_and_only_buyers_have_the_bar() {
    let pages: HashMap<String, String> = html().into_iter().collect();
    let count = |name: &str, words: &str| pages.get(name).expect("the page exists").matches(words).count();
    let shared = |name| count(name, " data-share=\"https://backstage.example/");
    for name in ["space", "pass", "pass-held", "door", "door-closed", "posts-door", "profile", "watch-live"] {
        assert_eq!(shared(name), 1, "{name}");
    }
    for name in ["space-empty", "space-banned", "pass-banned", "watch-ended", "explore"] {
        assert_eq!(shared(name), 0, "{name}");
    }
    let bar = "<section class=\"buybar\"";
    for (name, bars) in
        [("space", 1), ("door", 1), ("space-empty", 0), ("space-banned", 0), ("door-closed", 0)]
    {
        assert_eq!(count(name, bar), bars, "{name}");
    }
}

/// The leaf is a picture of the moment beside it, so it is read out once.
#[test]
fn each_leaf_of_a_calendar_stands_beside_its_moment() {
    let mut leaves = 0;
    for (name, html) in html() {
        for tag in tags(&html).filter(|tag| tag.contains(" data-leaf")) {
            assert!(tag.contains("aria-hidden=\"true\""), "{name}: {tag}");
            let at = values(tag, "datetime");
            assert_eq!(at.len(), 1, "{name}: {tag}");
            let moment = format!("datetime=\"{}\" data-local=\"moment\"", at[0]);
            assert!(html.contains(&moment), "{name}: {tag}");
            leaves += 1;
        }
    }
    assert!(leaves >= 4, "{leaves}");
}

#[test]
fn user_text_is_escaped() {
    let page = html().into_iter().find(|(name, _)| name == "watch-full").expect("the page exists").1;
    assert!(page.contains("&lt;script&gt;alert"), "a line with a script in it is shown as text");
    assert!(!page.contains("<script>alert"));
    let page = html().into_iter().find(|(name, _)| name == "explore-nothing").expect("the page exists").1;
    assert!(page.contains("&lt;b&gt;lute") && !page.contains("<b>lute"));
}

/// What people read on a page: its texts, and the attributes that are read out. Not what somebody typed, nor code.
fn texts(html: &str) -> Vec<String> {
    const UNREAD: [&str; 5] = ["script", "style", "code", "pre", "textarea"];
    const READ: [&str; 5] = ["aria-label", "alt", "title", "placeholder", "data-refusal"];
    const METAS: [&str; 3] = ["name=\"description\"", "property=\"og:title\"", "property=\"og:description\""];
    let mut texts = Vec::new();
    for (tag, text) in html.split('<').skip(1).filter_map(|part| part.split_once('>')) {
        let name = tag.split(' ').next().unwrap_or_default();
        texts.extend(READ.iter().flat_map(|attribute| values(tag, attribute)));
        if !UNREAD.contains(&name) {
            texts.push(text);
        }
        if METAS.iter().any(|meta| tag.contains(meta)) {
            texts.extend(values(tag, "content"));
        }
    }
    texts.into_iter().map(shown).filter(|text| !text.is_empty()).collect()
}

/// A text as it is shown, without the name of the service that ends each title.
fn shown(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.strip_suffix(" · Backstage Pass").map_or(text.clone(), str::to_owned)
}

/// The sources of the sample data, and the texts that ship with the product. What stands there is in no language of ours.
fn given() -> String {
    let mut given = String::new();
    for source in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/gallery"))) {
        given.push_str(&source.replace("\\\"", "\"").replace("\\n", " ").replace("\\\n", " "));
    }
    for document in Document::ALL {
        for language in Language::ALL {
            given.extend(document.shipped(language).chars().filter(|c| !"*`#[]".contains(*c)));
        }
    }
    given.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sources in a folder and in the folders below.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the gallery").map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| {
        if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).expect("a source")] }
    };
    entries.flat_map(read).collect()
}

/// The keys of all messages.
fn keys() -> HashSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/words/en");
    let files = fs::read_dir(folder).expect("the messages").map(|file| file.expect("a file").path());
    let texts: Vec<String> = files.map(|path| fs::read_to_string(path).expect("messages")).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
}

#[test]
fn every_message_is_found_and_filled_in() {
    let (keys, given) = (keys(), given());
    assert!(keys.contains("layout-skip"));
    for language in Language::ALL {
        for (name, html) in speak(language, html) {
            for text in texts(&html) {
                assert!(!keys.contains(&text), "{name} shows the key {text}");
                let part = text.contains("/>") || text.contains("</");
                assert!(!text.contains("{$") && (!part || given.contains(&text)), "{name}: {text}");
            }
        }
    }
}

/// Words of two letters and more.
fn words(text: &str) -> usize {
    text.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).count()
}

#[test]
fn german_pages_say_nothing_in_english() {
    /// The same in both languages.
    const SAME: &[&str] = &["Backstage Pass"];
    let given = given();
    let sample = |part: &str| words(part) < 2 || SAME.contains(&part) || given.contains(part);
    let mut left = Vec::new();
    for ((name, english), (_, german)) in html().into_iter().zip(speak(Language::German, html)) {
        assert!(german.contains("<html lang=\"de\""), "{name}");
        let english: HashSet<String> = texts(&english).into_iter().collect();
        let same = texts(&german).into_iter().filter(|text| english.contains(text));
        // Pages put names of the sample side by side.
        let ours = same.filter(|text| !text.split(['·', ':', ',', '(']).map(str::trim).all(sample));
        left.extend(ours.map(|text| format!("{name}: {text}")));
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn a_text_in_another_language_than_its_page_says_so() {
    for (language, other) in [(Language::English, "de"), (Language::German, "en")] {
        let pages = speak(language, html);
        let foreign = format!("<div class=\"stack\" lang=\"{other}\">");
        for (wanted, says) in [("terms", false), ("terms-foreign", true)] {
            let (_, page) = pages.iter().find(|(name, _)| name == wanted).expect("the page exists");
            assert_eq!(page.contains(&foreign), says, "{wanted} in {}", language.name());
        }
    }
}

//! Each script of `static/` finds every text that it names, and none is made for nothing.

use std::{collections::BTreeSet, fs, path::Path};
use views::text::scripts::{SPEAKING, texts, texts_of};
use views::words::speak;

const STATIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");

/// What follows `texts.` in a source.
fn named(source: &str) -> BTreeSet<String> {
    let names = source.split("texts.").skip(1);
    names.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

#[test]
fn every_text_that_a_script_names_is_given_and_no_other() {
    for script in SPEAKING {
        let source = fs::read_to_string(Path::new(STATIC).join(script)).unwrap();
        let given: BTreeSet<String> = texts_of(script).into_iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(named(&source), given, "{script}");
        assert!(!given.is_empty(), "{script}");
    }
    assert_eq!(named("say(texts.lost, texts.more)").len(), 2);
}

#[test]
fn scripts_that_speak_are_all_listed() {
    for file in fs::read_dir(STATIC).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".js") || name.ends_with(".min.js") {
            continue;
        }
        let speaks = fs::read_to_string(&path).unwrap().contains("texts.");
        assert_eq!(speaks, SPEAKING.contains(&name.as_str()), "{name}");
    }
}

/// The value that a script fills in is not left out of a message, in any language.
#[test]
fn what_a_script_fills_in_stands_in_every_language() {
    use domain::text::language::Language;
    let braces = |text: &str| text.matches('{').count();
    for script in SPEAKING {
        let of = |language| speak(language, || texts_of(script));
        for ((name, english), (_, german)) in of(Language::English).iter().zip(of(Language::German).iter()) {
            assert_eq!(braces(english), braces(german), "{script}: {name}");
            assert!(!german.is_empty(), "{script}: {name}");
        }
    }
}

#[test]
fn a_page_carries_the_texts_of_its_scripts_once_and_cannot_be_left_by_one() {
    let html = texts(&["feed.js", "publisher.js", "upload.js"]).into_string();
    let json = html.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
    let read: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(html.matches("\"lost\"").count(), 1);
    assert_eq!(read["lost"], "We lost the connection to the server. Trying again…");
    assert!(read.get("play").is_none() && !json.contains('<'));
}

/// They are kept once they are made, for each language and each set of scripts.
#[test]
fn the_texts_are_those_of_the_scripts_and_the_language_each_time() {
    use domain::text::language::Language;
    let of = |language, scripts: &[&str]| speak(language, || texts(scripts).into_string());
    let (feed, player) = (&["feed.js", "page.js"][..], &["player.js", "page.js"][..]);
    let all: BTreeSet<String> = Language::ALL
        .into_iter()
        .flat_map(|language| [of(language, feed), of(language, player), of(language, feed)])
        .collect();
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(
        of(Language::German, feed).contains("\"closed\"") && !of(Language::German, feed).contains("\"mute\"")
    );
}

//! Every message that the sources name exists in each language, with the same values and parts; no message is left over.

use domain::text::language::Language;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The messages of a language: key, and the whole text with its variants.
type Messages = BTreeMap<String, String>;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
}

fn read_messages(language: Language) -> Messages {
    let mut files = Vec::new();
    files_below(&root().join("views/words").join(language.code()), ".ftl", &mut files);
    assert!(!files.is_empty());
    let mut messages = Messages::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let parsed = fluent_bundle::FluentResource::try_new(source.clone());
        assert!(parsed.is_ok(), "{}: {:?}", file.display(), parsed.err().map(|(_, errors)| errors));
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, text)) =
                line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic))
            {
                key = name.to_owned();
                let former = messages.insert(key.clone(), text.to_owned());
                assert!(former.is_none(), "{} has {key} twice", language.name());
            } else if !key.is_empty() {
                let text = messages.get_mut(&key).unwrap();
                text.push('\n');
                text.push_str(line);
            }
        }
    }
    messages
}

/// The sources that name messages; tests and examples only show them.
fn sources() -> String {
    let mut files = Vec::new();
    files_below(&root().join("views"), ".rs", &mut files);
    files_below(&root().join("src/server"), ".rs", &mut files);
    let shown = files.iter().filter(|path| {
        let path = path.to_str().unwrap();
        !path.contains("/tests/") && !path.contains("/examples/") && !path.contains("/target/")
    });
    let text: Vec<String> = shown.map(|path| fs::read_to_string(path).unwrap()).collect();
    let code = text.iter().flat_map(|text| text.lines()).filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The first argument of each call of a macro, and the messages that followed pages end with.
fn named(sources: &str) -> BTreeSet<String> {
    let calls = ["t!(", "rich!(", "GONE: &'static str ="].iter().flat_map(|call| sources.split(call).skip(1));
    let argument = |call: &str| {
        let text = call.trim_start().strip_prefix('"')?;
        Some(text.split_once('"')?.0.to_owned())
    };
    calls
        .filter_map(argument)
        .filter(|key| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        .collect()
}

/// `$values` and `<parts>` of a message.
fn placeholders(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let values = text.split('$').skip(1).map(|rest| format!("${}", word(rest)));
    let parts = text.split('<').skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    values.chain(parts.map(|rest| format!("<{}>", word(rest)))).collect()
}

#[test]
fn every_message_exists_in_every_language() {
    let named = named(&sources());
    assert!(!named.is_empty());
    for language in Language::ALL {
        let messages = read_messages(language);
        let missing: Vec<&String> = named.iter().filter(|key| !messages.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{} does not have {missing:#?}", language.name());
    }
}

#[test]
fn languages_have_the_same_messages_with_the_same_placeholders() {
    let english = read_messages(Language::English);
    for language in Language::ALL {
        let messages = read_messages(language);
        let keys = |messages: &Messages| messages.keys().cloned().collect::<BTreeSet<_>>();
        let (ours, theirs) = (keys(&messages), keys(&english));
        let differ: Vec<_> = ours.symmetric_difference(&theirs).collect();
        assert!(differ.is_empty(), "{}: {differ:#?}", language.name());
        for (key, text) in &messages {
            assert_eq!(placeholders(text), placeholders(&english[key]), "{}: {key}", language.name());
            assert!(!text.trim().is_empty(), "{}: {key} is empty", language.name());
        }
    }
}

#[test]
fn no_message_is_left_over() {
    let sources = sources();
    let unused: Vec<String> = read_messages(Language::English)
        .into_keys()
        .filter(|key| !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

/// Words that are the same in both languages.
const SAME: &[&str] = &[
    "admin",
    "analyst",
    "bitrate",
    "chat",
    "clip",
    "clips",
    "code",
    "codec",
    "community",
    "in",
    "job",
    "jobs",
    "live",
    "livekit",
    "logo",
    "moderator",
    "name",
    "optional",
    "pass",
    "passkeys",
    "pause",
    "person",
    "rate",
    "s",
    "server",
    "show",
    "space",
    "spaces",
    "spam",
    "status",
    "streams",
    "studio",
    "team",
    "text",
    "utc",
    "video",
    "videos",
    "webhooks",
];

/// The words of a message without its values and parts, in small letters.
fn words(text: &str) -> Vec<String> {
    let mut shown = String::new();
    let mut inside = 0;
    for letter in text.replace("->", "").chars() {
        match letter {
            '{' | '<' => inside += 1,
            '}' | '>' if inside > 0 => {
                inside -= 1;
                shown.push(' ');
            }
            _ if inside == 0 => shown.push(letter),
            _ => {}
        }
    }
    let words = shown.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[test]
fn a_german_message_is_not_the_english_one() {
    let english = read_messages(Language::English);
    let same = |text: &str| words(text).iter().all(|word| SAME.contains(&word.as_str()));
    for (key, german) in read_messages(Language::German) {
        let equal = german.trim() == english[&key].trim();
        assert!(!equal || same(&german), "{key} is English: {}", german.trim());
    }
}

#[test]
fn german_messages_address_people_formally() {
    let informal = ["du", "dich", "dir", "dein", "deine", "deinem", "deinen", "deiner", "deines", "euch"];
    for (key, german) in read_messages(Language::German) {
        // Selectors are in braces as values are, so their words are looked at, too.
        let found = german.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
        let found: Vec<String> = found.filter(|word| informal.contains(&word.as_str())).collect();
        assert!(found.is_empty(), "{key}: {found:?}");
    }
}

#[test]
fn files_of_messages_are_tidy() {
    let registered = fs::read_to_string(root().join("views/words/mod.rs")).unwrap();
    for language in Language::ALL {
        let folder = root().join("views/words").join(language.code());
        let mut files = Vec::new();
        files_below(&folder, ".ftl", &mut files);
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let source = fs::read_to_string(&file).unwrap();
            assert!(registered.contains(&format!("\"/{name}\"")), "{name} is not part of the program");
            assert!(
                source.is_empty() || source.ends_with('\n') && !source.ends_with("\n\n"),
                "the end of {name}"
            );
            for (number, line) in source.lines().enumerate() {
                // One hyphen, so that a search in the browser finds each "E-Mail".
                let tidy = line == line.trim_end() && !line.contains(['\t', '\r', '\u{a0}', '\u{2011}']);
                assert!(tidy, "{}: line {} of {name}", language.name(), number + 1);
            }
        }
    }
}

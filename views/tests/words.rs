//! Every message that the sources name exists in each language, with the same values and parts; no message is left over.

use domain::people::language::Language;
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

/// The first argument of each call of a macro.
fn named(sources: &str) -> BTreeSet<String> {
    let calls = ["t!(", "rich!("].iter().flat_map(|call| sources.split(call).skip(1));
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

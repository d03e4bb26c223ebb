//! Finds the modules that a source file names below a given root, in `use` trees and in paths.

use super::Source;
use std::collections::BTreeSet;

/// The first segments after `root` (like `crate::` or `crate::web::`) of all paths in the file.
pub fn named_below(source: &Source, root: &str) -> BTreeSet<String> {
    let code = source.code();
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + root.len()..];
        match rest.strip_prefix('{') {
            Some(tree) => names.extend(branches(tree)),
            None => names.extend(Some(word(rest)).filter(|word| !word.is_empty())),
        }
    }
    names
}

/// The first name in each branch of a `use` tree, up to its closing brace.
fn branches(tree: &str) -> Vec<String> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(word(&tree[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(word(&tree[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn nested_trees_and_paths_in_code_are_read() {
    let source = Source::planted(
        "src/x/a.rs",
        "use crate::{db::{sql::args, writer}, live::streams};\n// crate::chat is prose\nfn f() { crate::money::g() }",
    );
    let names: Vec<_> = named_below(&source, "crate::").into_iter().collect();
    assert_eq!(names, ["db", "live", "money"]);
}

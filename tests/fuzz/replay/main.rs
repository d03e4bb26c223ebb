//! Runs every stored input through its target. An input that once violated an invariant stays in `corpus/` as a
//! regression test.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Panics on any thread, including threads of the code under test that catch their own.
static PANICS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn no_kept_input_breaks_a_promise() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Relaxed);
        usual(info);
    }));
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut broken = Vec::new();
    for (name, run) in fuzz::TARGETS {
        let inputs = fs::read_dir(corpus.join(name)).unwrap_or_else(|e| panic!("corpus of {name}: {e}"));
        let mut inputs: Vec<_> = inputs.map(|file| file.expect("an entry").path()).collect();
        inputs.sort();
        assert!(inputs.len() >= 3, "{name} has too few inputs");
        for path in inputs {
            let (input, before) = (fs::read(&path).expect("an input"), PANICS.load(Relaxed));
            let caught = catch_unwind(AssertUnwindSafe(|| run(&input)));
            if caught.is_err() || PANICS.load(Relaxed) > before {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "these inputs violate an invariant: {broken:#?}");
}

#[test]
fn every_folder_of_the_corpus_has_a_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for folder in fs::read_dir(corpus).expect("the corpus") {
        let name = folder.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(fuzz::TARGETS.iter().any(|(known, _)| *known == name), "{name} has no target");
    }
}

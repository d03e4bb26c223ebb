//! What the process uses of its machine.

use super::actor::up;
use crate::{parts, t, words::numbers::size};
use domain::time::Span;
use maud::{Markup, html};

/// What the system does not tell is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    /// Percent of all processors.
    pub processor: u64,
    /// Bytes in memory, and free where the data folder is.
    pub memory: Option<u64>,
    pub disk_free: Option<u64>,
    /// Open files, and how many there may be; `None` if any number.
    pub files: Option<u64>,
    pub most_files: Option<u64>,
    pub threads: Option<u64>,
    pub up: Span,
}

/// The content of a list of names and values.
pub(super) fn facts(m: &Machine) -> Markup {
    let told = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let bytes = |bytes: u64| size(i64::try_from(bytes).unwrap_or(i64::MAX));
    let files = |open: u64| match m.most_files {
        Some(most) => t!("ops-some-of", some = parts::count(open), all = parts::count(most)),
        None => parts::count(open),
    };
    let all = [
        (t!("ops-machine-processor"), t!("ops-percent", n = parts::count(m.processor))),
        (t!("ops-machine-memory"), told(m.memory.map(bytes))),
        (t!("ops-machine-disk"), told(m.disk_free.map(bytes))),
        (t!("ops-machine-files"), told(m.files.map(files))),
        (t!("ops-machine-threads"), told(m.threads.map(parts::count))),
        (t!("ops-figure-up"), up(Some(m.up))),
    ];
    html! { @for (name, value) in all { div { dt { (name) } dd { (value) } } } }
}

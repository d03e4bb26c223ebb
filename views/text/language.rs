//! The choice of a language, on every page that has a footer.

use crate::{t, words};
use domain::text::language::Language;
use maud::{Markup, html};

/// A button for each language, in that language. `path`: the page that is shown again, if it has an address of its own.
pub fn chooser(path: &str) -> Markup {
    let next = if path.is_empty() { "/" } else { path };
    html! {
        form.row.languages method="post" action="/language" aria-label=(t!("language-choose")) {
            input type="hidden" name="next" value=(next);
            @for language in Language::ALL {
                @let current = language == words::spoken();
                button name="language" value=(language.code()) lang=(language.code()) aria-current=[current.then_some("true")] { (language.name()) }
            }
        }
    }
}

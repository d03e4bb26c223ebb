//! What pages and mail say, in each language: Fluent messages in `en/` and `de/`, one file per noun.
//!
//! The language is that of the render that is under way: [`speak`] sets it, `t!` reads it. So a view has no parameter for it,
//! and whatever a view calls says the same language.

pub mod dates;
pub mod numbers;
mod rich;

pub use maud::Markup;
pub use rich::{SentencePart, part, rich};

use domain::text::language::Language;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{borrow::Cow, cell::Cell, sync::LazyLock};

/// A message that no value is filled in to.
pub type Words = Cow<'static, str>;

/// One message in the language of the render. `t!("key")` is a `Cow<'static, str>`; `t!("key", name = value)` fills in `{$name}`
/// and is a `String`. Numbers select plural forms; a number that is shown with separators is passed as text beside it.
#[macro_export]
macro_rules! t {
    ($key:literal) => { $crate::words::message($key) };
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::filled($key, [$((stringify!($name), $crate::words::value($value))),+])
    };
}

/// A sentence with markup in it. `rich!("key"; link => |words| html! { a href="/x" { (words) } })` renders each part
/// `<link>words</link>` (or `<link/>`, with empty words) of the message. Numbers may be filled in before the semicolon:
/// `rich!("key", count = 3; …)`. What people wrote is a part of its own, never a value, so that it cannot contain a part.
#[macro_export]
macro_rules! rich {
    ($key:literal $(, $name:ident = $number:expr)* ; $($part:ident => $render:expr),+ $(,)?) => {
        $crate::words::rich(
            &$crate::words::filled($key, [$((stringify!($name), $crate::words::number($number))),*]),
            &[$((stringify!($part), &$crate::words::part($render) as $crate::words::SentencePart<'_>)),+],
        )
    };
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language of the render that is under way; English outside of one.
pub fn spoken() -> Language {
    SPOKEN.get()
}

/// Renders in a language.
pub fn speak<T>(language: Language, render: impl FnOnce() -> T) -> T {
    struct Former(Language);
    impl Drop for Former {
        fn drop(&mut self) {
            SPOKEN.set(self.0);
        }
    }
    let _former = Former(SPOKEN.replace(language));
    render()
}

/// A message that has no values. An unknown key is shown as itself; `tests/words.rs` fails for it.
pub fn message(key: &'static str) -> Words {
    format(key, None)
}

/// A message with values, in the order of the macro.
pub fn filled<const N: usize>(key: &'static str, values: [(&'static str, FluentValue<'_>); N]) -> String {
    format(key, Some(&FluentArgs::from_iter(values))).into_owned()
}

/// A text or a number, as a value of a message.
pub fn value<'v>(value: impl Into<FluentValue<'v>>) -> FluentValue<'v> {
    value.into()
}

/// A number, as a value of a message.
pub fn number(number: impl Into<i64>) -> FluentValue<'static> {
    number.into().into()
}

fn format(key: &'static str, values: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
    let bundle = match spoken() {
        Language::English => &*ENGLISH,
        Language::German => &*GERMAN,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return Cow::Borrowed(key);
    };
    bundle.format_pattern(pattern, values, &mut Vec::new())
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, ENGLISH_FILES));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German, GERMAN_FILES));

/// The files of one language, by the same names in each.
macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!($language, "/access.ftl")),
            include_str!(concat!($language, "/asking.ftl")),
            include_str!(concat!($language, "/audience.ftl")),
            include_str!(concat!($language, "/back.ftl")),
            include_str!(concat!($language, "/buying.ftl")),
            include_str!(concat!($language, "/captions.ftl")),
            include_str!(concat!($language, "/catalogue.ftl")),
            include_str!(concat!($language, "/chat.ftl")),
            include_str!(concat!($language, "/clips.ftl")),
            include_str!(concat!($language, "/comps.ftl")),
            include_str!(concat!($language, "/dates.ftl")),
            include_str!(concat!($language, "/desk.ftl")),
            include_str!(concat!($language, "/devices.ftl")),
            include_str!(concat!($language, "/entry.ftl")),
            include_str!(concat!($language, "/experiences.ftl")),
            include_str!(concat!($language, "/files.ftl")),
            include_str!(concat!($language, "/forms.ftl")),
            include_str!(concat!($language, "/language.ftl")),
            include_str!(concat!($language, "/layout.ftl")),
            include_str!(concat!($language, "/live.ftl")),
            include_str!(concat!($language, "/mail.ftl")),
            include_str!(concat!($language, "/money.ftl")),
            include_str!(concat!($language, "/operators.ftl")),
            include_str!(concat!($language, "/ops.ftl")),
            include_str!(concat!($language, "/passkeys.ftl")),
            include_str!(concat!($language, "/payouts.ftl")),
            include_str!(concat!($language, "/people.ftl")),
            include_str!(concat!($language, "/plans.ftl")),
            include_str!(concat!($language, "/promo.ftl")),
            include_str!(concat!($language, "/reach.ftl")),
            include_str!(concat!($language, "/recordings.ftl")),
            include_str!(concat!($language, "/recovery.ftl")),
            include_str!(concat!($language, "/refusals.ftl")),
            include_str!(concat!($language, "/restreams.ftl")),
            include_str!(concat!($language, "/scripts.ftl")),
            include_str!(concat!($language, "/takedown.ftl")),
            include_str!(concat!($language, "/text.ftl")),
            include_str!(concat!($language, "/videos.ftl")),
            include_str!(concat!($language, "/waitlist.ftl")),
            include_str!(concat!($language, "/why.ftl")),
        ]
    };
}

const ENGLISH_FILES: &[&str] = files!("en");
const GERMAN_FILES: &[&str] = files!("de");

/// The files are part of the program and `tests/words.rs` parses them, so what is wrong in one is skipped here.
fn bundle(language: Language, files: &[&str]) -> Bundle {
    let tag = language.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Pages isolate what people wrote with `bdi` and `dir`, not with invisible characters.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

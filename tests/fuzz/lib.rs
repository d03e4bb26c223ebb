//! What strangers send us, as functions of bytes. Each target panics when a promise is broken: `tests/fuzz/run` searches for
//! such bytes with libFuzzer, and `replay` runs the kept ones in every `cargo test`.

mod chat_text;
mod form;
mod resume;
mod sdp;
mod stun;
mod webhook;

/// A name and what is run on each input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target by the name of its folder in `corpus/`.
pub const TARGETS: &[Target] = &[
    ("chat_text", chat_text::run),
    ("form", form::run),
    ("resume", resume::run),
    ("sdp", sdp::run),
    ("stun", stun::run),
    ("webhook", webhook::run),
];

/// Splits an input at its first line break: a short field, and the rest.
fn head_and_body(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

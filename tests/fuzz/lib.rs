//! The parsers of untrusted input, as functions of bytes. A target panics when an invariant is violated:
//! `tests/fuzz/run` searches for such inputs with libFuzzer, and `replay` runs the stored inputs in every `cargo test`.

mod chat_text;
mod form;
mod passkey;
mod picture;
mod resume;
mod sdp;
mod stun;
mod video;
mod webhook;

/// The target's name, and the function that runs it on one input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, by the name of its folder in `corpus/`.
pub const TARGETS: &[Target] = &[
    ("chat_text", chat_text::run),
    ("form", form::run),
    ("passkey", passkey::run),
    ("picture", picture::run),
    ("resume", resume::run),
    ("sdp", sdp::run),
    ("stun", stun::run),
    ("video", video::run),
    ("webhook", webhook::run),
];

/// Splits an input at its first line break into a short field and the rest.
fn head_and_body(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

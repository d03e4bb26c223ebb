//! Sentences with markup in them.

use maud::{Markup, Render, html};

/// How one part of a sentence is rendered, from the words inside it.
pub type SentencePart<'a> = &'a dyn Fn(&str) -> Markup;

/// Tells the compiler that a closure takes words of any lifetime.
pub fn part<F: Fn(&str) -> Markup>(render: F) -> F {
    render
}

/// Renders a message whose parts are written `<name>words</name>` or `<name/>`. Parts do not nest. What names no part of `parts`
/// is text.
pub fn rich(message: &str, parts: &[(&str, SentencePart<'_>)]) -> Markup {
    let mut pieces: Vec<Markup> = Vec::new();
    let mut rest = message;
    while let Some((before, shown, after)) = next(rest, parts) {
        pieces.extend([before.render(), shown]);
        rest = after;
    }
    html! { @for piece in &pieces { (piece) } (rest) }
}

/// The first part of a message: what stands before it, the part itself, and what stands after it.
fn next<'m>(message: &'m str, parts: &[(&str, SentencePart<'_>)]) -> Option<(&'m str, Markup, &'m str)> {
    let first = parts.iter().filter_map(|(name, render)| {
        let (open, empty, close) = (format!("<{name}>"), format!("<{name}/>"), format!("</{name}>"));
        if let Some(at) = message.find(&empty) {
            return Some((at, at..at, at + empty.len(), render));
        }
        let at = message.find(&open)?;
        let begin = at + open.len();
        let end = begin + message[begin..].find(&close)?;
        Some((at, begin..end, end + close.len(), render))
    });
    let (at, words, after, render) = first.min_by_key(|(at, ..)| *at)?;
    Some((&message[..at], render(&message[words]), &message[after..]))
}

#[cfg(test)]
mod tests {
    use super::rich;
    use maud::html;

    #[test]
    fn parts_are_rendered_in_the_order_of_the_message() {
        let link = |words: &str| html! { a href="/x" { (words) } };
        let name = |_: &str| html! { bdi { "<link>" } };
        for (message, html) in [
            ("plain & <b>", "plain &amp; &lt;b&gt;"),
            ("<link>one</link> and <name/>", r#"<a href="/x">one</a> and <bdi>&lt;link&gt;</bdi>"#),
            ("<name/>: <link>a < b</link>.", r#"<bdi>&lt;link&gt;</bdi>: <a href="/x">a &lt; b</a>."#),
            ("<link>not closed", "&lt;link&gt;not closed"),
            ("<name/><name/>", "<bdi>&lt;link&gt;</bdi><bdi>&lt;link&gt;</bdi>"),
        ] {
            assert_eq!(rich(message, &[("link", &link), ("name", &name)]).into_string(), html);
        }
    }
}

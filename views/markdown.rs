//! A person's text with its marks: paragraphs, headings, lists, quotes, emphasis, code and links, in CommonMark.
//!
//! Only the elements below are ever written, and every text goes through maud's escaping. HTML in the source is shown as it was
//! typed, and pictures as their words, so nothing has to be cleaned afterwards.

use maud::{Markup, PreEscaped, Render, html};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Lists and quotes inside each other. What is nested more deeply is written at this depth.
const DEEPEST: usize = 4;

pub fn formatted(source: &str) -> Markup {
    let mut out = Writer::default();
    for event in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH) {
        out.event(event);
    }
    html! { div.stack.formatted { (PreEscaped(out.html)) } }
}

#[derive(Default)]
struct Writer {
    html: String,
    /// What is open: its end, or nothing for what is not written.
    open: Vec<&'static str>,
    /// Lists and quotes among them, including those too deep to be written.
    depth: usize,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.text(&text);
                self.html.push_str("</code>");
            }
            // Lines stay lines, as people type them.
            Event::SoftBreak | Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>"),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn text(&mut self, text: &str) {
        text.render_to(&mut self.html);
    }

    fn start(&mut self, tag: Tag<'_>) {
        let nests = nests(&tag.to_end());
        self.depth += usize::from(nests);
        if nests && self.depth > DEEPEST {
            return self.open.push("");
        }
        let (begin, end) = match tag {
            Tag::Paragraph => ("<p>", "</p>"),
            // Of one level, below those of the page: people choose it for its size.
            Tag::Heading { .. } => ("<h3>", "</h3>"),
            Tag::BlockQuote(_) => ("<blockquote>", "</blockquote>"),
            Tag::CodeBlock(_) => ("<pre>", "</pre>"),
            Tag::List(None) => ("<ul>", "</ul>"),
            Tag::List(Some(_)) => ("<ol>", "</ol>"),
            Tag::Item if self.depth <= DEEPEST => ("<li>", "</li>"),
            Tag::Emphasis => ("<em>", "</em>"),
            Tag::Strong => ("<strong>", "</strong>"),
            Tag::Strikethrough => ("<s>", "</s>"),
            Tag::Link { dest_url, .. } if leads_out(&dest_url) => {
                self.html.push_str(r#"<a rel="nofollow ugc noopener noreferrer" target="_blank" href=""#);
                self.text(&dest_url);
                ("\">", "</a>")
            }
            _ => ("", ""),
        };
        self.html.push_str(begin);
        self.open.push(end);
    }

    fn end(&mut self, tag: TagEnd) {
        self.depth -= usize::from(nests(&tag));
        self.html.push_str(self.open.pop().unwrap_or_default());
    }
}

const fn nests(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::List(_) | TagEnd::BlockQuote(_))
}

/// Links lead to other sites, never to a script or into this one.
fn leads_out(to: &str) -> bool {
    to.starts_with("https://") || to.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(source: &str) -> String {
        let html = formatted(source).into_string();
        html.strip_prefix("<div class=\"stack formatted\">")
            .and_then(|rest| rest.strip_suffix("</div>"))
            .expect("the frame")
            .to_owned()
    }

    #[test]
    fn marks_become_elements_and_nothing_else_does() {
        let link = r#"<a rel="nofollow ugc noopener noreferrer" target="_blank" href="https://a.example/?q=1&amp;r=2">"#;
        for (source, want) in [
            ("One\ntwo\n\nthree", "<p>One<br>two</p><p>three</p>".to_owned()),
            (
                "**Loud** and *soft*, ~~gone~~",
                "<p><strong>Loud</strong> and <em>soft</em>, <s>gone</s></p>".into(),
            ),
            ("# Big\n\n#### Small", "<h3>Big</h3><h3>Small</h3>".into()),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>".into()),
            ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>".into()),
            ("> said", "<blockquote><p>said</p></blockquote>".into()),
            ("`<b>`", "<p><code>&lt;b&gt;</code></p>".into()),
            ("[here](https://a.example/?q=1&r=2)", format!("<p>{link}here</a></p>")),
            ("[x](javascript:alert(1)) [y](/ops) [z](//a.example)", "<p>x y z</p>".into()),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;".into()),
            ("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>".into()),
            ("![words](https://a.example/p.png)", "<p>words</p>".into()),
            (
                "[\"><b>](https://a.example/\"><b>)",
                format!(
                    "<p>{}&quot;&gt;&lt;b&gt;</a></p>",
                    link.replace("?q=1&amp;r=2", "&quot;&gt;&lt;b&gt;")
                ),
            ),
        ] {
            assert_eq!(inside(source), want, "{source}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_is_flattened() {
        let deep = inside(&format!("{} deep", ">".repeat(500)));
        assert_eq!(deep.matches("<blockquote>").count(), DEEPEST, "{deep}");
        assert!(deep.contains("deep"));
    }

    proptest! {
        /// Every tag is one of ours, and each is closed in order.
        #[test]
        fn tags_are_ours_and_balanced(source in "[-a-z<>&\"'*_`\\[\\]()!#~1. \n:/]{0,120}") {
            let html = inside(&source);
            let mut open = Vec::new();
            for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
                let name = tag.split(' ').next().unwrap_or_default();
                match name.strip_prefix('/') {
                    Some(name) => prop_assert_eq!(open.pop(), Some(name.to_owned())),
                    None if matches!(name, "br" | "hr") => {}
                    None => {
                        let ours = ["p", "h3", "blockquote", "pre", "ul", "ol", "li", "em", "strong", "s", "a", "code"];
                        prop_assert!(ours.contains(&name), "{}", html);
                        open.push(name.to_owned());
                    }
                }
            }
            prop_assert!(open.is_empty(), "{}", html);
        }
    }
}

//! A person's text with its marks: paragraphs, headings, lists, quotes, emphasis, code and links, in CommonMark.

use crate::text::of_people;
use domain::text::markdown::parse_people;
use maud::{Markup, html};

pub fn formatted(source: &str) -> Markup {
    html! { div.stack.formatted { (of_people(&parse_people(source))) } }
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
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>".into()),
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
        assert_eq!(deep.matches("<blockquote>").count(), 6, "{deep}");
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

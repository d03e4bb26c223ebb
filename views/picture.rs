//! The changing parts of a page, and the difference between two states of it. Parts keep their ids and are morphed in
//! an open page, so focus, selection and scroll position stay.

use crate::dom;
use maud::{Markup, PreEscaped, html};

/// All changing parts of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture(Vec<Section>);

/// An element of the page, with its children in order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    id: String,
    parts: Vec<PicturePart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PicturePart {
    /// The element's id; empty if it has none and is sent with its whole section.
    id: String,
    html: String,
}

impl Picture {
    /// Adds a section that is sent as a whole.
    pub(crate) fn with(mut self, id: &str, content: Markup) -> Self {
        let part = PicturePart { id: String::new(), html: content.into_string() };
        self.0.push(Section { id: id.into(), parts: vec![part] });
        self
    }
    /// Adds a section whose elements are sent one by one, each with its id.
    pub(crate) fn with_parts(mut self, id: String, parts: impl Iterator<Item = (String, Markup)>) -> Self {
        let parts = parts.map(|(id, content)| PicturePart { id, html: content.into_string() }).collect();
        self.0.push(Section { id, parts });
        self
    }

    /// The content of a section's element.
    pub(crate) fn content(&self, id: &str) -> Markup {
        self.0.iter().find(|section| section.id == id).map_or(PreEscaped(String::new()), Section::content)
    }
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|section| section.id.as_str())
    }

    /// With these sections in place of those that have the same elements.
    pub fn updated(&self, part: Self) -> Self {
        let mut sections = self.0.clone();
        for section in part.0 {
            match sections.iter_mut().find(|old| old.id == section.id) {
                Some(old) => *old = section,
                None => sections.push(section),
            }
        }
        Self(sections)
    }

    /// All sections, for a page that has no state yet.
    pub fn frame(&self) -> Markup {
        html! { @for section in &self.0 { (section.frame()) } }
    }

    /// What changed since `before`; `None` if nothing did.
    pub fn changes(&self, before: &Self) -> Option<Markup> {
        if !self.ids().eq(before.ids()) {
            return Some(self.frame());
        }
        let changed = self.0.iter().zip(&before.0).filter(|(now, before)| now != before);
        let frames: Vec<Markup> = changed.map(|(now, before)| now.changes(before)).collect();
        (!frames.is_empty()).then(|| html! { @for frame in &frames { (frame) } })
    }
}

impl Section {
    fn content(&self) -> Markup {
        PreEscaped(self.parts.iter().map(|part| part.html.as_str()).collect())
    }
    fn frame(&self) -> Markup {
        dom::partial(&self.id, "innerMorph", self.content())
    }

    fn changes(&self, before: &Self) -> Markup {
        let same = |(now, before): (&PicturePart, &PicturePart)| now.id == before.id && !now.id.is_empty();
        if self.parts.len() != before.parts.len() || !self.parts.iter().zip(&before.parts).all(same) {
            return self.frame();
        }
        let changed = self.parts.iter().zip(&before.parts).filter(|(now, before)| now.html != before.html);
        html! {
            @for (part, _) in changed { (dom::partial(&part.id, "outerMorph", PreEscaped(part.html.clone()))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(figure: &str, rows: &[(&str, &str)]) -> Picture {
        let rows = rows.iter().map(|(id, text)| ((*id).to_string(), html! { tr id=(id) { (text) } }));
        Picture::default().with("figures", html! { (figure) }).with_parts("tree".into(), rows)
    }

    #[test]
    fn a_part_of_a_picture_takes_the_place_of_what_it_shows() {
        let before = picture("1", &[("a", "old")]);
        let part = Picture::default().with("figures", html! { "2" });
        let after = before.updated(part);
        assert_eq!(after, picture("2", &[("a", "old")]));
        let sent = after.changes(&before).map(PreEscaped::into_string);
        let expected = r##"<hx-partial hx-target="#figures" hx-swap="innerMorph">2</hx-partial>"##;
        assert_eq!(sent.as_deref(), Some(expected));
        assert_eq!(before.updated(Picture::default()), before);
    }

    #[test]
    fn only_what_changed_is_sent() {
        let before = picture("1", &[("a", "old"), ("b", "same")]);
        assert_eq!(before.changes(&before.clone()).map(PreEscaped::into_string), None);
        let row = picture("1", &[("a", "new"), ("b", "same")]).changes(&before).map(PreEscaped::into_string);
        let expected =
            r##"<hx-partial hx-target="#a" hx-swap="outerMorph"><tr id="a">new</tr></hx-partial>"##;
        assert_eq!(row.as_deref(), Some(expected));
        let figure =
            picture("2", &[("a", "old"), ("b", "same")]).changes(&before).map(PreEscaped::into_string);
        let expected = r##"<hx-partial hx-target="#figures" hx-swap="innerMorph">2</hx-partial>"##;
        assert_eq!(figure.as_deref(), Some(expected));
        let other = picture("1", &[("b", "same")]).changes(&before).map(PreEscaped::into_string);
        let expected =
            r##"<hx-partial hx-target="#tree" hx-swap="innerMorph"><tr id="b">same</tr></hx-partial>"##;
        assert_eq!(other.as_deref(), Some(expected));
    }
}

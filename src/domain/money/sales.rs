//! What a space's page says to those who may buy: a headline, what they get, questions and answers. And the preview of a
//! page that is not public yet.

use crate::{
    id::QuestionId,
    text::{self, TextError},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// In characters.
pub const LONGEST_HEADLINE: usize = 120;
pub const LONGEST_FEATURE: usize = 120;
pub const LONGEST_QUESTION: usize = 160;
pub const LONGEST_ANSWER: usize = 2000;
pub const MOST_FEATURES: usize = 12;
pub const MOST_QUESTIONS: usize = 30;
/// How long a link to a preview is good.
pub const PREVIEW_LASTS: Span = Span::days(7);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesPage {
    pub headline: String,
    /// What people get, in order.
    pub features: Vec<String>,
    /// In order.
    pub questions: Vec<Question>,
    pub preview: PreviewLink,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub question: String,
    pub answer: String,
}

/// The newest link by which strangers see the page before it is public.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreviewLink {
    /// Counts the links; older ones are no longer good.
    pub number: i64,
    /// `None`: there is no good link.
    pub until: Option<Millis>,
}

impl PreviewLink {
    /// Whether a link that was made with `until` is good.
    pub fn is_open(self, until: Millis, now: Millis) -> bool {
        self.until == Some(until) && now < until
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SalesError {
    #[error("At most {most} lines; this has {0}.", most = MOST_FEATURES)]
    Features(usize),
    #[error("Line {line}: {error}")]
    Feature { line: usize, error: TextError },
}

/// # Errors
/// When it is too long.
pub fn headline(given: &str) -> Result<String, TextError> {
    text::line(given, 0..=LONGEST_HEADLINE)
}

/// One a line; lines without a visible character are dropped.
///
/// # Errors
/// When there are too many, or one is too long.
pub fn features(given: &str) -> Result<Vec<String>, SalesError> {
    let mut found = Vec::new();
    for (i, line) in given.lines().enumerate() {
        let line = text::line(line, 0..=LONGEST_FEATURE)
            .map_err(|error| SalesError::Feature { line: i + 1, error })?;
        if !line.is_empty() {
            found.push(line);
        }
    }
    if found.len() > MOST_FEATURES { Err(SalesError::Features(found.len())) } else { Ok(found) }
}

/// # Errors
/// When it is empty or too long.
pub fn question(given: &str) -> Result<String, TextError> {
    text::line(given, 1..=LONGEST_QUESTION)
}

/// # Errors
/// When it is empty or too long.
pub fn answer(given: &str) -> Result<String, TextError> {
    text::paragraphs(given, 1..=LONGEST_ANSWER)
}

/// A change of the questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// As the last one.
    Add(Question),
    /// The one with this id.
    Change(Question),
    Remove(QuestionId),
    /// By so many places: down, or up if negative. Stops at the ends.
    Shift(QuestionId, isize),
}

/// Why an [`Edit`] is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEdited {
    /// There is no such question.
    Missing,
    /// There are [`MOST_QUESTIONS`].
    Full,
}

impl SalesPage {
    pub fn find(&self, id: QuestionId) -> Option<&Question> {
        self.questions.iter().find(|one| one.id == id)
    }

    /// # Errors
    /// When there is no such question, or no room for another one.
    pub fn edit(&mut self, edit: Edit) -> Result<(), NotEdited> {
        let place = |id| self.questions.iter().position(|one| one.id == id).ok_or(NotEdited::Missing);
        match edit {
            Edit::Add(_) if self.questions.len() >= MOST_QUESTIONS => return Err(NotEdited::Full),
            Edit::Add(new) => self.questions.push(new),
            Edit::Change(new) => {
                let at = place(new.id)?;
                self.questions[at] = new;
            }
            Edit::Remove(id) => {
                let at = place(id)?;
                self.questions.remove(at);
            }
            Edit::Shift(id, places) => {
                let at = place(id)?;
                let to = at.saturating_add_signed(places).min(self.questions.len() - 1);
                let moved = self.questions.remove(at);
                self.questions.insert(to, moved);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_added_moved_and_removed_as_the_table_says() {
        let ids = [QuestionId::new(), QuestionId::new(), QuestionId::new()];
        let one = |id, words: &str| Question { id, question: words.into(), answer: "Yes.".into() };
        let page = || SalesPage {
            questions: ids.into_iter().zip(["a", "b", "c"]).map(|(id, words)| one(id, words)).collect(),
            ..SalesPage::default()
        };
        let new = QuestionId::new();
        let table = [
            (Edit::Add(one(new, "d")), Ok("abcd")),
            (Edit::Change(one(ids[1], "B")), Ok("aBc")),
            (Edit::Change(one(new, "B")), Err(NotEdited::Missing)),
            (Edit::Remove(ids[0]), Ok("bc")),
            (Edit::Remove(new), Err(NotEdited::Missing)),
            (Edit::Shift(ids[0], 1), Ok("bac")),
            (Edit::Shift(ids[2], -1), Ok("acb")),
            (Edit::Shift(ids[0], -1), Ok("abc")),
            (Edit::Shift(ids[2], 9), Ok("abc")),
            (Edit::Shift(new, 1), Err(NotEdited::Missing)),
        ];
        for (edit, expected) in table {
            let mut page = page();
            let done = page.edit(edit.clone());
            let order: String = page.questions.iter().map(|one| one.question.as_str()).collect();
            assert_eq!(done.map(|()| order.as_str()), expected, "{edit:?}");
        }
        let mut full = SalesPage::default();
        for _ in 0..MOST_QUESTIONS {
            full.edit(Edit::Add(one(QuestionId::new(), "more"))).unwrap();
        }
        assert_eq!(full.edit(Edit::Add(one(new, "too many"))), Err(NotEdited::Full));
    }

    #[test]
    fn a_question_is_found_by_its_id() {
        let one =
            |words: &str| Question { id: QuestionId::new(), question: words.into(), answer: "Yes.".into() };
        let questions = vec![one("a"), one("b")];
        let page = SalesPage { questions: questions.clone(), ..SalesPage::default() };
        for question in &questions {
            assert_eq!(page.find(question.id), Some(question));
        }
        assert_eq!(page.find(QuestionId::new()), None);
    }

    #[test]
    fn each_text_has_its_own_bounds() {
        type Read = fn(&str) -> Result<String, TextError>;
        assert_eq!(headline(" Live\nfrom Wien "), Ok("Live from Wien".into()));
        assert_eq!(headline(""), Ok(String::new()), "a page may have none");
        assert_eq!(question(" Is it\nrecorded? "), Ok("Is it recorded?".into()));
        assert_eq!(answer(" Yes.\r\n\r\nFor a week. "), Ok("Yes.\n\nFor a week.".into()));
        assert_eq!((question(" "), answer("")), (Err(TextError::Empty), Err(TextError::Empty)));
        let bounds: [(Read, usize); 3] =
            [(headline, LONGEST_HEADLINE), (question, LONGEST_QUESTION), (answer, LONGEST_ANSWER)];
        for (read, most) in bounds {
            assert_eq!(read(&"x".repeat(most)), Ok("x".repeat(most)));
            assert_eq!(read(&"x".repeat(most + 1)), Err(TextError::Long { most, count: most + 1 }));
        }
    }

    #[test]
    fn features_are_lines_of_bounded_number_and_length() {
        assert_eq!(features(" One song \r\n\r\n\u{200B}\nChat"), Ok(vec!["One song".into(), "Chat".into()]));
        assert_eq!(features(""), Ok(vec![]));
        assert_eq!(features(&"x\n".repeat(MOST_FEATURES)).map(|all| all.len()), Ok(MOST_FEATURES));
        assert_eq!(features(&"x\n".repeat(MOST_FEATURES + 1)), Err(SalesError::Features(MOST_FEATURES + 1)));
        let long = format!("short\n{}", "x".repeat(LONGEST_FEATURE + 1));
        let error = TextError::Long { most: LONGEST_FEATURE, count: LONGEST_FEATURE + 1 };
        assert_eq!(features(&long), Err(SalesError::Feature { line: 2, error }));
    }

    #[test]
    fn only_the_newest_link_is_good_until_its_end() {
        let (until, now) = (Millis(2_000), Millis(1_000));
        let open = PreviewLink { number: 3, until: Some(until) };
        assert!(open.is_open(until, now));
        assert!(!open.is_open(until, until), "its time is over");
        assert!(!open.is_open(Millis(3_000), now), "another link");
        assert!(!PreviewLink { until: None, ..open }.is_open(until, now), "withdrawn");
    }
}

//! What whoever takes or buys a pass is asked, and what they answer.

use crate::{
    id::QuestionId,
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// Questions of one pass.
pub const MOST_ASKED: usize = 10;
/// In characters.
pub const LONGEST_ASKED: usize = 160;
pub const LONGEST_LINE: usize = 200;
pub const LONGEST_TEXT: usize = 2000;
pub const LONGEST_OPTION: usize = 80;
pub const MOST_OPTIONS: usize = 20;

/// How it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    Line,
    Text,
    Choice,
}

impl AskKind {
    pub const ALL: [Self; 3] = [Self::Line, Self::Text, Self::Choice];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Text => "text",
            Self::Choice => "choice",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedQuestion {
    pub id: QuestionId,
    pub kind: AskKind,
    pub words: String,
    pub required: bool,
    /// Of a choice.
    pub options: Vec<String>,
}

/// A question as it was asked, with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question: String,
    pub answer: String,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("it is required")]
    Missing,
    #[error("it is none of the options")]
    Unknown,
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Why something cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("a choice has two options or more")]
    Few,
    #[error("a choice has at most {most} options", most = MOST_OPTIONS)]
    Many,
    #[error(transparent)]
    Text(#[from] TextError),
}

/// # Errors
/// If it is empty or too long.
pub fn words(given: &str) -> Result<String, TextError> {
    text::line(given, 1..=LONGEST_ASKED)
}

/// The options of a choice, one a line; other kinds have none.
///
/// # Errors
/// If there are too few or too many, or one is too long.
pub fn options(kind: AskKind, given: &str) -> Result<Vec<String>, AskError> {
    if kind != AskKind::Choice {
        return Ok(Vec::new());
    }
    let mut found: Vec<String> = Vec::new();
    for line in given.lines() {
        let line = text::line(line, 0..=LONGEST_OPTION)?;
        if !line.is_empty() && !found.contains(&line) {
            found.push(line);
        }
    }
    match found.len() {
        0 | 1 => Err(AskError::Few),
        n if n > MOST_OPTIONS => Err(AskError::Many),
        _ => Ok(found),
    }
}

impl AskedQuestion {
    /// # Errors
    /// If it is required and missing, too long, or none of the options.
    pub fn read(&self, given: &str) -> Result<String, AnswerError> {
        let answer = match self.kind {
            AskKind::Line => text::line(given, 0..=LONGEST_LINE)?,
            AskKind::Text => text::paragraphs(given, 0..=LONGEST_TEXT)?,
            AskKind::Choice => given.trim().to_owned(),
        };
        if answer.is_empty() {
            return if self.required { Err(AnswerError::Missing) } else { Ok(answer) };
        }
        if self.kind == AskKind::Choice && !self.options.contains(&answer) {
            return Err(AnswerError::Unknown);
        }
        Ok(answer)
    }
}

/// What was answered, in the order of the questions and without those that were left open.
///
/// # Errors
/// What is wrong, by the place of its question.
pub fn answers(asked: &[AskedQuestion], given: &[String]) -> Result<Vec<Answer>, Vec<(usize, AnswerError)>> {
    let (mut answers, mut wrong) = (Vec::new(), Vec::new());
    for (place, question) in asked.iter().enumerate() {
        match question.read(given.get(place).map_or("", String::as_str)) {
            Ok(answer) if answer.is_empty() => {}
            Ok(answer) => answers.push(Answer { question: question.words.clone(), answer }),
            Err(error) => wrong.push((place, error)),
        }
    }
    if wrong.is_empty() { Ok(answers) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kind: AskKind, required: bool) -> AskedQuestion {
        let options = ["Red", "Blue"].map(String::from);
        let options = if kind == AskKind::Choice { options.to_vec() } else { Vec::new() };
        AskedQuestion { id: QuestionId::new(), kind, words: format!("{kind:?}?"), required, options }
    }

    #[test]
    fn an_answer_is_taken_as_the_table_says() {
        use AskKind::*;
        let long = "x".repeat(LONGEST_LINE + 1);
        let too_long = TextError::Long { most: LONGEST_LINE, count: LONGEST_LINE + 1 };
        for (kind, required, given, want) in [
            (Line, true, " Ann ", Ok("Ann")),
            (Line, true, " ", Err(AnswerError::Missing)),
            (Line, false, "", Ok("")),
            (Line, true, long.as_str(), Err(AnswerError::Text(too_long))),
            (Text, true, "", Err(AnswerError::Missing)),
            (Text, true, long.as_str(), Ok(long.as_str())),
            (Choice, true, "Blue", Ok("Blue")),
            (Choice, true, "Green", Err(AnswerError::Unknown)),
            (Choice, false, "Green", Err(AnswerError::Unknown)),
            (Choice, true, "", Err(AnswerError::Missing)),
            (Choice, false, "", Ok("")),
        ] {
            let found = asked(kind, required).read(given);
            assert_eq!(found, want.map(String::from), "{kind:?} {required} {given:?}");
        }
    }

    #[test]
    fn each_wrong_answer_is_named_by_its_place() {
        let all = [asked(AskKind::Line, true), asked(AskKind::Text, false), asked(AskKind::Choice, true)];
        let given = |answers: &[&str]| answers.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            answers(&all, &given(&["", "words"])),
            Err(vec![(0, AnswerError::Missing), (2, AnswerError::Missing)])
        );
        let taken = answers(&all, &given(&["Ann", "", "Red", "more than was asked"])).expect("all is right");
        let taken: Vec<_> = taken.iter().map(|one| (one.question.as_str(), one.answer.as_str())).collect();
        assert_eq!(taken, [("Line?", "Ann"), ("Choice?", "Red")]);
        assert_eq!(answers(&[], &[]), Ok(vec![]));
    }

    #[test]
    fn a_question_has_words_of_bounded_length() {
        assert_eq!(words(" Which\nsize? "), Ok("Which size?".into()));
        assert_eq!(words(" "), Err(TextError::Empty));
        assert_eq!(words(&"x".repeat(LONGEST_ASKED)), Ok("x".repeat(LONGEST_ASKED)));
        assert!(words(&"x".repeat(LONGEST_ASKED + 1)).is_err());
    }

    #[test]
    fn a_choice_has_several_options() {
        let many: String = (0..=MOST_OPTIONS).map(|n| format!("{n}\n")).collect();
        let most: Vec<String> = (0..MOST_OPTIONS).map(|n| n.to_string()).collect();
        assert_eq!(options(AskKind::Choice, &most.join("\n")), Ok(most));
        let long = "x".repeat(LONGEST_OPTION + 1);
        assert_eq!(options(AskKind::Choice, "Red\n\n Blue \r\nRed"), Ok(vec!["Red".into(), "Blue".into()]));
        assert_eq!(options(AskKind::Choice, "Red\nRed"), Err(AskError::Few));
        assert_eq!(options(AskKind::Choice, &many), Err(AskError::Many));
        assert!(matches!(options(AskKind::Choice, &long), Err(AskError::Text(_))));
        assert_eq!(options(AskKind::Line, "Red\nBlue"), Ok(vec![]));
        assert!(AskKind::ALL.into_iter().all(|kind| AskKind::from_code(kind.code()) == Some(kind)));
    }
}

//! Team pages of what a space's page says to those who may buy, and of its preview.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    catalogue::offer::Space,
    id::QuestionId,
    money::sales::{
        LONGEST_ANSWER, LONGEST_FEATURE, LONGEST_HEADLINE, LONGEST_QUESTION, MOST_FEATURES, Question,
        SalesPage,
    },
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct SalesForm<'a> {
    pub space: &'a Space,
    pub sales: &'a SalesPage,
    /// Contents of the forms: what is saved, or the rejected input.
    pub draft: &'a SalesDraft,
    pub question: &'a QuestionDraft,
    /// The link to the preview, with scheme and host, while it is good.
    pub preview: Option<&'a str>,
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct SalesDraft {
    pub headline: String,
    /// One a line.
    pub features: String,
}

impl From<&SalesPage> for SalesDraft {
    fn from(page: &SalesPage) -> Self {
        Self { headline: page.headline.clone(), features: page.features.join("\n") }
    }
}

#[derive(Clone, Debug, Default)]
pub struct QuestionDraft {
    pub question: String,
    pub answer: String,
}

impl From<&Question> for QuestionDraft {
    fn from(one: &Question) -> Self {
        Self { question: one.question.clone(), answer: one.answer.clone() }
    }
}

pub fn page(shell: &Shell, s: &SalesForm<'_>) -> Markup {
    let base = format!("/account/spaces/{}", s.space.id);
    let head = Page { title: "Sales page", ..Page::default() };
    let features = format!("One per line, up to {MOST_FEATURES}, in the order in which they are shown.");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account"), (&base, &s.space.name)]))
                h1 { "Sales page" }
                p.lead { "What visitors of " a href={ "/" (s.space.slug) } { "the page of your space" } " read before they take a pass." }
                (form::summary(s.errors))
                form.card.stack method="post" action={ (base) "/sales" } {
                    (Field::input("sales", "headline", "Headline", &s.draft.headline).max(LONGEST_HEADLINE).show(s.errors))
                    (Field::area("sales", "features", "What people get", &s.draft.features)
                        .max(MOST_FEATURES * (LONGEST_FEATURE + 2)).hint(&features).show(s.errors))
                    button.button { "Save the headline and the list" }
                }
                h2 { "Questions and answers" }
                @if s.sales.questions.is_empty() { p.muted { "What do people ask you before they buy? Answer it here." } }
                @else { ol.stack role="list" { @for (i, one) in s.sales.questions.iter().enumerate() { li.card.row { (row(&base, one, i, s.sales.questions.len())) } } } }
                (question_form(&format!("{base}/questions"), s.question, "Add the question", s.errors))
                h2 { "Preview" }
                (preview(s, &base))
            }
        },
    )
}

fn row(base: &str, one: &Question, i: usize, of: usize) -> Markup {
    let path = format!("{base}/questions/{}", one.id);
    html! {
        span.grow { a href=(path) { b { bdi { (one.question) } } } }
        div.row {
            (mover(&path, "earlier", "↑", &format!("Move up: {}", one.question), i == 0))
            (mover(&path, "later", "↓", &format!("Move down: {}", one.question), i + 1 == of))
        }
    }
}

fn mover(path: &str, noun: &str, sign: &str, label: &str, edge: bool) -> Markup {
    html! { form method="post" action={ (path) "/" (noun) } { button.button.square aria-label=(label) disabled[edge] { (sign) } } }
}

fn question_form(action: &str, draft: &QuestionDraft, verb: &str, errors: &Errors) -> Markup {
    html! {
        form.card.stack method="post" action=(action) {
            (Field::input("question", "question", "Question", &draft.question).required().max(LONGEST_QUESTION).show(errors))
            (Field::area("question", "answer", "Answer", &draft.answer).required().max(LONGEST_ANSWER).hint(MARKS).show(errors))
            button.button { (verb) }
        }
    }
}

/// What a formatted text understands.
pub const MARKS: &str = "An empty line begins a new paragraph. **bold**, *italic*, lines that begin with - make a list, [words](https://…) a link.";

fn preview(s: &SalesForm<'_>, base: &str) -> Markup {
    html! {
        @if s.space.published_at.is_some() { p { "The space is published: everybody sees it." } }
        @else {
            p { "A link to the page as visitors will see it, for people whose opinion you want. It is good for seven days, shows no way to buy, and search engines are told to leave it out." }
            @if let (Some(link), Some(until)) = (s.preview, s.sales.preview.until) {
                p { code { (link) } }
                p.muted { "Good until " (parts::time(until, When::Moment)) ". A new link replaces it." }
            }
            div.row {
                (form::action(&format!("{base}/preview"), "", "Make a new link"))
                @if s.preview.is_some() { (form::action(&format!("{base}/preview/withdrawal"), "danger", "Withdraw the link")) }
            }
        }
    }
}

/// The page of one question.
pub fn question(
    shell: &Shell,
    space: &Space,
    id: QuestionId,
    draft: &QuestionDraft,
    errors: &Errors,
) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    let (list, path) = (format!("{base}/sales"), format!("{base}/questions/{id}"));
    let head = Page { title: "Question", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account"), (&base, &space.name), (&list, "Sales page")]))
                h1 { "Question" }
                (form::summary(errors))
                (question_form(&path, draft, "Save the question", errors))
                (form::action(&format!("{path}/deletion"), "danger", "Delete the question"))
            }
        },
    )
}

/// On the public page: what people get.
pub(crate) fn features(sales: &SalesPage) -> Markup {
    html! {
        @if !sales.features.is_empty() {
            h2 { "What you get" }
            ul.ticks { @for one in &sales.features { li { bdi { (one) } } } }
        }
    }
}

/// On the public page: the questions, each opened by itself.
pub(crate) fn questions(sales: &SalesPage) -> Markup {
    html! {
        @if !sales.questions.is_empty() {
            h2 { "Questions and answers" }
            @for one in &sales.questions {
                details.card { summary { b { bdi { (one.question) } } } (crate::markdown::formatted(&one.answer)) }
            }
        }
    }
}

/// On the public page of a space that is not public yet, for whoever has the link.
pub(crate) fn preview_notice(until: Millis) -> Markup {
    html! { p.notice { "This is a preview: the space is not published, and nothing can be bought yet. The link is good until " (parts::time(until, When::Moment)) "." } }
}

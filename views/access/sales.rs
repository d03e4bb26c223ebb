//! Team pages of what a space's page says to those who may buy, and of its preview.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
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
use std::borrow::Cow;

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
    let head = Page { title: &t!("access-sales"), ..Page::default() };
    let features = t!("access-features-hint", most = MOST_FEATURES);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &s.space.name)]))
                h1 { (t!("access-sales")) }
                p.lead { (rich!("access-sales-lead"; page => |words| html! { a href={ "/" (s.space.slug) } { (words) } })) }
                (form::summary(s.errors))
                form.card.stack method="post" action={ (base) "/sales" } {
                    (Field::input("sales", "headline", &t!("form-field-headline"), &s.draft.headline).max(LONGEST_HEADLINE).show(s.errors))
                    (Field::area("sales", "features", &t!("access-features"), &s.draft.features)
                        .max(MOST_FEATURES * (LONGEST_FEATURE + 2)).hint(&features).show(s.errors))
                    button.button { (t!("access-sales-save")) }
                }
                h2 { (t!("access-questions")) }
                @if s.sales.questions.is_empty() { p.muted { (t!("access-questions-empty")) } }
                @else { ol.stack role="list" { @for (i, one) in s.sales.questions.iter().enumerate() { li.card.row { (row(&base, one, i, s.sales.questions.len())) } } } }
                (question_form(&format!("{base}/questions"), s.question, "button", &t!("access-question-add"), s.errors))
                h2 { (t!("access-preview")) }
                (preview(s, &base))
            }
        },
    )
}

fn row(base: &str, one: &Question, i: usize, of: usize) -> Markup {
    let path = format!("{base}/questions/{}", one.id);
    html! {
        span.grow { a href=(path) { b { bdi { (one.question) } } } }
        div.row.tight {
            (mover(&path, "earlier", "↑", &t!("access-question-up", question = &one.question), i == 0))
            (mover(&path, "later", "↓", &t!("access-question-down", question = &one.question), i + 1 == of))
        }
    }
}

fn mover(path: &str, noun: &str, sign: &str, label: &str, edge: bool) -> Markup {
    html! { form method="post" action={ (path) "/" (noun) } { button.button.square aria-label=(label) disabled[edge] { (sign) } } }
}

/// `class`: of its button.
fn question_form(action: &str, draft: &QuestionDraft, class: &str, verb: &str, errors: &Errors) -> Markup {
    html! {
        form.card.stack method="post" action=(action) {
            (Field::input("question", "question", &t!("form-field-question"), &draft.question).required().max(LONGEST_QUESTION).show(errors))
            (Field::area("question", "answer", &t!("form-field-answer"), &draft.answer).required().max(LONGEST_ANSWER).hint(&marks()).show(errors))
            button class=(class) { (verb) }
        }
    }
}

/// What a formatted text understands.
pub fn marks() -> Cow<'static, str> {
    t!("access-marks")
}

fn preview(s: &SalesForm<'_>, base: &str) -> Markup {
    html! {
        @if s.space.published_at.is_some() { p { (t!("access-preview-published")) } }
        @else {
            p { (t!("access-preview-about")) }
            @if let (Some(link), Some(until)) = (s.preview, s.sales.preview.until) {
                p { code { (link) } }
                p.muted { (rich!("access-preview-until"; until => |_| parts::time(until, When::Moment))) }
            }
            div.row {
                (form::action(&format!("{base}/preview"), "", &t!("access-preview-make")))
                @if s.preview.is_some() { (form::action(&format!("{base}/preview/withdrawal"), "danger", &t!("access-preview-withdraw"))) }
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
    let head = Page { title: &t!("form-field-question"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &space.name), (&list, &t!("access-sales"))]))
                h1 { (t!("form-field-question")) }
                (form::summary(errors))
                (question_form(&path, draft, "button primary", &t!("access-question-save"), errors))
                (form::action(&format!("{path}/deletion"), "danger", &t!("access-question-delete")))
            }
        },
    )
}

/// On the public page: what people get.
pub(crate) fn features(sales: &SalesPage) -> Markup {
    html! {
        @if !sales.features.is_empty() {
            h2 { (t!("access-you-get")) }
            ul.ticks { @for one in &sales.features { li { bdi { (one) } } } }
        }
    }
}

/// On the public page: the questions, each opened by itself.
pub(crate) fn questions(sales: &SalesPage) -> Markup {
    html! {
        @if !sales.questions.is_empty() {
            h2 { (t!("access-questions")) }
            @for one in &sales.questions {
                details.card data-kept-open { summary { b { bdi { (one.question) } } } (crate::markdown::formatted(&one.answer)) }
            }
        }
    }
}

/// On the public page of a space that is not public yet, for whoever has the link.
pub(crate) fn preview_notice(until: Millis) -> Markup {
    html! { p.notice { (rich!("access-preview-notice"; until => |_| parts::time(until, When::Moment))) } }
}

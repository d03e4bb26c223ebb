//! What the lists of the domain are called on pages.

use crate::t;
use domain::{
    catalogue::topics::Category,
    ops::reports::ReportReason,
    text::{documents::Document, language::Language},
};
use std::borrow::Cow;

/// A category of spaces.
pub fn category(category: Category) -> Cow<'static, str> {
    match category {
        Category::Music => t!("catalogue-category-music"),
        Category::Cooking => t!("catalogue-category-cooking"),
        Category::Code => t!("catalogue-category-code"),
        Category::Drawing => t!("catalogue-category-drawing"),
        Category::Craft => t!("catalogue-category-craft"),
        Category::Movement => t!("catalogue-category-movement"),
        Category::Talk => t!("catalogue-category-talk"),
        Category::Games => t!("catalogue-category-games"),
        Category::Learning => t!("catalogue-category-learning"),
    }
}

/// A language, in the words of the page.
pub fn language(language: Language) -> Cow<'static, str> {
    match language {
        Language::English => t!("language-english"),
        Language::German => t!("language-german"),
    }
}

/// One of the service's own texts.
pub fn document(document: Document) -> Cow<'static, str> {
    match document {
        Document::Help => t!("text-title-help"),
        Document::Contact => t!("text-title-contact"),
        Document::Terms => t!("text-title-terms"),
        Document::Privacy => t!("text-title-privacy"),
        Document::Refunds => t!("text-title-refunds"),
        Document::Content => t!("text-title-content"),
    }
}

/// The reason of a report, or the topic of a letter.
pub fn reason(reason: ReportReason) -> Cow<'static, str> {
    match reason {
        ReportReason::Minors => t!("text-reason-minors"),
        ReportReason::Illegal => t!("text-reason-illegal"),
        ReportReason::Violence => t!("text-reason-violence"),
        ReportReason::Hate => t!("text-reason-hate"),
        ReportReason::Harassment => t!("text-reason-harassment"),
        ReportReason::Sexual => t!("text-reason-sexual"),
        ReportReason::Fraud => t!("text-reason-fraud"),
        ReportReason::Copyright => t!("text-reason-copyright"),
        ReportReason::Impersonation => t!("text-reason-impersonation"),
        ReportReason::Spam => t!("text-reason-spam"),
        ReportReason::Purchase => t!("text-reason-purchase"),
        ReportReason::Account => t!("text-reason-account"),
        ReportReason::Suspended => t!("text-reason-suspended"),
        ReportReason::Broken => t!("text-reason-broken"),
        ReportReason::Other => t!("text-reason-other"),
    }
}

//! What the lists of the domain are called on pages.

use crate::t;
use domain::{
    catalogue::topics::Category,
    ops::reports::Reason,
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
pub fn reason(reason: Reason) -> Cow<'static, str> {
    match reason {
        Reason::Minors => t!("text-reason-minors"),
        Reason::Illegal => t!("text-reason-illegal"),
        Reason::Violence => t!("text-reason-violence"),
        Reason::Hate => t!("text-reason-hate"),
        Reason::Harassment => t!("text-reason-harassment"),
        Reason::Sexual => t!("text-reason-sexual"),
        Reason::Fraud => t!("text-reason-fraud"),
        Reason::Copyright => t!("text-reason-copyright"),
        Reason::Impersonation => t!("text-reason-impersonation"),
        Reason::Spam => t!("text-reason-spam"),
        Reason::Purchase => t!("text-reason-purchase"),
        Reason::Account => t!("text-reason-account"),
        Reason::Suspended => t!("text-reason-suspended"),
        Reason::Broken => t!("text-reason-broken"),
        Reason::Other => t!("text-reason-other"),
    }
}

//! Refusals of the domain in the language of the render. The domain's own words are English, for logs and programs.
//!
//! A form takes only what has words here, so a new reason does not compile before it has them in each language.

use crate::{parts, t};
use domain::{
    access::ban::LONGEST_REASON,
    amount::MoneyError,
    catalogue::{
        colour::BadColour,
        embed::{MOST_SITES, SitesError},
        explore::Unclear,
        schedule::{MOST_WEEKS, Remark, ScheduleError},
        slug::SlugError,
        topics::{LONGEST_TAG, MOST_TAGS, TopicError},
        zone::UnknownZone,
    },
    chat::{room::LONGEST_LINE, rules::ChatRefusal},
    money::sales::{MOST_FEATURES, SalesError},
    ops::reports::ReportError,
    people::{account::AccountError, address::BadAddress},
    picture::PictureError,
    text::{
        TextError,
        documents::DocumentError,
        markdown::{MOST_NESTED, TooDeep},
    },
};
use std::borrow::Cow;

/// What a person reads about a refusal.
pub trait InWords {
    fn in_words(&self) -> String;
}

/// Words that were chosen already.
impl InWords for str {
    fn in_words(&self) -> String {
        self.to_owned()
    }
}

impl InWords for String {
    fn in_words(&self) -> String {
        self.clone()
    }
}

impl InWords for Cow<'_, str> {
    fn in_words(&self) -> String {
        self.clone().into_owned()
    }
}

impl<T: InWords + ?Sized> InWords for &T {
    fn in_words(&self) -> String {
        (**self).in_words()
    }
}

impl InWords for TextError {
    fn in_words(&self) -> String {
        match *self {
            Self::Empty => t!("refusals-text-empty").into(),
            Self::Invisible => t!("refusals-text-invisible").into(),
            Self::Long { most, count } => t!("refusals-text-long", most = most, count = count),
            Self::Short { least, count } => t!("refusals-text-short", least = least, count = count),
        }
    }
}

impl InWords for MoneyError {
    fn in_words(&self) -> String {
        match self {
            Self::Currency => t!("refusals-money-currency").into(),
            Self::Amount => t!("refusals-money-amount").into(),
            Self::Thousands => t!("refusals-money-thousands").into(),
            Self::Ambiguous => t!("refusals-money-ambiguous").into(),
            Self::Digits(most) => t!("refusals-money-digits", most = *most),
            Self::Nothing => t!("refusals-money-nothing").into(),
            Self::Most(most) => t!("refusals-money-most", most = parts::money(*most)),
            Self::Charge { least, step } => {
                t!("refusals-money-charge", least = parts::money(*least), step = parts::money(*step))
            }
        }
    }
}

impl InWords for BadColour {
    fn in_words(&self) -> String {
        t!("refusals-colour").into()
    }
}

impl InWords for SitesError {
    fn in_words(&self) -> String {
        match self {
            Self::Form(site) => t!("refusals-sites-form", site = site.as_str()),
            Self::Many(count) => t!("refusals-sites-many", most = MOST_SITES, count = *count),
            Self::Nothing => t!("refusals-sites-nothing").into(),
        }
    }
}

impl InWords for Unclear {
    fn in_words(&self) -> String {
        match self {
            Self::Money(error) => error.in_words(),
            Self::Topic(error) => error.in_words(),
            Self::Range(least) => t!("refusals-explore-range", least = parts::money(*least)),
            Self::Cost => t!("refusals-explore-cost").into(),
            Self::Sort => t!("refusals-explore-sort").into(),
        }
    }
}

impl InWords for ScheduleError {
    fn in_words(&self) -> String {
        match self {
            Self::Form => t!("refusals-schedule-form").into(),
            Self::NoTime => t!("refusals-schedule-no-time").into(),
            Self::Zone(error) => error.in_words(),
            Self::Past(at) => {
                t!("refusals-schedule-past", at = at.strftime(&*t!("refusals-moment-zone")).to_string())
            }
            Self::Far(at) => {
                t!("refusals-schedule-far", at = at.strftime(&*t!("refusals-moment-zone")).to_string())
            }
            Self::Beyond(at) => t!("refusals-schedule-far", at = at.to_string()),
            Self::Skipped(at) => {
                t!("refusals-schedule-skipped", at = at.strftime(&*t!("refusals-moment")).to_string())
            }
            Self::Weeks => t!("refusals-schedule-weeks", most = MOST_WEEKS),
            Self::Undated => t!("refusals-schedule-undated").into(),
        }
    }
}

/// What was taken instead.
impl InWords for Remark {
    fn in_words(&self) -> String {
        let (Self::Twice { local, taken } | Self::Skipped { local, taken }) = self;
        let day = local.strftime(&*t!("refusals-day")).to_string();
        let time = local.strftime("%H:%M").to_string();
        let taken = taken.strftime("%H:%M %Z").to_string();
        match self {
            Self::Twice { .. } => t!("refusals-clocks-back", day = day, time = time, taken = taken),
            Self::Skipped { .. } => t!("refusals-clocks-forward", day = day, time = time, taken = taken),
        }
    }
}

impl InWords for SlugError {
    fn in_words(&self) -> String {
        match self {
            Self::Form => t!("refusals-slug-form").into(),
            Self::Reserved => t!("refusals-slug-reserved").into(),
        }
    }
}

impl InWords for TopicError {
    fn in_words(&self) -> String {
        match self {
            Self::Category => t!("refusals-topic-category").into(),
            Self::Many(count) => t!("refusals-topic-many", most = MOST_TAGS, count = *count),
            Self::Long(tag) => t!("refusals-topic-long", most = LONGEST_TAG, tag = tag.as_str()),
            Self::Empty(tag) => t!("refusals-topic-empty", tag = tag.as_str()),
        }
    }
}

impl InWords for UnknownZone {
    fn in_words(&self) -> String {
        t!("refusals-zone", zone = self.0.as_str())
    }
}

impl InWords for ChatRefusal {
    fn in_words(&self) -> String {
        match self {
            Self::Empty => t!("refusals-chat-empty").into(),
            Self::TooLong => t!("refusals-chat-long", most = LONGEST_LINE),
            Self::Banned { .. } => t!("refusals-chat-banned").into(),
            Self::Muted { .. } => t!("refusals-chat-muted").into(),
            Self::TooFast { retry_after } => t!("refusals-chat-fast", seconds = retry_after.ceil_secs()),
            Self::SlowMode { retry_after } => t!("refusals-chat-slow", seconds = retry_after.ceil_secs()),
            Self::OtherWords => t!("refusals-chat-other-words").into(),
            Self::NotFound => t!("refusals-chat-not-found").into(),
            Self::TooLate => t!("refusals-chat-too-late").into(),
            Self::NotAllowed => t!("refusals-chat-not-allowed").into(),
            Self::BadLength => t!("refusals-chat-bad-length").into(),
            Self::LongReason => t!("refusals-chat-long-reason", most = LONGEST_REASON),
            Self::BadSlowMode => t!("refusals-chat-bad-slow-mode").into(),
        }
    }
}

impl InWords for SalesError {
    fn in_words(&self) -> String {
        match self {
            Self::Features(count) => t!("refusals-sales-features", most = MOST_FEATURES, count = *count),
            Self::Feature { line, error } => {
                t!("refusals-sales-feature", line = *line, why = error.in_words())
            }
        }
    }
}

impl InWords for ReportError {
    fn in_words(&self) -> String {
        match self {
            Self::Reason => t!("refusals-report-reason").into(),
            Self::Words(error) => error.in_words(),
        }
    }
}

impl InWords for AccountError {
    fn in_words(&self) -> String {
        match self {
            Self::Username => t!("refusals-account-username").into(),
            Self::Name(error) => error.in_words(),
            Self::Role => t!("refusals-account-role").into(),
        }
    }
}

impl InWords for BadAddress {
    fn in_words(&self) -> String {
        match self {
            Self::Form => t!("refusals-address-form").into(),
            Self::Invisible => t!("refusals-address-invisible").into(),
            Self::Local => t!("refusals-address-local").into(),
            Self::Domain => t!("refusals-address-domain").into(),
        }
    }
}

impl InWords for PictureError {
    fn in_words(&self) -> String {
        match self {
            Self::NoFile => t!("refusals-picture-no-file").into(),
            Self::ManyBytes => t!("refusals-picture-many-bytes").into(),
            Self::CutOff => t!("refusals-picture-cut-off").into(),
            Self::ManyPixels { width, height } => {
                t!("refusals-picture-many-pixels", width = *width, height = *height)
            }
            Self::Large => t!("refusals-picture-large").into(),
            Self::Small { width, height, least } => t!(
                "refusals-picture-small",
                width = *width,
                height = *height,
                least_width = least.0,
                least_height = least.1
            ),
            Self::Animated => t!("refusals-picture-animated").into(),
            Self::Gif => t!("refusals-picture-gif").into(),
            Self::Svg => t!("refusals-picture-svg").into(),
            Self::Heic => t!("refusals-picture-heic").into(),
            Self::Unknown => t!("refusals-picture-unknown").into(),
            Self::Broken => t!("refusals-picture-broken").into(),
        }
    }
}

impl InWords for DocumentError {
    fn in_words(&self) -> String {
        match self {
            Self::Text(error) => error.in_words(),
            Self::TooDeep(TooDeep) => t!("refusals-document-deep", most = MOST_NESTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::{Currency, Money},
        catalogue::{schedule, zone::Zone},
        time::{Millis, Span},
    };
    use std::fmt::Display;

    fn same(errors: &[impl InWords + Display]) {
        for error in errors {
            assert_eq!(error.in_words(), error.to_string());
        }
    }

    /// Checks that English pages say what logs say, so that neither changes without the other.
    #[test]
    fn english_words_are_those_of_the_domain() {
        let (euro, wait) = (Money { minor: 1250, currency: Currency::Eur }, Span::secs(4));
        let (long, short) =
            (TextError::Long { most: 80, count: 1234 }, TextError::Short { least: 3, count: 1 });
        same(&[TextError::Empty, TextError::Invisible, long, short]);
        same(&[MoneyError::Currency, MoneyError::Amount, MoneyError::Thousands, MoneyError::Ambiguous]);
        same(&[MoneyError::Digits(2), MoneyError::Nothing, MoneyError::Most(euro)]);
        same(&[MoneyError::Charge { least: euro, step: euro }]);
        same(&[BadColour]);
        same(&[SitesError::Form("x".into()), SitesError::Many(11), SitesError::Nothing]);
        same(&[Unclear::Range(euro), Unclear::Cost, Unclear::Sort, MoneyError::Amount.into()]);
        same(&[SlugError::Form, SlugError::Reserved]);
        same(&[TopicError::Category, TopicError::Many(6), TopicError::Long("x".into())]);
        same(&[TopicError::Empty("x".into())]);
        same(&[UnknownZone("Mars".into())]);
        same(&[ChatRefusal::TooFast { retry_after: wait }, ChatRefusal::SlowMode { retry_after: wait }]);
        same(&[ChatRefusal::Banned { until: None }, ChatRefusal::Muted { until: None }]);
        same(&[ChatRefusal::OtherWords, ChatRefusal::Empty, ChatRefusal::TooLong, ChatRefusal::NotFound]);
        same(&[ChatRefusal::TooLate, ChatRefusal::NotAllowed]);
        same(&[ChatRefusal::BadLength, ChatRefusal::LongReason, ChatRefusal::BadSlowMode]);
        same(&[SalesError::Features(99), SalesError::Feature { line: 2, error: long }]);
        same(&[ReportError::Reason, ReportError::Words(short)]);
        same(&[AccountError::Username, AccountError::Name(long), AccountError::Role]);
        same(&[BadAddress::Form, BadAddress::Invisible, BadAddress::Local, BadAddress::Domain]);
        same(&[PictureError::NoFile, PictureError::ManyBytes, PictureError::CutOff, PictureError::Large]);
        same(&[PictureError::ManyPixels { width: 9000, height: 9000 }, PictureError::Animated]);
        same(&[PictureError::Small { width: 9, height: 8, least: (750, 250) }, PictureError::Gif]);
        same(&[PictureError::Svg, PictureError::Heic, PictureError::Unknown, PictureError::Broken]);
        same(&[DocumentError::Text(TextError::Empty), DocumentError::TooDeep(TooDeep)]);
    }

    #[test]
    fn english_words_about_times_are_those_of_the_domain() {
        let (now, berlin) = (Millis(1_795_867_200_000), Zone::named("Europe/Berlin").expect("a zone"));
        let refused = |typed: &str| schedule::read(typed, &berlin, now).expect_err(typed);
        same(&["soon", "at: soon", "2016-12-04T20:00", "2036-12-04T20:00", "9999-12-31T23:59"].map(refused));
        same(&["2027-03-28T02:30", "2026-12-04T20:00[Mars]"].map(refused));
        same(&[ScheduleError::Weeks, ScheduleError::Undated]);
        let taken = |typed: &str| {
            let first = schedule::read(typed, &berlin, now).expect(typed);
            let planned = schedule::weekly(first, &berlin, 2).expect(typed);
            planned.into_iter().find_map(|planned| planned.remark).expect("the clocks change")
        };
        same(&["2027-10-31T02:30", "2027-03-21T02:30"].map(taken));
    }
}

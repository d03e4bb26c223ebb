//! Subscriptions: rows that mirror the provider's objects, and what follows from each of their states. Pure tables; the caller
//! fetches the state and writes the result in one transaction.

use crate::{
    amount::Money,
    id::*,
    money::{
        billing::{Interval, InvoiceFacts, InvoiceStatus, SubscriptionFacts, SubscriptionStatus},
        settlement::RefundReason,
    },
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// How long access outlasts a period whose renewal was not paid.
pub const GRACE: Span = Span::days(7);
/// How long one may last for which nobody pays, be it owed or paused. Then it is ended.
pub const UNPAID_FOR: Span = Span::days(90);
/// How long before a year is charged again its payer is told.
pub const NOTICE: Span = Span::days(7);
/// On which days after a failed renewal its payer is told.
const REMINDED_ON: [i64; 3] = [0, 3, 7];
/// A renewal is charged an hour after its period has begun.
const RENEWED_AFTER: Span = Span::hours(2);
/// How often the provider is asked about what is quiet, and about what is not settled.
const LOOKS: (Span, Span) = (Span::days(1), Span::hours(1));

/// A subscription as it was last fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    /// The provider's id.
    pub provider: String,
    /// The order that began it.
    pub checkout: CheckoutId,
    pub account: AccountId,
    pub space: SpaceId,
    pub pass: PassId,
    /// The title of the pass when it was bought.
    pub title: String,
    pub price: Option<PriceId>,
    pub every: Interval,
    /// What is charged each time.
    pub each: Money,
    pub status: SubscriptionStatus,
    pub period_start: Millis,
    pub period_end: Millis,
    pub ends_with_period: bool,
    pub ended_at: Option<Millis>,
    pub collection_paused: bool,
    pub past_due_since: Option<Millis>,
    /// The grant that it has given.
    pub grant: Option<GrantId>,
    /// Why it gives nothing: it is ended at the provider, and what it has charged goes back.
    pub refused: Option<RefundReason>,
    /// How often it is charged, after which the pass stays; `None`: until somebody ends it. And how many of these are paid.
    pub instalments: Option<i64>,
    pub paid: i64,
    /// The number of changes from the provider's state. A state fetched before the last change is not applied.
    pub version: i64,
}

impl Subscription {
    /// All instalments are paid: what it has given stays, whatever becomes of it at the provider.
    pub fn is_complete(&self) -> bool {
        self.instalments.is_some_and(|all| self.paid >= all)
    }
}

/// What somebody who subscribes is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Nothing is charged before this moment.
    Trial(Millis),
    /// A renewal was not paid; it was due at this moment.
    Unpaid(Millis),
    /// A year is charged again at this moment.
    Renews(Millis),
    Ended,
}

/// What must be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionChange {
    /// Until when its grant is good; `None`: it gives nothing.
    pub access: Option<Millis>,
    pub past_due_since: Option<Millis>,
    /// Each once, at its moment.
    pub news: Vec<(News, Millis)>,
}

/// What follows from the provider's state; `None` if we know all of it.
pub fn decide(known: &Subscription, found: &SubscriptionFacts, now: Millis) -> Option<SubscriptionChange> {
    if is_known(known, found) || (known.status.is_over() && !found.status.is_over()) {
        return None;
    }
    let owes = matches!(found.status, SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid);
    let past_due_since = owes.then(|| known.past_due_since.unwrap_or(now));
    Some(SubscriptionChange { access: access_until(found), past_due_since, news: news(known, found, now) })
}

/// Until when its invoices have paid for a subscription: to the end of what the newest paid one charges for. A change to a shorter
/// period pays for less than the invoice before.
pub fn paid_until(invoices: &[InvoiceFacts]) -> Option<Millis> {
    let paid = invoices.iter().filter(|one| one.status == InvoiceStatus::Paid);
    let covered = paid.filter_map(|one| Some((one.created, one.covers_until?)));
    covered.max().map(|(_, until)| until)
}

fn is_known(known: &Subscription, found: &SubscriptionFacts) -> bool {
    known.status == found.status
        && (known.period_start, known.period_end) == (found.period_start, found.period_end)
        && known.ends_with_period == found.ends_with_period
        && known.ended_at == found.ended_at
        && known.collection_paused == found.collection_paused
}

/// Until when a subscription lets its holder in; `None` if it never did. It follows from the provider's state alone, so it is the same
/// whatever was seen on the way there.
pub fn access_until(found: &SubscriptionFacts) -> Option<Millis> {
    use SubscriptionStatus::*;
    // The provider begins periods also while nobody pays for them.
    let paid = found.paid_until.unwrap_or(found.period_start);
    match found.status {
        Incomplete | IncompleteExpired => None,
        Trialing | Active if found.collection_paused => {
            Some(found.paid_until.unwrap_or(found.period_end).min(found.period_end))
        }
        // Nobody will pay for the time after it.
        Trialing | Active if found.ends_with_period => Some(found.period_end),
        Trialing | Active => Some(found.period_end + GRACE),
        PastDue | Unpaid => Some(paid + GRACE),
        Paused => Some(found.trial_end.unwrap_or(found.period_start)),
        Canceled => Some(ended(found)),
    }
}

/// What was never paid for does not last longer because the subscription ended late.
fn ended(found: &SubscriptionFacts) -> Millis {
    let end = found.ended_at.unwrap_or(found.period_start).min(found.period_end);
    match found.paid_until {
        Some(paid) if found.collection_paused => end.min(paid),
        Some(paid) => end.min(paid + GRACE),
        None => end,
    }
}

/// When a subscription is ended for which nobody pays: the provider would keep it for good.
pub fn given_up_at(found: &SubscriptionFacts) -> Option<Millis> {
    use SubscriptionStatus::*;
    let paid = found.paid_until.unwrap_or(found.period_start);
    match found.status {
        PastDue | Unpaid => Some(paid + UNPAID_FOR),
        Paused => Some(found.trial_end.unwrap_or(found.period_start) + UNPAID_FOR),
        Trialing | Active if found.collection_paused => Some(paid.min(found.period_end) + UNPAID_FOR),
        Trialing | Active | Incomplete | IncompleteExpired | Canceled => None,
    }
}

/// Whether one that is paused begins a period as soon as it is resumed: all that was paid for is over.
pub fn is_charged_when_resumed(found: &SubscriptionFacts, now: Millis) -> bool {
    found.status == SubscriptionStatus::Active && found.paid_until.is_none_or(|until| until <= now)
}

fn news(known: &Subscription, found: &SubscriptionFacts, now: Millis) -> Vec<(News, Millis)> {
    use SubscriptionStatus::*;
    let same_period = known.period_start == found.period_start;
    match found.status {
        PastDue if known.status != PastDue || !same_period => {
            let due = found.period_start;
            REMINDED_ON.map(|day| (News::Unpaid(due), now + Span::days(day))).to_vec()
        }
        Canceled if known.status != Canceled => vec![(News::Ended, now)],
        _ => notice(known.every, found).into_iter().collect(),
    }
}

/// What is told when it begins, beside the receipt of what was paid.
pub fn first_news(every: Interval, found: &SubscriptionFacts, now: Millis) -> Vec<(News, Millis)> {
    let trial =
        (found.status == SubscriptionStatus::Trialing).then_some((News::Trial(found.period_end), now));
    trial.into_iter().chain(notice(every, found)).collect()
}

/// When its payer is told that a year is charged again, if that is going to happen.
fn notice(every: Interval, found: &SubscriptionFacts) -> Option<(News, Millis)> {
    let goes_on = matches!(found.status, SubscriptionStatus::Trialing | SubscriptionStatus::Active);
    let ends = found.ends_with_period || found.collection_paused;
    let yearly = every == Interval::Year && goes_on && !ends;
    yearly.then(|| (News::Renews(found.period_end), Millis(found.period_end.0 - NOTICE.0)))
}

/// Whether somebody still is to be told this.
pub fn is_news(known: &Subscription, news: News, now: Millis) -> bool {
    use SubscriptionStatus::*;
    match news {
        News::Trial(end) => known.status == Trialing && known.period_end == end,
        News::Unpaid(due) => matches!(known.status, PastDue | Unpaid) && known.period_start == due,
        News::Renews(at) => {
            matches!(known.status, Trialing | Active)
                && known.period_end == at
                && !known.ends_with_period
                && !known.collection_paused
                && now < at
        }
        News::Ended => known.status == Canceled,
    }
}

/// When to ask the provider again, whether or not it tells something before; `None` once nothing can happen any more.
pub fn look_again(found: &SubscriptionFacts, now: Millis) -> Option<Millis> {
    use SubscriptionStatus::*;
    let (quiet, unsettled) = (now + LOOKS.0, now + LOOKS.1);
    match found.status {
        Canceled | IncompleteExpired => None,
        Incomplete | PastDue | Unpaid => Some(unsettled),
        Paused => Some(quiet),
        Trialing | Active if found.period_end <= now => Some(unsettled),
        Trialing | Active => Some(quiet.min(found.period_end + RENEWED_AFTER).max(unsettled)),
    }
}

#[cfg(test)]
#[path = "subscription_tests.rs"]
mod tests;

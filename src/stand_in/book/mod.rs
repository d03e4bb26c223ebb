//! The state in memory: records by id, and the changes that are not on disk yet.

pub mod billing;
pub mod connect;
pub mod ids;
pub mod journal;
pub mod ledger;
pub mod records;
pub mod subscriptions;

use crate::book::{billing::Shelves, records::*};
use std::collections::{BTreeMap, BTreeSet};

/// Stripe's own retention: idempotency keys for one day, events for thirty.
const KEY_SECS: i64 = 24 * 3600;
const EVENT_SECS: i64 = 30 * 24 * 3600;

#[derive(Default)]
pub struct Book {
    /// The stand-in's address for browsers; pay pages are below it.
    pub site: String,
    /// The time of the current transaction in seconds.
    pub now: i64,
    sessions: BTreeMap<String, Session>,
    intents: BTreeMap<String, Intent>,
    charges: BTreeMap<String, Charge>,
    refunds: BTreeMap<String, Refund>,
    disputes: BTreeMap<String, Dispute>,
    billing: Shelves,
    events: BTreeMap<String, Event>,
    /// The ids of the events in the order in which they happened.
    order: BTreeMap<u64, String>,
    deliveries: BTreeMap<u64, Delivery>,
    answers: BTreeMap<String, Answer>,
    controls: Controls,
    /// `(expires_at, id)` of open sessions.
    open: BTreeSet<(i64, String)>,
    pending: BTreeSet<u64>,
    unsaved: Vec<Change>,
}

impl Book {
    pub fn load(site: &str, changes: Vec<Change>) -> Self {
        let mut book = Self { site: site.to_owned(), ..Self::default() };
        for change in changes {
            book.apply(change);
        }
        book
    }

    /// Stores a record. It is on disk when the surrounding transaction has ended.
    pub fn put(&mut self, change: Change) {
        self.unsaved.push(change.clone());
        self.apply(change);
    }

    pub fn take_unsaved(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.unsaved)
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Session(session) => {
                let due = (session.expires_at, session.id.clone());
                match session.status {
                    SessionStatus::Open => self.open.insert(due),
                    _ => self.open.remove(&due),
                };
                self.sessions.insert(session.id.clone(), session);
            }
            Change::Intent(intent) => drop(self.intents.insert(intent.id.clone(), intent)),
            Change::Charge(charge) => drop(self.charges.insert(charge.id.clone(), charge)),
            Change::Refund(refund) => drop(self.refunds.insert(refund.id.clone(), refund)),
            Change::Dispute(dispute) => drop(self.disputes.insert(dispute.id.clone(), dispute)),
            Change::Billing(record) => self.billing.apply(record),
            Change::Event(event) => {
                self.order.insert(event.seq, event.id.clone());
                self.events.insert(event.id.clone(), event);
            }
            Change::Delivery(delivery) => {
                match delivery.state {
                    DeliveryState::Pending => self.pending.insert(delivery.id),
                    _ => self.pending.remove(&delivery.id),
                };
                self.deliveries.insert(delivery.id, delivery);
            }
            Change::Answer(answer) => drop(self.answers.insert(answer.key.clone(), answer)),
            Change::Controls(controls) => self.controls = controls,
        }
    }

    /// Everything worth keeping at `now` (seconds), as changes that rebuild it.
    pub fn snapshot(&self, now: i64) -> Vec<Change> {
        let waiting: BTreeSet<&str> =
            self.pending.iter().map(|id| self.deliveries[id].event.as_str()).collect();
        let fresh = |event: &Event| now - event.created < EVENT_SECS || waiting.contains(event.id.as_str());
        let events: BTreeMap<_, _> = self.events.iter().filter(|(_, event)| fresh(event)).collect();
        let mut changes = vec![Change::Controls(self.controls.clone())];
        changes.extend(self.sessions.values().cloned().map(Change::Session));
        changes.extend(self.intents.values().cloned().map(Change::Intent));
        changes.extend(self.charges.values().cloned().map(Change::Charge));
        changes.extend(self.refunds.values().cloned().map(Change::Refund));
        changes.extend(self.disputes.values().cloned().map(Change::Dispute));
        changes.extend(self.billing.snapshot().into_iter().map(Change::Billing));
        let deliveries = self.deliveries.values().filter(|delivery| events.contains_key(&delivery.event));
        changes.extend(deliveries.cloned().map(Change::Delivery));
        changes.extend(events.into_values().cloned().map(Change::Event));
        let answers = self.answers.values().filter(|answer| now - answer.created < KEY_SECS);
        changes.extend(answers.cloned().map(Change::Answer));
        changes
    }

    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }
    pub fn intent(&self, id: &str) -> Option<&Intent> {
        self.intents.get(id)
    }
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.intents.values()
    }
    /// The intent of a session, if it has one yet.
    pub fn intent_of(&self, session: &Session) -> Option<&Intent> {
        session.intent.as_deref().and_then(|id| self.intent(id))
    }
    pub fn charge(&self, id: &str) -> Option<&Charge> {
        self.charges.get(id)
    }
    /// The last attempt to charge this intent.
    pub fn charge_of(&self, intent: &Intent) -> Option<&Charge> {
        intent.latest_charge.as_deref().and_then(|id| self.charge(id))
    }
    pub fn refund(&self, id: &str) -> Option<&Refund> {
        self.refunds.get(id)
    }
    pub fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.get(id)
    }
    /// The disputes of an intent, newest first.
    pub fn disputes_of(&self, intent: &str) -> Vec<&Dispute> {
        let mut disputes: Vec<_> = self.disputes.values().filter(|d| d.intent == intent).collect();
        disputes.sort_by_key(|dispute| std::cmp::Reverse(dispute.created));
        disputes
    }
    pub fn billing(&self) -> &Shelves {
        &self.billing
    }
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.events.get(id)
    }
    /// The events that are still kept at `now` (seconds), newest first.
    pub fn events(&self, now: i64) -> impl Iterator<Item = &Event> {
        let all = self.order.values().rev().filter_map(|id| self.events.get(id));
        all.filter(move |event| now - event.created < EVENT_SECS)
    }
    pub fn next_event(&self) -> u64 {
        self.order.last_key_value().map_or(1, |(seq, _)| seq + 1)
    }
    /// The answer stored under a key, unless it has expired at `now` (seconds).
    pub fn answer(&self, key: &str, now: i64) -> Option<&Answer> {
        self.answers.get(key).filter(|answer| now - answer.created < KEY_SECS)
    }
    pub fn controls(&self) -> &Controls {
        &self.controls
    }
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }
    pub fn charges(&self) -> impl Iterator<Item = &Charge> {
        self.charges.values()
    }
    pub fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.values()
    }
    pub fn disputes(&self) -> impl Iterator<Item = &Dispute> {
        self.disputes.values()
    }
    pub fn deliveries(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.deliveries.values()
    }
    pub fn delivery(&self, id: u64) -> Option<&Delivery> {
        self.deliveries.get(&id)
    }
    pub fn next_delivery(&self) -> u64 {
        self.deliveries.last_key_value().map_or(1, |(id, _)| id + 1)
    }
    /// Deliveries to send; none while webhooks are off, and only the oldest if they are sent in order.
    pub fn due(&self) -> Vec<u64> {
        let most = match self.controls {
            Controls { webhooks: false, .. } => 0,
            Controls { in_order: true, .. } => 1,
            _ => usize::MAX,
        };
        self.pending.iter().copied().take(most).collect()
    }
    /// Open sessions that have expired at `now` (seconds).
    pub fn lapsed(&self, now: i64) -> Vec<String> {
        self.open.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| id.clone()).collect()
    }
}

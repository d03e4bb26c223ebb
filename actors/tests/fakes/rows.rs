//! In-memory rows, with a gate before each write, failures and poison.

use domain::{
    amount::{Currency, Money},
    clock::BoxFuture,
    error::StoreError,
    id::*,
    live::{
        participants::{Participant, Participants, StageChange},
        store::StreamStore,
        stream::{Stream, StreamChange, StreamState},
        viewership::{Viewership, Viewing},
    },
    money::{
        buying::cards::{CardOrder, CardRefusal},
        checkout::{Checkout, OrderEnd, PassTerms, Payment},
        selling::Lasting,
        store::CheckoutStore,
    },
    time::{Millis, Span},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub struct Rows<T> {
    pub rows: Mutex<HashMap<Uuid, T>>,
    /// Each write needs a permit.
    pub gate: Arc<Semaphore>,
    /// All reads and writes fail.
    pub away: AtomicBool,
    /// Reading one of these panics.
    pub poison: Mutex<HashSet<Uuid>>,
    pub loads: AtomicUsize,
    pub writes: AtomicUsize,
    /// The end of each viewing, by stream, account and start.
    pub viewings: Mutex<BTreeMap<(Uuid, AccountId, Millis), Millis>>,
    /// Who is on the stage of each stream, and who waits.
    pub participants: Mutex<HashMap<Uuid, Participants>>,
    /// Provider sessions whose state must be applied.
    pub applied: Mutex<Vec<String>>,
}

const OPEN: usize = 1_000_000;

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Mutex::default(),
            gate: Arc::new(Semaphore::new(OPEN)),
            away: AtomicBool::default(),
            poison: Mutex::default(),
            loads: AtomicUsize::default(),
            writes: AtomicUsize::default(),
            viewings: Mutex::default(),
            participants: Mutex::default(),
            applied: Mutex::default(),
        }
    }
}

impl<T: Clone> Rows<T> {
    pub fn row(&self, id: Uuid) -> T {
        self.rows.lock().unwrap()[&id].clone()
    }
    /// Holds back all writes until [`Rows::open_gate`].
    pub fn close_gate(&self) {
        self.gate.forget_permits(OPEN);
    }
    pub fn open_gate(&self) {
        self.gate.add_permits(OPEN);
    }

    fn load(&self, id: Uuid) -> Result<T, StoreError> {
        assert!(!self.poison.lock().unwrap().contains(&id), "this row is poison");
        self.loads.fetch_add(1, SeqCst);
        self.check()?;
        self.rows.lock().unwrap().get(&id).cloned().ok_or(StoreError::NotFound)
    }
    fn check(&self) -> Result<(), StoreError> {
        if self.away.load(SeqCst) { Err(StoreError::Unavailable("switched off".into())) } else { Ok(()) }
    }
    async fn write(
        &self,
        id: Uuid,
        write: impl FnOnce(&mut T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.gate.acquire().await.expect("a gate").forget();
        self.gate.add_permits(1);
        self.check()?;
        let mut rows = self.rows.lock().unwrap();
        write(rows.get_mut(&id).ok_or(StoreError::NotFound)?)?;
        self.writes.fetch_add(1, SeqCst);
        Ok(())
    }
}

impl Rows<Stream> {
    pub fn add(&self, state: StreamState) -> StreamId {
        let stream = Stream {
            id: StreamId::new(),
            room: RoomId::new(),
            space: SpaceId::new(),
            experience: ExperienceId::new(),
            series: None,
            title: "Friday session".into(),
            state,
            version: 1,
            scheduled_at: None,
            started_at: None,
            grace_until: None,
            empty_since: None,
            ended_at: None,
            end_reason: None,
            peak: 0,
            count_hidden: false,
            recorded: Default::default(),
            clips_by_team: false,
            plane: None,
        };
        let id = stream.id;
        self.rows.lock().unwrap().insert(id.0, stream);
        id
    }
}

impl Rows<Stream> {
    /// The room of a stream.
    pub fn room(&self, id: StreamId) -> RoomId {
        self.row(id.0).room
    }
}

impl StreamStore for Rows<Stream> {
    fn load(&self, id: StreamId) -> BoxFuture<'_, Result<Stream, StoreError>> {
        Box::pin(async move { Rows::load(self, id.0) })
    }
    fn change(
        &self,
        change: StreamChange,
        _by: Option<AccountId>,
        _now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(change.to.id.0, move |row| {
            if row.version != change.from {
                return Err(StoreError::Conflict("version"));
            }
            let peak = row.peak.max(change.to.peak);
            *row = Stream { peak, ..change.to };
            Ok(())
        }))
    }
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<StreamId>, StoreError>> {
        let rows = self.rows.lock().unwrap();
        let idle = [StreamState::Scheduled, StreamState::Ended];
        let found = rows.values().filter(|row| !idle.contains(&row.state)).map(|row| row.id).collect();
        Box::pin(async move { Ok(found) })
    }
    fn peak(&self, id: StreamId, people: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            row.peak = row.peak.max(people);
            Ok(())
        }))
    }
    fn empty(&self, id: StreamId, since: Option<Millis>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            row.empty_since = since;
            Ok(())
        }))
    }
    fn participants(&self, id: StreamId) -> BoxFuture<'_, Result<Vec<Participant>, StoreError>> {
        Box::pin(async move {
            self.check()?;
            Ok(self
                .participants
                .lock()
                .unwrap()
                .get(&id.0)
                .cloned()
                .unwrap_or_default()
                .iter()
                .cloned()
                .collect())
        })
    }
    fn change_stage(
        &self,
        id: StreamId,
        change: StageChange,
        _by: Option<AccountId>,
        _now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |_| {
            self.participants.lock().unwrap().entry(id.0).or_default().apply(change);
            Ok(())
        }))
    }
    fn clear_stage(&self, id: StreamId) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.participants.lock().unwrap().remove(&id.0);
            Ok(())
        })
    }
    fn viewed(&self, id: StreamId, viewings: Vec<Viewing>) -> BoxFuture<'_, Result<Viewership, StoreError>> {
        Box::pin(async move {
            self.check()?;
            let peak = self.row(id.0).peak.unsigned_abs();
            let mut stored = self.viewings.lock().unwrap();
            stored.extend(viewings.into_iter().map(|v| ((id.0, v.account, v.since), v.until)));
            let of: Vec<_> = stored.iter().filter(|((stream, ..), _)| *stream == id.0).collect();
            let people = of.iter().map(|((_, account, _), _)| account).collect::<HashSet<_>>().len() as u64;
            let watched =
                Span(of.iter().map(|((.., since), until)| **until - *since).map(|span| span.0).sum());
            Ok(Viewership { people, peak, watched })
        })
    }
}

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

impl Rows<Checkout> {
    pub fn add(&self, now: Millis) -> CheckoutId {
        let checkout = Checkout {
            id: CheckoutId::new(),
            purchase: PurchaseId::new(),
            account: AccountId::new(),
            email: "ann@example.org".into(),
            space: SpaceId::new(),
            pass: PassId::new(),
            price: None,
            title: "Front row".into(),
            amount: TWELVE,
            state: Payment::Held,
            attempt: 1,
            request: None,
            provider_session: None,
            pay_url: None,
            client_secret: None,
            next_request: None,
            created_at: now,
            expires_at: now + domain::money::checkout::OPEN_FOR,
            version: 0,
            ended: None,
            agreed: None,
            consent: None,
            lasting: Lasting::Forever,
            discount: None,
            answers: Vec::new(),
            plan: None,
            card: CardOrder::default(),
            gift: None,
            guest: false,
            terms: PassTerms { price: Some(TWELVE), published: true, ..PassTerms::default() },
        };
        let id = checkout.id;
        self.rows.lock().unwrap().insert(id.0, checkout);
        id
    }
    /// Changes made by the creator to the pass or the buyer.
    pub fn terms(&self, id: CheckoutId, change: impl FnOnce(&mut PassTerms)) {
        change(&mut self.rows.lock().unwrap().get_mut(&id.0).expect("a checkout").terms);
    }
    /// The buyer pays with a saved card.
    pub fn use_card(&self, id: CheckoutId) {
        let card =
            CardOrder { customer: Some("cus_1".into()), card: Some("pm_1".into()), ..CardOrder::default() };
        self.rows.lock().unwrap().get_mut(&id.0).expect("a checkout").card = card;
    }
    /// Settles the checkout like the job that applies the provider's state.
    pub fn settle(&self, id: CheckoutId) {
        self.rows.lock().unwrap().get_mut(&id.0).expect("a checkout").state = Payment::Paid;
    }
}

impl CheckoutStore for Rows<Checkout> {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>> {
        Box::pin(async move { Rows::load(self, id.0) })
    }
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        _key: String,
        params: String,
        _now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            let newer = row.request.is_none() || attempt > row.attempt;
            let leaves = row.state == Payment::Paying && row.next_request.take().is_some();
            if (row.state != Payment::Held && !leaves) || !newer {
                return Err(StoreError::Conflict("attempt"));
            }
            (row.attempt, row.request) = (attempt, Some(params));
            if leaves {
                (row.state, row.provider_session, row.pay_url) = (Payment::Held, None, None);
                row.client_secret = None;
            }
            Ok(())
        }))
    }
    fn paying(
        &self,
        id: CheckoutId,
        session: String,
        url: String,
        secret: Option<String>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            if row.state != Payment::Held {
                return Err(StoreError::Conflict("state"));
            }
            (row.state, row.provider_session, row.pay_url) = (Payment::Paying, Some(session), Some(url));
            row.client_secret = secret;
            Ok(())
        }))
    }
    fn leave(&self, id: CheckoutId, params: String) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            if row.state != Payment::Paying || row.next_request.is_some() {
                return Err(StoreError::Conflict("state"));
            }
            row.next_request = Some(params);
            Ok(())
        }))
    }
    fn fall_back(&self, id: CheckoutId, refused: CardRefusal) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            if row.card.card.take().is_none() || row.state.settled() {
                return Err(StoreError::Conflict("state"));
            }
            (row.state, row.request, row.provider_session) = (Payment::Held, None, None);
            (row.attempt, row.card.refused) = (row.attempt + 1, Some(refused));
            Ok(())
        }))
    }
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>> {
        let rows = self.rows.lock().unwrap();
        let found = rows.values().filter(|row| !row.state.settled()).map(|row| row.id).collect();
        Box::pin(async move { Ok(found) })
    }
    fn close(
        &self,
        id: CheckoutId,
        payment: Payment,
        ended_by: Option<OrderEnd>,
        _: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(id.0, move |row| {
            if row.state.settled() {
                return Err(StoreError::Conflict("state"));
            }
            (row.state, row.ended) = (payment, row.ended.or(ended_by));
            Ok(())
        }))
    }
    fn apply_later(&self, session: String, _: Millis) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.applied.lock().unwrap().push(session);
            Ok(())
        })
    }
}

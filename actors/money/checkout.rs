//! One open checkout session: held → paying (→ processing) → paid | failed | expired.
//!
//! Runs under `checkouts` and carries out the step that [`domain::money::checkout::decide`] returns for the row. It
//! opens the provider's session with a stored idempotency key, updates the page, polls the provider in case webhooks
//! are lost, and lets a session expire only after the provider has confirmed it. It never marks a checkout as paid: the
//! job that applies the provider's state writes that, and the actor shows the row. The row holds everything it needs,
//! so a killed actor resumes where it was. Its page is attached to the slot and does not notice the restart.

use crate::engine::{
    alarm::Alarms,
    behavior::{ActorConfig, Behavior, Context, Failure},
    directory::Address,
    fact::Fact,
    inbox::{CallError, Reply},
    writer::Writer,
};
use domain::{
    clock::{BoxFuture, Clock},
    error::StoreError,
    id::{AccountId, CheckoutId, PassId, SpaceId},
    money::{
        attempts::PayPlace,
        buying::cards::CardRefusal,
        checkout::{
            self, Checkout, CheckoutError, CheckoutEvent, CheckoutStep, OrderEnd, Payment, PaymentUrls,
        },
        payments::{PaymentError, PaymentRequest, Payments, ProviderSession},
        store::CheckoutStore,
    },
    time::Span,
};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    sync::{broadcast, watch},
    task::JoinSet,
};

/// How long to wait for an answer of the provider before asking again.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(20);
/// The deadline set while a request to the provider is running. If the answer never arrives, the actor asks again.
const LOOK_AGAIN: Span = Span::secs(30);
/// The maximum number of steps that one event may cause.
const MOST_STEPS: usize = 8;
/// The first pause between two tries of one request: 0.5 s, doubling up to 8 s.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Why a checkout could not proceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutFailure {
    #[error(transparent)]
    Refused(#[from] CheckoutError),
    #[error("payments are not set up here")]
    NoPayments,
    #[error("the database is away")]
    Unavailable,
    #[error(transparent)]
    Call(#[from] CallError),
}

/// The callers' handle of a checkout.
#[derive(Clone)]
pub struct CheckoutHandle(Address<Checkouts>);

impl From<Address<Checkouts>> for CheckoutHandle {
    fn from(address: Address<Checkouts>) -> Self {
        Self(address)
    }
}

impl CheckoutHandle {
    /// Gets the pay page. If the answer is `Held`, the provider is unavailable and the actor keeps trying; the page
    /// follows through [`Self::watch`].
    pub async fn begin(&self, urls: PaymentUrls) -> Result<Arc<Checkout>, CheckoutFailure> {
        self.begin_at(PayPlace::ProviderPage, urls).await
    }
    /// The same for one of both places. Whoever has begun at the other one leaves it with this.
    pub async fn begin_at(
        &self,
        place: PayPlace,
        urls: PaymentUrls,
    ) -> Result<Arc<Checkout>, CheckoutFailure> {
        match self.0.call(|reply| Msg::Begin(place, urls.clone(), reply)).await {
            // The provider is slow. The actor keeps waiting for it.
            Err(CallError::Timeout) => Ok(self.get().await?),
            answered => answered?,
        }
    }
    /// Reloads the row after the settlement wrote it, and publishes it.
    pub async fn refresh(&self) -> Result<Arc<Checkout>, CheckoutFailure> {
        self.0.call(Msg::Refresh).await?
    }
    pub async fn get(&self) -> Result<Arc<Checkout>, CallError> {
        self.0.call(Msg::Get).await
    }
    /// Watches the row across restarts of the actor.
    pub async fn watch(&self) -> Result<watch::Receiver<Arc<Checkout>>, CallError> {
        if let Some(page) = self.0.slot_state().page.get() {
            return Ok(page.subscribe());
        }
        let row = self.get().await?;
        Ok(self.0.slot_state().page.get_or_init(|| watch::Sender::new(row)).subscribe())
    }
    /// Only knows checkouts that were loaded in this process.
    pub(crate) fn is_open_order(&self, space: SpaceId, buyer: Option<AccountId>) -> bool {
        self.0.slot_state().page.get().is_some_and(|page| {
            let row = page.borrow();
            !row.state.settled() && row.space == space && buyer.is_none_or(|buyer| row.account == buyer)
        })
    }
    /// Reloads the row and asks the provider for the session's state, without waiting for the answer.
    pub fn look(&self) -> Result<(), CallError> {
        self.0.tell(Msg::Look)
    }
}

type Answer<T> = Reply<Result<T, CheckoutFailure>>;

pub enum Msg {
    Begin(PayPlace, PaymentUrls, Answer<Arc<Checkout>>),
    Refresh(Answer<Arc<Checkout>>),
    Get(Reply<Arc<Checkout>>),
    /// A deadline may have passed, or the terms may have changed.
    Look,
    /// The provider answered.
    Answered(CheckoutEvent),
}

/// State that outlives the actor.
#[derive(Default)]
pub struct SlotState {
    writer: Writer,
    page: OnceLock<watch::Sender<Arc<Checkout>>>,
}

pub struct State {
    row: Arc<Checkout>,
    /// The only request to the provider in flight.
    asking: JoinSet<()>,
    /// Tries of the current request.
    tries: u32,
    /// Callers that wait for the pay page.
    waiting: Vec<Answer<Arc<Checkout>>>,
}

/// The behavior, with the ports that its actors use.
pub struct Checkouts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn CheckoutStore>,
    pub(crate) payments: Option<Arc<dyn Payments>>,
    pub(crate) deadlines: Arc<Alarms<CheckoutId>>,
    /// Tells whose seats are free again.
    pub(crate) freed: broadcast::Sender<(SpaceId, PassId)>,
}

impl Behavior for Checkouts {
    type Id = CheckoutId;
    type Msg = Msg;
    type SlotState = SlotState;
    type State = State;

    fn config(&self) -> ActorConfig {
        ActorConfig { kind: "checkout", branch: "checkouts", ..ActorConfig::default() }
    }
    fn name(&self, id: CheckoutId, slot_state: &SlotState) -> String {
        let state = slot_state.page.get().map_or("", |page| page.borrow().state.code());
        format!("{id} {state}").trim_end().to_owned()
    }
    fn slot_state(&self, _: CheckoutId) -> SlotState {
        SlotState::default()
    }
    fn inspect(&self, _: CheckoutId, slot_state: &SlotState) -> Vec<Fact> {
        let Some(page) = slot_state.page.get() else { return vec![Fact::word("state", "not loaded yet")] };
        let row = page.borrow();
        vec![
            Fact::word("state", row.state.code()),
            Fact::word("reason for its end", row.ended.map_or("none", OrderEnd::code)),
            Fact::yes("its terms still hold", row.ended_by(row.created_at).is_none()),
            Fact::count("version of the terms agreed to", row.agreed.unwrap_or_default().unsigned_abs()),
            Fact::count("attempt to pay", row.attempt.unsigned_abs()),
            Fact::yes("the provider has a session", row.provider_session.is_some()),
            Fact::at("opened", Some(row.created_at)),
            Fact::at("open until", Some(row.expires_at)),
            Fact::hidden("who buys, and where the bill goes"),
        ]
    }
    fn may_passivate(&self, slot_state: &SlotState) -> bool {
        slot_state.page.get().is_none_or(|page| page.borrow().state.settled())
    }

    async fn start(&self, context: &Context<Self>) -> Result<State, Failure> {
        context.slot_state().writer.settled().await;
        let row = Arc::new(self.store.load(context.id()).await?);
        show(context.slot_state(), &row);
        context.tell(Msg::Look);
        Ok(State { row, asking: JoinSet::new(), tries: 0, waiting: Vec::new() })
    }

    async fn handle(&self, context: &Context<Self>, state: &mut State, message: Msg) -> Result<(), Failure> {
        match message {
            Msg::Get(reply) => reply.send(Arc::clone(&state.row)),
            Msg::Begin(.., reply) if self.payments.is_none() => reply.send(Err(CheckoutFailure::NoPayments)),
            Msg::Begin(place, urls, reply) => {
                let event = CheckoutEvent::Begin(urls, place);
                return self.begin(context, state, event, reply).await;
            }
            Msg::Refresh(reply) => {
                let read = self.reload(context, state).await;
                reply.send(read.map(|()| Arc::clone(&state.row)).map_err(|_| CheckoutFailure::Unavailable));
                if state.asking.is_empty() {
                    return self.advance(context, state, CheckoutEvent::Look).await;
                }
            }
            // A request is in flight. Its answer triggers the next look.
            Msg::Look if !state.asking.is_empty() => {
                self.deadlines.set(context.id(), Some(self.clock.now() + LOOK_AGAIN))
            }
            Msg::Look => {
                self.reload(context, state).await?;
                // Without a provider there is nobody to ask.
                let event = if self.payments.is_some() { CheckoutEvent::Due } else { CheckoutEvent::Look };
                return self.advance(context, state, event).await;
            }
            Msg::Answered(event) => {
                state.asking.abort_all();
                while state.asking.join_next().await.is_some() {}
                // The terms may have changed while the request was running.
                self.reload(context, state).await?;
                self.advance(context, state, event).await?;
                // The buyer need not wait longer: the page follows the row. Whoever pays with a saved card waits for what its bank
                // says, and whoever goes elsewhere for the first answer from there.
                let waits = match state.row.state {
                    Payment::Held => state.tries == 1,
                    _ => state.row.is_under_way(),
                };
                if state.asking.is_empty() || !waits {
                    state.answer_all();
                }
            }
        }
        Ok(())
    }
}

impl Checkouts {
    async fn begin(
        &self,
        context: &Context<Self>,
        state: &mut State,
        event: CheckoutEvent,
        reply: Answer<Arc<Checkout>>,
    ) -> Result<(), Failure> {
        let decided = checkout::decide(&state.row, event.clone(), self.clock.now());
        let led = match decided {
            Err(error) if state.asking.is_empty() => {
                reply.send(Err(error.into()));
                return Ok(());
            }
            _ if state.asking.is_empty() => self.advance(context, state, event).await,
            // The answer that is awaited leads on from there.
            Ok(CheckoutStep::Leave(request)) => match self.leave(context, state, &request).await {
                Ok(_) => self.reload(context, state).await,
                Err(failure) => Err(failure),
            },
            _ => Ok(()),
        };
        if let Err(failure) = led {
            reply.send(Err(CheckoutFailure::Unavailable));
            return Err(failure);
        }
        state.waiting.push(reply);
        // If one try has failed already, the caller does not wait for the next.
        if state.asking.is_empty() || state.tries > 1 || !state.row.is_under_way() {
            state.answer_all();
        }
        Ok(())
    }

    /// Takes the steps that follow from an event until one must wait for the clock or the provider.
    async fn advance(
        &self,
        context: &Context<Self>,
        state: &mut State,
        mut event: CheckoutEvent,
    ) -> Result<(), Failure> {
        for _ in 0..MOST_STEPS {
            let Ok(step) = checkout::decide(&state.row, event.clone(), self.clock.now()) else {
                return Ok(());
            };
            let written = match step {
                CheckoutStep::Begin { attempt, request } => {
                    self.begin_attempt(context, state, attempt, request).await?
                }
                CheckoutStep::Pay { session, url, secret } => self.pay(context, session, url, secret).await?,
                CheckoutStep::Leave(request) => self.leave(context, state, &request).await?,
                CheckoutStep::Close(payment, ended_by) => {
                    let closed = self.close(context, payment, ended_by).await?;
                    if closed {
                        // Fails while nobody listens.
                        let _ = self.freed.send((state.row.space, state.row.pass));
                    }
                    closed
                }
                CheckoutStep::FallBack(refused) => self.fall_back(context, refused).await?,
                CheckoutStep::Send(request) => return self.open(context, state, request),
                CheckoutStep::Charge { session, return_url } => {
                    return self.ask(context, state, |payments| payments.charge(session, return_url));
                }
                CheckoutStep::Expire(session) => {
                    return self.ask(context, state, |payments| payments.expire(session));
                }
                CheckoutStep::Fetch(session) => {
                    return self.ask(context, state, |payments| payments.fetch(session));
                }
                CheckoutStep::Apply { session, again } => {
                    let (store, now) = (Arc::clone(&self.store), self.clock.now());
                    self.write(context, async move { store.apply_later(session, now).await }).await?;
                    self.deadlines.set(context.id(), Some(again));
                    return Ok(());
                }
                CheckoutStep::Wait(at) => {
                    self.deadlines.set(context.id(), at);
                    return Ok(());
                }
            };
            self.reload(context, state).await?;
            // After a successful write, look at the new row. Otherwise the row had changed: decide the same event
            // again.
            if written {
                event = CheckoutEvent::Look;
            }
        }
        Err(Failure::Broken("its row and its steps do not agree".into()))
    }

    async fn begin_attempt(
        &self,
        context: &Context<Self>,
        state: &mut State,
        attempt: i64,
        request: PaymentRequest,
    ) -> Result<bool, Failure> {
        state.tries = 0;
        let params = request.to_stored().map_err(|error| Failure::Broken(error.to_string()))?;
        let (store, id, key) = (Arc::clone(&self.store), context.id(), request.idempotency_key);
        let now = self.clock.now();
        self.write(context, async move { store.begin_attempt(id, attempt, key, params, now).await }).await
    }

    async fn pay(
        &self,
        context: &Context<Self>,
        session: String,
        url: String,
        secret: Option<String>,
    ) -> Result<bool, Failure> {
        let (store, id) = (Arc::clone(&self.store), context.id());
        self.write(context, async move { store.paying(id, session, url, secret).await }).await
    }

    async fn leave(
        &self,
        context: &Context<Self>,
        state: &mut State,
        request: &PaymentRequest,
    ) -> Result<bool, Failure> {
        state.tries = 0;
        let params = request.to_stored().map_err(|error| Failure::Broken(error.to_string()))?;
        let (store, id) = (Arc::clone(&self.store), context.id());
        self.write(context, async move { store.leave(id, params).await }).await
    }

    async fn fall_back(&self, context: &Context<Self>, refused: CardRefusal) -> Result<bool, Failure> {
        let (store, id) = (Arc::clone(&self.store), context.id());
        self.write(context, async move { store.fall_back(id, refused).await }).await
    }

    async fn close(
        &self,
        context: &Context<Self>,
        payment: Payment,
        ended_by: Option<OrderEnd>,
    ) -> Result<bool, Failure> {
        let (store, id, now) = (Arc::clone(&self.store), context.id(), self.clock.now());
        self.write(context, async move { store.close(id, payment, ended_by, now).await }).await
    }

    /// Returns false if the row was in another state.
    async fn write(
        &self,
        context: &Context<Self>,
        work: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    ) -> Result<bool, Failure> {
        match context.slot_state().writer.write(work).await? {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn reload(&self, context: &Context<Self>, state: &mut State) -> Result<(), Failure> {
        state.row = Arc::new(self.store.load(context.id()).await?);
        show(context.slot_state(), &state.row);
        Ok(())
    }

    fn open(
        &self,
        context: &Context<Self>,
        state: &mut State,
        request: PaymentRequest,
    ) -> Result<(), Failure> {
        let doublings = state.tries.min(5);
        let pause = if doublings == 0 { Duration::ZERO } else { FIRST_PAUSE * 2_u32.pow(doublings - 1) };
        state.tries += 1;
        self.question(context, state, pause, CheckoutEvent::Opened, |payments| payments.open(request));
        Ok(())
    }

    fn ask(
        &self,
        context: &Context<Self>,
        state: &mut State,
        call: impl FnOnce(&dyn Payments) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> + Send + 'static,
    ) -> Result<(), Failure> {
        self.question(context, state, Duration::ZERO, CheckoutEvent::Fetched, call);
        Ok(())
    }

    /// Sends a request to the provider outside the mailbox. The answer arrives as a message. The request is aborted
    /// when the actor ends.
    fn question(
        &self,
        context: &Context<Self>,
        state: &mut State,
        pause: Duration,
        event: fn(Result<ProviderSession, PaymentError>) -> CheckoutEvent,
        call: impl FnOnce(&dyn Payments) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> + Send + 'static,
    ) {
        let Some(payments) = self.payments.clone() else { return };
        self.deadlines.set(context.id(), Some(self.clock.now() + LOOK_AGAIN));
        let context = context.clone();
        state.asking.spawn(async move {
            tokio::time::sleep(pause).await;
            let answer = tokio::time::timeout(PROVIDER_PATIENCE, call(&*payments)).await;
            let answer = answer.unwrap_or_else(|_| Err(PaymentError::Away("no answer in time".into())));
            if let Err(error) = &answer {
                if let PaymentError::Refused(_) = error {
                    tracing::error!(checkout = %context.id(), %error, "check the payment settings");
                }
                context.failed(error.to_string());
            }
            context.tell(Msg::Answered(event(answer)));
        });
    }
}

impl State {
    fn answer_all(&mut self) {
        for reply in self.waiting.drain(..) {
            reply.send(Ok(Arc::clone(&self.row)));
        }
    }
}

fn show(slot_state: &SlotState, row: &Arc<Checkout>) {
    let page = slot_state.page.get_or_init(|| watch::Sender::new(Arc::clone(row)));
    page.send_if_modified(|shown| {
        let changed = **shown != **row;
        *shown = Arc::clone(row);
        changed
    });
}

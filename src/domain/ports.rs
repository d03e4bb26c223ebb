//! What the rules need of the world, as traits: each has a real maker and a local one. Ports return [`BoxFuture`];
//! callers hold `Arc<dyn Port>`.

use crate::{
    chat_room::{Batch, Entry, RoomRecord},
    checkout::{Checkout, Payment},
    id::*,
    money::Money,
    stream::{Stream, StreamChange},
    time::Millis,
    viewership::{Viewership, Viewing},
};
use std::{future::Future, pin::Pin};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The one clock of the service; only its maker in `server/clock.rs` reads the machine's.
pub trait Clock: Send + Sync {
    fn now(&self) -> Millis;
    /// Resolves once [`Clock::now`] has reached `at`, also when a test moves the clock there.
    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()>;
}

/// The database did not do it. Nothing of the change was kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("not found")]
    NotFound,
    /// A conditional statement found another state than it needed, or a unique name was taken.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("the database is away: {0}")]
    Unavailable(String),
}

/// The journals of all rooms. One committer merges the batches of many rooms into one transaction.
pub trait JournalStore: Send + Sync {
    /// What a chat room needs to run: the last `lines` visible lines, modes, bans in force at `now`, and the last seq.
    fn load(&self, room: RoomId, lines: usize, now: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>>;
    /// Stores a batch durably (fsync before it resolves). All of it or nothing. `Conflict` when its numbers are taken.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>>;
    /// The line that this author sent under this id, if it was stored: the answer to a post that came twice.
    fn find(
        &self,
        room: RoomId,
        author: AccountId,
        client: ClientId,
    ) -> BoxFuture<'_, Result<Option<Entry>, StoreError>>;
    /// Entries with `seq > since`, in order, at most `limit`.
    fn since(&self, room: RoomId, since: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>>;
}

/// Streams as rows: the truth about their state.
pub trait StreamStore: Send + Sync {
    fn load(&self, id: StreamId) -> BoxFuture<'_, Result<Stream, StoreError>>;
    /// One conditional statement: writes `change.to` where the row still has `change.from`'s version; else `Conflict`.
    fn change(&self, change: StreamChange) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Those in rehearsal, live or interrupted: what the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<StreamId>, StoreError>>;
    /// Keeps the highest count of people seen at once; a lower one changes nothing.
    fn peak(&self, id: StreamId, people: i64) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Stores viewings, or their later ends, and adds up what is stored then.
    fn viewed(&self, id: StreamId, viewings: Vec<Viewing>) -> BoxFuture<'_, Result<Viewership, StoreError>>;
}

/// Checkout sessions as rows.
pub trait CheckoutStore: Send + Sync {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>>;
    /// Stores the idempotency key of an attempt with its parameters, before anything is sent to the provider.
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        key: String,
        params: String,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// held → paying, with the provider's session id and pay page.
    fn paying(
        &self,
        id: CheckoutId,
        provider_session: String,
        pay_url: String,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Those held or paying: what the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>>;
    /// held or paying → failed or expired. `Conflict` when it is settled already.
    fn close(&self, id: CheckoutId, payment: Payment, now: Millis) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// What is asked of the payment provider for one attempt to pay. Serialised beside its idempotency key before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PaymentRequest {
    pub checkout: CheckoutId,
    pub purchase: PurchaseId,
    pub title: String,
    pub amount: Money,
    pub email: String,
    pub success_url: String,
    pub cancel_url: String,
    pub expires_at: Millis,
    /// `{purchase}:{operation}:{attempt}`.
    pub idempotency_key: String,
}

/// The provider's own view of a checkout session: the state that is applied, whatever event hinted at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    pub id: String,
    pub url: Option<String>,
    pub status: ProviderStatus,
    /// What was charged; the settling refuses a session whose amount is not ours.
    pub amount: Option<Money>,
    /// Our checkout, as we named it in `client_reference_id`.
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    Open,
    Paid,
    /// The card was refused; the session may still be open for another try.
    Declined,
    Expired,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum PaymentError {
    /// Try again with the same key: time-outs, 5xx, the provider away.
    #[error("the payment provider is away: {0}")]
    Away(String),
    /// The provider refused the request itself; the same request will be refused again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

/// The payment provider (Stripe, or the stand-in over loopback by the same client).
pub trait Payments: Send + Sync {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// Checks the signature of a webhook (header `Stripe-Signature`, tolerance 5 minutes against the real clock) and reads
    /// what it is about. Fails on a bad signature only: an event that is not understood has no session.
    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, BadSignature>;
}

/// A verified event: a hint that a provider session has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    pub id: String,
    pub kind: String,
    pub session: Option<String>,
    /// Our checkout, where the event names it: events about a payment intent carry no session.
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

/// A message to one person, in both forms.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("the mail was not taken: {0}")]
pub struct MailError(pub String);

pub trait Mailer: Send + Sync {
    /// `key` is the job's id: the message id is made of it, so that a repeated send is one message to its reader.
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// A WHIP or WHEP session that the media plane has accepted.
#[derive(Clone, Debug)]
pub struct Answer {
    pub session: MediaSessionId,
    /// The SDP answer.
    pub sdp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the offer is not usable: {0}")]
    Offer(String),
    #[error("somebody is publishing already")]
    Busy,
    #[error("no such media session")]
    NotFound,
    #[error("the media plane is down")]
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEnd {
    /// It said goodbye (DELETE, or DTLS close).
    Left,
    /// Its connection died (ICE).
    Lost,
    /// We ended it.
    Ejected,
    /// The publisher's connection stands but no packet came for two seconds.
    Silent,
}

/// What happens in the media plane, for the actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// Packets of the publisher flow; also again after `Silent`.
    PublisherUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Within 2.5 s after its last packet.
    PublisherDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
    ViewerUp {
        room: RoomId,
        session: MediaSessionId,
    },
    /// Once for each session that was answered, also when it never connected.
    ViewerDown {
        room: RoomId,
        session: MediaSessionId,
        end: MediaEnd,
    },
}

/// How the publisher's media is doing, over the last second or two.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct MediaHealth {
    pub bits_per_second: u64,
    /// 0 to 1.
    pub loss: f32,
    pub rtt_ms: Option<u32>,
    pub viewers: usize,
}

/// Forwards media, never decodes it: the embedded SFU (or, later, LiveKit).
pub trait MediaPlane: Send + Sync {
    /// WHIP: one publisher a room. `Busy` while another one's packets flow; one that has fallen silent is replaced.
    fn publish(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<Answer, MediaError>>;
    /// WHEP. May come before the publisher does.
    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<Answer, MediaError>>;
    /// Candidates that came later: the body of a WHIP/WHEP `PATCH` (`application/trickle-ice-sdpfrag`).
    fn trickle(&self, session: MediaSessionId, fragment: &str) -> Result<(), MediaError>;
    /// Ends a session at once: no packet leaves for it after this was handled (within 50 ms). Unknown ones are ignored.
    fn end(&self, session: MediaSessionId, end: MediaEnd);
    fn health(&self, room: RoomId) -> Option<MediaHealth>;
    /// Everything that happens from now on, in order, called on the media thread: the listener must not block.
    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>);
}

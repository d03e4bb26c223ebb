//! One attempt to pay: held → paying → paid | failed | expired.

use crate::{
    amount::Money,
    id::*,
    money::payments::{PaymentError, PaymentRequest, ProviderSession, ProviderStatus},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// How long a checkout stands open. Stripe wants at least 30 minutes at the moment it is asked, which may be a retry later.
pub const OPEN_FOR: Span = Span::minutes(35);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Ours alone so far: the provider has not been reached yet.
    Held,
    /// The provider has a pay page for it.
    Paying,
    Paid,
    Failed,
    Expired,
}

impl Payment {
    pub const ALL: [Self; 5] = [Self::Held, Self::Paying, Self::Paid, Self::Failed, Self::Expired];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paying => "paying",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
    pub const fn settled(self) -> bool {
        matches!(self, Self::Paid | Self::Failed | Self::Expired)
    }
}

/// A checkout session as a row. The amount was copied from the pass when it began and is what is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    pub id: CheckoutId,
    pub purchase: PurchaseId,
    pub account: AccountId,
    pub email: String,
    pub space: SpaceId,
    pub pass: PassId,
    pub title: String,
    pub amount: Money,
    pub state: Payment,
    /// Counts from 1; a new attempt has a new idempotency key.
    pub attempt: i64,
    /// The stored request of the attempt, as it was sent; `None` before the first.
    pub request: Option<String>,
    pub provider_session: Option<String>,
    pub pay_url: Option<String>,
    pub created_at: Millis,
    pub expires_at: Millis,
}

/// A request is sent again under its key for this long; then another attempt with another key follows.
const SAME_KEY_FOR: Span = Span::minutes(1);
/// How soon we ask again when the provider has not said that its session is over.
const ASK_AGAIN: Span = Span::secs(30);

/// Where the pay page sends the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentUrls {
    pub success: String,
    pub cancel: String,
}

/// What happens to a checkout. The provider's answers come with the moment they came.
#[derive(Clone, Debug)]
pub enum CheckoutEvent {
    /// The buyer asks for the pay page.
    Begin(PaymentUrls),
    /// A deadline may have come, or an actor has just begun its life with the row.
    Look,
    /// The provider on the request to open a session.
    Opened(Result<ProviderSession, PaymentError>),
    /// The provider on the request to end its session, or on how it stands.
    Told(Result<ProviderSession, PaymentError>),
}

/// What gets a checkout on. There is no step to `Paid`: only the settling of a signed event writes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Store this attempt and its request, then send it.
    Begin { attempt: i64, request: PaymentRequest },
    /// Send the stored request again: same key, same parameters.
    Send(PaymentRequest),
    /// Write down the provider's session and its pay page.
    Pay { session: String, url: String },
    /// Ask the provider to end this session.
    Expire(String),
    /// Ask the provider how this session stands.
    Fetch(String),
    /// Write the end.
    Close(Payment),
    /// Nothing before that moment.
    Wait(Option<Millis>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutError {
    #[error("this checkout is over: {}", .0.code())]
    Over(Payment),
}

/// Decides the next step. Everything it needs is in the row, so whoever reads the row can go on.
pub fn decide(c: &Checkout, event: CheckoutEvent, now: Millis) -> Result<Step, CheckoutError> {
    Ok(match (event, c.state) {
        (CheckoutEvent::Begin(_), over) if over.settled() => return Err(CheckoutError::Over(over)),
        (CheckoutEvent::Begin(urls), Payment::Held) if c.request.is_none() && now < c.expires_at => {
            first_attempt(c, &urls, now)
        }
        (CheckoutEvent::Begin(_) | CheckoutEvent::Look, _) => look(c, now),
        (CheckoutEvent::Opened(answer), _) => opened(c, answer, now),
        (CheckoutEvent::Told(_), over) if over.settled() => Step::Wait(None),
        (CheckoutEvent::Told(answer), _) => told(c, answer, now),
    })
}

fn look(c: &Checkout, now: Millis) -> Step {
    let late = now >= c.expires_at;
    match (c.state, stored(c), &c.provider_session) {
        // Nobody was ever given a page to pay on.
        (Payment::Held, ..) if late => Step::Close(Payment::Expired),
        (Payment::Held, Some(request), _) if is_stale(&request, now) => next_attempt(c, request, now),
        (Payment::Held, Some(request), _) => Step::Send(request),
        (Payment::Paying, _, Some(session)) if late => Step::Expire(session.clone()),
        (Payment::Held | Payment::Paying, ..) => Step::Wait(Some(c.expires_at)),
        (Payment::Paid | Payment::Failed | Payment::Expired, ..) => Step::Wait(None),
    }
}

fn opened(c: &Checkout, answer: Result<ProviderSession, PaymentError>, now: Millis) -> Step {
    match answer {
        // It came too late: nobody may pay on it.
        Ok(session) if c.state != Payment::Held => {
            let ours = c.provider_session.as_ref() == Some(&session.id);
            if ours { look(c, now) } else { Step::Expire(session.id) }
        }
        Ok(ProviderSession { id: session, url: Some(url), .. }) => Step::Pay { session, url },
        Ok(_) | Err(PaymentError::Refused(_)) if c.state == Payment::Held => Step::Close(Payment::Failed),
        Ok(_) | Err(_) => look(c, now),
    }
}

fn told(c: &Checkout, answer: Result<ProviderSession, PaymentError>, now: Millis) -> Step {
    match (answer, &c.provider_session) {
        (Ok(session), _) if session.status == ProviderStatus::Expired => Step::Close(Payment::Expired),
        // A payment that won stays for the settling.
        (Err(PaymentError::Refused(_)), Some(session)) => Step::Fetch(session.clone()),
        _ => Step::Wait(Some(now + ASK_AGAIN)),
    }
}

fn first_attempt(c: &Checkout, urls: &PaymentUrls, now: Millis) -> Step {
    let request = PaymentRequest {
        checkout: c.id,
        purchase: c.purchase,
        title: c.title.clone(),
        amount: c.amount,
        email: c.email.clone(),
        success_url: urls.success.clone(),
        cancel_url: urls.cancel.clone(),
        expires_at: now,
        idempotency_key: String::new(),
    };
    numbered(c, request, c.attempt.max(1), now)
}

/// The provider replays a stored failure for a used key, and refuses the key with other parameters: so a request that has had
/// its time is followed by another with a new key. Should the first have opened a session after all, nobody was given its
/// page, and it ends by itself.
fn next_attempt(c: &Checkout, request: PaymentRequest, now: Millis) -> Step {
    numbered(c, request, c.attempt + 1, now)
}

fn numbered(c: &Checkout, request: PaymentRequest, attempt: i64, now: Millis) -> Step {
    let expires_at = now + OPEN_FOR;
    let idempotency_key = format!("{}:open:{attempt}", c.purchase);
    Step::Begin { attempt, request: PaymentRequest { expires_at, idempotency_key, ..request } }
}

impl PaymentRequest {
    /// As it is stored beside its key.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

fn stored(c: &Checkout) -> Option<PaymentRequest> {
    serde_json::from_str(c.request.as_deref()?).ok()
}

fn is_stale(request: &PaymentRequest, now: Millis) -> bool {
    (request.expires_at - now).0 <= OPEN_FOR.0 - SAME_KEY_FOR.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Currency;

    const NOW: Millis = Millis(1_000_000_000);

    fn checkout(state: Payment) -> Checkout {
        Checkout {
            id: CheckoutId::new(),
            purchase: PurchaseId::new(),
            account: AccountId::new(),
            email: "ann@example.org".into(),
            space: SpaceId::new(),
            pass: PassId::new(),
            title: "Front row".into(),
            amount: Money { minor: 1200, currency: Currency::Eur },
            state,
            attempt: 1,
            request: None,
            provider_session: (state == Payment::Paying).then(|| "cs_1".into()),
            pay_url: (state == Payment::Paying).then(|| "https://pay".into()),
            created_at: NOW,
            expires_at: NOW + OPEN_FOR,
        }
    }

    fn urls() -> PaymentUrls {
        PaymentUrls { success: "https://us/ok".into(), cancel: "https://us/no".into() }
    }

    fn session(status: ProviderStatus) -> ProviderSession {
        let url = (status == ProviderStatus::Open).then(|| "https://pay".to_owned());
        ProviderSession { id: "cs_1".into(), url, status, amount: None, reference: None }
    }

    /// Held, with the request of its first attempt stored.
    fn sent() -> (Checkout, PaymentRequest) {
        let mut c = checkout(Payment::Held);
        let Ok(Step::Begin { attempt: 1, request }) = decide(&c, CheckoutEvent::Begin(urls()), NOW) else {
            panic!("a first attempt");
        };
        c.request = request.to_stored().ok();
        (c, request)
    }

    #[test]
    fn the_first_attempt_carries_the_amount_of_the_row_and_a_key_of_its_own() {
        let (c, request) = sent();
        assert_eq!(request.idempotency_key, format!("{}:open:1", c.purchase));
        assert_eq!((request.amount, request.email.as_str()), (c.amount, "ann@example.org"));
        assert_eq!((request.success_url.as_str(), request.expires_at), ("https://us/ok", NOW + OPEN_FOR));
    }

    #[test]
    fn what_was_sent_is_sent_again_as_it_was_until_its_time_is_over() {
        let (c, request) = sent();
        let soon = NOW + Span::secs(59);
        for event in [CheckoutEvent::Look, CheckoutEvent::Begin(urls()), CheckoutEvent::Opened(Err(away()))] {
            assert_eq!(decide(&c, event, soon), Ok(Step::Send(request.clone())));
        }
        let Ok(Step::Begin { attempt, request: second }) =
            decide(&c, CheckoutEvent::Look, NOW + Span::secs(61))
        else {
            panic!("a second attempt");
        };
        assert_eq!((attempt, second.idempotency_key), (2, format!("{}:open:2", c.purchase)));
        assert_eq!(second.expires_at, NOW + Span::secs(61) + OPEN_FOR);
        assert_eq!((second.success_url, second.amount), (request.success_url, request.amount));
    }

    /// The provider refuses to open a session that ends sooner than that.
    #[test]
    fn the_last_send_of_a_request_leaves_stripe_its_thirty_minutes() {
        assert!(OPEN_FOR.0 - SAME_KEY_FOR.0 > Span::minutes(30).0);
    }

    fn away() -> PaymentError {
        PaymentError::Away("500".into())
    }

    #[test]
    fn the_providers_answer_to_the_request_decides() {
        let (c, _) = sent();
        let open = CheckoutEvent::Opened(Ok(session(ProviderStatus::Open)));
        let pay = Step::Pay { session: "cs_1".into(), url: "https://pay".into() };
        assert_eq!(decide(&c, open.clone(), NOW), Ok(pay));
        let refused = CheckoutEvent::Opened(Err(PaymentError::Refused("amount".into())));
        assert_eq!(decide(&c, refused, NOW), Ok(Step::Close(Payment::Failed)));
        for over in [Payment::Expired, Payment::Failed] {
            let over = checkout(over);
            assert_eq!(
                decide(&over, open.clone(), NOW),
                Ok(Step::Expire("cs_1".into())),
                "nobody may pay on it"
            );
        }
    }

    #[test]
    fn time_ends_it_only_with_the_providers_word() {
        let end = NOW + OPEN_FOR;
        let held = checkout(Payment::Held);
        assert_eq!(decide(&held, CheckoutEvent::Look, end + Span(-1)), Ok(Step::Wait(Some(end))));
        assert_eq!(decide(&held, CheckoutEvent::Look, end), Ok(Step::Close(Payment::Expired)));
        let paying = checkout(Payment::Paying);
        assert_eq!(decide(&paying, CheckoutEvent::Look, end + Span(-1)), Ok(Step::Wait(Some(end))));
        assert_eq!(decide(&paying, CheckoutEvent::Look, end), Ok(Step::Expire("cs_1".into())));
        let told = |answer| decide(&paying, CheckoutEvent::Told(answer), end);
        assert_eq!(told(Ok(session(ProviderStatus::Expired))), Ok(Step::Close(Payment::Expired)));
        assert_eq!(told(Ok(session(ProviderStatus::Paid))), Ok(Step::Wait(Some(end + ASK_AGAIN))));
        assert_eq!(told(Err(PaymentError::Refused("complete".into()))), Ok(Step::Fetch("cs_1".into())));
        assert_eq!(told(Err(away())), Ok(Step::Wait(Some(end + ASK_AGAIN))));
    }

    #[test]
    fn what_is_settled_moves_no_more() {
        for state in [Payment::Paid, Payment::Failed, Payment::Expired] {
            let over = checkout(state);
            assert_eq!(decide(&over, CheckoutEvent::Begin(urls()), NOW), Err(CheckoutError::Over(state)));
            assert_eq!(decide(&over, CheckoutEvent::Look, NOW + Span::days(1)), Ok(Step::Wait(None)));
            let told = CheckoutEvent::Told(Ok(session(ProviderStatus::Expired)));
            assert_eq!(decide(&over, told, NOW), Ok(Step::Wait(None)));
        }
    }

    /// Whatever the provider says and whenever: no step of ours makes it paid.
    #[test]
    fn nothing_here_settles_a_payment() {
        use ProviderStatus::*;
        for state in Payment::ALL {
            for status in [Open, Paid, Declined, Expired] {
                for late in [Span(0), OPEN_FOR, Span::days(2)] {
                    for event in
                        [CheckoutEvent::Opened(Ok(session(status))), CheckoutEvent::Told(Ok(session(status)))]
                    {
                        let step = decide(&checkout(state), event, NOW + late);
                        assert_ne!(step, Ok(Step::Close(Payment::Paid)), "{state:?} {status:?}");
                    }
                }
            }
        }
    }
}

//! Why a use case was refused. Each caller translates it into its own format.

use crate::Often;
use actors::{ActError, ChatFailure, CheckoutFailure, StreamFailure};
use domain::{
    catalogue::offer::NotOffered,
    error::StoreError,
    live::recording::clips::ClipRefused,
    money::{
        asking::AnswerError,
        buying::chosen::AmountRefused,
        payments::{PaymentError, WebhookRefusal},
        promo::NoDiscount,
    },
    objects::ObjectError,
    time::Span,
};

#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceError {
    /// It does not exist, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The caller is a member of the team, but the role does not allow it.
    #[error("your role in this team does not allow this")]
    Role,
    /// A passkey is required of the caller, whose session began without one.
    #[error("a passkey is required")]
    OwesPasskey,
    /// The current state does not allow it.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The caller, or its network, has done it too often. Nothing was changed. `limit`: its name in the
    /// metrics.
    #[error("{what}")]
    TooMany { limit: &'static str, what: Often, wait: Span },
    /// The room refused it.
    #[error(transparent)]
    Chat(#[from] ChatFailure),
    /// The stream refused it.
    #[error(transparent)]
    Stream(#[from] StreamFailure),
    /// The checkout refused it.
    #[error(transparent)]
    Checkout(#[from] CheckoutFailure),
    /// No clip is made.
    #[error(transparent)]
    Clip(#[from] ClipRefused),
    /// This person cannot get the pass now.
    #[error(transparent)]
    NotOffered(#[from] NotOffered),
    /// What the pass asks was not answered, by the places of its questions.
    #[error("what the pass asks was not answered")]
    Unanswered(Vec<(usize, AnswerError)>),
    /// The amount that the buyer chose is not taken.
    #[error(transparent)]
    Amount(#[from] AmountRefused),
    /// The code makes nothing cheaper.
    #[error(transparent)]
    NoDiscount(#[from] NoDiscount),
    /// The payment provider failed or refused.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// A webhook was refused. `first`: it is the first refusal for this reason within a second.
    #[error("{reason}")]
    Webhook { reason: WebhookRefusal, first: bool },
    /// The object store failed. Nothing that is shown was changed.
    #[error("object store: {0}")]
    Objects(#[from] ObjectError),
    /// The actor refused it.
    #[error(transparent)]
    Actor(#[from] ActError),
    /// The database is unavailable. Nothing was changed.
    #[error("unavailable: {0}")]
    Unavailable(String),
}

pub type ServiceResult<T> = Result<T, ServiceError>;

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Conflict(what) => Self::Conflict(what),
            StoreError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

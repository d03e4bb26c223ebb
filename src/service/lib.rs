//! Use cases: one function for each request of a person or a machine.
//!
//! # How to read a use case
//!
//! Always in this order:
//!
//! 1. **May the caller?** [`domain::access::may`] for teams, the operator flag for operators, `admit` at the doors of an
//!    experience.
//! 2. **One transaction** ([`store::Tx`]): the rows, the jobs, the audit line and the changes, committed by
//!    [`store::Tx::commit_audited`]. The line of a person comes from `Services::act`, which bounds how much an account and
//!    its network can make us keep. Only what no person asks for, such as expired grants and counted wrong codes, is committed by
//!    [`store::Tx::commit_unattended`]; `tests/it/architecture/use_cases.rs` lists its callers.
//! 3. **After the commit, one call** of [`Services::changed`]. It alone forgets caches and ends pages and media.
//! 4. **A typed result.** `views` or the JSON of an API turns it into text.
//!
//! Web handlers, jobs and the command line call these functions and never write the steps by hand. This crate knows no
//! web framework, no HTML, no SQL and no actor runtime; its manifest is the proof.

pub mod access;
pub mod audience;
mod bounds;
mod bus;
pub mod caches;
pub mod catalogue;
mod changes;
pub mod chat;
mod doors;
mod error;
mod guesses;
mod limits;
pub mod live;
pub mod money;
mod often;
pub mod ops;
pub mod people;
mod sender;
pub mod text;
pub mod waitlist;

pub use bus::LocalBus;
pub use changes::follow;
pub use error::{ServiceError, ServiceResult};
pub use limits::{Limits, RENAMED, Rates};
pub use often::Often;
pub use sender::{Sender, as_sender, note_session};

use actors::Engine;
use caches::Caches;
use domain::{
    access::may::{Action, may},
    catalogue::{
        content::files::Room,
        offer::{PriceKind, Space},
    },
    change::{Bus, Change},
    clock::Clock,
    id::{AccountId, SpaceId},
    live::{
        passes::{MediaHooks, OutsideIngest},
        recording::outside::OutsideRecorder,
        restream::Restreamer,
    },
    money::{
        billing::Billing,
        ledger::FeeShare,
        payments::Payments,
        payouts::{provider::SellerPayments, schedule::PayoutMinimum},
    },
    objects::Objects,
    people::account::TeamRole,
    time::Millis,
};
use std::{ops::Deref, sync::Arc};
use store::{Act, Store};

/// What use cases work with. Clones share it.
#[derive(Clone)]
pub struct Services(Arc<Parts>);

pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub store: Store,
    pub engine: Engine,
    pub caches: Caches,
    pub limits: Limits,
    pub webhook_refusals: money::webhooks::Refusals,
    /// The payment provider's balance as it was last told.
    pub provider_seen: money::ledger::Seen,
    /// The platform's share of new payments.
    pub fee_share: FeeShare,
    /// What can be used of less than this waits for the next week.
    pub payout_minimum: PayoutMinimum,
    pub bus: Arc<dyn Bus>,
    /// Looks at pages that are not stored yet.
    pub visits: audience::visits::WaitingVisits,
    /// Uploaded pictures and files.
    pub objects: Arc<dyn Objects>,
    /// How much uploaded files may take.
    pub files: Room,
    /// The room for them and for pictures on the disk.
    pub disk: catalogue::disk::DiskRoom,
    /// If `None`, paid passes are hidden.
    pub payments: Option<Arc<dyn Payments>>,
    /// The same provider, for what recurs.
    pub billing: Option<Arc<dyn Billing>>,
    /// The same provider, for what sellers are paid.
    pub sellers: Option<Arc<dyn SellerPayments>>,
    /// The signed events of an outside media plane, if there is one.
    pub media_hooks: Option<Arc<dyn MediaHooks>>,
    /// How encoders reach an outside media plane, if there is one.
    pub ingest: Option<Arc<dyn OutsideIngest>>,
    /// The recorders of an outside media plane, if it has any.
    pub recorder: Option<Arc<dyn OutsideRecorder>>,
    /// Sends shows to other platforms, if that is possible here.
    pub restreamer: Option<Arc<dyn Restreamer>>,
    /// The operators require passkeys of each other.
    pub operators_passkeys: bool,
}

impl Deref for Services {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Services {
    /// Assembles the parts and starts to apply the changes on the bus.
    pub fn new(parts: Parts) -> Self {
        let services = Self(Arc::new(parts));
        // Weak, because the bus must not keep its owner alive.
        let listener = Arc::downgrade(&services.0);
        services.bus.listen(Box::new(move |change| {
            if let Some(parts) = listener.upgrade() {
                changes::apply(&parts, change);
            }
        }));
        services
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// What costs money needs somebody to take it, once or again and again.
    pub fn sells(&self, price: PriceKind) -> bool {
        match price {
            PriceKind::Free => true,
            PriceKind::Once(_) | PriceKind::Chosen(_) => self.payments.is_some(),
            PriceKind::Recurring(_) => self.billing.is_some(),
        }
    }

    /// Publishes the changes of a committed transaction. When it returns, no cache of this process holds the old state,
    /// and pages and media that lost access are ended.
    pub fn changed(&self, changes: &[Change]) {
        changes.iter().for_each(|change| self.bus.publish(change));
    }

    /// The audit line of a change by `by`. Refused if the account or its network has changed too much lately.
    pub(crate) fn act(
        &self,
        by: AccountId,
        action: &str,
        target: impl ToString,
        detail: impl Into<String>,
    ) -> ServiceResult<Act> {
        self.limits.change(by, self.now())?;
        Ok(unbounded_act(by, action, target, detail))
    }

    /// The audit line of somebody who comes in by what they have. It counts for their account alone: however much others in its
    /// network change, nobody is kept from what they paid for.
    pub(crate) fn come_in(
        &self,
        by: AccountId,
        action: &str,
        target: impl ToString,
        detail: impl Into<String>,
    ) -> ServiceResult<Act> {
        self.limits.doors.come_in(by, self.now())?;
        Ok(unbounded_act(by, action, target, detail))
    }

    /// The space, if `by` may do `action` there. A space of another team does not exist for the caller.
    pub async fn authorise(&self, by: AccountId, space: SpaceId, action: Action) -> ServiceResult<Space> {
        let (space, role) = self.member(by, space).await?;
        if may(role, action) { Ok(space) } else { Err(ServiceError::Role) }
    }

    /// The space, and the role in whose rights `by` acts there.
    pub async fn member(&self, by: AccountId, space: SpaceId) -> ServiceResult<(Space, TeamRole)> {
        let (space, member) = self.store.spaces().with_membership(space, by).await?;
        Ok((space, sender::role(member)?))
    }
}

/// The audit line of an action that nobody may be kept from, or that is bounded elsewhere.
/// `tests/it/architecture/use_cases.rs` lists who may call this.
pub(crate) fn unbounded_act(
    by: AccountId,
    action: &str,
    target: impl ToString,
    detail: impl Into<String>,
) -> Act {
    Act { actor: Some(by), action: action.into(), target: target.to_string(), detail: detail.into() }
}

//! Visitors who pay first and prove their address afterwards. Their order waits as a gift to that address; whoever proves it takes the
//! pass, and the order with it. So it does not matter, and is not said, whether the address has an account.
//!
//! A code that was mailed to the address is the proof, and whoever enters one gets at once what waits: they may have paid on another
//! device. Passkeys and recovery codes prove an account, so whoever signs in by these, or was signed in before, takes it on the page of
//! the order, to which the receipt leads. In both cases the address is compared with that of the account, and nothing else counts.

use super::{chosen::Choice, gifts};
use crate::{
    ServiceError, ServiceResult, Services,
    money::checkouts::{self, Purchased},
};
use domain::{
    access::comp::Comp,
    catalogue::offer::{NotOffered, Pass, Space},
    change::Change,
    error::StoreError,
    id::{AccountId, CheckoutId, PassId, PurchaseId},
    money::{
        buying::guests::{FORGOTTEN_AFTER, SendGuestReminder},
        checkout::Checkout,
        payments::Dispute,
        selling::Availability,
        settlement::RefundReason,
    },
    people::account::Account,
    text::language::Language,
    time::Millis,
};

/// Whether a visitor can buy a pass before they sign in: it asks nothing, since only who is signed in is asked.
pub fn can_be_bought(services: &Services, pass: &Pass) -> bool {
    gifts::can_be_given(services, pass) && pass.asked.is_empty()
}

/// Opens an order for this address, which nobody has proven. `language`: in which the terms were shown that the buyer accepts.
///
/// # Errors
/// `NotFound` if it cannot be bought so; `NotOffered`; `Conflict("given")` if something paid waits for the address already.
pub async fn buy(
    services: &Services,
    pass: PassId,
    email: &str,
    language: Language,
) -> ServiceResult<CheckoutId> {
    let (pass, now) = (services.store.passes().by_id(pass).await?, services.now());
    if !can_be_bought(services, &pass) {
        return Err(ServiceError::NotFound);
    }
    match pass.sale(now) {
        Availability::Open { .. } => {}
        Availability::SoldOut => return Err(NotOffered::SoldOut.into()),
        Availability::OpensAt(at) => return Err(NotOffered::NotYet(at).into()),
        Availability::Closed => return Err(NotOffered::Closed.into()),
    }
    let mut tx = services.store.begin().await?;
    let guest = tx.create_guest(now).await?;
    tx.accept_terms(guest.id, services.caches.terms.current(), language, now).await?;
    let act = services.act(guest.id, "guest.start", guest.id, format!("pass {}", pass.id))?;
    tx.commit_audited(act, &[], now).await?;
    match checkouts::open_as(services, guest.id, &pass, Choice::Guest(email), &[]).await? {
        Purchased::Order(id) => Ok(id),
        Purchased::Held => Err(ServiceError::Conflict("checkout")),
    }
}

/// Where mail about the orders of an account goes: to its address, or to what a visitor gave for theirs.
pub(crate) async fn address(services: &Services, account: AccountId) -> ServiceResult<String> {
    match services.store.guests().address(account).await? {
        Some(email) => Ok(email),
        None => Ok(services.store.accounts().by_id(account).await?.email),
    }
}

/// What a person got of what a visitor has paid for their address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedOrder {
    pub pass: String,
    pub space: String,
    /// They cannot have the pass, and the money goes back.
    pub back: Option<RefundReason>,
}

impl ClaimedOrder {
    /// For people: the pass, its space, and why the money goes back.
    pub fn words(&self) -> (&str, &str, Option<RefundReason>) {
        (&self.pass, &self.space, self.back)
    }
}

/// Gives a person everything that visitors have paid for the address that they have proven. Returns what they got.
pub async fn claim(services: &Services, by: &Account) -> ServiceResult<Vec<ClaimedOrder>> {
    let mut claimed = Vec::new();
    for (comp, purchase) in services.store.guests().waiting_for(&by.email).await? {
        let comp = services.store.comps().by_id(comp).await?;
        claimed.extend(claim_one(services, by, &comp, purchase).await?);
    }
    Ok(claimed)
}

/// `None`: it does not wait any more.
async fn claim_one(
    services: &Services,
    by: &Account,
    comp: &Comp,
    purchase: PurchaseId,
) -> ServiceResult<Option<ClaimedOrder>> {
    let (now, space, pass) = (services.now(), comp.space, comp.pass);
    let changes = [Change::Access { space, account: by.id }, Change::Stock { space, pass }];
    let mut tx = services.store.begin().await?;
    let refused = match tx.claim_comp(comp, by.id, now).await {
        Err(StoreError::Conflict("held")) => Some(RefundReason::Surplus),
        // Taken or refunded meanwhile, or a bank decides about it.
        Err(StoreError::Conflict("gone")) => return Ok(None),
        Err(error) => return Err(error.into()),
        Ok(_) => match tx.check_offer(by.id, pass, now).await? {
            Err(NotOffered::Banned) => Some(RefundReason::Banned),
            Err(NotOffered::Team) => Some(RefundReason::Surplus),
            _ => None,
        },
    };
    let words = match refused {
        None => {
            tx.adopt_guest_order(purchase, by).await?;
            format!("pass {pass}")
        }
        Some(reason) => {
            drop(tx);
            tx = services.store.begin().await?;
            if !tx.return_guest_order(purchase, by, reason, now).await? {
                // They have taken it meanwhile, in another window: that is why they hold the pass.
                return Ok(None);
            }
            format!("pass {pass}, goes back: {}", reason.code())
        }
    };
    let act = services.come_in(by.id, "guest.claim", comp.id, words)?;
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    let pass = services.store.passes().by_id(pass).await?.title;
    let space = services.store.spaces().by_id(space).await?.name;
    Ok(Some(ClaimedOrder { pass, space, back: refused }))
}

/// A pass that was paid and waits for whoever proves the address.
pub struct WaitingPass {
    pub order: Checkout,
    pub space: Space,
}

/// What whoever has paid is reminded of; `None` if it does not wait any more.
pub async fn due(services: &Services, job: &SendGuestReminder) -> ServiceResult<Option<WaitingPass>> {
    let comp = services.store.comps().by_id(job.comp).await?;
    let Some(purchase) = comp.purchase.filter(|_| comp.claim(&comp.email, services.now()).is_ok()) else {
        return Ok(None);
    };
    let purchase = services.store.purchases().by_id(purchase).await?;
    let order = services.store.checkouts().by_id(purchase.checkout).await?;
    let space = services.store.spaces().by_id(order.space).await?;
    // While a bank decides about the payment, nobody can take it.
    let waits = order.guest && purchase.dispute != Some(Dispute::Open);
    Ok(waits.then_some(WaitingPass { order, space }))
}

/// Forgets visitors whose orders came to nothing some time ago. Nobody asks for that, so there is no audit line. Those whose pass waits
/// are kept.
pub async fn forget(services: &Services) -> ServiceResult<usize> {
    let (now, mut forgotten) = (services.now(), 0);
    loop {
        let mut tx = services.store.begin().await?;
        let some = tx.forget_guests(Millis(now.0 - FORGOTTEN_AFTER.0), now).await?;
        if some == 0 {
            return Ok(forgotten);
        }
        tx.commit_unattended(&[]).await?;
        forgotten += some;
    }
}

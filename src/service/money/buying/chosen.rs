//! What a buyer chooses beside the pass, and passes whose price they choose.

use crate::{ServiceError, ServiceResult, Services, money::checkouts};
use domain::{
    amount::Money,
    catalogue::offer::Pass,
    error::StoreError,
    id::{AccountId, PassId, PriceId},
    money::{asking::Answer, billing::Interval, buying::chosen::ChosenPrice, checkout::Checkout},
    people::address::mailbox,
    time::Millis,
};
use store::{Opened, Tx};

/// With another choice it is another order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice<'a> {
    /// For oneself, at the price of the pass.
    Listed,
    /// How a subscription is charged.
    Every(Interval),
    /// So much, at this price.
    Amount(PriceId, Money),
    /// At the price of the pass, for somebody else's address.
    Gift(&'a str),
    /// The same for a visitor's own address, which is not proven yet.
    Guest(&'a str),
}

impl<'a> Choice<'a> {
    /// The address of a visitor.
    pub const fn guest(self) -> Option<&'a str> {
        match self {
            Self::Guest(email) => Some(email),
            _ => None,
        }
    }

    /// Counts the mails to an address that nobody has proven: it did not ask for them.
    pub fn count_mails(self, services: &Services, by: AccountId) -> ServiceResult<()> {
        let now = services.now();
        match self {
            Self::Gift(email) => services.limits.invite(by, mailbox(email), now),
            Self::Guest(email) => services.limits.market.mail_visitor(mailbox(email), now),
            Self::Listed | Self::Every(_) | Self::Amount(..) => Ok(()),
        }
    }

    pub fn is_of(self, order: &Checkout) -> bool {
        match self {
            Self::Listed => order.gift.is_none(),
            Self::Gift(email) | Self::Guest(email) => order.gift.as_deref() == Some(email),
            Self::Every(every) => order.plan.as_ref().is_some_and(|plan| plan.every == every),
            Self::Amount(price, amount) => order.price == Some(price) && order.amount == amount,
        }
    }

    pub async fn open(
        self,
        tx: &mut Tx<'_>,
        by: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        match self {
            Self::Listed => tx.open_checkout(by, pass, now).await,
            Self::Gift(email) => tx.open_gift(by, pass, email, now).await,
            Self::Guest(email) => tx.open_guest(by, pass, email, now).await,
            Self::Every(every) => tx.open_subscription(by, pass, every, now).await,
            Self::Amount(price, amount) => tx.open_chosen(by, pass, (price, amount), now).await,
        }
    }
}

/// Opens an order over the amount that was typed, within the bounds of the price; gives the pass at once if that is nothing.
///
/// # Errors
/// `Amount` if it is not taken; the rest is as for every purchase.
pub(crate) async fn buy(
    services: &Services,
    by: AccountId,
    pass: &Pass,
    (price, typed): (&ChosenPrice, &str),
    answers: &[Answer],
) -> ServiceResult<checkouts::Purchased> {
    let amount = price.read(typed).map_err(ServiceError::Amount)?;
    if amount.minor > 0 {
        let choice = Choice::Amount(pass.price.id, amount);
        return checkouts::open_as(services, by, pass, choice, answers).await;
    }
    checkouts::take(services, by, pass, answers).await?;
    // What they had meant to pay before is not waited for any more.
    for (order, _) in services.store.checkouts().of_account(by).await? {
        if order.pass == pass.id && !order.state.settled() && order.ended.is_none() {
            checkouts::cancel(services, by, order.id).await?;
        }
    }
    Ok(checkouts::Purchased::Held)
}

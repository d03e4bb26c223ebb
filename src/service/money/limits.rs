//! How much of a market strangers may hold, and how often they may have the payment provider asked. Part of [`crate::Limits`].
//!
//! What an order keeps from others is counted while the order is open: whoever pays, or whose order ends, may open another one.

use crate::{
    Often, ServiceError, ServiceResult, Services,
    bounds::{Limit, NetworkLimit},
    sender,
};
use domain::{
    error::StoreError,
    id::{AccountId, CheckoutId, PassId},
    money::store::CheckoutStore,
    people::{
        address::mailbox,
        allowance::Allowance,
        networks::{Networks, SHARES},
    },
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How often the provider is asked about one order because its buyer came back from paying. Each attempt to pay leads back once.
const LOOKS_AT_AN_ORDER: Allowance = Allowance::per_hour(6);
/// The same for all orders of one network: a hall in which many people buy at once.
const LOOKS_OF_A_NETWORK: Allowance = Allowance::per_hour(120);

/// Orders of visitors that are opened for one mailbox: each has its mails, whether it is paid in the end or fails.
const VISITORS_OF_A_MAILBOX: Allowance = Allowance { times: 20, span: Span::days(1) };

/// Open orders that keep something from others, of one account or of the mailbox that a visitor gave.
const HELD_BY_ONE: usize = 4;
/// So many seats of one pass a network may hold at the same time, however small the stock is: a household.
const LEAST_HELD_NEARBY: usize = 4;
/// One in so many seats of a stock a network may hold at the same time.
const PART_OF_A_STOCK: i64 = 4;
/// After this an order is not looked for any more. Its session at the provider lasts for less.
const REMEMBERED_FOR: Span = Span::days(1);
/// When to tell somebody to try again: within this an order ends for which nobody begins to pay.
const TRY_AGAIN: Span = domain::money::checkout::HELD_FOR;
/// The most holders that are remembered. At the limit all are forgotten: memory stays bounded and nobody is locked out.
const MOST_HOLDERS: usize = 100_000;
const FEW_HOLDERS: usize = 1024;

pub(crate) struct MarketLimits {
    looks: Limit<CheckoutId>,
    looks_nearby: NetworkLimit,
    visitors: Limit<String>,
    holds: Mutex<Holds>,
    /// Open orders of one network of the narrowest kind that keep something from others.
    held_nearby: usize,
}

impl MarketLimits {
    /// `orders`: how many one account may open per hour.
    pub(crate) fn new(orders: u32) -> Self {
        Self {
            looks: Limit::new(LOOKS_AT_AN_ORDER, "order_looks", Often::Payments),
            looks_nearby: NetworkLimit::new(LOOKS_OF_A_NETWORK, "address_looks", Often::Payments),
            visitors: Limit::new(VISITORS_OF_A_MAILBOX, "mailbox_visitors", Often::Invited),
            holds: Mutex::new(Holds { by: HashMap::new(), sweep_at: FEW_HOLDERS }),
            held_nearby: orders as usize,
        }
    }

    /// The provider is asked about an order because somebody came back from paying. A refusal costs nothing.
    pub(crate) fn look(&self, order: CheckoutId, now: Millis) -> ServiceResult<()> {
        self.looks.check(&order, now)?;
        self.looks_nearby.take(now)?;
        self.looks.take(order, now)
    }

    /// An order of a visitor who gave an address in this mailbox.
    pub(crate) fn mail_visitor(&self, mailbox: String, now: Millis) -> ServiceResult<()> {
        self.visitors.take(mailbox, now)
    }

    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many open orders a holder may have in all, and for the pass of the wish.
    fn most(&self, holder: &Holder, stock: Option<i64>) -> (usize, usize) {
        match holder {
            Holder::Account(_) | Holder::Mailbox(_) => (HELD_BY_ONE, HELD_BY_ONE),
            Holder::Network(kind, _) => {
                let all = self.held_nearby.saturating_mul(SHARES[*kind] as usize);
                let part = stock.map_or(all, |seats| usize::try_from(seats / PART_OF_A_STOCK).unwrap_or(all));
                (all, part.max(LEAST_HELD_NEARBY))
            }
        }
    }

    /// Notes that an order keeps something from others, or returns orders of which some would have to be over.
    fn hold(&self, wish: &HoldWish, holders: &[Holder], now: Millis) -> Result<(), Vec<CheckoutId>> {
        let mut holds = self.holds();
        holds.sweep(now);
        for holder in holders {
            let held = holds.by.get(holder).map_or(&[][..], Vec::as_slice);
            let (all, of_pass) = self.most(holder, wish.stock);
            let same = held.iter().filter(|one| one.pass == wish.pass);
            if held.len() >= all || same.count() >= of_pass {
                return Err(held.iter().map(|one| one.order).collect());
            }
        }
        for holder in holders {
            let one = OpenHold { order: wish.order, pass: wish.pass, noted_at: now };
            holds.by.entry(holder.clone()).or_default().push(one);
        }
        Ok(())
    }

    fn forget(&self, over: &[CheckoutId]) {
        let mut holds = self.holds();
        for held in holds.by.values_mut() {
            held.retain(|one| !over.contains(&one.order));
        }
        holds.by.retain(|_, held| !held.is_empty());
    }
}

/// Who holds something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Account(AccountId),
    /// What a visitor gave for theirs. Each of their orders has an account of its own.
    Mailbox(String),
    /// With the index of its kind.
    Network(usize, IpAddr),
}

struct OpenHold {
    order: CheckoutId,
    pass: PassId,
    noted_at: Millis,
}

struct Holds {
    by: HashMap<Holder, Vec<OpenHold>>,
    sweep_at: usize,
}

impl Holds {
    fn sweep(&mut self, now: Millis) {
        if self.by.len() < self.sweep_at {
            return;
        }
        for held in self.by.values_mut() {
            held.retain(|one| now < one.noted_at + REMEMBERED_FOR);
        }
        self.by.retain(|_, held| !held.is_empty());
        if self.by.len() >= MOST_HOLDERS {
            self.by.clear();
        }
        self.sweep_at = FEW_HOLDERS.max(2 * self.by.len());
    }
}

/// An order that keeps a seat of a stock, or a use of a code that has few, from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoldWish<'a> {
    pub order: CheckoutId,
    pub pass: PassId,
    /// How many seats the pass has in all, if it has so many.
    pub stock: Option<i64>,
    /// The address that a visitor gave, whose account is as new as the order.
    pub guest: Option<&'a str>,
}

fn holders(by: AccountId, guest: Option<&str>, from: Option<Networks<IpAddr>>) -> Vec<Holder> {
    let one = guest.map_or(Holder::Account(by), |address| Holder::Mailbox(mailbox(address)));
    let networks = from.into_iter().flat_map(Networks::kinds);
    std::iter::once(one).chain(networks.map(|(kind, network)| Holder::Network(kind, network))).collect()
}

/// Bounds how much one account, visitor and network keep from others: at the same time, and within an hour.
///
/// # Errors
/// `TooMany` of their orders are open, or were opened lately.
pub(super) async fn keep_from_others(
    services: &Services,
    by: AccountId,
    wish: HoldWish<'_>,
) -> ServiceResult<()> {
    let (market, now) = (&services.limits.market, services.now());
    let holders = holders(by, wish.guest, sender::networks());
    if let Err(known) = market.hold(&wish, &holders, now) {
        // Some may have been paid or have ended since.
        market.forget(&find_over(services, &known).await?);
        market.hold(&wish, &holders, now).map_err(|_| ServiceError::TooMany {
            limit: "open_holds",
            what: Often::OrdersNearby,
            wait: TRY_AGAIN,
        })?;
    }
    services.limits.keep_from_others(by, now)
}

/// Which of these orders keep nothing from others any more, or were never committed.
async fn find_over(services: &Services, known: &[CheckoutId]) -> ServiceResult<Vec<CheckoutId>> {
    let mut over = Vec::new();
    for id in known {
        match CheckoutStore::load(&services.store, *id).await {
            Ok(order) if !order.state.settled() => {}
            Ok(_) | Err(StoreError::NotFound) => over.push(*id),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sender, as_sender};

    const NOW: Millis = Millis(1_000);

    fn network(last: u8) -> Networks<IpAddr> {
        Networks([Some(IpAddr::from([10, 1, 1, last])), None, None])
    }

    fn wish(pass: PassId, stock: i64) -> HoldWish<'static> {
        HoldWish { order: CheckoutId::new(), pass, stock: Some(stock), guest: None }
    }

    #[tokio::test]
    async fn the_provider_is_asked_about_an_order_and_for_a_network_so_often() {
        let limits = MarketLimits::new(20);
        let looks = async |from: u8, order: Option<CheckoutId>| {
            as_sender(Sender::from(network(from)), async {
                let of = || order.unwrap_or_default();
                (0..999).filter(|_| limits.look(of(), NOW).is_ok()).count()
            })
            .await
        };
        let one = Some(CheckoutId::new());
        assert_eq!(looks(1, one).await, LOOKS_AT_AN_ORDER.times as usize);
        assert_eq!(looks(2, one).await, 0, "wherever they come from");
        let left = (LOOKS_OF_A_NETWORK.times - LOOKS_AT_AN_ORDER.times) as usize;
        assert_eq!(looks(1, None).await, left, "whatever the orders");
        assert_eq!(looks(3, None).await, LOOKS_OF_A_NETWORK.times as usize, "another network");
    }

    #[test]
    fn a_mailbox_has_few_orders_of_visitors_a_day() {
        let limits = MarketLimits::new(20);
        let opened = |address: &dyn Fn(usize) -> String, at| {
            (0..99).filter(|n| limits.mail_visitor(mailbox(&address(*n)), at).is_ok()).count()
        };
        let most = VISITORS_OF_A_MAILBOX.times as usize;
        assert_eq!(opened(&|n| format!("ann+{n}@example.org"), NOW), most, "one mailbox");
        assert_eq!(opened(&|n| format!("{n}@example.org"), NOW), 99, "other mailboxes");
        assert_eq!(opened(&|_| "ann@example.org".into(), NOW + Span::days(1)), most);
    }

    #[test]
    fn a_network_holds_a_part_of_a_stock_and_others_get_the_rest() {
        let (limits, pass) = (MarketLimits::new(20), PassId::new());
        let held = |from: u8, pass: PassId, stock: i64| {
            let hold = |_: &u32| {
                let by = holders(AccountId::new(), None, Some(network(from)));
                limits.hold(&wish(pass, stock), &by, NOW).is_ok()
            };
            (0..99_u32).filter(hold).count()
        };
        assert_eq!(held(1, pass, 40), 10, "one in four");
        assert_eq!(held(2, pass, 40), 10, "another network");
        assert_eq!(held(1, PassId::new(), 2), 4, "another pass, of which few are left");
        assert_eq!(held(1, PassId::new(), 1_000), 20 - 14, "all passes together");
        assert_eq!(held(1, PassId::new(), 1_000), 0);
    }

    #[test]
    fn an_account_and_a_mailbox_hold_few_whatever_the_network() {
        let (limits, me) = (MarketLimits::new(20), AccountId::new());
        let held = |by: &dyn Fn(u8) -> Vec<Holder>| {
            (0..50).filter(|n| limits.hold(&wish(PassId::new(), 99), &by(*n), NOW).is_ok()).count()
        };
        assert_eq!(held(&|n| holders(me, None, Some(network(n)))), HELD_BY_ONE);
        let guest = |n: u8| {
            let address = format!("ann+{n}@example.org");
            holders(AccountId::new(), Some(&address), Some(network(100 + n)))
        };
        assert_eq!(held(&guest), HELD_BY_ONE, "one mailbox");
        assert_eq!(held(&|n| holders(AccountId::new(), None, Some(network(200 - n)))), 50);
    }

    #[test]
    fn who_is_over_makes_room_and_a_refusal_holds_nothing() {
        let (limits, me, other) = (MarketLimits::new(20), AccountId::new(), AccountId::new());
        let mine = holders(me, None, Some(network(1)));
        let orders: Vec<_> = (0..HELD_BY_ONE).map(|_| wish(PassId::new(), 99)).collect();
        assert!(orders.iter().all(|one| limits.hold(one, &mine, NOW).is_ok()));
        let known = limits.hold(&wish(PassId::new(), 99), &mine, NOW).unwrap_err();
        assert_eq!(known, orders.iter().map(|one| one.order).collect::<Vec<_>>());
        let nearby = Holder::Network(0, IpAddr::from([10, 1, 1, 1]));
        assert_eq!(limits.holds().by[&nearby].len(), HELD_BY_ONE, "the refusal");
        limits.forget(&known[..1]);
        assert!(limits.hold(&wish(PassId::new(), 99), &mine, NOW).is_ok());
        assert!(limits.hold(&wish(PassId::new(), 99), &mine, NOW).is_err());
        assert!(limits.hold(&wish(PassId::new(), 99), &holders(other, None, None), NOW).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let limits = MarketLimits::new(20);
        for _ in 0..3 * FEW_HOLDERS {
            let by = holders(AccountId::new(), None, None);
            assert!(limits.hold(&wish(PassId::new(), 99), &by, NOW).is_ok());
        }
        let later = NOW + REMEMBERED_FOR;
        for _ in 0..3 * FEW_HOLDERS {
            let by = holders(AccountId::new(), None, None);
            assert!(limits.hold(&wish(PassId::new(), 99), &by, later).is_ok());
        }
        assert!(limits.holds().by.len() <= 4 * FEW_HOLDERS, "{}", limits.holds().by.len());
    }
}

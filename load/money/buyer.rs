//! One buyer: opens an order, or stands in line for one; pays it, leaves it, or has it fail; and notes every answer.

use super::{
    floor::{BANK_KEY, Floor},
    truth::{Fate, Tale},
};
use crate::wire::{
    http::{Answer, Client, Request, encode},
    rooms::between,
};
use anyhow::{Context, Result, bail, ensure};
use std::sync::{Arc, atomic::Ordering::Relaxed};

/// What a buyer does with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    Pay,
    /// Presses the button twice at once.
    PayTwice,
    /// By a bank debit, which arrives after a while.
    PayLater,
    /// By a bank debit, which fails.
    Bounce,
    /// Leaves before paying.
    Cancel,
    /// Leaves the pay page for good. The provider ends it in time.
    WalkAway,
    /// The card is declined; the buyer gives up.
    Decline,
}

/// In turn, by the orders that were opened: four of ten are not paid.
const HABITS: [Habit; 10] = [
    Habit::Pay,
    Habit::Cancel,
    Habit::PayTwice,
    Habit::PayLater,
    Habit::WalkAway,
    Habit::Pay,
    Habit::Decline,
    Habit::PayTwice,
    Habit::Bounce,
    Habit::Pay,
];

/// The answer to the wish for the pass.
enum Reply {
    Order(String),
    Held,
    SoldOut,
    /// The code is used up.
    NoDiscount,
}

pub struct Buyer {
    floor: Arc<Floor>,
    cookie: String,
    /// Tries the code first.
    with_code: bool,
    shop: Client,
    bank: Client,
    tale: Tale,
}

impl Buyer {
    pub fn new(floor: Arc<Floor>, cookie: String, with_code: bool) -> Self {
        let (shop, bank) = (Client::new(floor.shop), Client::new(floor.bank));
        Self { floor, cookie, with_code, shop, bank, tale: Tale::default() }
    }

    /// Everything, to the end. What went wrong is in the tale.
    pub async fn come(mut self) -> Tale {
        if let Err(error) = self.buy().await {
            self.tale.trouble = Some(format!("{error:#}"));
        }
        self.tale
    }

    async fn buy(&mut self) -> Result<()> {
        loop {
            match self.ask().await? {
                Reply::Order(order) => return self.decide(order).await,
                Reply::NoDiscount => self.with_code = false,
                Reply::SoldOut if self.wait().await? => {}
                Reply::SoldOut => return Ok(()),
                Reply::Held => bail!("has the pass without an order"),
            }
        }
    }

    async fn post(&mut self, path: &str, form: &str) -> Result<Answer> {
        let request = Request::post(path, &self.cookie, form);
        Ok(self.floor.insist(&mut self.shop, request).await?.0)
    }

    /// What the page at this path is about to tell, by its `data-state`.
    async fn state(&mut self, path: &str) -> Option<String> {
        let answer = self.floor.once(&mut self.shop, Request::get(path, &self.cookie)).await;
        let page = String::from_utf8(answer.filter(|answer| answer.status == 200)?.body).ok()?;
        between(&page, "data-state=\"", |c| c != '"').map(str::to_owned)
    }

    async fn ask(&mut self) -> Result<Reply> {
        let path = format!("{}/purchase", self.floor.pass);
        let form = if self.with_code { format!("promo={}", encode(&self.floor.code)) } else { String::new() };
        let answer = self.post(&path, &form).await?;
        if self.with_code {
            self.floor.counts.code_answered.fetch_add(1, Relaxed);
        }
        match (answer.status, answer.location) {
            (303, Some(to)) => match after(&to, "/checkouts/") {
                Some(order) => Ok(Reply::Order(order)),
                None => Ok(Reply::Held),
            },
            (409, _) => Ok(Reply::SoldOut),
            (422, _) if self.with_code => Ok(Reply::NoDiscount),
            (status, _) => bail!("{path} answered {status}"),
        }
    }

    /// Stands in line until it is one's turn; false if it never is.
    async fn wait(&mut self) -> Result<bool> {
        if self.floor.is_closed() {
            return Ok(false);
        }
        let answer = self.post(&format!("{}/waitlist", self.floor.pass), "").await?;
        let entry = answer.location.as_deref().and_then(|to| after(to, "/account/waitlist/"));
        let Some(entry) = entry else {
            // Some were left again.
            ensure!(matches!(answer.status, 303 | 409), "the line answered {}", answer.status);
            self.floor.pause("standing in line").await?;
            return Ok(true);
        };
        let place = format!("/account/waitlist/{entry}/fragment");
        self.floor.counts.in_line.fetch_add(1, Relaxed);
        let turn = self.stand(&place).await;
        self.floor.counts.in_line.fetch_sub(1, Relaxed);
        Ok(turn)
    }

    async fn stand(&mut self, place: &str) -> bool {
        loop {
            if self.floor.is_closed() {
                return false;
            }
            match self.state(place).await.as_deref() {
                None | Some("line" | "waiting") => self.floor.stand().await,
                // Offered; or used by a request whose answer was lost.
                Some(_) => return true,
            }
        }
    }

    async fn decide(&mut self, order: String) -> Result<()> {
        let floor = Arc::clone(&self.floor);
        self.tale.held_us = Some(floor.clock.us());
        self.tale.cheaper = self.with_code;
        self.tale.order = Some(order.clone());
        // A discount that is given up is free again, so those who have one pay.
        let habit = match self.with_code {
            true => Habit::Pay,
            false => HABITS[floor.counts.opened.fetch_add(1, Relaxed) % HABITS.len()],
        };
        floor.hesitate().await;
        if habit == Habit::Cancel {
            return self.leave(&order).await;
        }
        let session = self.begin(&order).await?;
        match habit {
            Habit::Pay | Habit::Cancel => self.pay(&session, false).await?,
            Habit::PayTwice => self.pay(&session, true).await?,
            Habit::PayLater | Habit::Bounce => {
                ensure!(self.press(&session, "delay").await?, "a bank debit was not taken");
                floor.hesitate().await;
                if habit == Habit::Bounce {
                    self.free();
                    self.act(&session, "bounce").await?;
                    self.tale.fate = Fate::Bounced;
                    return self.settled(&order, "failed").await;
                }
                self.act(&session, "arrive").await?;
            }
            Habit::WalkAway => {
                floor.hesitate().await;
                self.free();
                let path = format!("/v1/checkout/sessions/{session}/expire");
                self.bank_does(Request::post(&path, "", "").with_bearer(BANK_KEY)).await?;
                self.tale.fate = Fate::Left;
                return self.settled(&order, "expired").await;
            }
            Habit::Decline => {
                ensure!(!self.press(&session, "decline").await?, "a declined card has paid");
                return self.leave(&order).await;
            }
        }
        let paid_us = floor.clock.us();
        self.tale.fate = Fate::Paid;
        floor.counts.paid.fetch_add(1, Relaxed);
        self.settled(&order, "paid").await?;
        floor.told(floor.clock.us() - paid_us);
        Ok(())
    }

    /// The seat is theirs no longer.
    fn free(&mut self) {
        self.tale.freed_us = Some(self.floor.clock.us());
    }

    async fn leave(&mut self, order: &str) -> Result<()> {
        self.free();
        let answer = self.post(&format!("/checkouts/{order}/cancellation"), "").await?;
        ensure!(answer.status == 303, "the cancellation answered {}", answer.status);
        self.tale.fate = Fate::Left;
        Ok(())
    }

    /// Gets to the pay page. Returns the provider's session.
    async fn begin(&mut self, order: &str) -> Result<String> {
        let path = format!("/checkouts/{order}/payment");
        loop {
            let answer = self.post(&path, "").await?;
            ensure!(answer.status == 303, "{path} answered {}", answer.status);
            if let Some(session) = answer.location.as_deref().and_then(|to| after(to, "/pay/")) {
                return Ok(session);
            }
            // The provider is away.
            self.floor.pause("waiting for the pay page").await?;
        }
    }

    /// Whether a button of the pay page has completed the payment.
    async fn press(&mut self, session: &str, button: &str) -> Result<bool> {
        let path = format!("/pay/{session}/{button}");
        let (answer, _) = self.floor.insist(&mut self.bank, Request::post(&path, "", "")).await?;
        ensure!(answer.status == 303, "{path} answered {}", answer.status);
        Ok(answer.location.is_some_and(|to| after(&to, "/pay/").is_none()))
    }

    async fn pay(&mut self, session: &str, twice: bool) -> Result<()> {
        let floor = Arc::clone(&self.floor);
        let (path, mut other) = (format!("/pay/{session}/pay"), Client::new(floor.bank));
        let again = async {
            if twice {
                // What it answers does not matter, only what it does.
                floor.once(&mut other, Request::post(&path, "", "")).await;
            }
        };
        let (paid, ()) = tokio::join!(self.press(session, "pay"), again);
        ensure!(paid?, "a good card has not paid");
        Ok(())
    }

    /// What a bank does to a slow payment.
    async fn act(&mut self, session: &str, act: &str) -> Result<()> {
        let form = format!("session={session}&act={act}");
        self.bank_does(Request::post("/stand-in/acts", "", &form)).await
    }

    /// A repetition is refused when the first one, whose answer was lost, had its effect.
    async fn bank_does(&mut self, request: Request<'_>) -> Result<()> {
        let (answer, tries) = self.floor.insist(&mut self.bank, request).await?;
        let is_done = answer.status == 200 || (tries > 1 && answer.status == 400);
        ensure!(is_done, "{} answered {}", request.path, answer.status);
        Ok(())
    }

    /// Waits until the order's own page says so.
    async fn settled(&mut self, order: &str, wanted: &str) -> Result<()> {
        let path = format!("/checkouts/{order}/fragment");
        loop {
            let state = self.state(&path).await;
            if state.as_deref() == Some(wanted) {
                return Ok(());
            }
            let shown = state.unwrap_or_else(|| "nothing".into());
            let what = format!("the order's page says {shown}, and {wanted} was awaited");
            self.floor.pause(&what).await.context("the order did not settle")?;
        }
    }
}

/// The word after this part of an address.
fn after(address: &str, part: &str) -> Option<String> {
    between(address, part, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_out_of_addresses() {
        let url = "http://127.0.0.1:3001/pay/cs_test_a1B2";
        assert_eq!(after(url, "/pay/").as_deref(), Some("cs_test_a1B2"));
        assert_eq!(after("/checkouts/0198-ab?x=1", "/checkouts/").as_deref(), Some("0198-ab"));
        assert_eq!(after("/maya/front-row", "/checkouts/"), None);
    }

    #[test]
    fn in_every_short_sale_more_than_a_fifth_of_the_orders_is_not_paid() {
        let leaves =
            |habit: &Habit| matches!(habit, Habit::Cancel | Habit::WalkAway | Habit::Decline | Habit::Bounce);
        for orders in 5..200 {
            let left = HABITS.iter().cycle().take(orders).filter(|habit| leaves(habit)).count();
            assert!(left * 10 >= orders * 3, "{left} of {orders}");
        }
    }
}
